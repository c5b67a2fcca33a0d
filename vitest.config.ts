import { defineConfig } from 'vitest/config';

/** Build products and what the tests themselves record are no places to look for tests. */
const never = ['**/node_modules/**', '**/dist/**', '**/testdata/**', '**/.gotwin/**'];
const minute = 60_000;

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
        // Real Go: a compiler uses every core by itself, and a busy machine bends what the runtime does.
        // So one file at a time, after the unit tests have left the machine.
        test: {
          name: 'go',
          include: ['**/*.go.test.ts'],
          exclude: never,
          testTimeout: 2 * minute,
          hookTimeout: 3 * minute,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'browser',
          include: ['**/*.browser.test.ts'],
          exclude: never,
          testTimeout: minute,
          hookTimeout: minute,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
