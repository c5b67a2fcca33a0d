import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acceptDocumentSchema, resultDocumentSchema } from '../cli/result-document.ts';
import { gotwin } from '../cli/spawned.ts';
import { writeWrongTrace } from './testdata/wrong-trace.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-expect-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const trace = join(folder, 'wrong.trace');
const file = join(folder, 'gotwin.expect.json');
const replayed = (...options: string[]) => gotwin(['replay', 'wrong.trace', ...options], { cwd: folder });

beforeAll(() => writeWrongTrace(trace));

async function signatureOf(): Promise<string> {
  const { code, stdout } = await replayed('--json');
  expect(code).not.toBe(0);
  const { recordings } = resultDocumentSchema.parse(JSON.parse(stdout));
  const signatures = new Set(recordings[0]?.divergences.map(({ signature }) => signature));
  expect(signatures.size).toBe(1);
  return [...signatures][0]!;
}

test('a finding that was accepted does not fail the job, is shown all the same, and fails again past its day', async () => {
  const signature = await signatureOf();
  const reason = 'seen on our <old> machines';
  const accepted = await gotwin(['accept', `${signature}#1`, '--reason', reason, '--json'], { cwd: folder });
  expect(accepted.code).toBe(0);
  const { expectation } = acceptDocumentSchema.parse(JSON.parse(accepted.stdout));
  expect(expectation).toMatchObject({ signature, reason });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ schema: 1, expectations: [expectation] });

  const known = await replayed();
  expect(known.code).toBe(0);
  expect(known.stdout).toContain(': known\n');
  expect(known.stdout).toContain(`known:    ${reason} (until ${expectation.expires})`);

  expect(
    (await gotwin(['accept', signature, '--reason', reason, '--expires', '2020-01-01'], { cwd: folder }))
      .code,
  ).toBe(2);
  writeFileSync(file, readFileSync(file, 'utf8').replace(expectation.expires, '2020-01-01'));
  const expired = await replayed();
  expect(expired.code).not.toBe(0);
  expect(expired.stdout).toMatch(/Known findings\nexpired +\S+ +until 2020-01-01 +seen on/);
  rmSync(file);
});

describe('what is no file of expectations is refused, with its name and the place', () => {
  test.each([
    ['{', 'is no JSON'],
    ['{"schema":1,"expectations":[{"signature":"x"}]}', 'is wrong at expectations.0.signature'],
    ['{"schema":2,"expectations":[]}', 'is wrong at schema'],
  ])('%s', async (text, message) => {
    writeFileSync(join(folder, 'other.json'), text);
    const { code, stderr } = await replayed('--expect', 'other.json');
    expect(code).toBe(2);
    expect(stderr).toContain(`other.json ${message}`);
  });

  test('a file that was named and is not there', async () => {
    const { code, stderr } = await replayed('--expect', 'none.json');
    expect(code).toBe(2);
    expect(stderr).toContain('there is no none.json');
  });
});

test.each([
  [['nonsense', '--reason', 'x'], /no finding's signature/],
  [['goroutine/start~3f9a0c12'], /why is it put up with\?/],
  [['goroutine/start~3f9a0c12', '--reason', 'x', '--expires', '2026-02-30'], /Write a day/],
  [['goroutine/start~3f9a0c12', '--reason', 'x', '--link', 'javascript:alert(1)'], /is no address/],
])('accept %j says what is wrong', async (words, message) => {
  const { code, stderr } = await gotwin(['accept', ...words], { cwd: folder });
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
