import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Build products and what the tests themselves record are no places to look for tests. */
const never = ['**/node_modules/**', '**/dist/**', '**/testdata/**', '**/.gotwin/**'];
const minute = 60_000;

/**
 * Files of tests that need a machine of their own. All others ask only for what holds however busy the machine is;
 * most of their time one core waits for the other: for a linker, for a replay, for a program that sleeps.
 */
const ALONE = [
  // They end programs, and calls of ours, a few hundred milliseconds after their start, and look at what there is then.
  'collector/endings.go.test.ts',
  'cli/interrupt.go.test.ts',
  // They run a program for a part of a second, in which a snapshot, or a rare case, must be met.
  'cli/before-after.go.test.ts',
  'cli/matrix/older.go.test.ts',
  'replay/probe/corners.go.test.ts',
  'replay/layers/lies.go.test.ts',
  'replay/text/text.go.test.ts',
  // Real Go must go a way that a seeded fault holds open for it, or do again what it did before.
  'cli/steer.go.test.ts',
  'cli/faults.go.test.ts',
  'cli/repro.go.test.ts',
  // Measures.
  'bench/bench.go.test.ts',
];

const gone = ALONE.filter((file) => !existsSync(join(import.meta.dirname, file)));
if (gone.length > 0)
  throw new Error(`vitest.config.ts says that these run alone, and they are gone: ${gone}`);

/** Of a test and of a hook: whatever takes longer hangs. With an empty build cache the standard library is compiled on the way. */
const limits = { testTimeout: 5 * minute, hookTimeout: 5 * minute };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts', 'bootstrap/*.test.mjs'],
          exclude: [...never, '**/*.go.test.ts', '**/*.browser.test.ts'],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Real Go: a compiler uses every core by itself, so two at a time fill the machine, however many it has.
        test: {
          name: 'go',
          include: ['**/*.go.test.ts'],
          exclude: [...never, ...ALONE],
          ...limits,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'browser',
          include: ['**/*.browser.test.ts'],
          exclude: never,
          ...limits,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // After the others, which leave the standard library compiled.
        test: {
          name: 'go-alone',
          include: ALONE,
          exclude: never,
          ...limits,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
