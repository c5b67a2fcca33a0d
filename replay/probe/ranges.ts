/**
 * Stack ranges by their lowest address: who was given each, and whether anything
 * of a new one is still in use. A range is marked in pieces: 2 KiB ones, since
 * every stack starts and ends at such a boundary, up to 32 KiB, and in blocks of
 * 32 KiB beyond, of which a large stack marks the first ones only.
 */
import { Addressed, FIRST_COLUMNS, grow } from './address-table.ts';
import { wide } from './record.ts';

/** The smallest stack. */
export const MIN_STACK = 1 << 11;
const PIECE = MIN_STACK;
const BLOCK = 1 << 15;
const WORD = 0x1_0000_0000;
/** 8 MiB: larger stacks are rare, and a hostile file may name many. */
const MAX_BLOCKS = 256;
/** Keeps the numbers of blocks and of pieces apart; no address is as high. */
const BLOCK_TAG = 0x8000_0000;

class Marks extends Addressed {
  /** Number of the range that the piece belongs to, + 1. */
  range = new Int32Array(FIRST_COLUMNS);

  set(piece: number, tag: number, range: number): void {
    const mark = this.keys.add(piece | 0, upper(piece, tag));
    if (mark >= 0) this.range[mark] = range;
  }

  at(piece: number, tag: number): number {
    const mark = this.keys.find(piece | 0, upper(piece, tag));
    return mark < 0 ? -1 : (this.range[mark] as number) - 1;
  }

  protected override grown(capacity: number): void {
    this.range = grow(this.range, capacity);
  }
}

/** Kept above zero, since an address of zero has no place in the table. */
function upper(piece: number, tag: number): number {
  return (Math.floor(piece / WORD) + 1 + tag) | 0;
}

export const RANGE = { unknown: 0, live: 1, free: 2 } as const;

export class Ranges extends Addressed {
  bytes = new Uint32Array(FIRST_COLUMNS);
  /** Of RANGE. */
  state = new Uint8Array(FIRST_COLUMNS);
  epoch = new Int32Array(FIRST_COLUMNS);
  setBy = new Float64Array(FIRST_COLUMNS);
  /** The goroutine that runs on it, + 1, where a record said so. */
  goroutine = new Int32Array(FIRST_COLUMNS);
  /** The thread whose g0 runs on it, + 1, where a record said so. */
  thread = new Int32Array(FIRST_COLUMNS);
  readonly #marks = new Marks();

  /** The number of another range in use that has a part of this one, or -1. */
  overlapping(range: number, bytes: number, epoch: number): number {
    const { first, count, tag } = piecesOf(
      this.keys.lo[range] as number,
      this.keys.hi[range] as number,
      bytes,
    );
    for (let piece = first; piece < first + count; piece++) {
      const other = this.#marks.at(piece, tag);
      if (other >= 0 && other !== range && this.isLive(other, epoch)) return other;
    }
    if (tag === BLOCK_TAG) return -1;
    const large = this.#marks.at(Math.floor((first * PIECE) / BLOCK), BLOCK_TAG);
    return large >= 0 && large !== range && this.isLive(large, epoch) ? large : -1;
  }

  isLive(range: number, epoch: number): boolean {
    return this.state[range] === RANGE.live && this.epoch[range] === epoch;
  }

  take(range: number, bytes: number, epoch: number, sequence: number): void {
    this.bytes[range] = bytes;
    this.#become(range, RANGE.live, epoch, sequence);
    this.#mark(range, bytes, range + 1);
  }

  give(range: number, epoch: number, sequence: number): void {
    this.#mark(range, this.bytes[range] as number, 0);
    this.#become(range, RANGE.free, epoch, sequence);
  }

  protected override grown(capacity: number): void {
    this.bytes = grow(this.bytes, capacity);
    this.state = grow(this.state, capacity);
    this.epoch = grow(this.epoch, capacity);
    this.setBy = grow(this.setBy, capacity);
    this.goroutine = grow(this.goroutine, capacity);
    this.thread = grow(this.thread, capacity);
  }

  #become(range: number, state: number, epoch: number, sequence: number): void {
    this.state[range] = state;
    this.epoch[range] = epoch;
    this.setBy[range] = sequence;
    this.goroutine[range] = 0;
    this.thread[range] = 0;
  }

  #mark(range: number, bytes: number, value: number): void {
    const { first, count, tag } = piecesOf(
      this.keys.lo[range] as number,
      this.keys.hi[range] as number,
      bytes,
    );
    for (let piece = first; piece < first + count; piece++) this.#marks.set(piece, tag, value);
  }
}

/** The pieces of a range, or the blocks that lie wholly in a large one, which begins at any page: by number. */
function piecesOf(lo: number, hi: number, bytes: number) {
  const address = wide(lo, hi);
  const size = bytes <= BLOCK ? PIECE : BLOCK;
  const first = Math.ceil(address / size);
  const count = Math.min(Math.floor((address + bytes) / size) - first, MAX_BLOCKS);
  return { first, count, tag: size === BLOCK ? BLOCK_TAG : 0 };
}
