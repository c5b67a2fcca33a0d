import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { kill, planOf } from './kill.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-kills-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A few of what `npm run kills` does twenty of: a build is what takes the time, so of the newest release alone. */
const SEEDS = Array.from({ length: 4 }, (_, nth) => nth + 1);

test.each(SEEDS)(
  'a program that is killed leaves every record that it wrote: seed %i',
  { timeout: 300_000 },
  async (seed) => {
    const { problems } = await kill({ ...planOf(seed), go: '1.26', fixture: 'netecho' }, folder);
    expect(problems, `npm run kills -- 1 --seed ${seed}`).toEqual([]);
  },
);

test('a seed says the same each time, and others other things', () => {
  expect(planOf(7)).toEqual(planOf(7));
  const plans = Array.from({ length: 100 }, (_, seed) => planOf(seed));
  expect(new Set(plans.map(({ fixture, go, mode }) => `${fixture} ${go} ${mode}`)).size).toBeGreaterThan(15);
});
