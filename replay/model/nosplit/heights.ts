/** How many bytes each function may need below its caller's frame, with all that it calls without a split check. */
import { type Edge, LEAF, type NosplitGraph } from './graph.ts';

/** A cycle has no bottom; the linker keeps heights in 16 bits and takes the largest of them. */
export const INFINITE = 32767;

/**
 * Heights by the functions' numbers. What the check has not finished yet when a function calls it must be the
 * function's own cycle, and counts as infinite.
 */
export function heightsOf({ names, edges, finished }: NosplitGraph): Int32Array {
  const heights = new Map<number, number>(finished.map((number) => [number, INFINITE]));
  for (const number of finished) heights.set(number, Math.min(heightOf(edges[number]!, heights), INFINITE));
  return Int32Array.from(names, (_, number) => heights.get(number) ?? 0);
}

/** The height of one function whose callees' are known. */
export function heightOf(edges: readonly Edge[], heights: ReadonlyMap<number, number>): number {
  let most = 0;
  for (const { growth, target } of edges) {
    const height = target === LEAF ? growth : growth + (heights.get(target) ?? 0);
    if (height > most) most = height;
  }
  return most;
}
