/** What is wrong with a trace, as values that say what it cost. */
import { type BatchFault, type Built, batchKind } from './build.ts';
import type { Collected } from './collect.ts';
import type { FormatCode, FormatError } from './errors.ts';
import { Loss, type Window } from './loss.ts';
import type { TraceVersion } from './specs.ts';

/** Where a trace is not what Go writes, and what that cost: one for each stretch that is damaged. */
export interface Damage {
  readonly code: FormatCode;
  /** File offset at which it was noticed. */
  readonly offset: number;
  readonly generation: number;
  readonly message: string;
  /** Bytes that are in the file, or that it says should be, and are not in what is handed out. */
  readonly lostBytes: number;
  /** Those of them that are not in the file. The others and `keptBytes` make up its length. */
  readonly missingBytes: number;
  /** Events known to stand in those bytes. */
  readonly lostEvents: number;
  /** False where more may be lost than those numbers say, as after a truncation. */
  readonly exact: boolean;
  /** Threads whose batches lost something; empty when none can be named. */
  readonly ms: readonly number[];
}

/** Damage whose end is not known yet. */
export interface OpenDamage {
  readonly fault: FormatError;
  readonly generation: number;
  readonly loss: Loss;
  readonly message: string;
}

export function damage(fault: FormatError, generation: number, loss: Loss, message: string): Damage {
  return {
    code: fault.code,
    offset: fault.offset,
    generation,
    message,
    // A generation that lacks what ends it lost that at least, even when every byte there is was read.
    lostBytes: loss.bytes + loss.missing,
    missingBytes: loss.missing,
    lostEvents: loss.events,
    exact: loss.exact,
    ms: loss.ms,
  };
}

/** What one generation gave and what it lost. */
export class Account {
  /** Damage inside its batches, and what it lacks. */
  readonly damages: Damage[] = [];
  /** Damage of the framing, which may reach past it. */
  readonly open: OpenDamage | undefined;
  /** Bytes that what is handed out stood in. */
  readonly keptBytes: number;
  readonly #version: TraceVersion;
  readonly #collected: Collected;
  readonly #built: Built;
  readonly #window: Window;

  constructor(version: TraceVersion, collected: Collected, built: Built, window: Window) {
    this.#version = version;
    this.#collected = collected;
    this.#built = built;
    this.#window = window;
    const { frames, end } = collected.raw;
    const size = end - (frames[0]?.offset ?? end);
    if (built.generation === undefined) {
      this.keptBytes = 0;
      const open = this.#nothingKept(size);
      if (collected.fault !== undefined) this.open = open;
      else this.damages.push(damage(open.fault, open.generation, open.loss, open.message));
      return;
    }
    let lost = 0;
    const tail = collected.fault === undefined ? undefined : frames.at(-1);
    for (const fault of built.batches) {
      const loss = this.#lossOf(fault);
      lost += loss.bytes;
      if (fault.frame !== tail) this.#tell(fault.fault, loss, this.#cost(fault));
    }
    this.keptBytes = size - lost;
    if (collected.fault === undefined) this.#lacking();
    else
      this.open = this.#framing(
        collected.fault,
        built.batches.find(({ frame }) => frame === tail),
      );
  }

  /** One damage for all of it, by what was wrong first. */
  #nothingKept(size: number): OpenDamage {
    const { raw, fault, missing, ending } = this.#collected;
    const first = this.#built.batches[0]?.fault;
    const cause = (ending === 'cut' ? fault : first) ?? this.#built.fault ?? fault;
    if (cause === undefined) throw new Error('a generation is kept unless something is wrong with it');
    const loss = new Loss(this.#version);
    for (const frame of raw.frames) loss.batch(frame, this.#window);
    // The end mark.
    loss.bytes += size - loss.bytes;
    if (ending === 'mark') loss.bytes += 1;
    if (missing > 0) loss.absent(missing);
    else if (cause.code === 'truncated' && ending === 'whole') loss.absent(1);
    const what = raw.frames.length > 0 ? `; nothing of generation ${raw.number} can be kept` : '';
    return { fault: cause, generation: raw.number || cause.generation, loss, message: cause.message + what };
  }

  #framing(fault: FormatError, tail: BatchFault | undefined): OpenDamage {
    const { raw, missing, ending } = this.#collected;
    const loss = tail === undefined ? new Loss(this.#version) : this.#lossOf(tail);
    if (ending === 'mark') loss.bytes += 1;
    if (missing > 0) loss.absent(missing);
    // In a batch that the file ends in, nothing is wrong but that; before bytes that are no batch, all is one damage.
    const cause = ending === 'torn' && tail !== undefined ? tail.fault : fault;
    return { fault: cause, generation: raw.number, loss, message: cause.message + this.#ticks() };
  }

  #lacking(): void {
    const { fault } = this.#built;
    if (fault === undefined) return;
    const loss = new Loss(this.#version);
    if (fault.code === 'truncated') loss.absent(1);
    else if (fault.code === 'sync-missing') loss.exact = false;
    this.#tell(fault, loss, this.#ticks());
  }

  #lossOf({ frame, kept, later }: BatchFault): Loss {
    const loss = new Loss(this.#version);
    loss.batch(frame, this.#window, kept);
    for (const each of later) loss.batch(each, this.#window);
    return loss;
  }

  /** What a fault in a batch costs, for a person. */
  #cost({ frame }: BatchFault): string {
    const { bytes, base } = this.#window;
    const kind = batchKind(frame.type, bytes[frame.data - base], this.#version);
    if (kind !== 'events') return `; the rest of this batch of ${COSTS[kind]} is lost${this.#ticks()}`;
    const who = frame.m < 0 ? 'what no thread wrote' : `what thread ${frame.m} wrote`;
    return `; of ${who}, the rest of generation ${this.#collected.raw.number} is lost`;
  }

  #ticks(): string {
    return this.#built.generation?.tickAssumed === true ? '; a tick is taken for 64 ns' : '';
  }

  #tell(fault: FormatError, loss: Loss, cost: string): void {
    this.damages.push(damage(fault, this.#collected.raw.number, loss, fault.message + cost));
  }
}

const COSTS = {
  samples: 'CPU samples',
  strings: 'strings',
  stacks: 'stacks',
  sync: 'clocks',
  experimental: 'an experiment',
} as const;
