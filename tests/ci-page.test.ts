import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { tellCi } from '../cli/ci.ts';
import type { Terminal } from '../cli/terminal.ts';
import { sampleReplays } from '../reports/testdata/sample.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-ci-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function told(env: NodeJS.ProcessEnv): Promise<string[]> {
  const lines: string[] = [];
  const err = { line: async (line: string) => void lines.push(line) };
  await tellCi(sampleReplays(), { env, err } as unknown as Terminal);
  return lines;
}

test("in a job of GitHub's runner findings are annotations, and the summary stands on the job's page", async () => {
  const file = join(folder, 'summary');
  writeFileSync(file, '# Another step\n');
  expect(await told({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file })).toHaveLength(3);
  expect(readFileSync(file, 'utf8')).toMatch(/^# Another step\n# Gotwin: malformed\n/);
});

test('elsewhere nothing is said', async () => {
  expect(await told({})).toEqual([]);
  expect(await told({ CI: 'true', GITHUB_STEP_SUMMARY: join(folder, 'not-made') })).toEqual([]);
});

test('a page that is full, or cannot be written, is a warning and no failure', async () => {
  const file = join(folder, 'full');
  writeFileSync(file, 'x'.repeat((1 << 20) - 10));
  expect((await told({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file })).at(-1)).toContain(
    'which is full',
  );
  expect(readFileSync(file)).toHaveLength((1 << 20) - 10);
  expect((await told({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: folder })).at(-1)).toMatch(
    /^warning: .*EISDIR/,
  );
});
