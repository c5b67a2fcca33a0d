/**
 * What raw times say of whole batches: they come in the order of their M's
 * clock, and end before the generation does. Asked batch by batch, since inside
 * of one no time goes back.
 */
import { EV, type Generation } from '../decode/index.ts';
import type { InvariantName, Invariants } from '../model/index.ts';
import type { World } from './world.ts';

/** A tick of the clock that all Ms share; on Windows each processor's own is read. */
const SHARED_CLOCK_TICK = 64;

/** May be written for a goroutine or P when the next generation has begun already. */
const STATUS: ReadonlySet<number> = new Set([
  EV.GoStatus,
  EV.GoStatusStack,
  EV.ProcStatus,
  EV.GCSweepActive,
  EV.GCMarkAssistActive,
]);

/** How many ns an event of this generation may be early. */
export function toleranceIn(generation: Generation, { timeOfThread }: Invariants): number {
  const { nsPerTick, tickAssumed, experimental } = generation;
  const { tolerance } = timeOfThread;
  if (tickAssumed || nsPerTick !== SHARED_CLOCK_TICK || tolerance === undefined)
    return Number.POSITIVE_INFINITY;
  return experimental.length > 0 ? tolerance.experimentalNs : tolerance.ns;
}

/** Rows at which a batch begins too early or ends too late. */
export function untimely(world: World, generation: Generation): Map<number, InvariantName> {
  const found = new Map<number, InvariantName>();
  const { tolerance } = world;
  const stacks = stacksTime(generation);
  for (const { kind, m, first, last } of generation.batches) {
    if (kind !== 'events' || m < 0 || first >= last) continue;
    const { threads } = world;
    const slot = world.thread(m);
    // Only now: a new M may make the kernel's memory grow, and the columns lie elsewhere then.
    const { time } = generation.columns;
    if ((threads.since[slot] as number) > (time[first] as number) + tolerance)
      found.set(first, 'timeOfThread');
    threads.since[slot] = time[last - 1] as number;
    const end = lastTimed(generation, first, last);
    if ((time[end] as number) > stacks + tolerance) found.set(end, 'timeInGeneration');
  }
  return found;
}

function stacksTime({ batches }: Generation): number {
  let earliest = Number.POSITIVE_INFINITY;
  for (const { kind, time } of batches) if (kind === 'stacks' && time < earliest) earliest = time;
  return earliest;
}

function lastTimed({ columns: { kind } }: Generation, first: number, last: number): number {
  let row = last - 1;
  while (row > first && STATUS.has(kind[row] as number)) row--;
  return row;
}
