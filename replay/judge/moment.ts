/**
 * One event as the judge sees it: the event's own facts and the slots that it
 * touches, found once. The judge reuses a single one for the whole replay.
 */
import { type Generation, NONE_WORD } from '../decode/index.ts';
import type { SubjectRole } from '../model/index.ts';
import { NO_SLOT, type World } from './world.ts';

export class Moment {
  /** Position in the whole replay. */
  index = 0;
  /** Row in the generation's columns. */
  event = 0;
  kind = 0;
  time = 0;
  /** The M's number as Go gives it, -1 for none. */
  thread = -1;
  /** Slots. */
  m = NO_SLOT;
  p = NO_SLOT;
  g = NO_SLOT;
  /**
   * An event of this generation had to wait and was let through out of turn:
   * what other Ms did meanwhile may stand before it, so from where its M began
   * to wait nothing follows from times alone.
   */
  skewed = false;
  generation: Generation | undefined;
  /** The generation's columns, taken from it once: each look at the kernel's memory costs. */
  #args: Uint32Array = new Uint32Array(0);
  #argStart: Uint32Array = new Uint32Array(0);
  /** True in the first generation, where unknown things may have existed before. */
  first = true;

  /** As long as nothing more is read or ordered. */
  enter(generation: Generation): void {
    this.generation = generation;
    this.look();
    this.m = NO_SLOT;
  }

  /** Takes the columns anew, as it must where the kernel's memory has grown. */
  look(): void {
    const { args, argStart } = (this.generation as Generation).columns;
    this.#args = args;
    this.#argStart = argStart;
  }

  arg(n: number): number {
    const word = this.#args[(this.#argStart[this.event] as number) + n] as number;
    return word < NONE_WORD ? word : (this.generation as Generation).arg(this.event, n);
  }

  string(n: number): string {
    const { generation } = this;
    return generation === undefined ? '' : generation.string(generation.arg(this.event, n));
  }

  /** Slot of the thing that a row is about; NO_SLOT when there is none. */
  subject(world: World, role: SubjectRole): number {
    if (role === 'self') return this.g;
    if (role === 'own') return this.p;
    if (role === 'named') return world.goroutines.find(this.arg(0));
    if (role === 'namedP') return world.procs.find(this.arg(0));
    return NO_SLOT;
  }
}
