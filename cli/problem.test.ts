import { describe, expect, test } from 'vitest';
import { BuildError, RecordingError, ToolchainError } from '../collector/index.ts';
import { CapacityError, FormatError, VersionError } from '../replay/index.ts';
import { ReportError } from '../reports/index.ts';
import { InterruptError } from './interrupt.ts';
import { ADVICE, problemDocument, problemLines, problemOf, UsageError } from './problem.ts';
import { problemSchema } from './result-document.ts';

const errno = (code: string, path?: string) =>
  Object.assign(new Error(`${code}: something, open`), { code, ...(path && { path }) });

describe('every known error becomes a line, and a line that says what to do', () => {
  test.each([
    [new UsageError('no-out', 'where to?', 'Add -o DIR.'), 'usage/no-out', 'Add -o DIR.'],
    [new ToolchainError('no-go', 'no go', { wanted: '1.26' }), 'toolchain/no-go', /npm start/],
    [
      new ToolchainError('no-go', 'no go', { wanted: '1.26', advice: 'Do this.' }),
      'toolchain/no-go',
      'Do this.',
    ],
    [new RecordingError('disk-full', 'full', { path: 'x' }), 'recording/disk-full', /Free some space/],
    [new ReportError('not-a-directory', '/x', undefined), 'report/not-a-directory', /--report/],
    [new FormatError('not-a-trace', 0, 0, 'no header'), 'trace/not-a-trace', /go test -trace/],
    [new VersionError('go 1.11', ['go 1.22'], 'too old'), 'trace/version', /1\.22 to 1\.26/],
    [new CapacityError(), 'trace/generation-size', /traceadvanceperiod/],
    [errno('ENOENT', '/nope'), 'system/ENOENT', /path/],
    [errno('ENOSPC'), 'system/ENOSPC', /Free some space/],
    [errno('EACCES', '/root'), 'system/EACCES', /permissions/],
  ])('%s', (error, code, advice) => {
    const problem = problemOf(error);
    expect(problem).toMatchObject({ code, exit: 2 });
    expect(problem.advice).toMatch(advice);
    expect(problem.message).not.toContain('\n');
    expect(problemSchema.parse(problemDocument(problem))).toBeTruthy();
  });

  test('and no advice is empty', () => {
    expect(Object.entries(ADVICE).filter(([, advice]) => advice === '')).toEqual([]);
  });
});

test("the compiler's own words are shown, once, below the headline", () => {
  const output = '# example\n./main.go:3:2: undefined: foo\n';
  const error = new BuildError('does-not-compile', `./x does not build with go1.26.8:\n${output}`, {
    command: ['go', 'build'],
    output,
  });
  expect(problemLines(problemOf(error)).slice(0, 3)).toEqual([
    'gotwin: ./x does not build with go1.26.8',
    '    # example',
    '    ./main.go:3:2: undefined: foo',
  ]);
});

test('what a file or a compiler holds cannot steer the terminal', () => {
  const problem = problemOf(new UsageError('x', 'bad \x1b[31mred\x1b[0m \x07 name'));
  expect(problem.message).toBe('bad red ? name');
});

test('once interrupted, whatever fails in the wake of it is the interrupt', () => {
  const controller = new AbortController();
  controller.abort(new InterruptError('SIGINT'));
  expect(problemOf(new Error('stream closed'), controller.signal)).toMatchObject({
    code: 'interrupted',
    exit: 130,
  });
  expect(problemOf(new InterruptError('SIGTERM'))).toMatchObject({ exit: 143 });
});

test('anything else is a defect of ours, and says how to report it', () => {
  const problem = problemOf(new TypeError("Cannot read properties of undefined (reading 'x')"));
  expect(problem).toMatchObject({ code: 'internal', exit: 2 });
  expect(problem.advice).toContain('GOTWIN_DEBUG=1');
  expect(problemLines(problem).join('\n')).not.toMatch(/^\s+at /m);
  expect(problemOf('a string')).toMatchObject({ code: 'internal', message: 'internal error: a string' });
});
