/**
 * Columns in the kernel's memory. The kernel fills them; what is wrong with an
 * event that it could not read is found out here.
 */
import { Kernel, type KernelExports } from '../kernel/index.ts';
import type { EventColumns, WideArgs } from './columns.ts';
import { FormatError } from './errors.ts';
import { REFERENCES } from './references.ts';
import { EV, eventName, NOT_TIMED } from './specs.ts';
import { readVarint, type VarintSlot, varintSlot } from './varint.ts';

/** Pairs in ascending order of their index, as events are read. */
class WidePairs implements WideArgs {
  readonly #index: Uint32Array;
  readonly #value: BigUint64Array;

  constructor(index: Uint32Array, value: BigUint64Array) {
    this.#index = index;
    this.#value = value;
  }

  get size(): number {
    return this.#index.length;
  }

  get(index: number): bigint | undefined {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#index[middle]! < index) low = middle + 1;
      else high = middle;
    }
    return this.#index[low] === index ? this.#value[low] : undefined;
  }

  *[Symbol.iterator](): Iterator<[number, bigint]> {
    for (let i = 0; i < this.size; i++) yield [this.#index[i]!, this.#value[i]!];
  }
}

/** Columns that lie in a kernel's memory, as long as nothing else is read into it. */
export class KernelColumns implements EventColumns {
  readonly kernel: Kernel;
  readonly count: number;
  #views: Omit<EventColumns, 'count'>;
  #buffer: ArrayBuffer;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.count = kernel.exports.count.value;
    this.#buffer = kernel.buffer;
    this.#views = viewsOf(kernel, this.count);
  }

  get kind(): Uint8Array {
    return this.#now.kind;
  }
  get time(): Float64Array {
    return this.#now.time;
  }
  get place(): Uint16Array {
    return this.#now.place;
  }
  get argStart(): Uint32Array {
    return this.#now.argStart;
  }
  get args(): Uint32Array {
    return this.#now.args;
  }
  get wide(): WideArgs {
    return this.#now.wide;
  }

  /** The views, taken anew where the memory has grown, which detaches those before. */
  get #now(): Omit<EventColumns, 'count'> {
    const { buffer } = this.kernel;
    if (this.#buffer !== buffer) {
      this.#buffer = buffer;
      this.#views = viewsOf(this.kernel, this.count);
    }
    return this.#views;
  }
}

function viewsOf(kernel: Kernel, count: number): Omit<EventColumns, 'count'> {
  const { exports } = kernel;
  const wides = exports.wides.value;
  return {
    kind: kernel.bytes(exports.kind.value, count),
    time: kernel.doubles(exports.time.value, count),
    place: kernel.shorts(exports.place.value, count),
    argStart: kernel.words(exports.argStart.value, count + 1),
    args: kernel.words(exports.args.value, exports.words.value),
    wide: new WidePairs(
      kernel.words(exports.wideIndex.value, wides),
      kernel.bigints(exports.wideValue.value, wides),
    ),
  };
}

/** The kernel that columns lie in; where they lie in none, that which is given, with a copy of them. */
export function kernelOf(columns: EventColumns, spare: () => Kernel): Kernel {
  if (columns instanceof KernelColumns) return columns.kernel;
  const kernel = spare();
  loadColumns(kernel, columns);
  return kernel;
}

/** Copies columns into a kernel. */
export function loadColumns(kernel: Kernel, columns: EventColumns): void {
  const { exports } = kernel;
  const { count } = columns;
  const words = columns.argStart[count]!;
  exports.clear(Math.max(count, 1));
  exports.reserve(count, words);
  kernel.bytes(exports.kind.value, count).set(columns.kind.subarray(0, count));
  kernel.doubles(exports.time.value, count).set(columns.time.subarray(0, count));
  kernel.words(exports.argStart.value, count + 1).set(columns.argStart.subarray(0, count + 1));
  kernel.words(exports.args.value, words).set(columns.args.subarray(0, words));
  exports.setCounts(count, words);
  for (const [index, value] of columns.wide) exports.addWide(index, value);
}

function readingKernel(): Kernel {
  const kernel = new Kernel();
  kernel.reads = true;
  return kernel;
}

/** Reads the batches of one generation after another. */
export class ColumnBuilder {
  readonly #kernel = readingKernel();

  /** `argCounts` is of the trace's version: see `timedArgCounts`. */
  constructor(argCounts: Uint8Array) {
    const { argCounts: counts, references } = this.#kernel.exports;
    this.#kernel.bytes(counts.value, argCounts.length).set(argCounts);
    this.#kernel.bytes(references.value, REFERENCES.length).set(REFERENCES);
  }

  /**
   * Begins a generation of about so many events, which may name the strings and
   * stacks whose IDs have a flag.
   */
  begin(events: number, strings: Uint8Array, stacks: Uint8Array): void {
    const { exports } = this.#kernel;
    exports.clear(Math.max(events, 64));
    exports.clearSuspect();
    const address = exports.reserveFlags(strings.length, stacks.length);
    this.#kernel.bytes(address, strings.length).set(strings);
    this.#kernel.bytes(address + strings.length, stacks.length).set(stacks);
  }

  /** Events read since then. */
  get count(): number {
    return this.#kernel.exports.count.value;
  }

  /**
   * What was read. With `reuse` it lies where the next generation is going to
   * be read; else it is the caller's for good.
   */
  finish(reuse: boolean): EventColumns {
    const { exports } = this.#kernel;
    if (reuse) this.#kernel.reserve(exports.count.value);
    const views = new KernelColumns(this.#kernel);
    if (reuse) return views;
    const { count, kind, time, place, argStart, args, wide } = views;
    return {
      count,
      kind: kind.slice(),
      time: time.slice(),
      place: place.slice(),
      argStart: argStart.slice(),
      args: args.slice(),
      wide: new Map(wide),
    };
  }

  /** Bytes of the last batch that were understood. */
  read = 0;

  /**
   * Appends the events of one batch. When one cannot be read, those before it
   * stay in the columns and the fault says where and why.
   *
   * 2^53 ns from the base is as far as a double counts, and no trace lasts 104 days.
   */
  events(run: EventRun): FormatError | undefined {
    const { bytes, from, to, time, nsPerTick } = run;
    this.read = this.#input(bytes, from, to).readEvents(to - from, time, nsPerTick);
    return this.read < to - from ? explain(run, from + this.read) : undefined;
  }

  /** The same for CPU samples, each of which carries its own whole time: `run.time` is the trace's base in ns. */
  samples(run: EventRun): FormatError | undefined {
    const { bytes, from, to, time, nsPerTick } = run;
    this.read = this.#input(bytes, from, to).readSamples(to - from, time, nsPerTick);
    return this.read < to - from ? explainSample(run, from + this.read) : undefined;
  }

  /** Rows with a reference to a string or stack for whose ID there was no flag, in ascending order. */
  *unnamed(): Generator<number, void> {
    const { exports } = this.#kernel;
    for (let row = exports.suspect.value >>> 0; row < this.count; row = exports.unnamed(row + 1)) yield row;
  }

  /** What was read so far, as long as nothing more is. */
  get columns(): EventColumns {
    return new KernelColumns(this.#kernel);
  }

  #input(bytes: Uint8Array, from: number, to: number): KernelExports {
    const { exports } = this.#kernel;
    this.#kernel.bytes(exports.input.value, to - from).set(bytes.subarray(from, to));
    return exports;
  }
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
  /** The batch's own time, ns since the trace's base. */
  readonly time: number;
  readonly nsPerTick: number;
  /** From `timedArgCounts`. */
  readonly argCounts: Uint8Array;
}

const slot: VarintSlot = varintSlot();

/** Reads the event that stopped the kernel once more, slowly, to say what is wrong with it. */
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

/** `time m p g stack`. */
const SAMPLE_NUMBERS = 5;

function explainSample(run: EventRun, start: number): FormatError {
  const { bytes, to, base, generation } = run;
  const type = bytes[start]!;
  if (type !== EV.CPUSample) {
    const what = `expected a CPUSample, found event type ${type}`;
    return new FormatError('table-entry', base + start, generation, what);
  }
  let at = start + 1;
  for (let i = 0; i < SAMPLE_NUMBERS; i++, at = slot.next) {
    if (readVarint(bytes, at, to, slot)) continue;
    if (slot.fault === 'cut') {
      return new FormatError('event-cut', base + start, generation, 'a CPU sample runs past its batch');
    }
    return new FormatError(
      'varint',
      base + at,
      generation,
      'a number of a CPU sample is longer than 64 bits',
    );
  }
  return new FormatError(
    'time-range',
    base + start,
    generation,
    'a CPU sample’s time is more than 104 days away',
  );
}
