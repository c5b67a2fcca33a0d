/** One generation of a trace, decoded: its batches, its events as columns, its tables. */
import { BatchRows } from './batch-rows.ts';
import type { ClockSnapshot } from './clocks.ts';
import { argOf, type EventColumns, wideArgOf } from './columns.ts';
import type { TraceVersion } from './specs.ts';
import type { StackFrame, StackTable, StringTable } from './tables.ts';

export type BatchKind = 'events' | 'samples' | 'strings' | 'stacks' | 'sync' | 'experimental';

export interface BatchInfo {
  readonly kind: BatchKind;
  /** The thread that wrote it; NONE (-1) for what the runtime wrote without one. */
  readonly m: number;
  /** Nanoseconds since the trace's base. */
  readonly time: number;
  /** File offset of the batch, and of its data. */
  readonly offset: number;
  readonly data: number;
  /** Bytes of its data that could be read: all but where it is damaged. */
  readonly size: number;
  /**
   * Its rows are `[first, last)` of the columns; none but for events and samples.
   * None either where the rows are settled: there `settled.batch` alone says it.
   */
  readonly first: number;
  readonly last: number;
}

export interface ExperimentalBatch {
  /** 1 is AllocFree. */
  readonly experiment: number;
  readonly m: number;
  readonly data: Uint8Array;
}

/** What is known of a history whose rows are in its order already. */
export interface Settled {
  /** The P and the goroutine of each event, before it takes effect; -1 for none. */
  readonly p: Int32Array;
  readonly g: Float64Array;
  /** Index into the generation's batches: what each of them wrote stands scattered. */
  readonly batch: Uint32Array;
}

/** What a generation is made of. */
export interface GenerationParts {
  readonly number: number;
  readonly version: TraceVersion;
  readonly offset: number;
  readonly end: number;
  readonly partial: boolean;
  readonly afterGap: boolean;
  readonly nsPerTick: number;
  readonly tickAssumed: boolean;
  readonly startTime: number;
  readonly batches: readonly BatchInfo[];
  readonly columns: EventColumns;
  readonly strings: StringTable;
  readonly stacks: StackTable;
  readonly experimental: readonly ExperimentalBatch[];
  readonly clock: ClockSnapshot | undefined;
  readonly settled?: Settled | undefined;
}

export class Generation implements GenerationParts {
  /** As the runtime counts them; the first of a trace need not be 1. */
  readonly number: number;
  readonly version: TraceVersion;
  /** File offsets: of its first batch, and after its last. */
  readonly offset: number;
  readonly end: number;
  /** Damaged: of each thread there is a valid beginning, and strings, stacks and samples may be missing. */
  readonly partial: boolean;
  /** The generations just before it are missing or damaged: nothing known from earlier still holds. */
  readonly afterGap: boolean;
  readonly nsPerTick: number;
  /**
   * The part that says how long a tick is was lost, and no earlier generation said it: 64 ns are
   * taken, which is true on every system but Windows; before Go 1.22 there is no such length, and
   * times count ticks. Order and all else are as certain as ever.
   */
  readonly tickAssumed: boolean;
  /** The earliest time of any batch, ns since the trace's base: where Go puts its Sync event. */
  readonly startTime: number;
  /** In file order, all kinds. */
  readonly batches: readonly BatchInfo[];
  readonly columns: EventColumns;
  readonly strings: StringTable;
  readonly stacks: StackTable;
  readonly experimental: readonly ExperimentalBatch[];
  readonly clock: ClockSnapshot | undefined;
  /** Set where the rows are in the order of the history, as those of v1 traces (before Go 1.22) are. */
  readonly settled: Settled | undefined;
  #rows: BatchRows | undefined;

  constructor(parts: GenerationParts) {
    this.number = parts.number;
    this.version = parts.version;
    this.offset = parts.offset;
    this.end = parts.end;
    this.partial = parts.partial;
    this.afterGap = parts.afterGap;
    this.nsPerTick = parts.nsPerTick;
    this.tickAssumed = parts.tickAssumed;
    this.startTime = parts.startTime;
    this.batches = parts.batches;
    this.columns = parts.columns;
    this.strings = parts.strings;
    this.stacks = parts.stacks;
    this.experimental = parts.experimental;
    this.clock = parts.clock;
    this.settled = parts.settled;
  }

  /** How many events, CPU samples among them. */
  get count(): number {
    return this.columns.count;
  }

  /** Argument `n` of an event, counted from the one after `dt`: NONE (-1) for none, NaN past 2^53. */
  arg(event: number, n: number): number {
    return argOf(this.columns, this.columns.argStart[event]! + n);
  }

  /** The same, exact however large; none is ^uint64(0). */
  wideArg(event: number, n: number): bigint {
    return wideArgOf(this.columns, this.columns.argStart[event]! + n);
  }

  /** How many arguments an event has besides `dt`. */
  argCount(event: number): number {
    const { argStart } = this.columns;
    return argStart[event + 1]! - argStart[event]!;
  }

  /** Index into `batches` of the one that holds the event. */
  batchIndex(event: number): number {
    if (this.settled !== undefined) return this.settled.batch[event]!;
    this.#rows ??= new BatchRows(this.batches);
    return this.#rows.of(event);
  }

  batchOf(event: number): BatchInfo {
    return this.batches[this.batchIndex(event)]!;
  }

  /** The thread whose batch holds the event; for a CPU sample, see its own argument. */
  m(event: number): number {
    return this.batchOf(event).m;
  }

  /** File offset of the event's first byte. */
  offsetOf(event: number): number {
    return this.batchOf(event).data + this.columns.place[event]!;
  }

  /** A string of this generation; `(string 12)` when its table does not hold it (`strings.has`). */
  string(id: number): string {
    return this.strings.get(id) ?? `(string ${id})`;
  }

  /** Frames, innermost first; none for ID 0 and for what the table does not hold (`stacks.has`). */
  stack(id: number): readonly StackFrame[] {
    return this.stacks.get(id);
  }
}
