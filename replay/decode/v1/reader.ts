/**
 * Reads a v1 trace (Go 1.9 to 1.21) into one generation of v2 events. That
 * format has no generations, and its clock and its stacks come last: so the
 * whole file is held, and memory follows its length.
 */
import type { Damage } from '../damage.ts';
import { FormatError } from '../errors.ts';
import type { ByteFeed } from '../feed.ts';
import { HEADER_SIZE } from '../frame.ts';
import { Generation } from '../generation.ts';
import { missingEntry } from '../ids.ts';
import type { V1Version } from '../specs.ts';
import { type Converted, convert } from './convert.ts';
import { type History, merge } from './merge.ts';
import { type Scan, scan } from './scan.ts';
import { v1Name } from './specs.ts';

/** There is one, and Go's first is 1. */
const NUMBER = 1;

/** A TraceReader. */
export class V1Reader {
  readonly version: V1Version;
  /** Times count from the first event: v1 has no other clock. */
  readonly base = 0n;
  readonly damages: Damage[] = [];
  keptBytes = HEADER_SIZE;
  readonly #feed: ByteFeed;

  constructor(feed: ByteFeed, version: V1Version) {
    this.#feed = feed;
    this.version = version;
  }

  get damage(): Damage | undefined {
    return this.damages[0];
  }

  async *generations(): AsyncGenerator<Generation, void, void> {
    try {
      await this.#feed.reach(Number.POSITIVE_INFINITY);
      const { bytes, base, end } = this.#feed;
      const generation = this.#read(scan(bytes.subarray(0, end - base), end, this.version), end);
      if (generation !== undefined) yield generation;
    } finally {
      await this.#feed.close();
    }
  }

  #read(found: Scan, end: number): Generation | undefined {
    if (found.batches.length === 0 && found.fault === undefined) return undefined;
    const unfinished = found.ticksPerSecond === 0;
    const history = merge(found, !unfinished);
    const converted = convert(found, history, {
      version: this.version,
      partial: unfinished || history.stuck !== undefined,
    });
    if (!timesFit(converted)) {
      const far = 'its times lie more than 104 days apart, so that none is certain';
      this.#lose(
        found,
        { ...history, count: 0 },
        new FormatError('time-range', HEADER_SIZE, NUMBER, far),
        end,
      );
      return undefined;
    }
    const fault =
      found.fault ??
      (unfinished ? tooShort(end) : undefined) ??
      impossible(history) ??
      unnamed(found, converted, end);
    if (fault === undefined) this.keptBytes = end;
    else this.#lose(found, history, fault, end);
    if (fault !== undefined && converted.columns.count === 0) return undefined;
    return this.#made(found, converted, end, fault !== undefined);
  }

  #lose(
    { events, cutAt, ticksPerSecond }: Scan,
    { count, stuck }: History,
    fault: FormatError,
    end: number,
  ): void {
    const { code, offset, message } = fault;
    const cut = code === 'truncated';
    const inFile = count === 0 ? end - HEADER_SIZE : end - (cutAt ?? end) + (stuck?.bytes ?? 0);
    // What was cut off lost that at least, even when every byte that is there was read.
    const missingBytes = cut ? 1 : 0;
    this.keptBytes = end - inFile;
    this.damages.push({
      code,
      offset,
      generation: NUMBER,
      message: ticksPerSecond === 0 && count > 0 ? `${message}; times count ticks` : message,
      lostBytes: inFile + missingBytes,
      missingBytes,
      lostEvents: events.count - count,
      exact: cutAt === undefined && !cut,
      ms: [],
    });
  }

  #made(found: Scan, converted: Converted, end: number, partial: boolean): Generation {
    return new Generation({
      number: NUMBER,
      version: this.version,
      offset: HEADER_SIZE,
      end,
      partial,
      afterGap: false,
      nsPerTick: converted.nsPerTick,
      tickAssumed: found.ticksPerSecond === 0,
      // Go's reader puts its Sync event one nanosecond before the first.
      startTime: -1,
      batches: converted.batches,
      columns: converted.columns,
      strings: found.strings,
      stacks: found.stacks,
      experimental: [],
      clock: undefined,
      settled: converted.settled,
    });
  }
}

/** 2^53 ns is as far as a double counts. */
function timesFit({ columns: { time, count } }: Converted): boolean {
  for (let row = 0; row < count; row++) if (!Number.isSafeInteger(time[row])) return false;
  return true;
}

/** The frequency is written behind all events. */
function tooShort(end: number): FormatError {
  return new FormatError('truncated', end, NUMBER, 'the file ends before it says how long a tick is');
}

function impossible({ stuck }: History): FormatError | undefined {
  if (stuck === undefined) return undefined;
  const what = `nothing in the trace makes this ${v1Name(stuck.type)} possible`;
  return new FormatError('event-order', stuck.offset, NUMBER, what);
}

/** Stacks, and the strings of their frames, are written last: where one is missing, the file was cut. */
function unnamed(
  found: Scan,
  { columns, batches, settled }: Converted,
  end: number,
): FormatError | undefined {
  const { strings, stacks } = found;
  const missing = missingEntry(columns, { strings, stacks }, NUMBER, (row) => {
    return batches[settled.batch[row]!]!.data + columns.place[row]!;
  });
  if (missing?.code !== 'stack-missing') return missing ?? stacks.check(NUMBER);
  return new FormatError('truncated', end, NUMBER, 'the file ends before all of its stacks');
}
