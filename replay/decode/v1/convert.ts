/**
 * From v1's events, in the order of the history, to those of v2, so that all
 * that follows knows one format. Which event becomes which is said in the
 * table; what it does not say is here. Compare internal/trace/tracev1.go.
 */
import { type EventColumns, NONE_WORD, WIDE_WORD } from '../columns.ts';
import type { BatchInfo, Settled } from '../generation.ts';
import { EV, GO_STATUS, PROC_STATUS, type V1Version } from '../specs.ts';
import type { History } from './merge.ts';
import { enlarged } from './raw.ts';
import { MAX_ID, type Scan } from './scan.ts';
import { FAKE_P, reasonTexts, type Source, stopReasons, V1, V1_SPECS, V1_TYPES } from './specs.ts';

export interface Converted {
  readonly columns: EventColumns;
  readonly batches: readonly BatchInfo[];
  readonly nsPerTick: number;
  readonly settled: Settled;
}

/** No v2 event says the same. */
const DROPPED = 0;
const V2_KIND = new Uint8Array(V1_TYPES);
const BLOCKS = new Uint8Array(V1_TYPES);
for (const { type, as, role } of V1_SPECS) {
  V2_KIND[type] = as === undefined ? DROPPED : EV[as];
  BLOCKS[type] = role === 'block' || role === 'found' ? 1 : 0;
}
/** Types that need more than the table says. */
const SPECIAL = new Uint8Array(V1_TYPES);
for (const type of [
  V1.Gomaxprocs,
  V1.ProcStart,
  V1.ProcStop,
  V1.STWStart,
  V1.GCStart,
  V1.GoCreate,
  V1.GoStart,
  V1.GoStartLocal,
  V1.GoStartLabel,
  V1.GoUnblock,
  V1.GoUnblockLocal,
  V1.GoSysCall,
  V1.GoSysExit,
  V1.GoSysExitLocal,
  V1.GoWaiting,
  V1.GoInSyscall,
  V1.UserTaskCreate,
  V1.UserRegion,
  V1.UserLog,
  V1.CPUSample,
]) {
  SPECIAL[type] = 1;
}

/** A tick is some cycles of the processor's clock: where nothing says how many, times count ticks. */
const UNKNOWN_TICK = 1;

/** Strings that the trace does not have, or has within an event: their IDs come after all that it may use. */
const OWN_STRINGS = MAX_ID;

/** More words than any event has arguments. */
const MOST_WORDS = 8;
/** Places of a program: below this it is an argument's index, above it a constant's. */
const CONSTANTS = 16;

/** Whether each syscall of the history blocked, is over at once, or cannot be told. */
const AT_ONCE = 0;
const BLOCKED = 1;
const OPEN = 2;

export interface ConvertOptions {
  readonly version: V1Version;
  /** The end of the history is missing: what only later events could say stays unsaid. */
  readonly partial: boolean;
}

export function convert(scan: Scan, history: History, options: ConvertOptions): Converted {
  const converter = new Converter(scan, history, options);
  converter.run();
  return converter;
}

class Converter implements Converted {
  readonly columns: { -readonly [K in keyof EventColumns]: EventColumns[K] };
  readonly batches: BatchInfo[] = [];
  readonly nsPerTick: number;
  readonly settled: { -readonly [K in keyof Settled]: Settled[K] };
  readonly #wide = new Map<number, bigint>();
  readonly #scan: Scan;
  readonly #history: History;
  readonly #options: ConvertOptions;
  readonly #ids: Float64Array;
  readonly #reasons = new Map<string, number>();
  /** String ID of the first inline string, less one. */
  readonly #inlineBase: number;
  /** By type and place: see CONSTANTS. */
  readonly #program = new Uint8Array(V1_TYPES * MOST_WORDS);
  readonly #length = new Uint8Array(V1_TYPES);
  readonly #constants: number[] = [];
  readonly #stops: readonly number[];
  readonly #start: number;
  /** By proc: the M that runs it, -1 for none; and whether it was heard of. */
  readonly #thread: Int32Array;
  readonly #seen: Uint8Array;
  /** By batch and M: the BatchInfo of the rows that this M wrote into that batch. */
  readonly #infos: number[][];
  /** By slot: 1 where the goroutine last blocked on the network. */
  readonly #onNet: Uint8Array;
  /** Goroutines that are older than the trace and of which nothing else is known yet; undefined once it began. */
  #older: Set<number> | undefined = new Set();
  #words = 0;

  constructor(scan: Scan, history: History, options: ConvertOptions) {
    this.#scan = scan;
    this.#history = history;
    this.#options = options;
    this.#ids = scan.goroutines.ids;
    const size = Math.ceil(history.count * 1.1) + 64;
    this.columns = {
      count: 0,
      kind: new Uint8Array(size),
      time: new Float64Array(size),
      place: new Uint16Array(size),
      argStart: new Uint32Array(size + 1),
      args: new Uint32Array(size * 2),
      wide: this.#wide,
    };
    this.settled = { p: new Int32Array(size), g: new Float64Array(size), batch: new Uint32Array(size) };
    this.nsPerTick = scan.ticksPerSecond === 0 ? UNKNOWN_TICK : 1e9 / scan.ticksPerSecond;
    this.#start = history.count > 0 ? scan.events.ticks[history.order[0]!]! : 0;
    this.#thread = new Int32Array(scan.procs.length).fill(-1);
    this.#seen = new Uint8Array(scan.procs.length);
    this.#infos = scan.batches.map(() => []);
    this.#onNet = new Uint8Array(scan.goroutines.count);
    let id = OWN_STRINGS;
    for (const text of reasonTexts(options.version)) {
      this.#reasons.set(text, ++id);
      const bytes = new TextEncoder().encode(text);
      scan.strings.put(id, { bytes, from: 0, to: bytes.length, offset: 0 });
    }
    this.#inlineBase = id;
    this.#stops = stopReasons(options.version).map((text) => this.#reasons.get(text) ?? 0);
    this.#compile();
  }

  run(): void {
    const { order, count } = this.#history;
    const { kind, argStart } = this.#scan.events;
    const calls = this.#syscalls();
    for (let position = 0; position < count; position++) {
      const row = order[position]!;
      const type = kind[row]!;
      if (V2_KIND[type] === DROPPED) {
        if (BLOCKS[type] === 1) this.#blocks(row, type);
        continue;
      }
      if (SPECIAL[type] === 1) {
        this.#special(type, row, argStart[row]!, calls[position]!);
        continue;
      }
      if (BLOCKS[type] === 1) this.#blocks(row, type);
      this.#generic(type, row);
    }
    this.#finish();
  }

  #blocks(row: number, type: number): void {
    this.#onNet[this.#scan.events.g[row]!] = type === V1.GoBlockNet ? 1 : 0;
  }

  /** Every event of the table whose arguments are as the table says. */
  #generic(type: number, row: number): void {
    const { batch, g, argStart } = this.#scan.events;
    const number = batch[row]!;
    const { p, proc } = this.#scan.batches[number]!;
    const m = p === -1 ? -1 : this.#thread[proc]!;
    this.#row(V2_KIND[type]!, row, this.#infoOf(number, m), p, this.#ids[g[row]!]!);
    this.#arguments(type, argStart[row]!);
  }

  #arguments(type: number, from: number): void {
    const { args } = this.#scan.events;
    const length = this.#length[type]!;
    const at = type * MOST_WORDS;
    for (let n = 0; n < length; n++) {
      const place = this.#program[at + n]!;
      if (place >= CONSTANTS) {
        this.#word(this.#constants[place - CONSTANTS]!);
        continue;
      }
      const word = args[from + place]!;
      if (word === WIDE_WORD) this.#copyWide(from + place);
      else this.#word(word);
    }
    this.#end();
  }

  #copyWide(index: number): void {
    this.#wide.set(this.#words, this.#scan.events.wide.get(index)!);
    this.#word(WIDE_WORD);
  }

  #word(word: number): void {
    this.columns.args[this.#words++] = word;
  }

  #end(): void {
    const { columns } = this;
    columns.count++;
    columns.argStart[columns.count] = this.#words;
  }

  /** Everything about a row but its arguments. */
  #row(kind: number, row: number, info: number, p: number, g: number): void {
    let { columns } = this;
    const n = columns.count;
    if (n === columns.kind.length || this.#words + MOST_WORDS > columns.args.length) {
      this.#grow();
      columns = this.columns;
    }
    const { ticks, place } = this.#scan.events;
    columns.kind[n] = kind;
    columns.time[n] = Math.trunc((ticks[row]! - this.#start) * this.nsPerTick);
    columns.place[n] = place[row]!;
    this.settled.p[n] = p;
    this.settled.g[n] = g;
    this.settled.batch[n] = info;
  }

  #grow(): void {
    const { columns, settled } = this;
    const size = Math.ceil(columns.kind.length * 1.5);
    columns.kind = enlarged(columns.kind, size);
    columns.time = enlarged(columns.time, size);
    columns.place = enlarged(columns.place, size);
    columns.argStart = enlarged(columns.argStart, size + 1);
    columns.args = enlarged(columns.args, Math.max(size * 2, columns.args.length * 1.5));
    settled.p = enlarged(settled.p, size);
    settled.g = enlarged(settled.g, size);
    settled.batch = enlarged(settled.batch, size);
  }

  #special(type: number, row: number, from: number, call: number): void {
    const { args, g, batch, about } = this.#scan.events;
    const number = batch[row]!;
    const { p, proc } = this.#scan.batches[number]!;
    const older = this.#older;
    switch (type) {
      case V1.Gomaxprocs:
        if (older === undefined) this.#generic(type, row);
        else this.#begin(row, older);
        return;
      case V1.ProcStart:
        this.#thread[proc] = args[from]!;
        this.#proc(EV.ProcStart, PROC_STATUS.running, row, p, proc);
        return;
      case V1.ProcStop:
        this.#proc(EV.ProcStop, PROC_STATUS.idle, row, p, proc);
        this.#thread[proc] = -1;
        return;
      case V1.GCStart:
        this.#without(EV.GCBegin, row, FAKE_P.gc);
        this.#arguments(type, from);
        return;
      case V1.STWStart:
        this.#open(EV.STWBegin, row);
        this.#word(this.#stops[this.#options.version < 10 ? 0 : args[from]!] ?? 0);
        this.#word(0);
        this.#end();
        return;
      case V1.GoCreate:
        if (older === undefined) this.#generic(type, row);
        else older.add(about[row]!);
        return;
      case V1.GoStart:
      case V1.GoStartLocal:
        if (older === undefined) this.#generic(type, row);
        else this.#runs(row, from, older);
        return;
      case V1.GoStartLabel:
        this.#generic(type, row);
        this.#open(EV.GoLabel, row);
        this.#copy(from + 2);
        this.#end();
        return;
      case V1.GoUnblock:
      case V1.GoUnblockLocal:
        this.#unblock(type, row, from);
        return;
      case V1.GoSysCall:
        if (call === OPEN) return;
        this.#generic(type, row);
        if (call === AT_ONCE) this.#returns(row);
        return;
      case V1.GoSysExit:
      case V1.GoSysExitLocal:
        this.#without(EV.GoSyscallEndBlocked, row, FAKE_P.syscall);
        this.#end();
        return;
      case V1.GoWaiting:
      case V1.GoInSyscall:
        older?.delete(g[row]!);
        this.#blocks(row, type);
        this.#generic(type, row);
        return;
      case V1.UserTaskCreate:
        this.#open(EV.UserTaskBegin, row);
        this.#copy(from);
        // Go's v2 writer spells "no parent" as ^uint64(0).
        if (args[from + 1] === 0) this.#word(NONE_WORD);
        else this.#copy(from + 1);
        this.#copy(from + 2);
        this.#copy(from + 3);
        this.#end();
        return;
      case V1.UserRegion:
        this.#open(args[from + 1] === 0 ? EV.UserRegionBegin : EV.UserRegionEnd, row);
        this.#copy(from);
        this.#copy(from + 2);
        this.#copy(from + 3);
        this.#end();
        return;
      case V1.UserLog:
        this.#open(EV.UserLog, row);
        this.#copy(from);
        this.#copy(from + 1);
        this.#word(args[from + 3] === 0 ? 0 : this.#inlineBase + args[from + 3]!);
        this.#copy(from + 2);
        this.#end();
        return;
      default:
        this.#sample(row, from);
    }
  }

  /** A row in the context of its P, to be followed by its words and `#end`. */
  #open(kind: number, row: number): void {
    const { batch, g } = this.#scan.events;
    const number = batch[row]!;
    const { p, proc } = this.#scan.batches[number]!;
    const m = p === -1 ? -1 : this.#thread[proc]!;
    this.#row(kind, row, this.#infoOf(number, m), p, this.#ids[g[row]!]!);
  }

  /** A row of a P that is none, and so of no M. */
  #without(kind: number, row: number, p: number): void {
    const { batch, g } = this.#scan.events;
    this.#row(kind, row, this.#infoOf(batch[row]!, -1), p, this.#ids[g[row]!]!);
  }

  #copy(index: number): void {
    const word = this.#scan.events.args[index]!;
    if (word === WIDE_WORD) this.#copyWide(index);
    else this.#word(word);
  }

  /** What is first said of a P is its status. */
  #proc(kind: number, status: number, row: number, p: number, proc: number): void {
    const first = this.#seen[proc] === 0;
    this.#seen[proc] = 1;
    this.#open(first ? EV.ProcStatus : kind, row);
    if (first || kind === EV.ProcStart) this.#word(p === -1 ? NONE_WORD : p);
    if (first) this.#word(status);
    else if (kind === EV.ProcStart) this.#word(0);
    this.#end();
  }

  /** The first Gomaxprocs ends the roll call: whoever was not said to run, wait or be in a syscall is runnable. */
  #begin(row: number, older: ReadonlySet<number>): void {
    this.#older = undefined;
    const number = this.#scan.events.batch[row]!;
    for (const slot of older) {
      this.#row(EV.GoStatus, row, this.#infoOf(number, -1), -1, -1);
      this.#goroutine(slot);
      this.#word(NONE_WORD);
      this.#word(GO_STATUS.runnable);
      this.#end();
    }
  }

  #goroutine(slot: number): void {
    const id = this.#ids[slot]!;
    if (id >= NONE_WORD) {
      this.#wide.set(this.#words, BigInt(id));
      this.#word(WIDE_WORD);
    } else this.#word(id);
  }

  /** The goroutine that starts the trace. */
  #runs(row: number, from: number, older: Set<number>): void {
    older.delete(this.#scan.events.about[row]!);
    this.#open(EV.GoStatus, row);
    this.#copy(from);
    this.#word(NONE_WORD);
    this.#word(GO_STATUS.running);
    this.#end();
  }

  #unblock(type: number, row: number, from: number): void {
    const { batch, g, about } = this.#scan.events;
    const net = this.#onNet[about[row]!] === 1;
    this.#onNet[about[row]!] = 0;
    if (!net && !this.#scan.timers.has(g[row]!)) {
      this.#generic(type, row);
      return;
    }
    const p = net ? FAKE_P.netpoll : FAKE_P.timer;
    this.#row(EV.GoUnblock, row, this.#infoOf(batch[row]!, -1), p, this.#ids[g[row]!]!);
    this.#arguments(type, from);
  }

  /** A syscall that did not block is one event in v1 and takes a nanosecond in v2, as with Go's reader. */
  #returns(row: number): void {
    this.#open(EV.GoSyscallEnd, row);
    this.columns.time[this.columns.count]! += 1;
    this.#end();
  }

  #sample(row: number, from: number): void {
    const { args, g, batch } = this.#scan.events;
    const p = args[from + 1]!;
    const info = this.#infoOf(batch[row]!, -1);
    this.#row(EV.CPUSample, row, info, p === NONE_WORD ? -1 : p | 0, this.#ids[g[row]!]!);
    this.#arguments(V1.CPUSample, from);
  }

  /** For each GoSysCall, by position, how it went on. */
  #syscalls(): Uint8Array {
    const { order, count } = this.#history;
    const { kind, g } = this.#scan.events;
    const calls = new Uint8Array(count);
    // By slot: the type of the goroutine's next event. A CPU sample may fall anywhere.
    const next = new Uint8Array(this.#scan.goroutines.count);
    const never = this.#options.partial ? OPEN : AT_ONCE;
    for (let position = count - 1; position >= 0; position--) {
      const row = order[position]!;
      const type = kind[row]!;
      const slot = g[row]!;
      if (type === V1.CPUSample) continue;
      if (type === V1.GoSysCall) {
        const after = next[slot]!;
        calls[position] = after === V1.GoSysBlock ? BLOCKED : after === 0 ? never : AT_ONCE;
      }
      next[slot] = type;
    }
    return calls;
  }

  #infoOf(number: number, m: number): number {
    const infos = this.#infos[number]!;
    for (let i = infos.length - 1; i >= 0; i--) if (this.batches[infos[i]!]!.m === m) return infos[i]!;
    const { offset, data, end, ticks, samples } = this.#scan.batches[number]!;
    const kind = samples ? 'samples' : 'events';
    const time = Math.trunc((ticks - this.#start) * this.nsPerTick);
    const index = this.batches.push({ kind, m, time, offset, data, size: end - data, first: 0, last: 0 }) - 1;
    infos.push(index);
    return index;
  }

  #finish(): void {
    const { strings, inline } = this.#scan;
    for (const [i, { from, to, bytes }] of inline.entries()) {
      strings.put(this.#inlineBase + i + 1, { bytes, from, to, offset: from });
    }
  }

  /** Turns the table's last column into places of arguments and constants. */
  #compile(): void {
    for (const { type, args, to } of V1_SPECS) {
      this.#length[type] = to.length;
      for (const [n, each] of to.entries()) this.#program[type * MOST_WORDS + n] = this.#place(each, args);
    }
  }

  #place(each: Source, args: readonly string[]): number {
    if (each === 'special') return this.#constant(0);
    if (each === 'none') return this.#constant(NONE_WORD);
    if ('arg' in each) return args.indexOf(each.arg);
    return this.#constant('number' in each ? each.number : (this.#reasons.get(each.reason) ?? 0));
  }

  #constant(word: number): number {
    const known = this.#constants.indexOf(word);
    return CONSTANTS + (known >= 0 ? known : this.#constants.push(word) - 1);
  }
}
