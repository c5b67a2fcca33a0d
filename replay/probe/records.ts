/**
 * The records in the order of their numbers, a block at a time. Memory is one
 * block, whatever the file's length: a ring, whose oldest record lies somewhere
 * in the middle, is read twice rather than kept.
 */
import { HEADER_BYTES, RECORD, RECORD_BYTES } from '../../collector/index.ts';
import { type Header, isAsked } from './header.ts';
import { KIND, KIND_NAMES } from './kinds.ts';

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

/**
 * Ends early where the file does: what is missing is for the caller to say. With `looksBehind` a block of the
 * slots to which no number was handed out comes last, if the file has any: they should be empty.
 */
export async function* blocksOf(
  read: () => AsyncIterable<Uint8Array>,
  header: Header,
  looksBehind = false,
): AsyncGenerator<Block, void, void> {
  const bytes = new Uint8Array(BLOCK * RECORD_BYTES);
  // Records are little endian, as is every machine that Node runs on with typed arrays of this order.
  const block: Block = { words: new Int32Array(bytes.buffer), count: 0, sequence: 0, offset: 0 };
  const behind = looksBehind ? Math.min(BLOCK, Math.max(0, header.capacity - header.next)) : 0;
  for (const run of runsOf(header)) yield* blocksIn(read(), run, behind, block, bytes);
}

/** Whether a block is one of those behind the last number: a block never goes over that bound. */
export function isBehind({ sequence }: Block, { next }: Header): boolean {
  return sequence >= next;
}

async function* blocksIn(
  source: AsyncIterable<Uint8Array>,
  run: Run,
  behind: number,
  block: Block,
  bytes: Uint8Array,
): AsyncGenerator<Block, void, void> {
  let skip = HEADER_BYTES + run.slot * RECORD_BYTES;
  block.sequence = run.sequence;
  block.offset = skip;
  const end = run.sequence + run.count;
  const bytesFrom = (number: number): number =>
    Math.min(bytes.length, ((number < end ? end : end + behind) - number) * RECORD_BYTES);
  let wanted = bytesFrom(block.sequence);
  let filled = 0;
  for await (const chunk of source) {
    let from = Math.min(skip, chunk.length);
    skip -= from;
    while (from < chunk.length && wanted > 0) {
      const taken = chunk.subarray(from, from + wanted - filled);
      bytes.set(taken, filled);
      filled += taken.length;
      from += taken.length;
      if (filled < wanted) continue;
      yield filledTo(block, filled);
      advance(block);
      wanted = bytesFrom(block.sequence);
      filled = 0;
    }
    if (wanted === 0) return;
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

/** Bits of a record's tag that no recorder sets. */
const SPARE_BITS = 0xf800;

/** By kind, 1 for those that there are and that were asked for. Marks of the clock come without being asked for. */
export type Kinds = Uint8Array;

export function kindsIn(header: Pick<Header, 'mask'>): Kinds {
  const kinds = new Uint8Array(256);
  KIND_NAMES.forEach((name, kind) => {
    if (name !== undefined && isAsked(header, kind)) kinds[kind] = 1;
  });
  for (const kind of [KIND.begin, KIND.clock, KIND.end]) kinds[kind] = 1;
  return kinds;
}

/** Whether a slot holds the record of that number, written to its end, and one that the probe can have written. */
export function isWhole(words: Int32Array, at: number, number: number, kinds: Kinds): boolean {
  const tag = words[at + WORD.tag] as number;
  return isCommitted(words, at, number) && kinds[tag & 0xff] === 1 && (tag & SPARE_BITS) === 0;
}

/** A record's number is written last; where it is missing so may be anything that the record would have told. */
export function isCommitted(words: Int32Array, at: number, number: number): boolean {
  const mark = number + 1;
  return words[at] === (mark | 0) && words[at + 1] === (Math.floor(mark / 0x1_0000_0000) | 0);
}
