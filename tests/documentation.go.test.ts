import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { examplesOf, unlike } from './examples.ts';
import { blocksOf } from './shell.ts';
import { ROOT, readTree } from './tree.ts';

const examples = [...readTree()].flatMap(([path, text]) =>
  path.endsWith('.md') && !path.includes('/testdata/')
    ? examplesOf(blocksOf(text)).map((steps) => ({ path, line: steps[0]?.line, steps }))
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

test.each(examples)('the example at $path:$line runs, and prints what the page says', ({ path, steps }) => {
  const { folder, env } = workplace();
  try {
    for (const { line, text, exits, output } of steps) {
      const options = { cwd: folder, env, encoding: 'utf8' } as const;
      const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', text], options);
      const place = `${path}:${line}\n${stdout}${stderr}`;
      expect(status, place).toBe(exits);
      expect(unlike(output, stdout), place).toEqual([]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
