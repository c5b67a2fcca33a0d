/** Finds the next batch where the chain of batches is broken. */
import { EV, MAX_BATCH_SIZE, NOT_TIMED, type TraceVersion, timedArgCounts } from './specs.ts';

/**
 * The runtime leaves ten bytes for a batch's size, which it learns last, and
 * fills all of them (`varintReserve` in runtime/tracebuf.go, since 1.22). No
 * other number in a trace is padded, so these bytes tell where a batch begins.
 */
const SIZE_BYTES = 10;
/** Bytes of a size that may be other than 0x80: 2^16 takes three. */
const SIZE_DIGITS = 3;
const LAST_DIGIT = 0x80 | (MAX_BATCH_SIZE >> 14);
/** Numbers between a batch's type and its size: generation, thread, time. */
const NUMBERS = 3;
const NUMBER_BYTES = 10;

/** Whether a size, whose last byte is before index `end`, is padded as Go pads it. */
export function paddedSize(bytes: Uint8Array, end: number): boolean {
  if (end < SIZE_BYTES || bytes[end - 1] !== 0) return false;
  for (let i = end - 2; i >= end - SIZE_BYTES + SIZE_DIGITS; i--) if (bytes[i] !== 0x80) return false;
  const start = end - SIZE_BYTES;
  if (bytes[start]! < 0x80 || bytes[start + 1]! < 0x80) return false;
  return bytes[start + 2]! >= 0x80 && bytes[start + 2]! <= LAST_DIGIT;
}

export class BatchFinder {
  readonly #argCounts: Uint8Array;
  readonly #experiments: boolean;

  constructor(version: TraceVersion) {
    this.#argCounts = timedArgCounts(version);
    this.#experiments = version >= 23;
  }

  /** Index in `bytes[from, to)` of the first header that stands there whole; -1 for none. */
  find(bytes: Uint8Array, from: number, to: number): number {
    for (let end = from + SIZE_BYTES; end <= to; end++) {
      if (bytes[end - 1] !== 0 || bytes[end - 2] !== 0x80 || !paddedSize(bytes, end)) continue;
      const start = this.#start(bytes, from, end, to);
      if (start >= 0) return start;
    }
    return -1;
  }

  /** Where the header begins whose size ends before `end`. */
  #start(bytes: Uint8Array, from: number, end: number, to: number): number {
    let at = end - SIZE_BYTES - 1;
    for (let i = 0; i < NUMBERS; i++) {
      if (at < from || bytes[at]! > 127) return -1;
      at--;
      for (let n = 1; n < NUMBER_BYTES && at >= from && bytes[at]! > 127; n++) at--;
    }
    if (at < from) return -1;
    const before = at > from ? bytes[at - 1] : undefined;
    const experimental = this.#experiments && before === EV.ExperimentalBatch;
    if (bytes[at] !== EV.EventBatch) return experimental ? at - 1 : -1;
    // Experiment 1 after the type of an experimental batch, or the type of a batch of events after any byte.
    return experimental && !(end < to && this.#opensEvents(bytes[end]!)) ? at - 1 : at;
  }

  #opensEvents(type: number): boolean {
    const table = [EV.Stacks, EV.Strings, EV.CPUSamples, EV.Frequency, EV.Sync] as readonly number[];
    return this.#argCounts[type] !== NOT_TIMED || table.includes(type);
  }
}
