/**
 * The batches of a trace, read without the reader that is being measured: how many generations there are and how
 * long, and a copy in which the threads' clocks disagree. Sound v2 traces only.
 */
import { closeSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';

const HEADER_SIZE = 16;
/** Type, experiment, four varints of up to ten bytes. */
const LONGEST_BATCH_HEADER = 42;
const EVENT_BATCH = 1;
const EXPERIMENTAL_BATCH = 49;
const END_OF_GENERATION = 52;
/** The thread of batches that no thread wrote: strings, stacks, clocks. */
const NO_THREAD = 0xffffffffffffffffn;

export interface Batch {
  /** Undefined for the mark at a generation's end. */
  readonly generation: bigint | undefined;
  readonly m: bigint;
  /** Ticks. */
  readonly time: bigint;
  /** Bytes from the batch's first to its first field, to its data, and to its end. */
  readonly fields: number;
  readonly data: number;
  readonly length: number;
}

/** The batch whose first bytes are given. */
export function readBatch(bytes: Uint8Array): Batch {
  const type = bytes[0];
  if (type === END_OF_GENERATION) {
    return { generation: undefined, m: NO_THREAD, time: 0n, fields: 1, data: 1, length: 1 };
  }
  if (type !== EVENT_BATCH && type !== EXPERIMENTAL_BATCH) throw new Error(`a batch of type ${type}`);
  const fields = type === EXPERIMENTAL_BATCH ? 2 : 1;
  let at = fields;
  const next = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const [generation, m, time, size] = [next(), next(), next(), next()] as const;
  return { generation, m, time, fields, data: at, length: at + Number(size) };
}

export interface Shape {
  readonly bytes: number;
  readonly generations: number;
  /** Bytes of the longest generation. */
  readonly longest: number;
}

/** Reads the headers alone, so that a file of a gigabyte takes no memory. */
export function shapeOf(path: string): Shape {
  const file = openSync(path, 'r');
  try {
    const lengths = new Map<bigint, number>();
    const window = new Uint8Array(LONGEST_BATCH_HEADER);
    let at = HEADER_SIZE;
    while (readSync(file, window, 0, window.length, at) > 0) {
      const { generation, length } = readBatch(window);
      if (generation !== undefined) lengths.set(generation, (lengths.get(generation) ?? 0) + length);
      at += length;
    }
    return { bytes: at, generations: lengths.size, longest: Math.max(0, ...lengths.values()) };
  } finally {
    closeSync(file);
  }
}

/** Writes a copy in which every other thread's clock is late by so many ticks. */
export function skewFile(from: string, to: string, ticks: bigint): void {
  writeFileSync(to, skew(readFileSync(from), ticks));
}

/** The clock of the first thread to write a batch is right, that of the second is late, and so on. */
export function skew(trace: Uint8Array, ticks: bigint): Uint8Array {
  const late = new Map<bigint, boolean>([[NO_THREAD, false]]);
  let threads = 0;
  const pieces: Uint8Array[] = [trace.subarray(0, HEADER_SIZE)];
  for (let at = HEADER_SIZE; at < trace.length; ) {
    const batch = readBatch(trace.subarray(at));
    const whole = trace.subarray(at, at + batch.length);
    if (!late.has(batch.m)) late.set(batch.m, threads++ % 2 === 1);
    if (late.get(batch.m)) pieces.push(whole.subarray(0, batch.fields), retimed(batch, ticks));
    pieces.push(late.get(batch.m) ? whole.subarray(batch.data) : whole);
    at += batch.length;
  }
  return Buffer.concat(pieces);
}

/** The fields of a batch's header, a while later. */
function retimed({ generation = 0n, m, time, data, length }: Batch, ticks: bigint): Uint8Array {
  return Uint8Array.from([generation, m, time + ticks, BigInt(length - data)].flatMap(varint));
}

function varint(value: bigint): number[] {
  return value < 0x80n ? [Number(value)] : [Number(value & 0x7fn) | 0x80, ...varint(value >> 7n)];
}
