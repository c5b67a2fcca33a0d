/** The model's invariants as checks, made just before a step that could break one. */
import { EV } from '../decode/index.ts';
import type { InvariantName } from '../model/index.ts';
import type { Step } from './compile.ts';
import type { Moment } from './moment.ts';
import { CYCLE, GOROUTINE, NO_SLOT, PROC, STOPPED, type World } from './world.ts';

/** Why the world is stopped, in Go's words. */
const SWEEP_TERMINATION = 'GC sweep termination';
const MARK_TERMINATION = 'GC mark termination';

/** Of a ProcSteal, the argument that names an M. */
const STOLEN_FROM = 2;

/** The invariant that an otherwise allowed step would break, if any. `name` gives an interned text. */
export function brokenBy(
  world: World,
  step: Step,
  moment: Moment,
  slot: number,
  name: (text: number) => string,
): InvariantName | undefined {
  switch (moment.kind) {
    case EV.GCEnd:
      return brokenByGcEnd(world, moment, name);
    case EV.STWBegin:
      return world.cycle === CYCLE.begun && moment.string(0) !== SWEEP_TERMINATION
        ? 'gcBeginStops'
        : undefined;
    case EV.STWEnd:
      return world.stw.g === moment.g && world.stw.m === moment.m ? undefined : 'stwSameHolder';
    case EV.GCSweepBegin:
      return world.cycle === CYCLE.marking && !moment.skewed ? 'noSweep' : undefined;
    case EV.ProcStart:
      return brokenByProcStart(world, moment, slot);
    case EV.ProcSteal:
      return isOfAnother(world, moment, slot) ? 'stolenFrom' : brokenByMove(world, step, moment, slot);
    case EV.GoCreate:
    case EV.GoCreateBlocked:
      return slot === NO_SLOT && isGivenBefore(world, moment) ? 'goidsIncrease' : undefined;
    default:
      return brokenByMove(world, step, moment, slot);
  }
}

function brokenByGcEnd(
  world: World,
  moment: Moment,
  name: (text: number) => string,
): InvariantName | undefined {
  const { stw, procs, tolerance } = world;
  if (stw.state !== STOPPED) return 'gcEndStopped';
  if (world.procsRunning !== 1) return 'gcEndAlone';
  if (name(stw.kind) !== MARK_TERMINATION) return 'gcEndReason';
  for (let p = 0; p < procs.used; p++)
    if (p !== moment.p && (procs.since[p] as number) > moment.time + tolerance) return 'timeOfGcEnd';
  return undefined;
}

function brokenByProcStart(world: World, moment: Moment, slot: number): InvariantName | undefined {
  const { gomaxprocs, tolerance } = world;
  if (gomaxprocs >= 0 && moment.arg(0) >= gomaxprocs) return 'procsWithinLimit';
  if (gomaxprocs >= 0 && world.procsRunning >= gomaxprocs && !moment.skewed) return 'procsAtMost';
  if (world.gcEnded > moment.time + tolerance && !moment.skewed) return 'timeOfGcEnd';
  return isEarly(world.procs.since, slot, moment.time + tolerance) ? 'timeOfProc' : undefined;
}

/** Whether a P that is in a system call went there with another M than the event names. */
function isOfAnother({ procs, threads }: World, moment: Moment, p: number): boolean {
  if (p === NO_SLOT || procs.state[p] !== PROC.syscall) return false;
  const m = procs.m[p] as number;
  return m !== NO_SLOT && threads.id[m] !== moment.arg(STOLEN_FROM);
}

/** Numbers past 2^53, which no runtime comes to, compare as nothing. */
function isGivenBefore(world: World, moment: Moment): boolean {
  return moment.p !== NO_SLOT && moment.arg(0) <= (world.procs.lastGoid[moment.p] as number);
}

function brokenByMove(world: World, step: Step, moment: Moment, slot: number): InvariantName | undefined {
  if (leavesStoppedWorld(world, step, slot)) return 'stwHolderRuns';
  if (moment.kind === EV.GoUnblock && slot !== NO_SLOT && world.goroutines.wait[slot] === world.forever)
    return 'forever';
  const latest = moment.time + world.tolerance;
  if (step.machine === 'goroutine' && isEarly(world.goroutines.since, slot, latest)) return 'timeOfGoroutine';
  if (step.machine === 'P' && isEarly(world.procs.since, slot, latest)) return 'timeOfProc';
  return undefined;
}

function isEarly(since: Float64Array, slot: number, latest: number): boolean {
  return slot !== NO_SLOT && (since[slot] as number) > latest;
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
