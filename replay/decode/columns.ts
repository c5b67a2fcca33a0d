/**
 * The events of one generation as columns, and the loop that fills them. This
 * loop sees every byte of a trace: it makes no object and calls nothing as long
 * as numbers stay below 2^28.
 */
import { FormatError } from './errors.ts';
import { eventName, NOT_TIMED } from './specs.ts';
import { NONE, NONE_BITS, readVarint, slotAsDouble, type VarintSlot, varintSlot } from './varint.ts';

/** An argument word that stands for "none" (^uint64(0)). */
export const NONE_WORD = 0xfffffffe;
/** An argument word that stands for a value in the side map. */
export const WIDE_WORD = 0xffffffff;

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
  /** Index into the generation's batches. */
  readonly batch: Uint32Array;
  /** Bytes from the start of the batch's data to the event. */
  readonly place: Uint16Array;
  /** Index in `args` of the first argument after the time. One more entry than `count`. */
  readonly argStart: Uint32Array;
  /** Values below 2^32 - 2, NONE_WORD or WIDE_WORD: read them with `Generation.arg`. */
  readonly args: Uint32Array;
  /** What WIDE_WORD stands for, by index in `args`. */
  readonly wide: ReadonlyMap<number, bigint>;
}

const slot: VarintSlot = varintSlot();

export class ColumnBuilder implements EventColumns {
  count = 0;
  kind: Uint8Array;
  time: Float64Array;
  batch: Uint32Array;
  place: Uint16Array;
  argStart: Uint32Array;
  args: Uint32Array;
  argCount = 0;
  readonly wide = new Map<number, bigint>();

  /** `events` is a guess; the columns grow. */
  constructor(events: number) {
    const size = Math.max(events, 64);
    this.kind = new Uint8Array(size);
    this.time = new Float64Array(size);
    this.batch = new Uint32Array(size);
    this.place = new Uint16Array(size);
    this.argStart = new Uint32Array(size + 1);
    this.args = new Uint32Array(size * 2);
  }

  /** Forgets everything but the memory. */
  reset(): void {
    this.count = 0;
    this.argCount = 0;
    this.wide.clear();
  }

  /** Makes room for `events` more rows of at most four arguments each. */
  reserve(events: number): void {
    const rows = this.count + events;
    if (rows > this.kind.length) this.#growRows(Math.max(rows, Math.ceil(this.kind.length * 1.5)));
    const words = this.argCount + events * 4;
    if (words > this.args.length) this.args = grown(this.args, Math.max(words, this.args.length * 1.5));
  }

  /** The word for a value that `slot` holds, which is the `index`th argument. */
  wideWord(value: VarintSlot, index: number): number {
    if (value.value < NONE_WORD) return value.value;
    const bits = value.wide ?? BigInt(value.value);
    if (bits === NONE_BITS) return NONE_WORD;
    this.wide.set(index, bits);
    return WIDE_WORD;
  }

  /** Forgets the rows from `count` on: a batch that failed halfway through. */
  truncate(count: number): void {
    this.count = count;
    this.argCount = this.argStart[count]!;
  }

  #growRows(size: number): void {
    this.kind = grown(this.kind, size);
    this.time = grown(this.time, size);
    this.batch = grown(this.batch, size);
    this.place = grown(this.place, size);
    this.argStart = grown(this.argStart, size + 1);
  }
}

function grown<T extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(old: T, size: number): T {
  const larger = new (old.constructor as new (n: number) => T)(Math.ceil(size));
  larger.set(old);
  return larger;
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

/** Where a batch's events are, and how its times read. */
export interface EventRun {
  readonly bytes: Uint8Array;
  /** Indexes into `bytes`. */
  readonly from: number;
  readonly to: number;
  /** File offset of `bytes[0]`. */
  readonly base: number;
  readonly generation: number;
  /** Index of the batch, for the column. */
  readonly batch: number;
  /** The batch's own time, ns since the trace's base. */
  readonly time: number;
  readonly nsPerTick: number;
  /** From `timedArgCounts`. */
  readonly argCounts: Uint8Array;
}

/**
 * Appends the events of one batch. When one cannot be read, those before it
 * stay in the columns and a FormatError says where and why.
 *
 * Time is Go's: every delta is made nanoseconds and truncated by itself, then
 * summed (`batchCursor.nextEvent`); 2^53 ns from the base is as far as a double
 * counts, and no trace lasts 104 days.
 */
export function appendEvents(out: ColumnBuilder, run: EventRun): void {
  const { bytes, from, to, nsPerTick, argCounts, batch } = run;
  // Two bytes make the shortest event.
  out.reserve(((to - from) >> 1) + 1);
  const { kind, time, batch: batches, place, argStart, args } = out;
  let row = out.count;
  let word = out.argCount;
  let now = run.time;
  let at = from;
  let start = at;
  while (at < to) {
    start = at;
    const type = bytes[at++]!;
    const count = argCounts[type]!;
    if (count === NOT_TIMED) break;
    let byte = bytes[at++]!;
    let value = byte & 127;
    if (byte > 127) {
      byte = bytes[at++]!;
      value |= (byte & 127) << 7;
      if (byte > 127) {
        byte = bytes[at++]!;
        value |= (byte & 127) << 14;
        if (byte > 127) {
          byte = bytes[at++]!;
          value |= (byte & 127) << 21;
          if (byte > 127) {
            if (!readVarint(bytes, at - 4, to, slot)) break;
            value = slotAsDouble(slot);
            at = slot.next;
          }
        }
      }
    }
    const when = now + Math.trunc(value * nsPerTick);
    const lastWord = word + count;
    let index = word;
    for (; index < lastWord; index++) {
      byte = bytes[at++]!;
      value = byte & 127;
      if (byte > 127) {
        byte = bytes[at++]!;
        value |= (byte & 127) << 7;
        if (byte > 127) {
          byte = bytes[at++]!;
          value |= (byte & 127) << 14;
          if (byte > 127) {
            byte = bytes[at++]!;
            value |= (byte & 127) << 21;
            if (byte > 127) {
              if (!readVarint(bytes, at - 4, to, slot)) break;
              value = out.wideWord(slot, index);
              at = slot.next;
            }
          }
        }
      }
      args[index] = value;
    }
    if (index < lastWord || at > to || when > Number.MAX_SAFE_INTEGER) break;
    now = when;
    kind[row] = type;
    time[row] = when;
    batches[row] = batch;
    place[row] = start - from;
    argStart[row] = word;
    word = lastWord;
    row++;
    start = at;
  }
  out.count = row;
  out.argCount = word;
  argStart[row] = word;
  if (start < to) throw explain(run, start);
}

/** Reads the event that stopped the loop once more, slowly, to say what is wrong with it. */
function explain(run: EventRun, start: number): FormatError {
  const { bytes, to, base, generation } = run;
  const type = bytes[start]!;
  const count = run.argCounts[type]!;
  if (count === NOT_TIMED) {
    const what = `event type ${type} (${eventName(type)}) cannot stand in an event batch of this version`;
    return new FormatError('event-type', base + start, generation, what);
  }
  let at = start + 1;
  for (let i = 0; i <= count; i++, at = slot.next) {
    if (readVarint(bytes, at, to, slot)) continue;
    if (slot.fault === 'cut') {
      return new FormatError('event-cut', base + start, generation, `${eventName(type)} runs past its batch`);
    }
    return new FormatError(
      'varint',
      base + at,
      generation,
      `a number of ${eventName(type)} is longer than 64 bits`,
    );
  }
  const far = `the time of ${eventName(type)} lies more than 104 days from the trace’s first`;
  return new FormatError('time-range', base + start, generation, far);
}
