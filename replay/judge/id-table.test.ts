import { expect, test } from 'vitest';
import { IdTable } from './id-table.ts';

test('ids come and go as in a Map, whatever they are', () => {
  const table = new IdTable();
  const known = new Map<number, number>();
  let state = 1;
  const random = (n: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % n;
  };
  const odd = [-1, Number.NaN, 2 ** 32, 2 ** 53 - 1, 0, 4096, 2 ** 32 + 4096];
  for (let i = 0; i < 20_000; i++) {
    const id = random(10) === 0 ? odd[random(odd.length)]! : random(700);
    if (random(2) === 0) {
      table.set(id, i);
      known.set(id, i);
    } else {
      table.delete(id);
      known.delete(id);
    }
    const other = random(700);
    expect(table.find(id)).toBe(known.get(id) ?? -1);
    expect(table.find(other)).toBe(known.get(other) ?? -1);
  }
});
