import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fisher, separation } from './odds.ts';

test.each([
  // The lady tasting tea, and its best outcome.
  [3, 4, 1, 4, 34 / 70],
  [4, 4, 0, 4, 2 / 70],
  [1, 1, 0, 1, 1],
  [5, 5, 0, 5, 2 / 252],
  [0, 3, 0, 9, 1],
])('%i of %i against %i of %i', (k, n, l, m, p) => {
  expect(fisher(k, n, l, m)).toBeCloseTo(p, 12);
});

test('it makes no difference which side comes first, or whether shown or not shown is counted', () => {
  const side = fc
    .integer({ min: 1, max: 12 })
    .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
  fc.assert(
    fc.property(side, side, ([k, n], [l, m]) => {
      const p = fisher(k, n, l, m);
      expect(p).toBeGreaterThan(0);
      expect(p).toBeLessThanOrEqual(1);
      expect(fisher(l, m, k, n)).toBeCloseTo(p, 9);
      expect(fisher(n - k, n, m - l, m)).toBeCloseTo(p, 9);
    }),
  );
});

test('numbers that lie apart say more the more there are', () => {
  expect(separation(1, 1)).toBe(1);
  expect(separation(4, 4)).toBeCloseTo(2 / 70, 12);
  expect(separation(5, 5)).toBeLessThan(0.01);
});
