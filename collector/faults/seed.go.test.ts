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

/** A delay that nothing else in the runtime's source looks like. */
const DELAY_US = 7_654_321;

test.each(releases)(
  'a fault of Go %s waits where its row says: behind this, before that, in one function',
  async (release) => {
    const toolchain = await installToolchain(release);
    for (const { name, tried, window } of FAULTS.filter((fault) => fault.tried.go.includes(release))) {
      if (window === undefined) continue;
      const dir = join(folder, release, `${name}-window`);
      const files = [
        ...(await seedFault({ name, delayUs: DELAY_US }, toolchain, tried.arch[0]!, dir)).values(),
      ];
      const text = files
        .map((file) => readFileSync(file, 'utf8'))
        .find((each) => each.includes(String(DELAY_US)))!;
      const [before = '', after = ''] = [
        text.slice(0, text.indexOf(String(DELAY_US))),
        text.slice(text.lastIndexOf(String(DELAY_US))),
      ];
      expect(before.slice(before.lastIndexOf('\nfunc ')), name).toContain(window.behind);
      expect(after.slice(0, after.indexOf('\n}\n')), name).toContain(window.before);
    }
  },
);

test('a release and an architecture where nobody tried a fault are refused', async () => {
  const toolchain = await installToolchain('1.26');
  const untried = expect.objectContaining({ name: 'FaultError', code: 'untried', fault: 'goexit-stub' });
  const wanted = { name: 'goexit-stub' };
  await expect(seedFault(wanted, toolchain, 'riscv64', folder)).rejects.toThrow(untried);
  const older = { ...toolchain, version: 'go1.21.13' };
  await expect(seedFault(wanted, older, 'amd64', folder)).rejects.toThrow(untried);
});
