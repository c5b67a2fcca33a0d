import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { installToolchain } from '../toolchain/install.ts';
import { LINK_FAULTS } from './link-table.ts';
import { seedFault } from './seed.ts';
import { FAULTS } from './table.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-faults-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const all = [...FAULTS, ...LINK_FAULTS];
const releases = [...new Set(all.flatMap(({ tried }) => tried.go))];

test.each(releases)('every fault fits the runtime of Go %s, which Go still reads', async (release) => {
  const toolchain = await installToolchain(release);
  for (const { name, tried } of all.filter((fault) => fault.tried.go.includes(release))) {
    const dir = join(folder, release, name);
    const replaced = await seedFault({ name }, toolchain, tried.arch[0]!, dir);
    expect(replaced.size).toBeGreaterThan(0);
    for (const [original, edited] of replaced)
      expect(readFileSync(edited, 'utf8'), original).not.toBe(readFileSync(original, 'utf8'));
    await execa(join(toolchain.goroot, 'bin', 'gofmt'), ['-e', '-l', ...replaced.values()]);
  }
});

test('a release and an architecture where nobody tried a fault are refused', async () => {
  const toolchain = await installToolchain('1.26');
  const untried = expect.objectContaining({ name: 'FaultError', code: 'untried', fault: 'goexit-stub' });
  const wanted = { name: 'goexit-stub' };
  await expect(seedFault(wanted, toolchain, 'riscv64', folder)).rejects.toThrow(untried);
  const older = { ...toolchain, version: 'go1.21.13' };
  await expect(seedFault(wanted, older, 'amd64', folder)).rejects.toThrow(untried);
});
