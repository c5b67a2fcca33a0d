import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { gotwin } from '../cli/spawned.ts';
import { writeWrongTrace } from './testdata/wrong-trace.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-again-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('two reports of the same recordings are the same, byte for byte', async () => {
  const reports = ['first', 'second'].map((name) => join(folder, name));
  for (const cwd of reports) {
    mkdirSync(cwd);
    await writeWrongTrace(join(cwd, 'a.trace'));
    await writeWrongTrace(join(cwd, 'b.trace'));

    const { code, stderr } = await gotwin(['report', 'a.trace', 'b.trace', '-o', 'report', '--perfetto'], {
      cwd,
    });
    expect(code, stderr).not.toBe(2);
  }
  const [first, second] = reports.map((cwd) => join(cwd, 'report')) as [string, string];
  const names = readdirSync(first).sort();
  expect(readdirSync(second).sort()).toEqual(names);
  expect(names).toEqual(expect.arrayContaining(['results.sarif', 'a.trace.perfetto-trace']));
  for (const name of names)
    expect(readFileSync(join(second, name)).equals(readFileSync(join(first, name))), name).toBe(true);
});
