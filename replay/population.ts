/** How many goroutines were in which state over time: the timeline's counts. */
import type { Frame } from './judge/index.ts';
import { STATES } from './model/index.ts';
import type { Timeline } from './result.ts';
import type { Moving } from './spans.ts';

/** Parts into which the time is cut. */
const PARTS = 120;
/** States that are counted: of the others nobody is there. */
const COUNTED = ['running', 'runnable', 'syscall', 'waiting'] as const;

/** Undefined where nothing is known of any goroutine. */
export function populationOf(
  { ids, changes }: Moving,
  { start, end }: Pick<Frame, 'start' | 'end'>,
): Timeline['counts'] {
  if (changes.count === 0 || end <= start) return undefined;
  const step = (end - start) / PARTS;
  const parts = changes.together(ids.length, { start, end, parts: PARTS });
  // To a tenth; what is less than nothing is so by rounding, and -0 is no number of goroutines.
  const mean = (time: number) => Math.max(0, Math.round((time / step) * 10) / 10);
  const means = COUNTED.map((name) => {
    const state = STATES.goroutine.indexOf(name);
    return parts.map((times) => mean(times[state] as number));
  });
  return { step, states: [...COUNTED], means };
}
