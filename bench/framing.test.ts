import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBatch, shapeOf, skew } from './framing.ts';

const HEADER = [...Buffer.from('go 1.26 trace\0\0\0')];
const NO_THREAD = [...Array(9).fill(0xff), 0x01];
/** The runtime pads a size to this many bytes, since it writes it last. */
const SIZE = [0x83, 0x80, 0x00];
const DATA = [7, 8, 9];

const batch = (generation: number, m: number[], time: number[]) => [
  ...[1, generation, ...m, ...time, ...SIZE],
  ...DATA,
];

const TRACE = Uint8Array.from([
  ...HEADER,
  ...batch(1, [4], [100]),
  ...batch(1, [9], [100]),
  ...[49, 2, 1, 9, 0xe4, 0x00, 1, 5], // of experiment 2
  ...batch(1, NO_THREAD, [100]),
  52,
  ...batch(2, [9], [0xff, 0xff, 0x03]),
  52,
]);

/** Each batch's header, with the bytes that follow it. */
function batches(bytes: Uint8Array) {
  const found = [];
  for (let at = HEADER.length; at < bytes.length; ) {
    const batch = readBatch(bytes.subarray(at));
    const whole = [...bytes.subarray(at, at + batch.length)];
    found.push({ ...batch, type: whole.slice(0, batch.fields), content: whole.slice(batch.data) });
    at += batch.length;
  }
  return found;
}

test('every other thread’s clock is late, and nothing else is changed', () => {
  const skewed = skew(TRACE, 1000n);
  const [before, after] = [batches(TRACE), batches(skewed)];
  expect(before.map(({ time }) => time)).toEqual([100n, 100n, 100n, 100n, 0n, 65535n, 0n]);
  expect(after.map(({ time }) => time)).toEqual([100n, 1100n, 1100n, 100n, 0n, 66535n, 0n]);
  const rest = (all: typeof before) =>
    all.map(({ generation, m, type, content }) => ({ generation, m, type, content }));
  expect(rest(after)).toEqual(rest(before));
  expect(before.map(({ content }) => content.length)).toEqual([3, 3, 1, 3, 0, 3, 0]);
  expect([...skewed.subarray(0, 16)]).toEqual(HEADER);
});

test('a skew of nothing leaves the times alone', () => {
  expect(batches(skew(TRACE, 0n)).map(({ time }) => time)).toEqual(batches(TRACE).map(({ time }) => time));
});

test('the shape of a file is read from its batches’ headers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gotwin-bench-'));
  try {
    const file = join(folder, 'a.trace');
    writeFileSync(file, TRACE);
    const length = (generation: bigint) =>
      batches(TRACE)
        .filter((one) => one.generation === generation)
        .reduce((sum, one) => sum + one.length, 0);
    const longest = Math.max(length(1n), length(2n));
    expect(shapeOf(file)).toEqual({ bytes: TRACE.length, generations: 2, longest });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what is no batch is refused', () => {
  expect(() => readBatch(Uint8Array.of(3))).toThrow('a batch of type 3');
});
