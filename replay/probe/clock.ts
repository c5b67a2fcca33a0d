/** Ticks as nanoseconds since the recording began, from the pairs of both that the recorder writes now and then. */
import { type CurrentRecord, wide } from './record.ts';

interface Pair {
  readonly nanoseconds: number;
  readonly ticks: number;
}

export class Clock {
  #first: Pair | undefined;
  #last: Pair | undefined;

  /** A record of both clocks. Nanoseconds since boot and ticks stay below 2^53 for 104 days at 1 GHz; then a time is a little off. */
  pair({ aLo, aHi, bLo, bHi }: CurrentRecord): void {
    const pair = { nanoseconds: wide(aLo, aHi), ticks: wide(bLo, bHi) };
    this.#first ??= pair;
    this.#last = pair;
  }

  /** False where no pair was recorded, as with a mask that leaves them out: then no time is known. */
  get isSet(): boolean {
    return this.#first !== undefined;
  }

  /** Nanotime at the first pair, from which `nanoseconds` counts. */
  get base(): number {
    return this.#first?.nanoseconds ?? 0;
  }

  nanoseconds({ ticksLo, ticksHi }: Pick<CurrentRecord, 'ticksLo' | 'ticksHi'>): number {
    if (this.#first === undefined) return 0;
    return Math.round((wide(ticksLo, ticksHi) - this.#first.ticks) * (this.#rate() || 1));
  }

  #rate(): number {
    if (this.#first === undefined || this.#last === undefined) return 0;
    const ticks = this.#last.ticks - this.#first.ticks;
    const nanoseconds = this.#last.nanoseconds - this.#first.nanoseconds;
    return ticks > 0 && nanoseconds > 0 ? nanoseconds / ticks : 0;
  }
}

/** A moment, to the microsecond. */
export function seconds(nanoseconds: number): string {
  return `${(nanoseconds / 1e9).toFixed(6)} s`;
}
