/** Opens a trace and hands it out one generation at a time. */
import { type Built, GenerationBuilder, type RawGeneration } from './build.ts';
import { type FormatCode, FormatError } from './errors.ts';
import { ByteFeed, type TraceSource } from './feed.ts';
import { type Frame, HEADER_SIZE, MAX_FRAME_HEADER, readFrame, readHeader } from './frame.ts';
import type { Generation } from './generation.ts';
import { Loss } from './loss.ts';
import { EV, type TraceVersion } from './specs.ts';

/** Where a trace stopped being what Go writes, and what that cost. */
export interface Damage {
  readonly code: FormatCode;
  /** File offset at which it was noticed. */
  readonly offset: number;
  readonly generation: number;
  readonly message: string;
  /** Bytes that are in the file, or that it says should be, and gave no event. */
  readonly lostBytes: number;
  /** Events known to stand in those bytes. */
  readonly lostEvents: number;
  /** False where more may be lost than those two numbers say, as after a truncation. */
  readonly exact: boolean;
  /** Threads whose batches lost something; empty when none can be named. */
  readonly ms: readonly number[];
}

export interface TraceReader {
  readonly version: TraceVersion;
  /** Nanoseconds from which all times count, on the trace's own clock; 0 before the first generation. */
  readonly base: bigint;
  /**
   * Generations in order, each once; ends at the end or at damage that nothing
   * past it survives. Only what reading the source throws is thrown.
   */
  generations(): AsyncGenerator<Generation, void, void>;
  /** The first damage; final when `generations` has ended. */
  readonly damage: Damage | undefined;
  /** All of it: gaps between generations do not end the reading. */
  readonly damages: readonly Damage[];
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
  return new Reader(feed, version, options.reuse === true);
}

class Reader implements TraceReader {
  readonly version: TraceVersion;
  readonly damages: Damage[] = [];
  readonly #feed: ByteFeed;
  readonly #builder: GenerationBuilder;
  /** File offset of the next frame. */
  #at = HEADER_SIZE;
  /** The generation handed out last. */
  #number = 0;

  constructor(feed: ByteFeed, version: TraceVersion, reuse: boolean) {
    this.#feed = feed;
    this.version = version;
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
        const raw = await this.#collect();
        if (raw === undefined) return;
        const built = this.#build(raw);
        if (built.generation !== undefined) yield built.generation;
        if (built.fault !== undefined) return await this.#lose(raw, built, built.fault);
        this.#feed.drop(this.#at);
      }
    } finally {
      await this.#feed.close();
    }
  }

  #build(raw: RawGeneration): Built {
    const before = this.#number;
    if (raw.frames.length === 0) return { generation: undefined, fault: raw.fault, kept: this.#at };
    const gap = before > 0 && raw.number > before + 1;
    if (gap) this.#gap(before, raw);
    if (before > 0 && raw.number <= before) {
      const what = `generation ${raw.number} after generation ${before}`;
      const fault = new FormatError('generation-order', raw.frames[0]!.offset, before, what);
      return { generation: undefined, fault, kept: fault.offset };
    }
    this.#number = raw.number;
    return this.#builder.build(raw, this.#feed.bytes, this.#feed.base, gap);
  }

  #gap(before: number, raw: RawGeneration): void {
    const last = raw.number - 1;
    const which = last > before + 1 ? `generations ${before + 1} to ${last} are` : `generation ${last} is`;
    const { offset } = raw.frames[0]!;
    const message = `${which} missing (byte ${offset})`;
    const lost = { lostBytes: 0, lostEvents: 0, exact: false, ms: [] };
    this.damages.push({ code: 'generation-gap', offset, generation: before + 1, message, ...lost });
  }

  /** The batches of the next generation; undefined at the end of the trace. */
  async #collect(): Promise<RawGeneration | undefined> {
    const frames: Frame[] = [];
    let number = 0;
    const done = (fault?: FormatError, last = false): RawGeneration => {
      const end = Math.max(this.#at, frames.at(-1)?.end ?? 0);
      return { number, frames, end, fault, last };
    };
    for (;;) {
      const next = await this.#frame(number);
      if (next.frame === undefined) {
        if (next.fault !== undefined) return done(next.fault, true);
        if (frames.length === 0) return undefined;
        return done(
          this.version >= 26 ? this.#truncated(number, 'before its generation does') : undefined,
          true,
        );
      }
      const { frame } = next;
      if (frame.type === EV.EndOfGeneration) {
        const fault = this.#endMark(frame, number);
        if (fault !== undefined) return done(fault);
        this.#at = frame.end;
        return done();
      }
      if (number === 0) number = frame.generation;
      if (frame.generation !== number) return done(await this.#turn(frame, number));
      frames.push(frame);
      if (next.fault !== undefined) return done(next.fault, true);
      this.#at = frame.end;
    }
  }

  /**
   * The next frame, cut short and with a fault where the file ends within it; a
   * fault alone where no frame can be read; neither at the end of the file.
   */
  async #frame(number: number): Promise<{ frame?: Frame; fault?: FormatError }> {
    const feed = this.#feed;
    const at = this.#at;
    if (feed.end < at + MAX_FRAME_HEADER) await feed.reach(at + MAX_FRAME_HEADER);
    if (feed.end <= at) return {};
    try {
      const frame = readFrame(feed.bytes, feed.base, at, feed.end, number);
      if (feed.end >= frame.end || (await feed.reach(frame.end))) return { frame };
      const fault = this.#truncated(frame.generation, 'within a batch', frame.end - feed.end);
      return { frame: { ...frame, end: feed.end }, fault };
    } catch (error) {
      if (error instanceof FormatError) return { fault: error };
      throw error;
    }
  }

  /** Bytes that the last batch announces and that are not there. */
  #absent = 0;

  #truncated(number: number, where: string, absent = 1): FormatError {
    this.#absent = absent;
    return new FormatError('truncated', this.#feed.end, number, `the file ends ${where}`);
  }

  #endMark(frame: Frame, number: number): FormatError | undefined {
    if (this.version < 26) {
      return new FormatError(
        'batch-type',
        frame.offset,
        number,
        'an end of generation, which Go 1.26 introduced',
      );
    }
    return number > 0
      ? undefined
      : new FormatError('sync-missing', frame.offset, number, 'an empty generation');
  }

  /** Judges a batch of another generation than the one being collected: undefined if one ended and one begins. */
  async #turn(frame: Frame, number: number): Promise<FormatError | undefined> {
    const what = `a batch of generation ${frame.generation} within generation ${number}`;
    const fault = new FormatError('generation-order', frame.offset, number, what);
    if (this.version >= 26 || frame.generation < number) return fault;
    if (frame.generation === number + 1) return undefined;
    // One wrong byte in a header must not pass for a gap: a second batch has to agree.
    const at = this.#at;
    this.#at = frame.end;
    const next = await this.#frame(number);
    this.#at = at;
    this.#absent = 0;
    return next.frame?.generation === frame.generation ? undefined : fault;
  }

  /** Reads on to the end of the file, only to say what is lost. */
  async #lose(raw: RawGeneration, built: Built, fault: FormatError): Promise<void> {
    const loss = new Loss(this.version);
    for (const frame of raw.frames) loss.frame(frame, this.#feed, built.kept);
    for (;;) {
      this.#feed.drop(this.#at);
      const { frame, fault: second } = await this.#frame(0);
      if (frame !== undefined) loss.frame(frame, this.#feed, built.kept);
      if (frame === undefined || second !== undefined) break;
      this.#at = frame.end;
    }
    const end = await this.#drain();
    const { code, offset, message } = fault;
    const cut = code === 'truncated';
    this.damages.push({
      code,
      offset,
      generation: raw.number || this.#number,
      message,
      // A generation that lacks what ends it lost that at least, even when every byte there is was read.
      lostBytes: Math.max(cut ? 1 : 0, end - built.kept + this.#absent),
      lostEvents: loss.events,
      exact: !cut && loss.exact,
      ms: loss.ms,
    });
  }

  /** The length of the file. */
  async #drain(): Promise<number> {
    while (await this.#feed.reach(this.#feed.end + 1)) this.#feed.drop(this.#feed.end);
    return this.#feed.end;
  }
}
