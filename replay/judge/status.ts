/**
 * Status events: what a generation says of everything that it is about to
 * mention. They change nothing; they bind what the trace had not yet shown and
 * must otherwise agree with where the events before them led.
 */
import { GO_STATUS, PROC_STATUS } from '../decode/index.ts';
import type { Moment } from './moment.ts';
import { GOROUTINE, NO_SLOT, PROC, type World } from './world.ts';

/**
 * What an M that exits writes past unminit, which takes its thread's number away, and into a new generation,
 * which takes its buffer: the same M, and its P, under this number.
 */
const UNNAMED_THREAD = 0;

/** Our state for each number that Go writes; -1 for numbers that it never writes. */
const GOROUTINE_BY_STATUS = byStatus(GO_STATUS, GOROUTINE);
const PROC_BY_STATUS = byStatus(PROC_STATUS, PROC);

function byStatus(
  statuses: Readonly<Record<string, number>>,
  states: Readonly<Record<string, number>>,
): number[] {
  const table: number[] = [];
  for (const [name, status] of Object.entries(statuses)) table[status] = states[name] ?? -1;
  return table;
}

export interface StatusClaim {
  /** The state claimed, -1 for a number that means nothing. */
  readonly claimed: number;
  /** What the model had; equal to `claimed` where it knew nothing. */
  readonly known: number;
}

export function goroutineStatus(world: World, moment: Moment): StatusClaim {
  const claimed = GOROUTINE_BY_STATUS[moment.arg(2)] ?? -1;
  const slot = world.goroutines.find(moment.arg(0));
  if (slot !== NO_SLOT) return { claimed, known: world.goroutines.state[slot] as number };
  // After the first generation every goroutine has been created before our eyes.
  return { claimed, known: moment.first ? claimed : GOROUTINE.dead };
}

export function procStatus(world: World, moment: Moment): StatusClaim {
  const claimed = PROC_BY_STATUS[moment.arg(1)] ?? -1;
  const slot = world.procs.find(moment.arg(0));
  if (slot === NO_SLOT) return { claimed, known: claimed };
  const known = world.procs.state[slot] as number;
  // Whoever is about to steal a P says "abandoned" without having looked: we know better where we saw it enter.
  return claimed === PROC.abandoned && known === PROC.syscall
    ? { claimed: known, known }
    : { claimed, known };
}

/** Takes over what a status event says of a goroutine, and on which M it is. */
export function adoptGoroutine(world: World, moment: Moment, claimed: number): void {
  const { goroutines } = world;
  const id = moment.arg(0);
  let slot = goroutines.find(id);
  const isNew = slot === NO_SLOT;
  if (isNew) slot = goroutines.add(id, claimed, moment.index);
  if (!isNew && goroutines.state[slot] !== claimed) {
    goroutines.state[slot] = claimed;
    goroutines.setBy[slot] = moment.index;
  }
  const held = goroutines.m[slot] as number;
  if (held !== NO_SLOT && claimed !== GOROUTINE.running && claimed !== GOROUTINE.syscall) world.unbindG(held);
  if (claimed === GOROUTINE.running && moment.thread >= 0) world.bindG(moment.m, slot);
  if (claimed === GOROUTINE.syscall && moment.arg(1) >= 0) world.bindG(world.thread(moment.arg(1)), slot);
}

export function adoptProc(world: World, moment: Moment, claimed: number): void {
  const { procs } = world;
  const id = moment.arg(0);
  let slot = procs.find(id);
  if (slot === NO_SLOT) slot = procs.add(id, PROC.undetermined, moment.index);
  if (procs.state[slot] !== claimed) world.setProc(slot, claimed, moment.index);
  const holds = claimed === PROC.running || claimed === PROC.syscall;
  const isOpen = procs.m[slot] === NO_SLOT || moment.thread === UNNAMED_THREAD;
  if (holds && moment.thread >= 0 && isOpen) world.bindP(moment.m, slot);
}
