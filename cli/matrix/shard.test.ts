import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partition, refuseEmptyShard } from './shard.ts';
import { planned } from './testdata/rows.ts';

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
const costs = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 60 });

test('every cell is in exactly one shard, and no shard is longer than it must be', () => {
  fc.assert(
    fc.property(costs, fc.integer({ min: 1, max: 8 }), (ms, count) => {
      const cells = ms.map((_, i) => planned(`cell ${i}`));
      const durations = new Map(ms.map((each, i) => [`cell ${i}`, each]));
      const shards = partition(cells, count, durations);
      expect(shards.flat().sort(byId)).toEqual([...cells].sort(byId));
      const loads = shards.map((shard) => shard.reduce((sum, { id }) => sum + durations.get(id)!, 0));
      // Of the longest first: whoever has most had least when its last cell came, which is no longer than the longest.
      const mean = ms.reduce((sum, each) => sum + each, 0) / count;
      expect(Math.max(...loads)).toBeLessThanOrEqual(mean + Math.max(...ms));
    }),
  );
});

test('the order of the cells, and of what is known of them, changes no shard', () => {
  const cells = Array.from({ length: 20 }, (_, i) => planned(`cell ${i}`));
  const known = cells.slice(0, 9).map(({ id }, i): [string, number] => [id, 1000 + (i % 3)]);
  const ids = (shards: readonly (readonly { id: string }[])[]) =>
    shards.map((shard) => shard.map(({ id }) => id).sort());
  const there = ids(partition(cells, 3, new Map(known)));
  expect(ids(partition([...cells].reverse(), 3, new Map([...known].reverse())))).toEqual(there);
});

test('more shards than cells are refused', () => {
  expect(() => refuseEmptyShard([planned('a')], { index: 1, count: 2 })).toThrow(
    '2 shards, and the matrix has 1 cells',
  );
});
