/**
 * What a step does to the world. Effects are applied whether or not the step
 * was allowed: real Go did it, so what follows is judged from where Go is, and
 * one defect is not reported at every event after it.
 */
import { EV } from '../decode/index.ts';
import type { Step } from './compile.ts';
import type { Moment } from './moment.ts';
import { CYCLE, GOROUTINE, NO_SLOT, PROC, RANGE_OFF, type World } from './world.ts';

/** Slot of what the step was about, also where it is gone now; NO_SLOT where nothing could be told. */
export function apply(world: World, step: Step, moment: Moment, slot: number): number {
  switch (step.machine) {
    case 'goroutine':
      return moveGoroutine(world, step, moment, slot);
    case 'P':
      return moveProc(world, step, moment, slot);
    case 'gc':
      if (step.to >= 0) moveCollector(world, step, moment);
      return slot;
    case 'stw':
      moveWorld(world, step, moment);
      return slot;
    case 'sweep':
      if (slot !== NO_SLOT) {
        world.procs.sweep[slot] = step.to;
        world.procs.sweepBy[slot] = moment.index;
      }
      return slot;
    case 'assist':
      if (slot !== NO_SLOT) {
        world.goroutines.assist[slot] = step.to;
        world.goroutines.assistBy[slot] = moment.index;
      }
      return slot;
    case 'annotations':
      annotate(world, step, moment);
      return slot;
  }
}

function moveCollector(world: World, step: Step, moment: Moment): void {
  set(world.gc, step.to, moment);
  world.cycle = moment.kind === EV.GCBegin ? CYCLE.begun : CYCLE.unknown;
  if (moment.kind === EV.GCEnd) world.gcEnded = moment.time;
}

function set(single: { state: number; setBy: number }, state: number, moment: Moment): void {
  single.state = state;
  single.setBy = moment.index;
}

function moveGoroutine(world: World, step: Step, moment: Moment, slot: number): number {
  const { goroutines } = world;
  let g = slot;
  if (g === NO_SLOT) {
    if (step.subject !== 'named' || step.to < 0) return NO_SLOT;
    g = goroutines.add(moment.arg(0), step.to, moment.index);
    goroutines.assist[g] = RANGE_OFF;
    if (moment.p !== NO_SLOT) world.procs.lastGoid[moment.p] = moment.arg(0);
  }
  goroutines.since[g] = moment.time;
  if (step.effect === 'unbind G') world.unbindG(moment.m);
  else if (step.effect === 'bind G') world.bindG(moment.m, g);
  if (step.to === GOROUTINE.dead) {
    goroutines.remove(g);
    return g;
  }
  goroutines.state[g] = step.to;
  goroutines.setBy[g] = moment.index;
  return g;
}

function moveProc(world: World, step: Step, moment: Moment, slot: number): number {
  if (step.effect === 'set GOMAXPROCS') {
    world.gomaxprocs = moment.arg(0);
    world.gomaxprocsBy = moment.index;
    return NO_SLOT;
  }
  let p = slot;
  if (p === NO_SLOT) {
    if (step.subject !== 'namedP') return NO_SLOT;
    p = world.procs.add(moment.arg(0), PROC.undetermined, moment.index);
  }
  if (step.effect === 'bind P') world.bindP(moment.m, p);
  else if (step.effect === 'unbind P') world.unbindP(moment.m);
  else if (step.effect === 'strip P') strip(world, p);
  world.setProc(p, step.to, moment.index);
  world.procs.since[p] = moment.time;
  return p;
}

/** The M that a P is taken from goes on in its system call without it. */
function strip(world: World, p: number): void {
  const m = world.procs.m[p] as number;
  if (m !== NO_SLOT) world.unbindP(m);
}

function moveWorld(world: World, step: Step, moment: Moment): void {
  set(world.stw, step.to, moment);
  if (world.cycle === CYCLE.begun && moment.kind === EV.STWBegin) world.cycle = CYCLE.stopped;
  else if (world.cycle === CYCLE.stopped && moment.kind === EV.STWEnd) world.cycle = CYCLE.marking;
  world.stw.g = moment.g;
  world.stw.m = moment.m;
}

function annotate(world: World, step: Step, moment: Moment): void {
  if (step.subject !== 'task') return;
  world.setTask(moment.arg(0), step.to);
}

/** Go: a thread of C that goes back to C may leave a P behind in its system call; nobody is its M any more. */
export function abandon(world: World, moment: Moment): void {
  if (moment.p === NO_SLOT) return;
  world.unbindP(moment.m);
  world.setProc(moment.p, PROC.abandoned, moment.index);
}
