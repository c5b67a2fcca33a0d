/**
 * The same run in two layers: the probes' history, without what the execution
 * trace leaves out, must be that of the trace. Both are read side by side, the
 * one that is behind in time first, so that little waits for its other half.
 */
import { openTrace } from '../decode/index.ts';
import type { Release } from '../model/index.ts';
import { type OrderedGeneration, Orderer } from '../order/index.ts';
import type { Clock } from '../probe/clock.ts';
import type { Functions } from '../probe/functions.ts';
import { type Header, isAsked } from '../probe/header.ts';
import { type Block, blocksOf, kindsIn } from '../probe/records.ts';
import { Ledger } from './ledger.ts';
import { ProbeSide } from './probe-side.ts';
import { Sites } from './sites.ts';
import { TraceSide } from './trace-side.ts';

export interface LayersSource {
  readonly trace: () => AsyncIterable<Uint8Array>;
  readonly records: () => AsyncIterable<Uint8Array>;
  readonly header: Header;
  readonly functions: Functions;
  /** Of the probes, having seen all their pairs. */
  readonly clock: Clock;
  readonly release: Release;
  readonly signal?: AbortSignal | undefined;
}

/** Nanoseconds of one layer that are read at a time. */
const STRIDE = 200_000;
/** Tracing may be found switched on this long before the first batch was begun: clocks are read one after the other. */
const SLACK = 1e6;

export interface Compared {
  readonly ledger: Ledger;
  readonly probe: ProbeSide;
  readonly trace: TraceSide;
  /** Nanotime from which the trace's times count. */
  readonly base: number;
  /** False where the records hold no moment at which this trace was begun: then nothing was compared. */
  readonly met: boolean;
  /** Why the comparing ended before the trace did. */
  readonly cut: 'window' | 'torn' | 'damage' | undefined;
}

/** Undefined for a trace without a generation. Of subjects that are watched it keeps what was said last. */
export async function compare(
  source: LayersSource,
  watched: readonly string[] = [],
): Promise<Compared | undefined> {
  const reader = await openTrace(source.trace(), { reuse: true });
  const orderer = new Orderer({ reuse: true });
  const ledger = new Ledger(!hasC(source.functions), watched);
  let records: Records | undefined;
  let trace: TraceSide | undefined;
  let isDamaged = false;
  try {
    for await (const generation of reader.generations()) {
      source.signal?.throwIfAborted();
      const ordered = orderer.order(generation);
      const base = Number(reader.base);
      records ??= new Records(source, ledger, base);
      trace ??= new TraceSide(ledger, records.side);
      if (!(await records.untilTraced())) break;
      trace.take(ordered, countOf(ordered), base);
      while (trace.read(records.isOver ? Number.POSITIVE_INFINITY : records.side.time))
        await records.until(trace.time + STRIDE);
      isDamaged = generation.partial || reader.damages.length > 0;
      if (isDamaged || (records.isOver && !records.isComplete)) break;
    }
    if (records === undefined || trace === undefined) return undefined;
    const met = records.side.traced;
    if (met) await records.untilAnswered();
    if (met) ledger.close();
    return {
      ledger,
      probe: records.side,
      trace,
      base: Number(reader.base),
      met,
      cut: cutOf(records, isDamaged),
    };
  } finally {
    await records?.close();
  }
}

function cutOf(records: Records, isDamaged: boolean): Compared['cut'] {
  if (isDamaged) return 'damage';
  if (records.side.torn) return 'torn';
  return records.isOver && !records.isComplete ? 'window' : undefined;
}

/** Of a generation that was cut off, what certainly comes before the part that is missing. */
function countOf({ generation, count, forced }: OrderedGeneration): number {
  return generation.partial ? (forced[0]?.position ?? count) : count;
}

/** Whether C is linked into the program: its threads borrow Ms, and give them back. */
function hasC(functions: Functions): boolean {
  return functions.has('x_cgo_init') || functions.has('_cgo_topofstack');
}

/** Whether records of all these kinds were asked for. */
export function hasKinds(header: Header, ...kinds: number[]): boolean {
  return kinds.every((kind) => isAsked(header, kind));
}

/** The probes' records, read as far as they are wanted. */
class Records {
  readonly side: ProbeSide;
  isOver = false;
  readonly #header: Header;
  readonly #ledger: Ledger;
  readonly #blocks: AsyncGenerator<Block, void, void>;
  #block: Block | undefined;
  #slot = 0;

  constructor({ records, header, functions, clock, release }: LayersSource, ledger: Ledger, base: number) {
    this.side = new ProbeSide({
      ledger,
      sites: new Sites(functions),
      clock,
      release,
      has: (...kinds) => hasKinds(header, ...kinds),
      kinds: kindsIn(header),
      // dropm trashes the P's syscalltick, and the trace tells of a loss of the P that never was.
      comparesProcs: !hasC(functions),
      from: base - SLACK,
    });
    this.#header = header;
    this.#ledger = ledger;
    this.#blocks = blocksOf(records, header);
  }

  /** Whether the records hold everything to the program's end. */
  get isComplete(): boolean {
    const { mode, next, capacity } = this.#header;
    return this.isOver && !this.side.torn && mode === 'linear' && next <= capacity;
  }

  /** Reads up to where tracing was switched on; false where that is not in the records. */
  async untilTraced(): Promise<boolean> {
    while (!this.side.traced && !this.isOver) await this.#readBlock(Number.POSITIVE_INFINITY);
    return this.side.traced;
  }

  /** Reads on until a record is later than that. */
  async until(time: number): Promise<void> {
    while (this.side.time <= time && !this.isOver) await this.#readBlock(time);
  }

  /** Reads on until the trace waits for nothing more. */
  async untilAnswered(): Promise<void> {
    this.#ledger.traceIsOver = true;
    while (this.#ledger.trace.waiting > 0 && !this.isOver) await this.#readBlock(Number.POSITIVE_INFINITY);
  }

  /** What is not read to its end keeps its file open otherwise. */
  async close(): Promise<void> {
    await this.#blocks.return();
  }

  async #readBlock(until: number): Promise<void> {
    if (this.#block === undefined || this.#slot >= this.#block.count) {
      const next = await this.#blocks.next();
      if (next.done === true) {
        this.isOver = true;
        return;
      }
      this.#block = next.value;
      this.#slot = 0;
    }
    this.#slot = this.side.read(this.#block, this.#slot, until);
    if (this.side.torn) this.isOver = true;
  }
}
