import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findFault, goArch, record } from '../collector/index.ts';
import { replayFile } from '../replay/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-faults-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FAULT = 'freem-leak';

/** A fifth of a second of the fault's fixture, with or without the fault. */
async function recorded(file: string, seeded: boolean): Promise<string> {
  const { path } = await record({
    target: findFault({ name: FAULT }).fault.fixture,
    goVersion: '1.26',
    args: ['-d', '200ms'],
    layers: ['probe', 'text'],
    outFile: join(folder, file),
    ...(seeded ? { fault: { name: FAULT } } : {}),
  });
  return path;
}

test('a leak of which Go says nothing is found by its rule, and not where there is none', async (context) => {
  if (!findFault({ name: FAULT }).fault.tried.arch.includes(goArch())) context.skip('never tried here');
  const control = await replayFile(await recorded('control.gotwin', false));
  expect(control.why).toMatch(/every one allowed/);
  expect(control).not.toHaveProperty('fault');
  const path = await recorded('fault.gotwin', true);
  const seeded = await replayFile(path);
  expect(seeded.exit).toBe('exit 0');
  expect(seeded.verdict).toBe('diverges');
  expect(seeded.why).toContain(`its runtime carries the seeded fault ${FAULT}`);
  expect(seeded.fault).toEqual({ name: FAULT, delayUs: 0 });
  const rules = seeded.divergences.map(({ rule }) => rule);
  expect(rules.filter((rule) => !findFault({ name: FAULT }).fault.finds.includes(rule))).toEqual([]);
});
