/**
 * Every change of state, kept in the kernel as columns: what timelines are drawn from. What is kept would
 * fill many screens; so the kernel is asked for figures, not for changes.
 */
import type { Kernel } from '../kernel/index.ts';
import { KEPT, LOGS, STATES_MOST } from './layout.ts';

/** From when to when a timeline goes, and how long its shortest span is, in ns. */
export interface Frame {
  readonly start: number;
  readonly end: number;
  readonly resolution: number;
}

/** Changes of state in the order of time. */
export interface LineChanges {
  /** Nanoseconds since the trace's base. */
  readonly time: Float64Array;
  readonly state: Uint8Array;
}

/** The changes of all things of one kind, each named by its serial number: its place in `ids`. */
export class ChangeLog {
  readonly #log: number;
  readonly #moved: () => void;
  #kernel: Kernel | undefined;

  /** `moved` is called when the kernel's memory may have grown. */
  constructor(of: keyof typeof LOGS, moved: () => void) {
    this.#log = LOGS[of];
    this.#moved = moved;
  }

  liveIn(kernel: Kernel): void {
    this.#kernel = kernel;
  }

  add(serial: number, state: number, time: number): void {
    const { addChange, openChanges } = (this.#kernel as Kernel).exports;
    if (addChange(this.#log, serial, state, time) === 1) return;
    openChanges(this.#log);
    this.#moved();
    addChange(this.#log, serial, state, time);
  }

  /** How many are kept. */
  get count(): number {
    return this.#kernel?.exports.changesCount(this.#log) ?? 0;
  }

  /** The first so many; no more than make a piece. */
  first(count: number): LineChanges {
    const kept = Math.min(count, this.count, KEPT.piece);
    if (kept === 0) return { time: new Float64Array(0), state: new Uint8Array(0) };
    const { time, state } = this.#piece(0);
    return { time: time.subarray(0, kept), state: state.subarray(0, kept) };
  }

  /** All that are kept of so many lines; `lineOf` says by serial number which line it is in, or NO_LINE. */
  ofLines(lineOf: Uint16Array, lines: number): LineChanges[] {
    const counts = new Uint32Array(lines);
    this.counts(lineOf.length).forEach((count, serial) => {
      const line = lineOf[serial] as number;
      if (line < lines) counts[line] = (counts[line] as number) + count;
    });
    const all = Array.from(counts, (count) => ({
      time: new Float64Array(count),
      state: new Uint8Array(count),
    }));
    const next = new Uint32Array(lines);
    for (let first = 0; first < this.count; first += KEPT.piece) {
      const piece = this.#piece(first);
      for (let i = 0; i < piece.time.length; i++) {
        const line = lineOf[piece.serial[i] as number] as number;
        if (line >= lines) continue;
        const { time, state } = all[line] as LineChanges;
        const at = next[line] as number;
        next[line] = at + 1;
        // Where clocks differ, what comes later in the order may bear an earlier time.
        time[at] = Math.max(piece.time[i] as number, at > 0 ? (time[at - 1] as number) : 0);
        state[at] = piece.state[i] as number;
      }
    }
    return all;
  }

  /** The columns of the piece that begins with this change. */
  #piece(first: number) {
    const kernel = this.#kernel as Kernel;
    const kept = Math.min(KEPT.piece, this.count - first);
    const address = kernel.exports.changesPiece(this.#log, first / KEPT.piece);
    return {
      time: kernel.doubles(address, kept),
      serial: kernel.words(address + KEPT.piece * 8, kept),
      state: kernel.bytes(address + KEPT.piece * 12, kept),
    };
  }

  /** By serial number, of which there are so many: how many changes. */
  counts(serials: number): Uint32Array {
    const kernel = this.#kernel;
    if (kernel === undefined) return new Uint32Array(serials);
    const address = kernel.exports.changesPerSerial(this.#log, serials);
    const counts = kernel.words(address, serials).slice();
    kernel.exports.free(address);
    return counts;
  }

  /**
   * Time is cut into so many parts: of each, by state, for how many ns all things of this kind together were in it.
   * `serials` is how many there are. Parts that are not known to their end are left out.
   */
  together(
    serials: number,
    { start, end, parts }: { start: number; end: number; parts: number },
  ): Float64Array[] {
    const kernel = this.#kernel as Kernel;
    const address = kernel.exports.changesTogether(this.#log, serials, start, end, parts);
    const times = kernel.doubles(address, parts * STATES_MOST).slice();
    kernel.exports.free(address);
    return Array.from({ length: parts }, (_, part) =>
      times.subarray(part * STATES_MOST, (part + 1) * STATES_MOST),
    ).filter((part) => !Number.isNaN(part[0]));
  }

  /**
   * Time is cut into buckets of `resolution` ns, and each gets the state that holds longest in it: so however
   * many changes there are, they fit a screen, and no state that lasts is lost. One array a line, 0 where
   * nothing is known; `lineOf` says by serial number which line it is in, and NO_LINE that it is in none.
   */
  longest(lineOf: Uint16Array, lines: number, { start, end, resolution }: Frame): Uint8Array[] {
    const kernel = this.#kernel;
    const buckets = Math.ceil((end - start) / resolution) + 1;
    if (kernel === undefined) return Array.from({ length: lines }, () => new Uint8Array(buckets));
    const { allocate, changesHeld, free } = kernel.exports;
    const address = allocate(Math.max(1, lineOf.byteLength));
    kernel.shorts(address, lineOf.length).set(lineOf);
    const result = changesHeld(this.#log, address, lines, start, end, resolution);
    const size = STATES_MOST * buckets;
    const held = kernel.doubles(result, lines * size);
    const longest = Array.from({ length: lines }, (_, line) =>
      longestOf(held.subarray(line * size, (line + 1) * size), buckets),
    );
    free(result);
    return longest;
  }
}

export const NO_LINE = 0xffff;

/** By bucket, the state that is held longest there. */
function longestOf(held: Float64Array, buckets: number): Uint8Array {
  const longest = new Uint8Array(buckets);
  const most = new Float64Array(buckets);
  for (let state = 1; state < STATES_MOST; state++) {
    for (let bucket = 0; bucket < buckets; bucket++) {
      const time = held[state * buckets + bucket] as number;
      if (time <= (most[bucket] as number)) continue;
      most[bucket] = time;
      longest[bucket] = state;
    }
  }
  return longest;
}
