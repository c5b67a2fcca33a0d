/** The events of one generation as columns, and how to read what is in them. */
import { NONE, NONE_BITS } from './varint.ts';

/** An argument word that stands for "none" (^uint64(0)). */
export const NONE_WORD = 0xfffffffe;
/** An argument word that stands for a value in the side table. */
export const WIDE_WORD = 0xffffffff;

/** Arguments that no word holds, by their index in `args`. */
export interface WideArgs extends Iterable<readonly [index: number, value: bigint]> {
  readonly size: number;
  get(index: number): bigint | undefined;
}

/**
 * One row an event, in file order; a batch's rows stand together. The arrays
 * may be longer than `count`.
 */
export interface EventColumns {
  readonly count: number;
  /** The type number (specs.ts). */
  readonly kind: Uint8Array;
  /** Nanoseconds since the trace's base, as the M wrote them: not yet made monotone. */
  readonly time: Float64Array;
  /** Bytes from the start of the batch's data to the event. */
  readonly place: Uint16Array;
  /** Index in `args` of the first argument after the time. One more entry than `count`. */
  readonly argStart: Uint32Array;
  /** Values below 2^32 - 2, NONE_WORD or WIDE_WORD: read them with `Generation.arg`. */
  readonly args: Uint32Array;
  /** What WIDE_WORD stands for. */
  readonly wide: WideArgs;
}

/** The argument that a word stands for: NONE for none, NaN past 2^53, where only `wideArgOf` is exact. */
export function argOf(columns: EventColumns, index: number): number {
  const word = columns.args[index]!;
  if (word < NONE_WORD) return word;
  if (word === NONE_WORD) return NONE;
  const bits = columns.wide.get(index)!;
  return bits <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(bits) : Number.NaN;
}

/** The same, exact always; none is ^uint64(0). */
export function wideArgOf(columns: EventColumns, index: number): bigint {
  const word = columns.args[index]!;
  if (word < NONE_WORD) return BigInt(word);
  return word === NONE_WORD ? NONE_BITS : columns.wide.get(index)!;
}
