import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { goArch } from '../machine.ts';
import { installToolchain } from '../toolchain/install.ts';
import type { TreeToolchain } from '../toolchain/tree.ts';
import { checkBuiltFrom } from './built-from.ts';

const workDir = mkdtempSync(join(tmpdir(), 'gotwin-built-from-'));
afterAll(() => rmSync(workDir, { recursive: true, force: true }));

/** The release itself, said to be a tree in which these files are not the release's. */
async function saidToBe(changed: readonly string[]): Promise<TreeToolchain> {
  const release = await installToolchain('1.26');
  return { ...release, tree: { runtimeHash: '', release, changed } };
}

test('a runtime that is changed, and is built as the release has it, is refused', async () => {
  const tree = await saidToBe(['runtime/netpoll.go']);
  await expect(checkBuiltFrom(tree, { goarch: goArch(), workDir })).rejects.toMatchObject({
    code: 'stale-runtime',
    message: expect.stringMatching(/^runtime is changed in .* is go1\.26\.\d+ as released$/),
  });
});

test('a change that is no part of such a program is told', async () => {
  const tree = await saidToBe(['runtime/netpoll_kqueue.go']);
  expect(await checkBuiltFrom(tree, { goarch: goArch(), workDir })).toEqual([
    expect.stringMatching(
      /^no change of the runtime is part of a program for linux\/\w+: runtime\/netpoll_kqueue\.go$/,
    ),
  ]);
  expect(await checkBuiltFrom(await saidToBe([]), { goarch: goArch(), workDir })).toEqual([]);
});
