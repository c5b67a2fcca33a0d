/**
 * A world: a few goroutines, Ms and Ps, the programs that the threads go through, and
 * what must hold of every state. Worlds are small; what makes a race shows in small ones.
 */
import { Layout, place } from './layout.ts';
import { type Item, type Label, Programs, type Thread } from './program.ts';
import { type Law, Rules } from './rules.ts';

export interface Property {
  readonly text: string;
  readonly holds: () => boolean;
}

/** What every thread has. */
export const threadFields = () => ({ pc: place() });

export class World<M extends Thread = Thread> {
  readonly layout = new Layout();
  readonly programs = new Programs();
  readonly rules: Rules;
  readonly always: Property[] = [];
  readonly sometimes: Property[] = [];
  /** What the runtime itself throws when the step that says so is taken. */
  thrown: string | undefined;
  threads: readonly M[] = [];
  #begins: (() => void)[] = [];

  constructor(law: Law) {
    this.rules = new Rules(law);
  }

  /** What holds in every state. */
  alwaysHolds(text: string, holds: () => boolean): void {
    this.always.push({ text, holds });
  }

  /** What some state shows: without it the world does not do what it is there for. */
  sometimesHolds(text: string, holds: () => boolean): void {
    this.sometimes.push({ text, holds });
  }

  /** What is so before the first step. */
  begin(first: () => void): void {
    this.#begins.push(first);
  }

  /** These threads go through this program from the first state on. */
  start(items: readonly Item<M>[], ...ms: readonly M[]): Label {
    const entry = this.programs.add(...items);
    this.begin(() => {
      for (const m of ms) m.pc = entry.pc;
    });
    return entry;
  }

  /** The runtime finds something wrong itself. */
  throw(text: string): void {
    this.thrown = text;
  }

  /** Makes the first state the one in hand. */
  first(): void {
    this.layout.bytes.fill(0);
    for (const first of this.#begins) first();
  }
}
