/** Opens a trace and hands it out one generation at a time. */
import { type Built, GenerationBuilder, type RawGeneration } from './build.ts';
import { Collector, type Ending } from './collect.ts';
import { Account, type Damage, damage, type OpenDamage } from './damage.ts';
import { FormatError } from './errors.ts';
import { ByteFeed, type TraceSource } from './feed.ts';
import { HEADER_SIZE, readHeader } from './frame.ts';
import { FrameChain } from './frames.ts';
import type { Generation } from './generation.ts';
import { isV1, type TraceVersion } from './specs.ts';

export type { Damage } from './damage.ts';

export interface TraceReader {
  readonly version: TraceVersion;
  /** Nanoseconds from which all times count, on the trace's own clock; 0 before the first generation. */
  readonly base: bigint;
  /**
   * Generations in order, each once: whole ones, and of damaged ones what is
   * certain. Only what reading the source throws is thrown, and CapacityError for
   * a generation that does not fit into memory.
   */
  generations(): AsyncGenerator<Generation, void, void>;
  /** The first damage; final when `generations` has ended. */
  readonly damage: Damage | undefined;
  /** All of it, in the order of the file. */
  readonly damages: readonly Damage[];
  /** Bytes of the file that what was handed out stood in, the header's and end marks among them. */
  readonly keptBytes: number;
}

export interface OpenOptions {
  /**
   * Reads every generation into the same memory, which is faster: a generation
   * and what was made of it is then good only until the next is asked for.
   */
  readonly reuse?: boolean;
}

/**
 * Reads a trace's header. Throws FormatError (`empty`, `not-a-trace`,
 * `truncated`) for what is no trace, VersionError for one too old or too new.
 */
export async function openTrace(source: TraceSource, options: OpenOptions = {}): Promise<TraceReader> {
  const feed = new ByteFeed(source);
  await feed.reach(HEADER_SIZE);
  const version = readHeader(feed.bytes.subarray(0, Math.min(feed.end, HEADER_SIZE)));
  if (isV1(version)) {
    // Few need it, and who does not should not wait for it to load.
    const { V1Reader } = await import('./v1/reader.ts');
    return new V1Reader(feed, version);
  }
  return new Reader(feed, version, options.reuse === true);
}

class Reader implements TraceReader {
  readonly version: TraceVersion;
  readonly damages: Damage[] = [];
  keptBytes = HEADER_SIZE;
  readonly #feed: ByteFeed;
  readonly #collector: Collector;
  readonly #builder: GenerationBuilder;
  /** The generation handed out last. */
  #number = 0;
  /** What stood before the next generation is damaged. */
  #torn = false;
  /** Something was passed over since the last generation: that its numbers leave a gap is no news. */
  #skipped = false;

  constructor(feed: ByteFeed, version: TraceVersion, reuse: boolean) {
    this.#feed = feed;
    this.version = version;
    this.#collector = new Collector(new FrameChain(feed, version), version);
    this.#builder = new GenerationBuilder(version, reuse);
  }

  get base(): bigint {
    return BigInt(this.#builder.base ?? 0);
  }

  get damage(): Damage | undefined {
    return this.damages[0];
  }

  async *generations(): AsyncGenerator<Generation, void, void> {
    try {
      for (;;) {
        const collected = await this.#collector.collect(this.#number);
        if (collected === undefined) return;
        const built = this.#build(collected.raw);
        const account = new Account(this.version, collected, built, this.#feed);
        this.keptBytes += account.keptBytes;
        this.damages.push(...account.damages);
        this.#torn = account.damages.length > 0 || collected.fault !== undefined || built.fault !== undefined;
        if (built.generation !== undefined) yield built.generation;
        if (account.open !== undefined) await this.#close(account.open, collected.ending);
        this.#feed.drop(this.#collector.at);
      }
    } finally {
      await this.#feed.close();
    }
  }

  #build(raw: RawGeneration): Built {
    const before = this.#number;
    const first = raw.frames[0];
    if (first === undefined) return { generation: undefined, batches: [], fault: raw.fault };
    if (before > 0 && raw.number <= before) {
      const what = `generation ${raw.number} after generation ${before}`;
      const fault = new FormatError('generation-order', first.offset, before, what);
      return { generation: undefined, batches: [], fault };
    }
    const gap = before > 0 && raw.number > before + 1;
    if (gap && !this.#skipped) this.damages.push(gapBetween(before, raw.number, first.offset));
    this.#number = raw.number;
    this.#skipped = false;
    return this.#builder.build(raw, this.#feed.bytes, this.#feed.base, gap || this.#torn);
  }

  /** Finds out where what is damaged ends, and tells it. */
  async #close({ fault, generation, loss, message }: OpenDamage, ending: Ending): Promise<void> {
    let outcome = '';
    if (ending === 'torn') {
      this.#skipped = true;
      const on = await this.#collector.skip(loss);
      outcome = on ? `; reading goes on at byte ${this.#collector.at}` : '; the rest of the file is lost';
    }
    this.damages.push(damage(fault, generation, loss, message + outcome));
  }
}

function gapBetween(before: number, next: number, offset: number): Damage {
  const last = next - 1;
  const which = last > before + 1 ? `generations ${before + 1} to ${last} are` : `generation ${last} is`;
  return {
    code: 'generation-gap',
    offset,
    generation: before + 1,
    message: `${which} missing (byte ${offset})`,
    lostBytes: 0,
    missingBytes: 0,
    lostEvents: 0,
    exact: false,
    ms: [],
  };
}
