import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { goArch, goOs } from '../machine.ts';
import { contentHash, openTree, treeText } from './tree.ts';
import { isDevel, minorNumber } from './versions.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin trees '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

const TOOLS = ['asm', 'compile', 'link'];

/** A tree as far as anyone looks at it without building: its go command answers, its tools could run. */
function pretend(where: string, version: string): string {
  const goroot = join(folder, where);
  const tools = join(goroot, 'pkg', 'tool', `${goOs()}_${goArch()}`);
  for (const dir of [join(goroot, 'bin'), tools, join(goroot, 'src', 'runtime')])
    mkdirSync(dir, { recursive: true });
  writeFileSync(join(goroot, 'VERSION'), `${version}\n`);
  writeFileSync(join(goroot, 'bin', 'go'), `#!/bin/sh\necho '${version}'\necho "$GOROOT"\n`, { mode: 0o755 });
  for (const tool of TOOLS) writeFileSync(join(tools, tool), '', { mode: 0o755 });
  writeFileSync(join(goroot, 'src', 'runtime', 'proc.go'), 'package runtime\n');
  writeFileSync(join(goroot, 'src', 'runtime', 'chan.go'), 'package runtime\n');
  return goroot;
}

test('a copy of a release says what of its runtime is changed; where it lies does not matter', async () => {
  vi.stubEnv('PATH', `${join(pretend('released', 'go1.30.1'), 'bin')}:${process.env.PATH}`);
  const copy = pretend('copy', 'go1.30.1');
  const same = await openTree(copy);
  expect(same).toMatchObject({ version: 'go1.30.1', goroot: copy, tree: { changed: [] } });
  expect(treeText(same)).toBe('go1.30.1, its runtime as released');
  writeFileSync(join(copy, 'src', 'runtime', 'chan.go'), 'package runtime // edited\n');
  writeFileSync(join(copy, 'src', 'runtime', 'more.go'), 'package runtime\n');
  writeFileSync(join(copy, 'src', 'runtime', 'chan_test.go'), 'package runtime\n');
  const edited = await openTree(copy);
  expect(edited.tree).toMatchObject({
    release: { version: 'go1.30.1' },
    changed: ['runtime/chan.go', 'runtime/more.go'],
  });
  expect(edited.tree.runtimeHash).not.toBe(same.tree.runtimeHash);
});

test('the hash of all that a tree builds with has the library and the tools, not tests, nor where it lies', async () => {
  const root = pretend('hashed', 'go1.30.1');
  const write = (file: string) => {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    writeFileSync(join(root, file), `package x // ${file}\n`);
  };
  const hash = async (goroot = root) => await contentHash(await openTree(goroot));
  const first = await hash();
  for (const file of ['src/net/a_test.go', 'src/net/testdata/a.go', 'src/cmd/go/a.go']) write(file);
  expect(await hash()).toBe(first);
  expect(await hash(pretend('hashed elsewhere', 'go1.30.1'))).toBe(first);
  write('src/net/net.go');
  const second = await hash();
  write(`pkg/tool/${goOs()}_${goArch()}/link`);
  chmodSync(join(root, 'pkg', 'tool', `${goOs()}_${goArch()}`, 'link'), 0o755);
  expect(new Set([first, second, await hash()]).size).toBe(3);
});

test.each([
  'devel go1.24-0a1b2c3 Mon Nov 2 10:00:00 2026 +0000',
  'go1.30-devel_0a1b2c3 Mon Nov 2 10:00:00 2026 +0000',
])('%s is a tree between releases, which is held against none', async (version) => {
  const tree = await openTree(pretend(version.replace(/\W/g, '-'), version));
  expect(tree).toMatchObject({ version, tree: { release: undefined, changed: [] } });
  expect([isDevel(version), isDevel('go1.30.1')]).toEqual([true, false]);
  expect(minorNumber(version)).toBe(version.includes('1.30') ? 30 : 24);
});

test('what cannot be built with is refused, and it is said why', async () => {
  const refused = (dir: string) =>
    openTree(dir).then(
      () => 'taken',
      ({ code, message }) => `${code}: ${message}`,
    );
  expect(await refused(join(folder, 'nowhere'))).toMatch(/^not-a-tree: .*there is no such folder/);
  expect(await refused(join(folder))).toMatch(/^not-a-tree: .*no src\/runtime\/proc\.go/);
  const source = pretend('source', 'go1.30.1');
  rmSync(join(source, 'bin'), { recursive: true });
  expect(await refused(source)).toMatch(/^not-built: .*bin\/go is missing/);
  const unpacked = pretend('unpacked', 'go1.30.1');
  chmodSync(join(unpacked, 'pkg', 'tool', `${goOs()}_${goArch()}`, 'link'), 0o444);
  expect(await refused(unpacked)).toMatch(/^not-built: .*link cannot be executed/);
  const broken = pretend('broken', 'go1.30.1');
  writeFileSync(join(broken, 'bin', 'go'), '#!/bin/sh\necho out of order >&2\nexit 1\n');
  expect(await refused(broken)).toMatch(/^not-built: .*out of order/);
  expect(await refused(pretend('old', 'go1.21.13'))).toMatch(/^unknown-version: .*Go 1\.22 and later/);
});
