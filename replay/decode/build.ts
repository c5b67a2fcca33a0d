/** Makes a Generation of the batches that the reader collected for it. */
import { type ClockSnapshot, Clocks } from './clocks.ts';
import { appendEvents, ColumnBuilder } from './columns.ts';
import { FormatError } from './errors.ts';
import type { Frame } from './frame.ts';
import { type BatchInfo, type BatchKind, type ExperimentalBatch, Generation } from './generation.ts';
import { appendSamples } from './samples.ts';
import { EV, type TraceVersion, timedArgCounts } from './specs.ts';
import { StackTable, StringTable } from './tables.ts';
import { nsOf, nsSince } from './time.ts';

/** The batches of one generation, and the window of the file that holds them. */
export interface RawGeneration {
  readonly number: number;
  /** In file order; the last one's `end` is where the file ends, if the file ends within it. */
  readonly frames: readonly Frame[];
  /** File offset after its last byte, the end mark included. */
  readonly end: number;
  /** What already is wrong with it. */
  readonly fault: FormatError | undefined;
  /** Nothing follows in the file. */
  readonly last: boolean;
}

export interface Built {
  /** Whole, or its valid beginning if there is a fault; undefined when not even a tick's length is known. */
  readonly generation: Generation | undefined;
  /** The first fault in the order of the file. */
  readonly fault: FormatError | undefined;
  /** File offset after the last byte that was understood and kept. */
  readonly kept: number;
}

export class GenerationBuilder {
  readonly #version: TraceVersion;
  readonly #argCounts: Uint8Array;
  /** What times count from, in ns: the earliest batch of the first generation. Undefined before that. */
  base: number | undefined;
  /** Of the generation before: the tick of a process never changes. */
  #nsPerTick = 0;
  /** Events for each byte so far: how large the next columns should be. */
  #density = 0.25;

  /** The columns that every generation is read into, when they need not outlive the next. */
  readonly #reused: ColumnBuilder | undefined;

  constructor(version: TraceVersion, reuse: boolean) {
    this.#version = version;
    this.#argCounts = timedArgCounts(version);
    this.#reused = reuse ? new ColumnBuilder(0) : undefined;
  }

  build(raw: RawGeneration, bytes: Uint8Array, base: number, afterGap: boolean): Built {
    const tables = new Tables(this.#version, raw.number);
    let fault = inLast(raw, tables.read(raw, bytes, base)) ?? raw.fault;
    fault ??= tables.check(raw);
    const nsPerTick = tables.clocks.nsPerTick || this.#nsPerTick;
    const start = raw.frames[0]!.offset;
    if (nsPerTick === 0) return { generation: undefined, fault, kept: start };
    this.base ??= nsOf(earliest(raw.frames), nsPerTick);
    const { number, frames } = raw;
    const context = { number, bytes, base, nsPerTick, timeBase: this.base };
    const events = new Events(
      { ...context, version: this.#version, argCounts: this.#argCounts },
      start,
      this.#columns(raw.end - start),
    );
    fault = inLast(raw, events.read(frames.slice(0, tables.readTo))) ?? fault;
    if (fault !== undefined && events.columns.count === 0)
      return { generation: undefined, fault, kept: start };
    if (fault === undefined) this.#learn(raw, nsPerTick, events.columns.count);
    const generation = new Generation({
      number: raw.number,
      version: this.#version,
      offset: start,
      end: raw.end,
      partial: fault !== undefined,
      afterGap,
      nsPerTick,
      startTime: nsSince(nsOf(earliest(raw.frames), nsPerTick), this.base),
      batches: events.batches,
      columns: events.columns,
      strings: tables.strings,
      stacks: tables.stacks,
      experimental: tables.experimental,
      clock: clockOf(tables.clocks, nsPerTick, this.base),
    });
    return { generation, fault, kept: fault === undefined ? raw.end : events.kept };
  }

  #columns(bytes: number): ColumnBuilder {
    this.#reused?.reset();
    return this.#reused ?? new ColumnBuilder(Math.ceil(bytes * this.#density));
  }

  #learn(raw: RawGeneration, nsPerTick: number, events: number): void {
    this.#nsPerTick = nsPerTick;
    this.#density = (events / (raw.end - raw.frames[0]!.offset)) * 1.1;
  }
}

/** In the batch that the file ends in, nothing is wrong but that. */
function inLast(raw: RawGeneration, fault: FormatError | undefined): FormatError | undefined {
  const cut =
    raw.fault?.code === 'truncated' && fault !== undefined && fault.offset >= raw.frames.at(-1)!.offset;
  return cut ? raw.fault : fault;
}

function earliest(frames: readonly Frame[]): number {
  return frames.reduce((least, { ticks }) => Math.min(least, ticks), Number.POSITIVE_INFINITY);
}

function clockOf(clocks: Clocks, nsPerTick: number, base: number): ClockSnapshot | undefined {
  if (clocks.snapshot === undefined) return undefined;
  const { ticks, mono, sec, nsec } = clocks.snapshot;
  return { time: nsSince(nsOf(ticks, nsPerTick), base), mono, sec, nsec };
}

/** A batch is what its first byte says, unless it is an experiment's. */
export function batchKind(type: number, first: number | undefined, version: TraceVersion): BatchKind {
  if (type === EV.ExperimentalBatch) return 'experimental';
  if (first === EV.Strings) return 'strings';
  if (first === EV.Stacks) return 'stacks';
  if (first === EV.CPUSamples) return 'samples';
  return first === (version >= 25 ? EV.Sync : EV.Frequency) ? 'sync' : 'events';
}

/** The first pass: everything that events refer to. */
class Tables {
  readonly strings = new StringTable();
  readonly stacks = new StackTable(this.strings);
  readonly clocks = new Clocks();
  readonly experimental: ExperimentalBatch[] = [];
  /** Frames before this index were read. */
  readTo = 0;
  readonly #version: TraceVersion;
  readonly #number: number;

  constructor(version: TraceVersion, number: number) {
    this.#version = version;
    this.#number = number;
  }

  /** Stops at the first fault, which it returns; what stood before it is kept. */
  read(raw: RawGeneration, bytes: Uint8Array, base: number): FormatError | undefined {
    for (const frame of raw.frames) {
      const kind = batchKind(frame.type, firstByte(frame, bytes, base), this.#version);
      const fault = kind === 'events' || kind === 'samples' ? undefined : this.#add(kind, frame, bytes, base);
      if (fault !== undefined) return fault;
      this.readTo++;
    }
    return undefined;
  }

  #add(kind: BatchKind, frame: Frame, bytes: Uint8Array, base: number): FormatError | undefined {
    // The window moves on; the tables keep what they were read from.
    const data = bytes.slice(frame.data - base, frame.end - base);
    try {
      if (kind === 'strings') this.strings.add(data, frame.data, this.#number);
      else if (kind === 'stacks') this.stacks.add(data, frame.data, this.#number);
      else if (kind === 'sync') this.clocks.add(data, frame.data, this.#number, this.#version, frame.ticks);
      else this.experimental.push({ experiment: frame.experiment, m: frame.m, data });
      return undefined;
    } catch (error) {
      return asFormatError(error);
    }
  }

  /** What only a whole generation can be asked. */
  check(raw: RawGeneration): FormatError | undefined {
    const missing = this.clocks.missing(this.#version);
    if (missing === undefined) return this.stacks.check(this.#number);
    // Before 1.25 the frequency is written last, so a file that was cut lacks it.
    const cut = raw.last && this.#version < 26;
    const what = `generation ${raw.number} has no ${missing}${cut ? ': the file ends too early' : ''}`;
    return new FormatError(cut ? 'truncated' : 'sync-missing', raw.end, raw.number, what);
  }
}

function firstByte(frame: Frame, bytes: Uint8Array, base: number): number | undefined {
  return frame.end > frame.data ? bytes[frame.data - base] : undefined;
}

/** What the second pass needs to know. */
interface EventContext {
  readonly version: TraceVersion;
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly base: number;
  readonly nsPerTick: number;
  readonly timeBase: number;
  readonly argCounts: Uint8Array;
}

/** The second pass: events and CPU samples, into columns. */
class Events {
  readonly columns: ColumnBuilder;
  readonly batches: BatchInfo[] = [];
  /** File offset after the last frame or event that was kept. */
  kept: number;
  readonly #context: EventContext;

  constructor(context: EventContext, start: number, columns: ColumnBuilder) {
    this.#context = context;
    this.kept = start;
    this.columns = columns;
  }

  /** Reads frames as far as they are sound; the fault says where they no longer are. */
  read(frames: readonly Frame[]): FormatError | undefined {
    for (const frame of frames) {
      const fault = this.#batch(frame);
      if (fault !== undefined) return fault;
      this.kept = frame.end;
    }
    return undefined;
  }

  #batch(frame: Frame): FormatError | undefined {
    const { version, bytes, base, nsPerTick, timeBase, number } = this.#context;
    const kind = batchKind(frame.type, firstByte(frame, bytes, base), version);
    const first = this.columns.count;
    const time = nsSince(nsOf(frame.ticks, nsPerTick), timeBase);
    const fault = Number.isNaN(time)
      ? new FormatError('time-range', frame.offset, number, 'a batch’s time is more than 104 days away')
      : this.#rows(kind, frame, time);
    const { offset, data, end, m } = frame;
    const last = this.columns.count;
    this.batches.push({ kind, m, time, offset, data, size: end - data, first, last });
    if (fault !== undefined && last > first) this.kept = fault.offset;
    return fault;
  }

  #rows(kind: BatchKind, frame: Frame, time: number): FormatError | undefined {
    if (kind !== 'events' && kind !== 'samples') return undefined;
    const { bytes, base, nsPerTick, timeBase, argCounts, number } = this.#context;
    const from = frame.data - base;
    const to = frame.end - base;
    const run = {
      bytes,
      from,
      to,
      base,
      generation: number,
      batch: this.batches.length,
      nsPerTick,
      argCounts,
    };
    try {
      if (kind === 'events') appendEvents(this.columns, { ...run, time });
      else appendSamples(this.columns, { ...run, time: timeBase });
      return undefined;
    } catch (error) {
      return asFormatError(error);
    }
  }
}

function asFormatError(error: unknown): FormatError {
  if (error instanceof FormatError) return error;
  throw error;
}
