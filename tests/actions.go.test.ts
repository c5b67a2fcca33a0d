import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './tree.ts';

/** A Go module, so it comes by the module proxy, and its hash is looked up in the checksum database. */
const ACTIONLINT = 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.7';

test('actionlint has nothing to say of the workflows, and of what they ask of our action', (context) => {
  const env = { ...process.env, GOFLAGS: '' };
  const go = (...args: string[]) =>
    spawnSync('go', ['run', ACTIONLINT, ...args], { cwd: ROOT, env, encoding: 'utf8' });
  const there = go('-version');
  if (there.status !== 0)
    context.skip(
      `actionlint is not to be had: ${(there.stderr ?? String(there.error)).trim().split('\n').at(-1)}`,
    );
  // shellcheck and pyflakes are asked where they are installed, which should not decide about us.
  const { status, stdout, stderr } = go('-shellcheck=', '-pyflakes=');
  expect({ status, said: `${stdout}${stderr}` }).toEqual({ status: 0, said: '' });
});

test('the action gives gotwin matrix no option that it does not have', () => {
  const action = readFileSync(join(ROOT, 'action.yml'), 'utf8');
  const given = [...action.slice(action.indexOf('args=(')).matchAll(/\((--[a-z]+)|\s(--[a-z]+) "\$/g)].map(
    ([, first, other]) => first ?? other,
  );
  const main = join(ROOT, 'dist', 'bin', 'main.js');
  const { stdout } = spawnSync(process.execPath, [main, 'matrix', '--help'], { encoding: 'utf8' });
  expect(given).toEqual(expect.arrayContaining(['--shard', '--out', '--arch', '--expect']));
  for (const option of given) expect(stdout).toMatch(new RegExp(`${option}\\b`));
});
