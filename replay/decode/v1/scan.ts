/**
 * Reads a whole v1 trace, event by event: no length says where a batch ends, so
 * nothing can be skipped, and nothing behind a defect can be trusted.
 */
import { NONE_WORD, WIDE_WORD } from '../columns.ts';
import { type FormatCode, FormatError } from '../errors.ts';
import { HEADER_SIZE } from '../frame.ts';
import type { V1Version } from '../specs.ts';
import { StackTable, StringTable } from '../tables.ts';
import { NONE_BITS, readVarint, type VarintSlot, varintSlot } from '../varint.ts';
import { Goroutines, NO_G_SLOT, RawEvents, type V1Batch } from './raw.ts';
import { NO_EVENT, V1, V1_FRAME, V1_SPECS, V1_TYPES, v1ArgCounts, v1Name } from './specs.ts';

/** A string that stands in its event: a log's value. */
interface InlineString {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

/** All that a trace holds, up to its end or to the fault. */
export interface Scan {
  readonly events: RawEvents;
  readonly batches: readonly V1Batch[];
  readonly goroutines: Goroutines;
  /** Ids of the Ps, by `V1Batch.proc`. */
  readonly procs: readonly number[];
  /** Slots of goroutines that run timers; Go 1.14 did away with them. */
  readonly timers: ReadonlySet<number>;
  readonly strings: StringTable;
  readonly stacks: StackTable;
  readonly inline: readonly InlineString[];
  /** When syscalls really ended, by the `ts` word of their rows; NaN where that is not known. */
  readonly exits: readonly number[];
  /** 0 when the trace ends before it says. */
  readonly ticksPerSecond: number;
  readonly fault: FormatError | undefined;
  /** File offset from which on nothing was kept; undefined when all was read. */
  readonly cutAt: number | undefined;
}

/** Frames of a stack, and bytes of a string: what Go's own reader takes. */
const MAX_STACK = 1000;
const MAX_STRING = 1e6;
/** Of Ps, threads and strings: Go counts them in 32 bits, or never gets there. */
export const MAX_ID = 2 ** 31 - 1;
/** `place` is 16 bits; Go's buffers hold a little less. */
const MAX_PLACE = 0xffff;
/** Rows to make room for at once; a file with more grows into them. */
const MOST_ROWS = 1 << 26;
/** What `ts` is when Go does not know. */
const NO_TIME = 0;

const OWN = 0;
const ENTERS = 1;
const LEAVES = 2;
const NAMED = 3;
const OWNERS = { own: OWN, enters: ENTERS, leaves: LEAVES, named: NAMED } as const;
/** What reading an event needs to know of its type: the owner in two bits, and two more. */
const OWNER = 3;
/** It is about the goroutine that its first argument names. */
const ABOUT_FIRST = 4;
/** Not every argument becomes a word as it is. */
const ODD = 8;
const ODD_TYPES: readonly number[] = [
  V1.GoSysExit,
  V1.GoSysExitLocal,
  V1.UserRegion,
  V1.UserLog,
  V1.CPUSample,
];
const FLAGS = new Uint8Array(V1_TYPES);
for (const { type, owner, role } of V1_SPECS) {
  const other = role === 'create' || role === 'ready' || role === 'readyLocal';
  const about = other || owner === 'enters' || owner === 'named' ? ABOUT_FIRST : 0;
  FLAGS[type] = OWNERS[owner] | about | (ODD_TYPES.includes(type) ? ODD : 0);
}

export function scan(bytes: Uint8Array, end: number, version: V1Version): Scan {
  const scanner = new Scanner(bytes, end, version);
  scanner.run();
  return scanner;
}

class Scanner implements Scan {
  readonly events: RawEvents;
  readonly batches: V1Batch[] = [];
  readonly goroutines = new Goroutines();
  readonly procs: number[] = [];
  readonly timers = new Set<number>();
  readonly strings = new StringTable();
  readonly stacks = new StackTable(this.strings);
  readonly inline: InlineString[] = [];
  readonly exits: number[] = [];
  ticksPerSecond = 0;
  fault: FormatError | undefined;
  cutAt: number | undefined;
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #counts: Uint8Array;
  readonly #slot: VarintSlot = varintSlot();
  readonly #procOf = new Map<number, number>();
  /** By proc: the slot of the goroutine that it runs. */
  readonly #running: number[] = [];
  /** Ticks of the first batch: absolute ticks may be past what a double counts. */
  #base: bigint | undefined;
  #baseNumber = 0;
  #at = HEADER_SIZE;
  /** Where the event began that is being read. */
  #start = HEADER_SIZE;

  constructor(bytes: Uint8Array, end: number, version: V1Version) {
    this.#bytes = bytes;
    this.#end = end;
    this.#counts = v1ArgCounts(version);
    // Memory that is never written costs nothing; to move columns because they grew costs much.
    this.events = new RawEvents(Math.min((end - HEADER_SIZE) / 3, MOST_ROWS));
  }

  run(): void {
    try {
      while (this.#at < this.#end) {
        this.#start = this.#at;
        if (this.#bytes[this.#at]! === (V1_FRAME.Batch | (1 << 6))) this.#batch();
        else if (this.batches.length === 0) this.#between(this.#bytes[this.#at++]!);
        else this.#rows(this.batches.at(-1)!);
      }
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.fault = error;
    }
    if (this.fault !== undefined) this.#retreat(this.fault);
    this.#close();
  }

  /**
   * Where a file ends, all before that is right. Other damage shows only when
   * bytes that were read wrongly stop making sense: its batch is not trusted.
   */
  #retreat({ code }: FormatError): void {
    const batch = this.batches.at(-1);
    this.cutAt = this.#start;
    if (code === 'truncated' || batch === undefined || this.ticksPerSecond > 0) return;
    this.cutAt = batch.offset;
    this.#start = batch.offset;
    this.events.count = batch.first;
  }

  #close(): void {
    const open = this.batches.at(-1);
    if (open === undefined) return;
    open.end = this.fault === undefined ? this.#at : this.#start;
    open.last = this.events.count;
  }

  #batch(): void {
    this.#at++;
    const p = this.#number('batch-type', 'a batch’s P', true);
    if (p > MAX_ID) throw this.#error('thread-id', `a batch of P ${p}`);
    this.#varint();
    this.#base ??= this.#slot.wide ?? BigInt(this.#slot.value);
    this.#baseNumber = Number(this.#base);
    const ticks = this.#sinceBase();
    this.#close();
    const first = this.events.count;
    const at = this.#at;
    const proc = this.#proc(p);
    const where = { offset: this.#start, data: at, end: at };
    this.batches.push({ p, proc, ticks, ...where, first, last: first, samples: false });
  }

  #proc(p: number): number {
    let proc = this.#procOf.get(p);
    if (proc === undefined) {
      proc = this.procs.push(p) - 1;
      this.#procOf.set(p, proc);
      this.#running.push(NO_G_SLOT);
    }
    return proc;
  }

  /**
   * Events up to the next batch. Like the v2 loop, it makes no object and calls
   * nothing for events of usual size.
   */
  #rows(batch: V1Batch): void {
    const { events, goroutines } = this;
    const bytes = this.#bytes;
    const counts = this.#counts;
    const end = this.#end;
    const slot = this.#slot;
    const number = this.batches.length - 1;
    let { kind, ticks, batch: batches, place, g, about, argStart, args } = events;
    let row = events.count;
    let word = events.argCount;
    let now = batch.ticks;
    let running = this.#running[batch.proc]!;
    let at = this.#at;
    try {
      while (at < end) {
        const start = at;
        const head = bytes[at++]!;
        const type = head & 63;
        const count = counts[type]!;
        if (count === NO_EVENT) {
          if (head === (V1_FRAME.Batch | (1 << 6))) {
            at = start;
            break;
          }
          this.#start = start;
          this.#at = at;
          this.#between(head);
          at = this.#at;
          continue;
        }
        if (row === kind.length) {
          events.growRows();
          ({ kind, ticks, batch: batches, place, g, about, argStart } = events);
        }
        if (word + 8 > args.length) {
          events.growArgs();
          ({ args } = events);
        }
        // Two bits count the arguments, the time among them; with more than three comes a length in bytes.
        let stop = -1;
        if (head > 191) {
          const size = bytes[at++]!;
          if (size > 127) throw this.#badLength(start, type);
          stop = at + size;
        }
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
                if (!readVarint(bytes, at - 4, end, slot)) throw this.#cut(start, type);
                // A clock that went back gives a difference of nearly 2^64.
                value = slot.wide === undefined ? slot.value : Number(BigInt.asIntN(64, slot.wide));
                at = slot.next;
              }
            }
          }
        }
        now += value;
        argStart[row] = word;
        let index = word;
        const lastWord = word + count;
        const flags = FLAGS[type]!;
        if ((flags & ODD) !== 0) {
          this.#start = start;
          this.#at = at;
          ticks[row] = now;
          this.#odd(type, row, word, stop);
          at = this.#at;
          index = this.#word;
          if (type === V1.CPUSample) batch.samples = true;
        } else {
          ticks[row] = now;
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
                    if (!readVarint(bytes, at - 4, end, slot)) throw this.#cut(start, type);
                    value = this.#wideWord(slot, index);
                    at = slot.next;
                  }
                }
              }
            }
            args[index] = value;
          }
          const sound = stop < 0 ? count < 3 && head >> 6 === count : count > 2 && at === stop;
          if (!sound) throw this.#badCount(start, type, at);
        }
        if (at > end) throw this.#cut(start, type);
        if (start - batch.data > MAX_PLACE) throw this.#tooLong(start);
        if ((flags & ABOUT_FIRST) !== 0) {
          const id = args[word]!;
          const subject = goroutines.slot(id < NONE_WORD ? id : this.#wideGoroutine(word, start, type));
          about[row] = subject;
          if ((flags & OWNER) === ENTERS) running = subject;
          g[row] = (flags & OWNER) === NAMED ? subject : running;
        } else {
          if (type === V1.ProcStart && args[word]! > MAX_ID) throw this.#badThread(start);
          about[row] = running;
          g[row] = running;
          if ((flags & OWNER) === LEAVES) running = NO_G_SLOT;
        }
        if (type === V1.CPUSample) {
          const id = args[word + 2]!;
          g[row] = goroutines.slot(id < NONE_WORD ? id : this.#wideGoroutine(word + 2, start, type));
        }
        kind[row] = type;
        batches[row] = number;
        place[row] = start - batch.data;
        word = index;
        row++;
      }
    } finally {
      events.count = row;
      events.argCount = word;
      argStart[row] = word;
      this.#running[batch.proc] = running;
    }
    this.#at = at;
  }

  /** Index after the words that `#odd` wrote. */
  #word = 0;

  /** The few kinds of events whose arguments are not all plain words. */
  #odd(type: number, row: number, word: number, stop: number): void {
    const { args } = this.events;
    let index = word;
    const count = this.#counts[type]!;
    // GoSysExitLocal has two arguments and so no length.
    const lengthFits = type === V1.GoSysExitLocal ? stop < 0 : stop >= 0;
    if (!lengthFits || (stop < 0 && this.#bytes[this.#start]! >> 6 !== count)) {
      throw this.#badCount(this.#start, type, this.#at);
    }
    for (let i = 0; i < count; i++, index++) {
      this.#varint();
      const time = type === V1.CPUSample ? i === 0 : type !== V1.UserLog && i === count - 1;
      if (time && type === V1.CPUSample) {
        this.events.ticks[row] = this.#sinceBase();
        args[index] = 0;
      } else if (time && type !== V1.UserRegion) {
        const known = this.#slot.value !== NO_TIME;
        args[index] = this.exits.push(known ? this.#sinceBase() : Number.NaN) - 1;
      } else {
        args[index] = this.#wideWord(this.#slot, index);
      }
    }
    if (stop >= 0 && this.#at !== stop) throw this.#badCount(this.#start, type, this.#at);
    if (type === V1.UserLog) args[index++] = this.#inlineString();
    if (type === V1.UserRegion && args[word + 1]! > 1) {
      throw this.#error('event-args', `a region’s mode is ${args[word + 1]}`);
    }
    this.#word = index;
  }

  #wideWord(slot: VarintSlot, index: number): number {
    if (slot.value < NONE_WORD) return slot.value;
    const bits = slot.wide ?? BigInt(slot.value);
    if (bits === NONE_BITS) return NONE_WORD;
    this.events.wide.set(index, bits);
    return WIDE_WORD;
  }

  #wideGoroutine(index: number, start: number, type: number): number {
    const bits = this.events.wide.get(index);
    if (bits !== undefined && bits <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(bits);
    this.#start = start;
    throw this.#error('event-args', `the goroutine of ${v1Name(type)} is ${bits ?? 'none'}`);
  }

  /** What is no event: tables, and the clock. `head` was read. */
  #between(head: number): void {
    const type = head & 63;
    const size = head >> 6;
    if (type === V1_FRAME.String) this.#string();
    else if (this.batches.length === 0) throw this.#error('batch-type', `${v1Name(type)} before any batch`);
    else if (type === V1_FRAME.Stack && size === 3) this.#stack();
    else if (type === V1_FRAME.Frequency && size === 0) this.#frequency();
    else if (type === V1_FRAME.TimerGoroutine && size === 0) {
      const id = this.#number('event-args', 'the timers’ goroutine');
      this.timers.add(this.goroutines.slot(id));
    } else throw this.#unknown(type);
  }

  #unknown(type: number): FormatError {
    const known = v1Name(type);
    const what = known.startsWith('type') ? `event ${known}` : `${known} of a wrong shape`;
    return this.#error('event-type', `${what} cannot stand in a trace of this version`);
  }

  #string(): void {
    const id = this.#number('table-id', 'a string’s ID');
    const size = this.#number('string-size', 'a string’s length');
    if (id === 0 || id > MAX_ID) throw this.#error('table-id', `a string’s ID is ${id}`);
    if (size === 0 || size > MAX_STRING) throw this.#error('string-size', `a string of ${size} bytes`);
    const from = this.#at;
    this.#take(size);
    if (!this.strings.put(id, { bytes: this.#bytes, from, to: this.#at, offset: this.#start })) {
      throw this.#error('string-duplicate', `a second string ${id}`);
    }
  }

  #stack(): void {
    const length = this.#number('stack-size', 'a stack’s length');
    const stop = this.#at + length;
    const id = this.#number('table-id', 'a stack’s ID');
    const frames = this.#number('stack-size', 'a stack’s depth');
    if (frames > MAX_STACK) throw this.#error('stack-size', `a stack of ${frames} frames`);
    const from = this.#at;
    for (let left = frames * 4; left > 0; left--) this.#varint();
    if (this.#at !== stop) throw this.#error('event-args', `a stack of ${length} bytes that is not so long`);
    // Go's reader, too, takes an empty one for none.
    if (id === 0 || frames === 0) return;
    if (!this.stacks.put(id, { bytes: this.#bytes, from, to: stop, offset: this.#start })) {
      throw this.#error('stack-duplicate', `a second stack ${id}`);
    }
  }

  #frequency(): void {
    const frequency = this.#number('sync-entry', 'the frequency');
    if (frequency === 0) throw this.#error('sync-entry', 'a frequency of 0');
    if (this.ticksPerSecond !== 0) throw this.#error('sync-duplicate', 'a second frequency');
    this.ticksPerSecond = frequency;
  }

  /** Index of the value among the inline strings, counted from 1; 0 for an empty one. */
  #inlineString(): number {
    const size = this.#number('string-size', 'a log’s length');
    if (size > MAX_STRING) throw this.#error('string-size', `a log of ${size} bytes`);
    const from = this.#at;
    this.#take(size);
    return size === 0 ? 0 : this.inline.push({ bytes: this.#bytes, from, to: this.#at });
  }

  #take(size: number): void {
    if (this.#at + size > this.#end) throw this.#cut(this.#start, this.#bytes[this.#start]! & 63);
    this.#at += size;
  }

  /** Ticks in the slot, since the first batch. Exact up to 2^53 from there. */
  #sinceBase(): number {
    const { value, wide } = this.#slot;
    const base = this.#base ?? 0n;
    if (wide === undefined && base <= BigInt(Number.MAX_SAFE_INTEGER)) return value - this.#baseNumber;
    return Number((wide ?? BigInt(value)) - base);
  }

  #number(code: FormatCode, what: string, none = false): number {
    this.#varint();
    const { value, wide } = this.#slot;
    if (wide === undefined) return value;
    if (none && wide === NONE_BITS) return -1;
    throw this.#error(code, `${what} is ${wide}`);
  }

  #varint(): void {
    if (!readVarint(this.#bytes, this.#at, this.#end, this.#slot)) {
      throw this.#cut(this.#start, this.#bytes[this.#start]! & 63);
    }
    this.#at = this.#slot.next;
  }

  #cut(start: number, type: number): FormatError {
    this.#start = start;
    if (this.#slot.fault === 'overlong') {
      return this.#error('varint', `a number of ${v1Name(type)} is longer than 64 bits`);
    }
    return new FormatError('truncated', this.#end, 1, `the file ends within ${v1Name(type)}`);
  }

  #badCount(start: number, type: number, at: number): FormatError {
    if (at > this.#end) return this.#cut(start, type);
    this.#start = start;
    return this.#error('event-args', `${v1Name(type)} with arguments that are not its own`);
  }

  #badLength(start: number, type: number): FormatError {
    this.#start = start;
    return this.#error('event-args', `${v1Name(type)} is longer than it can be`);
  }

  #badThread(start: number): FormatError {
    this.#start = start;
    return this.#error('thread-id', 'a thread’s number is past 2^31');
  }

  #tooLong(start: number): FormatError {
    this.#start = start;
    return this.#error('batch-size', 'a batch of more than 64 KiB');
  }

  #error(code: FormatCode, what: string): FormatError {
    return new FormatError(code, this.#start, 1, what);
  }
}
