/** Steps from batch to batch through a file, and over what is none. */
import { FormatError } from './errors.ts';
import type { ByteFeed } from './feed.ts';
import { type Frame, MAX_FRAME_HEADER, readFrame } from './frame.ts';
import { BatchFinder, paddedSize } from './resync.ts';
import { EV, MAX_STRING_SIZE, type TraceVersion } from './specs.ts';

/** What stands at an offset: a batch, a fault where none can be read, both where the file ends within one; neither at its end. */
export interface Step {
  readonly frame?: Frame;
  readonly fault?: FormatError;
  /** Bytes that the batch announces and that the file does not hold. */
  readonly missing: number;
}

/** Bytes looked through at once for a batch. */
const STRETCH = 1 << 16;
/** Batches that are asked whether another one's generation can be right: one of them may be damaged too. */
const WITNESSES = 3;
/** Batches without padding that have to follow each other before one of them is believed. */
const LINKS = 16;

export class FrameChain {
  readonly feed: ByteFeed;
  readonly #version: TraceVersion;
  readonly #finder: BatchFinder;
  /** As of the first batch. */
  #padded: boolean | undefined;
  /** The first generation's number, and the earliest time that a padded batch of it has, in ticks. */
  #first = 0;
  #earliest = Number.POSITIVE_INFINITY;

  constructor(feed: ByteFeed, version: TraceVersion) {
    this.feed = feed;
    this.#version = version;
    this.#finder = new BatchFinder(version);
  }

  /** `generation` is what an error names. */
  async step(at: number, generation: number): Promise<Step> {
    const { feed } = this;
    if (feed.end < at + MAX_FRAME_HEADER) await feed.reach(at + MAX_FRAME_HEADER);
    if (feed.end <= at) return { missing: 0 };
    try {
      const frame = readFrame(feed.bytes, feed.base, at, feed.end, generation);
      if (frame.type === EV.EndOfGeneration && this.#version < 26) {
        const what = 'an end of generation, which Go 1.26 introduced';
        throw new FormatError('batch-type', at, generation, what);
      }
      if (feed.end >= frame.end || (await feed.reach(frame.end))) return { frame, missing: 0 };
      const fault = new FormatError('truncated', feed.end, frame.generation, 'the file ends within a batch');
      return { frame: { ...frame, end: feed.end }, fault, missing: frame.end - feed.end };
    } catch (error) {
      if (error instanceof FormatError) return { fault: error, missing: 0 };
      throw error;
    }
  }

  /**
   * Whether a batch is one, and not bytes that happen to read as its header. In
   * a trace whose sizes are padded, one that is not has to lead to one that is,
   * to an end, or, since who rewrites a trace need not pad, through many that
   * agree: bytes taken from the middle of events may well look like two or three,
   * and where events repeat, like any number. Those cannot know the time, though:
   * nobody writes before the trace begins.
   */
  async credible(frame: Frame): Promise<boolean> {
    if (frame.type === EV.EndOfGeneration) return true;
    const padded = paddedSize(this.feed.bytes, frame.data - this.feed.base);
    this.#padded ??= padded;
    this.#first ||= frame.generation;
    const first = frame.generation === this.#first;
    if (padded && first) this.#earliest = Math.min(this.#earliest, frame.ticks);
    if (padded || !this.#padded) return true;
    if (!first && frame.ticks < this.#earliest) return false;
    let { end, generation } = frame;
    for (let i = 0; i < LINKS; i++) {
      const next = await this.step(end, 0);
      if (next.frame === undefined) return next.fault === undefined;
      if (next.frame.type === EV.EndOfGeneration) return await this.#endsAt(next.frame.end);
      if (paddedSize(this.feed.bytes, next.frame.data - this.feed.base)) return true;
      if (next.frame.generation !== generation && next.frame.generation !== generation + 1) return false;
      ({ end, generation } = next.frame);
    }
    return true;
  }

  /**
   * Whether the batches behind one are of the same generation, and not of
   * `other`; `unread` answers where they end, or nothing can be read.
   */
  async agrees(frame: Frame, other: number, unread: boolean): Promise<boolean> {
    let at = frame.end;
    for (let i = 0; i < WITNESSES; i++) {
      const next = await this.step(at, 0);
      if (next.frame === undefined || !(await this.credible(next.frame))) return unread;
      if (next.frame.type === EV.EndOfGeneration) return await this.#endsAt(next.frame.end);
      if (next.frame.generation === frame.generation) return true;
      if (next.frame.generation === other) return false;
      at = next.frame.end;
    }
    return false;
  }

  /** Whether an end mark, which any byte may look like, is one: behind it the file ends, or a batch begins. */
  async #endsAt(at: number): Promise<boolean> {
    const { frame, fault } = await this.step(at, 0);
    if (frame === undefined) return fault === undefined;
    if (frame.type === EV.EndOfGeneration) return false;
    return this.#padded !== true || paddedSize(this.feed.bytes, frame.data - this.feed.base);
  }

  /** Offset of the first batch that certainly begins in `[from, to)`, which has arrived already. */
  async findWithin(from: number, to: number): Promise<number | undefined> {
    const { feed } = this;
    for (let at = from; at < to; at++) {
      // The window may have moved while a chain was followed.
      const found = this.#finder.find(feed.bytes, at - feed.base, feed.end - feed.base);
      if (found < 0 || found + feed.base >= to) return undefined;
      at = found + feed.base;
      if (await this.#chains(at)) return at;
    }
    return undefined;
  }

  /** The same to the end of the file, letting go of what was looked through. */
  async findFrom(from: number): Promise<number | undefined> {
    const { feed } = this;
    for (let at = from; ; ) {
      feed.drop(at);
      const more = await feed.reach(at + STRETCH);
      // A header that the stretch cuts is found in the next one.
      const to = more ? at + STRETCH - MAX_FRAME_HEADER : feed.end;
      const found = await this.findWithin(at, to);
      if (found !== undefined) return found;
      if (!more) return undefined;
      at = to;
    }
  }

  /**
   * Whether batches follow from here as Go writes them, for longer than any
   * string is: bytes that look like a batch could be a program's own text.
   */
  async #chains(start: number): Promise<boolean> {
    for (let at = start; at <= start + MAX_STRING_SIZE; ) {
      const { frame, fault } = await this.step(at, 0);
      if (frame === undefined) return fault === undefined;
      const { bytes, base } = this.feed;
      const mark = frame.type === EV.EndOfGeneration;
      if (!mark && !paddedSize(bytes, frame.data - base)) return false;
      if (fault !== undefined) return true;
      at = frame.end;
    }
    return true;
  }
}
