/** The model's invariants as checks, made just before a step that could break one. */
import { EV } from '../decode/index.ts';
import { type InvariantName, STATES } from '../model/index.ts';
import type { Step } from './compile.ts';
import type { Moment } from './moment.ts';
import { GOROUTINE, NO_SLOT, type World } from './world.ts';

export const STOPPED = STATES.stw.indexOf('stopped');

/** The invariant that an otherwise allowed step would break, if any. */
export function brokenBy(world: World, step: Step, moment: Moment, slot: number): InvariantName | undefined {
  switch (moment.kind) {
    case EV.GCEnd:
      if (world.stw.state !== STOPPED) return 'gcEndStopped';
      return world.procsRunning === 1 ? undefined : 'gcEndAlone';
    case EV.STWEnd:
      return world.stw.g === moment.g && world.stw.m === moment.m ? undefined : 'stwSameHolder';
    case EV.ProcStart:
      return beyondLimit(world, moment.arg(0)) ? 'procsWithinLimit' : undefined;
    default:
      return leavesStoppedWorld(world, step, slot) ? 'stwHolderRuns' : undefined;
  }
}

function beyondLimit(world: World, p: number): boolean {
  return world.gomaxprocs >= 0 && p >= world.gomaxprocs;
}

/**
 * GOMAXPROCS that takes away the P of the goroutine that calls it yields and
 * starts again within the stop (procresize), so runnable is not held against it.
 */
function leavesStoppedWorld(world: World, step: Step, slot: number): boolean {
  if (world.stw.state !== STOPPED || step.machine !== 'goroutine') return false;
  if (slot === NO_SLOT || slot !== world.stw.g) return false;
  return step.to === GOROUTINE.waiting || step.to === GOROUTINE.dead || step.to === GOROUTINE.syscall;
}
