/** Gathers the batches of one generation after another, and finds the next one behind damage. */
import type { RawGeneration } from './build.ts';
import { FormatError } from './errors.ts';
import { type Frame, HEADER_SIZE } from './frame.ts';
import type { FrameChain, Step } from './frames.ts';
import type { Loss } from './loss.ts';
import { EV, MAX_STRING_SIZE, type TraceVersion } from './specs.ts';

/**
 * How the batches of a generation came to an end: as they should (`whole`); by
 * a lone byte where an end mark should be, which took nothing else with it
 * (`mark`); with the next generation although no mark came (`unmarked`); with
 * the file (`cut`); with bytes that are no batch, or one that does not belong
 * there (`torn`).
 */
export type Ending = 'whole' | 'mark' | 'unmarked' | 'cut' | 'torn';

export interface Collected {
  readonly raw: RawGeneration;
  readonly ending: Ending;
  /** What is wrong with the framing; undefined only for `whole`. */
  readonly fault: FormatError | undefined;
  /** Bytes that the file says should follow its end, at least. */
  readonly missing: number;
}

/** Where a skip stands: the batch read last is counted when the next one shows that its size is right. */
interface Skipping {
  readonly loss: Loss;
  pending: Frame | undefined;
  /** The last batch whose generation is certain, and that nothing unread follows. */
  sure: Frame | undefined;
  /**
   * File offset from which the end of a generation is believed: a batch that
   * was searched for may stand in a text, with others, up to where that ends.
   */
  believed: number;
}

export class Collector {
  /** File offset of the next batch. */
  at = HEADER_SIZE;
  readonly #chain: FrameChain;
  readonly #version: TraceVersion;
  /** The batch before `at`, when a generation is torn right behind it and it is sound. */
  #sure: Frame | undefined;
  /** Offset of a batch whose header contradicts its neighbours. */
  #suspect = -1;

  constructor(chain: FrameChain, version: TraceVersion) {
    this.#chain = chain;
    this.#version = version;
  }

  /** The next generation, or what there is of it; undefined at the end of the file. `before` is the one before. */
  async collect(before: number): Promise<Collected | undefined> {
    const frames: Frame[] = [];
    let number = 0;
    const done = (ending: Ending, fault?: FormatError, missing = 0, last = false): Collected => {
      const framing = ending === 'mark' ? undefined : fault;
      return { raw: { number, frames, end: this.at, fault: framing, last }, ending, fault, missing };
    };
    this.#sure = undefined;
    this.#suspect = -1;
    for (;;) {
      const { frame, fault, missing } = await this.#step(number || (before && before + 1));
      if (frame === undefined && fault !== undefined) {
        if (await this.#lostMark(number)) {
          const whole = done('mark', fault);
          this.at++;
          return whole;
        }
        await this.#tear(frames);
        return done('torn', fault);
      }
      if (frame === undefined) {
        if (number === 0) return undefined;
        if (this.#version < 26) return done('whole', undefined, 0, true);
        const what = 'the file ends before its generation does';
        return done('cut', new FormatError('truncated', this.at, number, what), 1, true);
      }
      if (frame.type === EV.EndOfGeneration) {
        if (number === 0) {
          const empty = done('mark', new FormatError('sync-missing', this.at, before, 'an empty generation'));
          this.at = frame.end;
          return empty;
        }
        this.at = frame.end;
        return done('whole');
      }
      const turn = await this.#turn(frame, number, before);
      if (turn !== undefined) {
        if (turn.ending === 'torn') await this.#tear(frames);
        return done(turn.ending, turn.fault, turn.missing);
      }
      number = frame.generation;
      frames.push(frame);
      this.at = frame.end;
      if (fault !== undefined) return done('cut', fault, missing, true);
    }
  }

  /** What stands next; a batch that cannot be one is a fault. */
  async #step(generation: number): Promise<Step> {
    const step = await this.#chain.step(this.at, generation);
    if (step.frame === undefined || (await this.#chain.credible(step.frame))) return step;
    const fault = new FormatError('batch-type', this.at, generation, 'what reads as a batch leads to none');
    return { fault, missing: 0 };
  }

  /** What a batch means for the generation that is being collected; undefined when it belongs to it. */
  async #turn(
    frame: Frame,
    number: number,
    before: number,
  ): Promise<{ ending: Ending; fault?: FormatError; missing: number } | undefined> {
    if (frame.generation === number) return undefined;
    if (number === 0 && (await this.#opens(frame, before))) return undefined;
    const where = number === 0 ? `after generation ${before}` : `within generation ${number}`;
    const what = `a batch of generation ${frame.generation} ${where}`;
    const fault = new FormatError('generation-order', frame.offset, number || before, what);
    // One wrong byte in a header must not pass for the next generation: what follows has to agree.
    const next = frame.generation === number + 1;
    if (number > 0 && frame.generation > number && (await this.#chain.agrees(frame, number, next))) {
      return this.#version < 26 ? { ending: 'whole', missing: 0 } : { ending: 'unmarked', fault, missing: 1 };
    }
    this.#suspect = frame.offset;
    return { ending: 'torn', fault, missing: 0 };
  }

  /** Whether a batch may begin a generation: the number is the next one, or those behind it confirm it. */
  async #opens(frame: Frame, before: number): Promise<boolean> {
    if (before > 0 && frame.generation === before + 1) return true;
    return await this.#chain.agrees(frame, before + 1, before === 0);
  }

  /** Whether a single byte stands between the last batch and the next generation: only an end mark is so short. */
  async #lostMark(number: number): Promise<boolean> {
    if (this.#version < 26 || number === 0) return false;
    const next = await this.#chain.findWithin(this.at + 1, this.at + 2);
    if (next === undefined) return false;
    const { frame } = await this.#chain.step(next, 0);
    return frame?.generation === number + 1;
  }

  /** The last batch before what does not follow it: it may be its own size that is wrong. */
  async #tear(frames: Frame[]): Promise<void> {
    const last = frames.at(-1);
    if (last === undefined) return;
    const next = await this.#chain.findWithin(last.data + 1, last.end);
    if (next !== undefined) {
      this.#sure = { ...last, end: next };
      frames[frames.length - 1] = this.#sure;
      this.at = next;
    } else if (last.type === EV.ExperimentalBatch) {
      // Nothing inside would tell that it is too long.
      frames.pop();
      this.at = last.offset;
    }
  }

  /**
   * Passes over what is left of a torn generation, up to where another one
   * certainly begins; false at the end of the file.
   */
  async skip(loss: Loss): Promise<boolean> {
    const believed = this.#sure === undefined ? 0 : this.at + MAX_STRING_SIZE;
    const state: Skipping = { loss, pending: undefined, sure: this.#sure, believed };
    for (;;) {
      const step = await this.#step(0);
      const { frame, fault, missing } = step;
      if (frame === undefined && fault === undefined) return this.#ends(state);
      if (frame === undefined || !(await this.#plausible(step))) {
        if (!(await this.#resume(state))) return false;
        continue;
      }
      this.#count(state);
      if (frame.type === EV.EndOfGeneration) {
        loss.bytes += 1;
        this.at = frame.end;
        if (frame.offset >= state.believed) return true;
        continue;
      }
      if (frame.offset >= state.believed && (await this.#begins(frame, state.sure))) return true;
      state.pending = frame;
      state.sure = frame.offset === this.#suspect ? undefined : frame;
      this.at = frame.end;
      this.#chain.feed.drop(frame.offset);
      if (fault === undefined) continue;
      this.#count(state);
      loss.absent(missing);
      return false;
    }
  }

  /** An end mark is a single byte, so what follows must make sense too. */
  async #plausible({ frame }: Step): Promise<boolean> {
    if (frame?.type !== EV.EndOfGeneration) return true;
    const next = await this.#chain.step(frame.end, 0);
    return next.frame !== undefined || next.fault === undefined;
  }

  async #begins(frame: Frame, sure: Frame | undefined): Promise<boolean> {
    if (this.#version >= 26 || sure === undefined || frame.generation <= sure.generation) return false;
    return await this.#chain.agrees(frame, sure.generation, false);
  }

  /** Goes to the next batch that can be read. */
  async #resume(state: Skipping): Promise<boolean> {
    const { pending, loss } = state;
    const within =
      pending === undefined ? undefined : await this.#chain.findWithin(pending.data + 1, pending.end);
    state.sure = undefined;
    if (pending !== undefined && within !== undefined) {
      state.pending = { ...pending, end: within };
      this.#count(state);
      this.at = within;
      state.believed = within + MAX_STRING_SIZE;
      return true;
    }
    this.#count(state);
    const from = this.at;
    const next = await this.#chain.findFrom(from + 1);
    this.at = next ?? this.#chain.feed.end;
    state.believed = this.at + MAX_STRING_SIZE;
    loss.unread(this.at - from);
    return next !== undefined;
  }

  #count(state: Skipping): void {
    if (state.pending !== undefined) state.loss.batch(state.pending, this.#chain.feed);
    state.pending = undefined;
  }

  #ends(state: Skipping): false {
    this.#count(state);
    // Without its end mark the last generation may have had more.
    if (this.#version >= 26) state.loss.exact = false;
    return false;
  }
}
