import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type Generation, openTrace } from '../decode/index.ts';
import { Orderer } from './index.ts';

const busy = readFile(new URL('../../tests/testdata/busy.trace', import.meta.url));

async function first(reuse: boolean): Promise<Generation> {
  const reader = await openTrace(await busy, { reuse });
  for await (const generation of reader.generations()) return generation;
  throw new Error('the trace has no generation');
}

test('an orderer that goes from one reader to another leaves the first one’s columns alone', async () => {
  const [a, b] = [await first(true), await first(true)];
  const before = a.columns.kind.slice();
  const orderer = new Orderer({ reuse: true });
  const history = orderer.order(a);
  expect(history.count).toBe(a.count);
  expect(orderer.order(b).count).toBe(b.count);
  expect(a.columns.kind).toEqual(before);
});

test('two orderers on one reader do not disturb each other', async () => {
  const generation = await first(true);
  const one = new Orderer({ reuse: true }).order(generation);
  const events = one.event.slice();
  const other = new Orderer({ reuse: true }).order(generation);
  expect(other.event).toEqual(events);
  expect(one.event).toEqual(events);
  const copied = new Orderer().order(await first(false));
  expect(copied.event).toEqual(events);
});
