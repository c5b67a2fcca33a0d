import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { check } from './check.ts';
import { readIntact } from './intact.ts';
import { corrupt } from './mutate.ts';
import { synthetic } from './synthetic.ts';

/** For each format; they are the same on every machine, and so is what comes of them. `npm run corrupt` has real traces and more. */
const SEEDS = 80;
/** One round of the program `busy`, on Go 1.26. */
const REAL = new URL('../testdata/busy.trace', import.meta.url);

const traceOf = (version: 22 | 23 | 25 | 26) => readIntact(`go 1.${version}`, synthetic(version, 4, version));

test.each([
  [25, 183, 'a first generation that was cut off behind its clocks said nothing of that'],
  [26, 605, 'bytes put into a batch moved its end to where other bytes read as a batch'],
  [26, 5322, 'so did bytes that were taken out'],
] as const)('go 1.%i, seed %i: %s', async (version, seed, _story) => {
  const intact = await traceOf(version);
  expect((await check(intact, corrupt(intact, seed), false)).problems).toEqual([]);
});

test.each([
  ['go 1.22', () => traceOf(22)],
  ['go 1.23', () => traceOf(23)],
  ['go 1.25', () => traceOf(25)],
  ['go 1.26', () => traceOf(26)],
  ['real Go', async () => readIntact('real Go', await readFile(REAL))],
] as const)(
  `%s: ${SEEDS} corruptions and cuts lose only what they touch, and say so`,
  async (_name, read) => {
    const intact = await read();
    const whole = intact.generations.reduce((sum, { count }) => sum + count, 0);
    const failures: string[] = [];
    let [compared, damaged] = [0, 0];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const corrupted = corrupt(intact, seed);
      const found = await check(intact, corrupted, seed % 2 === 0);
      compared += found.compared;
      if (found.outcome !== 'sound') damaged++;
      for (const problem of found.problems) failures.push(`seed ${seed}, ${corrupted.what}: ${problem}`);
    }
    expect(failures.slice(0, 20)).toEqual([]);
    // Most corruptions do harm, and most of a trace survives them.
    expect(damaged).toBeGreaterThan(SEEDS / 2);
    expect(compared).toBeGreaterThan((SEEDS * whole) / 4);
  },
  60_000,
);
