import { describe, expect, test } from 'vitest';
import { fineModelOf } from '../model/index.ts';
import { explore } from './explore.ts';
import { HISTORIES } from './index.ts';
import { NOT_MODELLED } from './not-modelled.ts';

/** Worlds of the Go of today that are sound: what they ask is what real Go does. */
const counts = new Map<string, number>();
for (const { variants } of HISTORIES)
  for (const { today, finds, isLarge, world } of variants)
    if (today && finds === undefined && isLarge !== true)
      for (const [row, count] of explore(world()).counts) counts.set(row, (counts.get(row) ?? 0) + count);

const rows = fineModelOf('go1.26').map(({ id }) => id);

describe('the worlds of today against the rows by which a replay judges', () => {
  test('every row is asked in some world, or listed with the reason why it is not', () => {
    const unasked = rows.filter((id) => (counts.get(id) ?? 0) === 0);
    expect(unasked.sort()).toEqual(Object.keys(NOT_MODELLED).sort());
  });

  test('every step is a row that a replay allows', () => {
    const asked = [...counts].filter(([, count]) => count > 0).map(([id]) => id);
    expect(asked.filter((id) => !rows.includes(id))).toEqual([]);
  });
});
