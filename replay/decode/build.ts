/** Makes a Generation of the batches that the reader collected for it. */
import { BatchRows } from './batch-rows.ts';
import { type ClockSnapshot, Clocks } from './clocks.ts';
import { type FormatCode, FormatError } from './errors.ts';
import { named } from './exiting.ts';
import type { Frame } from './frame.ts';
import { type BatchInfo, type BatchKind, type ExperimentalBatch, Generation } from './generation.ts';
import { flagsOf, missingEntry } from './ids.ts';
import { ColumnBuilder } from './kernel-columns.ts';
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
  /** What is wrong with how its batches follow each other. */
  readonly fault: FormatError | undefined;
  /** Nothing follows in the file. */
  readonly last: boolean;
}

/** A batch that stopped making sense, and what else its thread loses by that. */
export interface BatchFault {
  readonly fault: FormatError;
  readonly frame: Frame;
  /** File offset after the last byte of the batch that was understood; its first byte's when nothing was. */
  readonly kept: number;
  /** Later batches of the same thread: sound, but nothing says what came between. */
  readonly later: Frame[];
}

export interface Built {
  /** Whole, or what is certain if there is a fault; undefined when nothing is. */
  readonly generation: Generation | undefined;
  /** What is wrong inside its batches, in the order of the file. */
  readonly batches: readonly BatchFault[];
  /** What is wrong with it as a whole, although each batch may be sound. */
  readonly fault: FormatError | undefined;
}

/**
 * What a tick lasts on every system but Windows, in ns (`traceTimeDiv` in
 * runtime/tracetime.go). Taken where the generation that should say it is cut
 * off and none before it did.
 */
const USUAL_TICK = 64;

/** What a generation lacks that was cut off between two batches, by the fault that shows it. */
const LAST_WRITTEN: Readonly<Partial<Record<FormatCode, string>>> = {
  'sync-missing': 'frequency',
  'stack-string': 'strings',
  'string-missing': 'strings',
  'stack-missing': 'stacks',
};

export class GenerationBuilder {
  readonly #version: TraceVersion;
  readonly #argCounts: Uint8Array;
  /** What times count from, in ns: the earliest batch of the first generation. Undefined before that. */
  base: number | undefined;
  /** Earliest batch of the first generation, in ticks. */
  #firstTicks = 0;
  /** Of a generation before: the tick of a process never changes. */
  #nsPerTick = 0;
  #tickAssumed = false;
  /** A generation so far had strings, as every one that Go ends has. */
  #hadStrings = false;
  /** Events for each byte so far: how large the next columns should be. */
  #density = 0.25;

  readonly #columns: ColumnBuilder;
  readonly #reuse: boolean;

  constructor(version: TraceVersion, reuse: boolean) {
    this.#version = version;
    this.#argCounts = timedArgCounts(version);
    this.#columns = new ColumnBuilder(this.#argCounts);
    this.#reuse = reuse;
  }

  build(raw: RawGeneration, bytes: Uint8Array, base: number, afterGap: boolean): Built {
    const { number, frames } = raw;
    const tables = new Tables(this.#version, number);
    tables.read(raw, bytes, base);
    const nsPerTick = this.#tick(tables.clocks);
    const timeBase = this.#timeBase(frames, nsPerTick);
    const start = frames[0]!.offset;
    const expected = Math.ceil((raw.end - start) * this.#density);
    this.#columns.begin(expected, flagsOf(tables.strings), flagsOf(tables.stacks));
    const context = {
      version: this.#version,
      argCounts: this.#argCounts,
      number,
      bytes,
      base,
      nsPerTick,
      timeBase,
    };
    const events = new Events(context, this.#columns);
    events.read(frames, tables.faults);
    const lacks = tables.missing(raw) ?? this.#unnamed(tables, events.batches, number);
    const columns = this.#columns.finish(this.#reuse);
    const fault = raw.fault ?? this.#early(raw, events.batches, columns.count, lacks);
    const batches = [...tables.faults.values(), ...events.faults].sort(
      (a, b) => a.frame.offset - b.frame.offset,
    );
    const partial = fault !== undefined || batches.length > 0;
    if (partial && columns.count === 0) return { generation: undefined, batches, fault };
    if (!partial) this.#density = (columns.count / (raw.end - start)) * 1.1;
    const generation = new Generation({
      number,
      version: this.#version,
      offset: start,
      end: raw.end,
      partial,
      afterGap,
      nsPerTick,
      tickAssumed: this.#tickAssumed,
      startTime: nsSince(nsOf(earliest(frames), nsPerTick), timeBase),
      batches: named(events.batches, columns),
      columns,
      strings: tables.strings,
      stacks: tables.stacks,
      experimental: tables.experimental,
      clock: clockOf(tables.clocks, nsPerTick, timeBase),
    });
    return { generation, batches, fault };
  }

  /** Nanoseconds in a tick: this generation's own word, else that of one before, else the usual. */
  #tick({ nsPerTick }: Clocks): number {
    if (nsPerTick === 0 && this.#nsPerTick === 0) {
      this.#tickAssumed = true;
      return USUAL_TICK;
    }
    // Times before the first certain tick count from a base in assumed ones.
    if (this.#tickAssumed && nsPerTick !== USUAL_TICK) this.base = nsOf(this.#firstTicks, nsPerTick);
    this.#tickAssumed = false;
    if (nsPerTick !== 0) this.#nsPerTick = nsPerTick;
    return this.#nsPerTick;
  }

  #timeBase(frames: readonly Frame[], nsPerTick: number): number {
    if (this.base !== undefined) return this.base;
    this.#firstTicks = earliest(frames);
    this.base = nsOf(this.#firstTicks, nsPerTick);
    return this.base;
  }

  /** Before 1.26 nothing marks an end, so a last generation that lacks something is one that was cut off. */
  #early(
    raw: RawGeneration,
    batches: readonly BatchInfo[],
    events: number,
    lacks: FormatError | undefined,
  ): FormatError | undefined {
    const strings = batches.some(({ kind }) => kind === 'strings');
    const unnamed = !strings && (this.#hadStrings || events === 0);
    this.#hadStrings ||= strings;
    if (!raw.last || this.#version >= 26) return lacks;
    if (lacks === undefined && !unnamed) return undefined;
    // The runtime writes the strings last; behind them, an event that names nothing is not the end's doing.
    const named = lacks?.code === 'string-missing' || lacks?.code === 'stack-missing';
    if (named && batches.at(-1)?.kind === 'strings') return lacks;
    const what = LAST_WRITTEN[lacks?.code ?? 'string-missing'] ?? 'end';
    const text = `the file ends before generation ${raw.number} has its ${what}`;
    return new FormatError('truncated', raw.end, raw.number, text);
  }

  /** An entry that an event names and that the generation lacks; asked only where all tables could be read. */
  #unnamed(tables: Tables, batches: readonly BatchInfo[], number: number): FormatError | undefined {
    if (tables.faults.size > 0) return undefined;
    const builder = this.#columns;
    const { columns } = builder;
    const rows = new BatchRows(batches);
    const offsetOf = (row: number): number => batches[rows.of(row)]!.data + columns.place[row]!;
    return missingEntry(columns, tables, number, offsetOf, builder.unnamed());
  }
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
  /** Batches of this pass that could not be read to their end. */
  readonly faults = new Map<Frame, BatchFault>();
  readonly #version: TraceVersion;
  readonly #number: number;

  constructor(version: TraceVersion, number: number) {
    this.#version = version;
    this.#number = number;
  }

  /** One batch says nothing about another, so each is read as far as it is sound. */
  read(raw: RawGeneration, bytes: Uint8Array, base: number): void {
    for (const frame of raw.frames) {
      const kind = batchKind(frame.type, firstByte(frame, bytes, base), this.#version);
      if (kind === 'events' || kind === 'samples') continue;
      const fault = this.#add(kind, frame, bytes, base);
      if (fault !== undefined)
        this.faults.set(frame, { fault, frame, kept: this.#kept(kind, frame), later: [] });
    }
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

  #kept(kind: BatchKind, frame: Frame): number {
    const kept = kind === 'strings' ? this.strings.kept : kind === 'stacks' ? this.stacks.kept : 0;
    return kept > frame.data ? kept : frame.offset;
  }

  /** What only a whole generation whose tables could be read can be asked. */
  missing(raw: RawGeneration): FormatError | undefined {
    if (this.faults.size > 0) return undefined;
    const missing = this.clocks.missing(this.#version);
    if (missing === undefined) return this.stacks.check(this.#number);
    const what = `generation ${raw.number} has no ${missing}`;
    return new FormatError('sync-missing', raw.end, raw.number, what);
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
  readonly faults: BatchFault[] = [];
  readonly #context: EventContext;
  /** Threads that have lost something. */
  readonly #torn = new Map<number, BatchFault>();

  constructor(context: EventContext, columns: ColumnBuilder) {
    this.#context = context;
    this.columns = columns;
  }

  /**
   * Reads each thread's batches up to its first fault: the events behind it
   * could be read, but what their thread was doing is not known. A sample says
   * all about itself, so those behind a fault are kept.
   */
  read(frames: readonly Frame[], tables: ReadonlyMap<Frame, BatchFault>): void {
    const { version, bytes, base } = this.#context;
    for (const frame of frames) {
      const kind = batchKind(frame.type, firstByte(frame, bytes, base), version);
      const torn = kind === 'events' && this.#torn.size > 0 ? this.#torn.get(frame.m) : undefined;
      if (torn !== undefined) torn.later.push(frame);
      else this.#batch(kind, frame, tables.get(frame));
    }
  }

  #batch(kind: BatchKind, frame: Frame, table: BatchFault | undefined): void {
    const { nsPerTick, timeBase, number } = this.#context;
    const { offset, data, end, m } = frame;
    const first = this.columns.count;
    const time = nsSince(nsOf(frame.ticks, nsPerTick), timeBase);
    const fault = Number.isNaN(time)
      ? new FormatError('time-range', offset, number, 'a batch’s time is more than 104 days away')
      : this.#rows(kind, frame, time);
    const last = this.columns.count;
    let kept = table?.kept ?? end;
    if (fault !== undefined && table === undefined) {
      kept = last > first ? data + this.columns.read : offset;
      this.#tear(kind, { fault, frame, kept, later: [] });
    }
    if (kept > offset) this.batches.push({ kind, m, time, offset, data, size: kept - data, first, last });
  }

  #tear(kind: BatchKind, fault: BatchFault): void {
    this.faults.push(fault);
    if (kind === 'events') this.#torn.set(fault.frame.m, fault);
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
      nsPerTick,
      argCounts,
    };
    if (kind === 'events') return this.columns.events({ ...run, time });
    return this.columns.samples({ ...run, time: timeBase });
  }
}

function asFormatError(error: unknown): FormatError {
  if (error instanceof FormatError) return error;
  throw error;
}
