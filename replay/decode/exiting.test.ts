import { expect, test } from 'vitest';
import { openTrace, type WireBatch, writeWire } from './index.ts';
import { batch, event, sample, tables } from './testdata/sample.ts';

const running = event('ProcStatus', { p: 0, pstatus: 1 });
const began = event('GoStatus', { g: 1, m: 1, gstatus: 2 });
const goesOn = batch(1, 0, 1010, [event('HeapAlloc', { heapalloc_value: 8 }), event('ProcStop')]);

/** The threads of the batches with events, in a trace that these begin. */
async function threads(...begun: WireBatch[]): Promise<number[]> {
  const wire = { number: 1, batches: [...begun, ...tables(22, 1)], ended: false };
  const reader = await openTrace(writeWire(sample(22, wire)));
  const ms: number[] = [];
  for await (const { batches } of reader.generations())
    for (const { kind, m } of batches) if (kind === 'events') ms.push(m);
  return ms;
}

test('what an M writes past unminit, which takes its number, is its own', async () => {
  const exits = batch(1, 7, 1000, [running, began, event('GoDestroy')]);
  expect(await threads(exits, goesOn)).toEqual([7, 7]);
  const taken = batch(1, 8, 1020, [event('ProcStart', { p: 0, p_seq: 1 })]);
  expect(await threads(exits, goesOn, taken, goesOn)).toEqual([7, 7, 8, 0]);
});

test('of two Ms that exit it is the one whose buffer was full', async () => {
  const other = event('ProcStatus', { p: 1, pstatus: 1 });
  const small = batch(1, 7, 1000, [running, began, event('GoDestroy')]);
  const large = batch(1, 8, 1001, [other, began, event('GoStop'), began, event('GoDestroy')]);
  expect(await threads(small, large, goesOn)).toEqual([7, 8, 8]);
  expect(await threads(large, small, goesOn)).toEqual([8, 7, 8]);
});

test('thread 0 is nobody else where no M exits, and where it has a P of its own', async () => {
  expect(await threads(batch(1, 7, 1000, [running, began]), goesOn)).toEqual([7, 0]);
  expect(await threads(batch(1, 7, 1020, [running, began, event('GoDestroy')]), goesOn)).toEqual([7, 0]);
  const own = batch(1, 0, 1000, [event('ProcStatus', { p: 1, pstatus: 1 })]);
  expect(await threads(batch(1, 7, 1000, [running, began, event('GoDestroy')]), own, goesOn)).toEqual([
    7, 0, 0,
  ]);
});
