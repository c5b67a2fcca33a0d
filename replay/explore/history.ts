/** What a history is: a race that the Go runtime once had, as worlds in which it is there and worlds in which it is mended. */
import type { World } from './world.ts';

export interface Variant {
  readonly name: string;
  /** What this world does, in a sentence. */
  readonly text: string;
  /** What is to be found: the row or kind of breach; nothing for a world that is sound. */
  readonly finds?: string;
  /** Whether its statements stand in the source of Go 1.26. */
  readonly today: boolean;
  /** The seeded fault that shows the same on real Go (collector/faults). */
  readonly fault?: string;
  /** It takes more than a second, so tests leave it to the command. */
  readonly isLarge?: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: each world has threads of its own
  readonly world: () => World<any>;
}

export interface History {
  readonly name: string;
  /** What went wrong, in a sentence. */
  readonly summary: string;
  /** The commit of golang/go that mended it. */
  readonly commit?: string;
  /** Issue numbers of golang/go. */
  readonly issues: readonly number[];
  readonly variants: readonly Variant[];
}
