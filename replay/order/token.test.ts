import { expect, test } from 'vitest';
import { openTrace, writeWire } from '../decode/index.ts';
import { event, generation, sample, status } from '../decode/testdata/sample.ts';
import { Orderer } from './index.ts';

/** The second generation says nothing of what its M holds: only the first does. */
const TRACE = writeWire(
  sample(
    26,
    generation(26, 1, [...status(), event('GCActive', { gc_seq: 7 })]),
    generation(26, 2, [event('GoBlock', { reason_string: 1, stack: 1 }), event('GCEnd', { gc_seq: 8 })]),
  ),
);

/** P and G of each event, and how many were forced, by an orderer for each generation. */
async function contexts(carry: boolean): Promise<string[]> {
  const told: string[] = [];
  let state = new Orderer().save();
  for await (const one of (await openTrace(TRACE)).generations()) {
    const orderer = new Orderer();
    if (carry) orderer.restore(state);
    const { count, p, g, time, forced } = orderer.order(one);
    for (let i = 0; i < count; i++) told.push(`${p[i]} ${g[i]} ${time[i]} ${forced.length}`);
    state = orderer.save();
  }
  return told;
}

test('an orderer that is given another’s state goes on where that one was', async () => {
  const orderer = new Orderer();
  const told: string[] = [];
  for await (const one of (await openTrace(TRACE)).generations()) {
    const { count, p, g, time, forced } = orderer.order(one);
    for (let i = 0; i < count; i++) told.push(`${p[i]} ${g[i]} ${time[i]} ${forced.length}`);
  }
  expect(await contexts(true)).toEqual(told);
  // And without it, it does not.
  expect(await contexts(false)).not.toEqual(told);
});
