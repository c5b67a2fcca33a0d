/**
 * The critical window of a counterexample: the place where a thread was held between two of its
 * statements while others did what they should not have done there. A path is full of places where
 * one thread stopped and another went on; this is the one that counts. It is found by asking the
 * explorer again: were the thread never held there, would the same go wrong?
 */
import { type Breach, explore } from './explore.ts';
import type { Variant } from './history.ts';
import type { Place, Step } from './program.ts';
import type { StoryStep } from './story.ts';

export interface Window {
  /** The thread that is held. */
  readonly thread: string;
  /** Index of its step in the story, behind which it is held. */
  readonly opens: number;
  /** The statement that it is held before. */
  readonly closes: { readonly place: Place; readonly statement: string };
}

/** The last place of the story that something must come in at; undefined where one thread does it all alone. */
export function criticalWindow(
  variant: Variant,
  steps: readonly StoryStep[],
  breach: Breach,
): Window | undefined {
  const held = [...steps.keys()].filter((index) => isHeldBehind(steps, index)).reverse();
  const asked = new Map<number, boolean>();
  for (const opens of held) {
    const { thread, next } = steps[opens] as StoryStep;
    const matters = asked.get(next.pc) ?? preventsAll(variant, next.pc, breach);
    asked.set(next.pc, matters);
    if (!matters) continue;
    const { place = { func: '' }, statement } = variant.world().programs.steps[next.pc] as Step;
    return { thread, opens, closes: { place, statement } };
  }
  return undefined;
}

/** It could have gone on at once, and somebody else did. */
function isHeldBehind(steps: readonly StoryStep[], index: number): boolean {
  const { thread, next } = steps[index] as StoryStep;
  const after = steps[index + 1];
  return next.isFree && after !== undefined && after.thread !== thread;
}

/** With a thread that never waits its turn a world can get larger than it is. */
const MAX_STATES = 300_000;

/** Whether nothing goes wrong where nobody is ever held before that statement. That something is not seen any more is no wrong. */
function preventsAll(variant: Variant, urgent: number, { kind }: Breach): boolean {
  const { breach, exhausted } = explore(variant.world(), { urgent, maxStates: MAX_STATES });
  return kind !== 'sometimes' && (exhausted || breach?.kind === 'sometimes');
}
