import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { goOs } from '../machine.ts';
import { toolchainEnv } from '../toolchain/find.ts';
import { installToolchain } from '../toolchain/install.ts';
import { overlaySource } from './overlay.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-overlay-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cases = ['go1.22.12', 'go1.26.8'].flatMap((version) =>
  [true, false].map((startsTrace) => ({ version, startsTrace })),
);

test.each(cases)('what is added is Go as gofmt and vet like it: $version $startsTrace', async (row) => {
  const toolchain = await installToolchain(row.version);
  const dir = join(folder, `${row.version}-${row.startsTrace}`);
  mkdirSync(dir);
  writeFileSync(join(dir, 'go.mod'), 'module example.com/added\n\ngo 1.22\n');
  const source = overlaySource({ packageName: 'main', graceMs: 3000, goos: goOs(), ...row });
  writeFileSync(join(dir, 'added.go'), `${source}\nfunc main() {}\n`);
  const env = { ...toolchainEnv(toolchain), CGO_ENABLED: '0', GOENV: 'off', GOFLAGS: '' };
  const gofmt = await execa(join(toolchain.goroot, 'bin', 'gofmt'), ['-l', dir]);
  expect(gofmt.stdout).toBe('');
  // The copy of os.Stderr is meant, and copylocks knows of no lock in it.
  await execa(toolchain.go, ['vet', '.'], { cwd: dir, env });
});
