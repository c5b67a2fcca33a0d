import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { gotwin } from './spawned.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-refused-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['check', 'hello', '--go', '1.5', '--report', 'new/deep'],
  ['check', '--faults', '--go', '1.5', '--report', 'new/deep'],
  ['report', 'nosuch.trace', '-o', 'new/deep'],
  ['matrix', '--goroot', '', '-o', 'new/deep'],
  ['matrix', '-o', ''],
])('a call that is refused (%s %s %s %s) leaves no folder behind', async (...args) => {
  const ended = await gotwin([...args, '-q'], { cwd: folder });
  expect(ended.code, ended.stderr).toBe(2);
  expect(readdirSync(folder)).toEqual([]);
});

test('a folder that was there already stays', async () => {
  mkdirSync(join(folder, 'mine'));
  const ended = await gotwin(['report', 'nosuch.trace', '-o', 'mine/deep', '-q'], { cwd: folder });
  expect(ended.code).toBe(2);
  expect(readdirSync(folder)).toEqual(['mine']);
  expect(readdirSync(join(folder, 'mine'))).toEqual([]);
});
