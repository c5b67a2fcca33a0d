/**
 * The records in the order of their numbers, a block at a time. Memory is one
 * block, whatever the file's length: a ring, whose oldest record lies somewhere
 * in the middle, is read twice rather than kept.
 */
import { HEADER_BYTES, RECORD, RECORD_BYTES } from '../../collector/index.ts';
import type { Header } from './header.ts';

/** Records in a block: 192 KiB, which stay in the processor's cache while they are judged. */
const BLOCK = 4096;

/** A run of slots whose records' numbers follow each other. */
interface Run {
  readonly slot: number;
  readonly count: number;
  /** Number that the first slot's record has, if it was written. */
  readonly sequence: number;
}

/** Slots as they stand in the file; overwritten by the next block. */
export interface Block {
  readonly words: Int32Array;
  /** Slots in it. */
  count: number;
  /** The number of the first slot's record, and its place in the file. */
  sequence: number;
  offset: number;
}

export function runsOf({ capacity, mode, next }: Header): Run[] {
  if (mode === 'linear' || next <= capacity)
    return [{ slot: 0, count: Math.min(next, capacity), sequence: 0 }];
  const oldest = next % capacity;
  return [
    { slot: oldest, count: capacity - oldest, sequence: next - capacity },
    { slot: 0, count: oldest, sequence: next - oldest },
  ].filter(({ count }) => count > 0);
}

/** Ends early where the file does: what is missing is for the caller to say. */
export async function* blocksOf(
  read: () => AsyncIterable<Uint8Array>,
  header: Header,
): AsyncGenerator<Block, void, void> {
  const bytes = new Uint8Array(BLOCK * RECORD_BYTES);
  // Records are little endian, as is every machine that Node runs on with typed arrays of this order.
  const block: Block = { words: new Int32Array(bytes.buffer), count: 0, sequence: 0, offset: 0 };
  for (const run of runsOf(header)) yield* blocksIn(read(), run, bytes, block);
}

async function* blocksIn(source: AsyncIterable<Uint8Array>, run: Run, bytes: Uint8Array, block: Block) {
  let skip = HEADER_BYTES + run.slot * RECORD_BYTES;
  block.sequence = run.sequence;
  block.offset = skip;
  let left = run.count * RECORD_BYTES;
  let filled = 0;
  for await (const chunk of source) {
    let from = Math.min(skip, chunk.length);
    skip -= from;
    while (from < chunk.length && left > 0) {
      const taken = chunk.subarray(from, from + Math.min(bytes.length - filled, left));
      bytes.set(taken, filled);
      filled += taken.length;
      from += taken.length;
      left -= taken.length;
      if (filled < bytes.length && left > 0) continue;
      yield filledTo(block, filled);
      advance(block);
      filled = 0;
    }
    if (left === 0) return;
  }
  if (filled >= RECORD_BYTES) yield filledTo(block, filled);
}

function filledTo(block: Block, bytes: number): Block {
  block.count = Math.floor(bytes / RECORD_BYTES);
  return block;
}

function advance(block: Block): void {
  block.sequence += block.count;
  block.offset += block.count * RECORD_BYTES;
}

/** Where a record's parts lie, in words; `tag` is kind, flags and P, `thread` the M and the interval. */
export const WORD = {
  ticks: RECORD.ticks / 4,
  gp: RECORD.gp / 4,
  a: RECORD.a / 4,
  b: RECORD.b / 4,
  tag: RECORD.kind / 4,
  thread: RECORD.m / 4,
  size: RECORD_BYTES / 4,
} as const;
