import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { writeWire } from '../decode/index.ts';
import { generation, sample, status } from '../decode/testdata/sample.ts';
import { openTrace, type TraceInput } from './index.ts';

const bytes = writeWire(sample(25, generation(25, 1, status()), generation(25, 2, status())));
const padded = new Uint8Array([9, ...bytes, 9]).buffer;

async function* pieces(size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function stream(size: number, seen: { cancelled?: boolean } = {}): ReadableStream<Uint8Array> {
  const source = pieces(size);
  return new ReadableStream({
    async pull(controller) {
      const next = await source.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    cancel() {
      seen.cancelled = true;
    },
  });
}

function shared(): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

async function read(input: TraceInput): Promise<number[]> {
  const trace = await openTrace(input);
  const counts: number[] = [];
  for await (const { count } of trace) counts.push(count);
  expect(trace.damages).toEqual([]);
  return counts;
}

const inputs: [string, () => TraceInput][] = [
  ['a Uint8Array', () => bytes],
  ['a Buffer', () => Buffer.from(bytes)],
  ['a view of a part', () => new Uint8Array(padded, 1, bytes.length)],
  ['a DataView', () => new DataView(padded, 1, bytes.length)],
  ['an ArrayBuffer', () => Uint8Array.from(bytes).buffer],
  ['a SharedArrayBuffer', shared],
  ['a Blob', () => new Blob([Uint8Array.from(bytes)])],
  ['a File', () => new File([Uint8Array.from(bytes)], 'a.trace')],
  ['a ReadableStream', () => stream(7)],
  ['an async generator of single bytes', () => pieces(1)],
  ['a Node Readable', () => Readable.from(pieces(100))],
];

test.each(inputs)('a trace reads from %s', async (_, input) => {
  expect(await read(input())).toEqual([3, 3]);
});

test.each([undefined, null, 'a.trace', 7, {}, [1]])('%j holds no bytes, and is refused', async (input) => {
  await expect(openTrace(input as unknown as TraceInput)).rejects.toThrow(TypeError);
});

test('a trace is read once, and says so when it is to be read again', async () => {
  for (const whole of [true, false]) {
    const trace = await openTrace(bytes);
    const read = async () => {
      for await (const _ of trace) if (!whole) break;
    };
    await read();
    await expect(read()).rejects.toThrow('this trace was read already');
  }
});

test('a stream of text is refused, since decoding has spoiled the bytes', async () => {
  const text = Readable.from(pieces(100)).setEncoding('latin1');
  await expect(openTrace(text)).rejects.toThrow('leave out the encoding');
});

test('who stops early lets the source go', async () => {
  const seen = { cancelled: false };
  for await (const _ of await openTrace(stream(50, seen))) break;
  expect(seen.cancelled).toBe(true);
  const readable = Readable.from(pieces(50));
  for await (const _ of await openTrace(readable)) break;
  expect(readable.destroyed).toBe(true);
});

test('what a source fails with is passed on', async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(0, 100);
    throw new Error('the network is gone');
  }
  const trace = await openTrace(failing());
  await expect(trace.generations().next()).rejects.toThrow('the network is gone');
});
