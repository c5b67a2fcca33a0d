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

/** How many ns an event may be early: without a word, and without an objection. */
interface Bounds {
  readonly tolerance: number;
  readonly apart: number;
}

const NONE: Bounds = { tolerance: Number.POSITIVE_INFINITY, apart: Number.POSITIVE_INFINITY };

export function boundsIn(generation: Generation, { timeOfThread }: Invariants): Bounds {
  const { nsPerTick, tickAssumed, experimental } = generation;
  const { tolerance } = timeOfThread;
  if (tickAssumed || nsPerTick !== SHARED_CLOCK_TICK || tolerance === undefined) return NONE;
  const { ns, suspectNs, experimentalNs } = tolerance;
  return experimental.length > 0
    ? { tolerance: experimentalNs, apart: experimentalNs }
    : { tolerance: suspectNs, apart: ns };
}

/** Rows at which a batch begins too early or ends too late. */
export interface Untimely {
  readonly certain: Map<number, InvariantName>;
  /** By less than what is certain. */
  readonly suspected: Map<number, InvariantName>;
}

export function untimely(world: World, generation: Generation): Untimely {
  const found: Untimely = { certain: new Map(), suspected: new Map() };
  const stacks = stacksTime(generation);
  const note = (row: number, name: InvariantName, early: number): void => {
    if (early > world.apart) found.certain.set(row, name);
    else if (early > world.tolerance) found.suspected.set(row, name);
  };
  for (const { kind, m, first, last } of generation.batches) {
    if (kind !== 'events' || m < 0 || first >= last) continue;
    const { threads } = world;
    const slot = world.thread(m);
    // Only now: a new M may make the kernel's memory grow, and the columns lie elsewhere then.
    const { time } = generation.columns;
    note(first, 'timeOfThread', (threads.since[slot] as number) - (time[first] as number));
    threads.since[slot] = time[last - 1] as number;
    const end = lastTimed(generation, first, last);
    note(end, 'timeInGeneration', (time[end] as number) - stacks);
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
