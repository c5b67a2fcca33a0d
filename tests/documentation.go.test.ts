import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { blocksOf } from './shell.ts';
import { ROOT, readTree } from './tree.ts';

const examples = [...readTree()].flatMap(([path, text]) =>
  path.endsWith('.md') && !path.includes('/testdata/')
    ? blocksOf(text).flatMap((block) => (block.info === 'sh run' ? [{ path, ...block }] : []))
    : [],
);

/** A folder to work in, and `gotwin` on the PATH as an installation would have it. */
function workplace(): { folder: string; env: NodeJS.ProcessEnv } {
  const folder = mkdtempSync(join(tmpdir(), 'gotwin-example-'));
  const bin = join(folder, '.bin');
  mkdirSync(bin);
  const main = join(ROOT, 'dist', 'cli', 'main.js');
  writeFileSync(join(bin, 'gotwin'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  chmodSync(join(bin, 'gotwin'), 0o755);
  return { folder, env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` } };
}

test.each(examples)('the example at $path:$line runs as it stands', ({ text }) => {
  const { folder, env } = workplace();
  const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', text], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true, force: true });
  expect({ status, output: `${stdout}${stderr}` }).toMatchObject({ status: 0 });
});

test('an example may be marked to be run', () => {
  expect(blocksOf('```sh run\ngotwin doctor\n```\n')).toMatchObject([{ info: 'sh run' }]);
});
