import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { hashToolchain, listToolchains, toolchainIn, verifyToolchain } from './find.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin toolchains '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

/** A toolchain as far as anyone looks at it without building: a version, a go that says one, some runtime. */
function pretend(where: string, version: string, says = version, mode = 0o755): string {
  const goroot = join(folder, where);
  for (const dir of ['bin', 'pkg/tool/linux_amd64', 'src/runtime'])
    mkdirSync(join(goroot, dir), { recursive: true });
  writeFileSync(join(goroot, 'VERSION'), `${version}\ntime 2026-01-01T00:00:00Z\n`);
  writeFileSync(join(goroot, 'bin/go'), `#!/bin/sh\necho go version ${says} linux/amd64\n`, { mode });
  writeFileSync(join(goroot, 'pkg/tool/linux_amd64/compile'), 'compile');
  writeFileSync(join(goroot, 'src/runtime/proc.go'), 'package runtime\n');
  return goroot;
}

test('a toolchain that says what its VERSION says is what it seems', async () => {
  const toolchain = toolchainIn(pretend('good', 'go1.30.1'));
  expect(toolchain).toMatchObject({ version: 'go1.30.1', from: 'given' });
  await verifyToolchain(toolchain);
});

test('one that says something else is not used', async () => {
  const toolchain = toolchainIn(pretend('wrong', 'go1.30.1', 'go1.29.0'));
  await expect(verifyToolchain(toolchain)).rejects.toMatchObject({
    code: 'wrong-version',
    wanted: 'go1.30.1',
  });
});

test('a folder without a toolchain is none', () => {
  expect(() => toolchainIn(folder)).toThrow(expect.objectContaining({ code: 'no-go' }));
});

test('the hash is the same in another place, and another after one line of the runtime has changed', async () => {
  const first = await hashToolchain(toolchainIn(pretend('one', 'go1.30.1')));
  expect(await hashToolchain(toolchainIn(pretend('two', 'go1.30.1')))).toBe(first);
  const edited = pretend('three', 'go1.30.1');
  writeFileSync(join(edited, 'src/runtime/proc.go'), 'package runtime // edited\n');
  expect(await hashToolchain(toolchainIn(edited))).not.toBe(first);
});

test("toolchains are found on PATH, in Go's module cache and in ours; those that cannot run are left out", async () => {
  pretend('path', 'go1.31.0');
  pretend('mod/golang.org/toolchain@v0.0.1-go1.31.2.linux-amd64', 'go1.31.2');
  pretend('mod/golang.org/toolchain@v0.0.1-go1.31.9.linux-amd64', 'go1.31.9', 'go1.31.9', 0o444);
  pretend('cache/gotwin/toolchains/go1.31.1', 'go1.31.1');
  vi.stubEnv('PATH', join(folder, 'path', 'bin'));
  vi.stubEnv('GOMODCACHE', join(folder, 'mod'));
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
  const found = (await listToolchains()).filter(({ version }) => version.startsWith('go1.31'));
  expect(found.map(({ version, from }) => [version, from])).toEqual([
    ['go1.31.2', 'module-cache'],
    ['go1.31.1', 'gotwin-cache'],
    ['go1.31.0', 'path'],
  ]);
});
