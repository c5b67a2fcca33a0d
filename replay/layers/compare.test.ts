import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Clock } from '../probe/clock.ts';
import { readFunctions } from '../probe/functions.ts';
import { readHeader } from '../probe/header.ts';
import { at, fileOf, functionsText, source, type Written } from '../probe/small-records.ts';
import { compare } from './compare.ts';
import { judgeLayers } from './index.ts';

const TRACE = join(import.meta.dirname, '../../tests/testdata/busy.trace');
const clocks = Array.from({ length: 10_000 }, (_, n): Written => ({ kind: 'clock', a: n, b: n }));

/** A trace, and records of which the sixth was not written to its end. */
async function torn() {
  const bytes = fileOf(clocks);
  bytes[at(5)] = 0;
  const header = await readHeader(source(bytes)());
  if ('code' in header) throw new Error(header.message);
  const open = { count: 0 };
  async function* records(): AsyncGenerator<Uint8Array, void, void> {
    open.count++;
    try {
      yield* source(bytes)();
    } finally {
      open.count--;
    }
  }
  const functions = await readFunctions(source(new TextEncoder().encode(functionsText))());
  const trace = () => createReadStream(TRACE);
  return {
    open,
    layers: { trace, records, header, functions, clock: new Clock(), release: 'go1.26' as const },
  };
}

test('layers that part early leave no file open', async () => {
  const { open, layers } = await torn();
  expect(await compare(layers)).toMatchObject({ met: false, cut: 'torn' });
  expect(open.count).toBe(0);
});

test('a record that was not written to its end is named as what kept the layers apart', async () => {
  const { layers } = await torn();
  const { summary } = await judgeLayers(layers);
  expect(summary.text).toBe(
    'trace and probes were not held against each other: a record that was not written to its end comes before the moment at which tracing was switched on, from which both tell the same, and what follows it is not known for certain',
  );
});
