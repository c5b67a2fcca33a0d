import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { diffDocumentSchema } from '../cli/result-document.ts';
import { gotwin } from '../cli/spawned.ts';
import { separation } from '../differ/index.ts';
import { RIGHT_TRACE, writeWrongTrace } from './testdata/wrong-trace.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-diff-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [before, after] = ['before', 'after'].map((name) => join(folder, name, 'busy.trace')) as [
  string,
  string,
];

beforeAll(() => {
  for (const name of ['before', 'after', 'empty']) mkdirSync(join(folder, name));
  copyFileSync(RIGHT_TRACE, before);
  writeWrongTrace(after);
});

async function compared(a: string, b: string) {
  const { code, stdout } = await gotwin(['diff', a, b, '--json']);
  return { code, document: diffDocumentSchema.parse(JSON.parse(stdout)) };
}

test('a finding that only B has is new, and asks for exit code 1', async () => {
  const { code, document } = await compared(before, after);
  expect(code).toBe(1);
  expect(document.findings).toMatchObject([
    { change: 'new', a: { seen: 0, of: 1 }, b: { seen: 1, of: 1 }, p: 1 },
  ]);
});

test('one that only A had is gone, and two sides that are the same have nothing to tell', async () => {
  const gone = await compared(after, before);
  expect(gone.document.findings.map(({ change }) => change)).toEqual(['gone']);
  expect(gone.code).toBe(0);
  const same = await compared(before, before);
  expect(same).toMatchObject({ code: 0, document: { findings: [], reach: [], shares: [] } });
});

test('a person is told which side is which, and that so few runs show no difference for sure', async () => {
  const { stdout } = await gotwin(['diff', before, after]);
  expect(stdout).toMatch(/^A: .*before.*\nB: .*after/);
  expect(stdout).toContain('So few runs do not tell a difference from chance');
  expect([separation(3, 3), separation(4, 4)].map((p) => p < 0.05)).toEqual([false, true]);
});

test('where nothing could be compared that is no good news', async () => {
  const other = join(folder, 'other.trace');
  copyFileSync(RIGHT_TRACE, other);
  const { code, document } = await compared(before, other);
  expect(code).toBe(3);
  expect(document.programs).toEqual([]);
  const empty = await gotwin(['diff', join(folder, 'empty'), before]);
  expect(empty.code).toBe(2);
  expect(empty.stderr).toContain('there is no recording in');
});
