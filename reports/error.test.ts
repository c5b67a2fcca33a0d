import { expect, it } from 'vitest';
import { ReportError, toReportError } from './error.ts';

it('gives each refusal of a file system a code and a sentence', () => {
  const codes = ['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'ENOTDIR'].map((code) => {
    const cause = Object.assign(new Error(code), { code });
    const error = toReportError(cause, 'out/index.html') as ReportError;
    expect(error).toBeInstanceOf(ReportError);
    expect(error.cause).toBe(cause);
    expect(error.message).toContain('out/index.html');
    return error.code;
  });
  expect(codes).toEqual(['disk-full', 'disk-full', 'unwritable', 'read-only', 'not-a-directory']);
});

it('lets a defect through as it is', () => {
  const defect = new TypeError('x is not a function');
  expect(toReportError(defect, 'out')).toBe(defect);
});
