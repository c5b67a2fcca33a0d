/**
 * When may a step be taken? `allows` answers in the hot loop; `explain` says the
 * same guard by guard for a person. They stand side by side so that neither can
 * change without the other.
 */
import { type Need, STATES } from '../model/index.ts';
import type { Divergence } from '../result.ts';
import type { Step } from './compile.ts';
import type { Moment } from './moment.ts';
import { NEED } from './needs.ts';
import { GOROUTINE, NO_SLOT, PROC, type World } from './world.ts';

type Guard = Divergence['allowed'][number]['guards'][number];

/** State of the step's subject now, as an index into STATES of its machine. */
function stateOf(world: World, step: Step, moment: Moment, slot: number): number {
  switch (step.machine) {
    case 'goroutine':
      return slot === NO_SLOT ? absent(moment) : (world.goroutines.state[slot] as number);
    case 'P':
      return slot === NO_SLOT ? PROC.undetermined : (world.procs.state[slot] as number);
    case 'gc':
      return world.gc.state;
    case 'stw':
      return world.stw.state;
    case 'sweep':
      return slot === NO_SLOT ? 0 : (world.procs.sweep[slot] as number);
    case 'assist':
      return slot === NO_SLOT ? 0 : (world.goroutines.assist[slot] as number);
    case 'annotations':
      return world.taskState(moment.arg(0));
  }
}

/** A goroutine that nobody mentioned: unknown while the trace opens, not created after that. */
export function absent(moment: Moment): number {
  return moment.first ? GOROUTINE.undetermined : GOROUTINE.dead;
}

/** `met`: bits of NEED, as `metNeeds` gives them. */
export function allows(world: World, step: Step, moment: Moment, slot: number, met: number): boolean {
  if ((step.needs & ~met) !== 0) return false;
  return !asksState(step, slot) || ((1 << stateOf(world, step, moment, slot)) & step.from) !== 0;
}

/** What the M lacks has no state: that it lacks it is what a need says. */
function asksState({ from, subject }: Step, slot: number): boolean {
  return from !== 0 && (slot !== NO_SLOT || (subject !== 'self' && subject !== 'own'));
}

/** Which needs are met on the event's M. */
export function metNeeds(world: World, moment: Moment): number {
  const { g, p } = moment;
  let met = moment.thread >= 0 ? NEED.M : 0;
  met |= p === NO_SLOT ? NEED.noP : NEED.P;
  met |= g === NO_SLOT ? NEED.noG : NEED.G;
  if (runningOrNone(world, moment)) met |= NEED['G running'];
  if (!pInSyscall(world, moment)) met |= NEED['P left'];
  return met;
}

function runningOrNone(world: World, moment: Moment): boolean {
  return moment.g === NO_SLOT || world.goroutines.state[moment.g] === GOROUTINE.running;
}

function pInSyscall(world: World, moment: Moment): boolean {
  return moment.p !== NO_SLOT && world.procs.state[moment.p] === PROC.syscall;
}

/** The step's guards, each with whether it holds and what was found. */
export function explain(world: World, step: Step, moment: Moment): Guard[] {
  const slot = moment.subject(world, step.subject);
  const needs = step.row.needs.map((need) => explainNeed(world, need, moment));
  return asksState(step, slot) ? [explainState(world, step, moment, slot), ...needs] : needs;
}

function explainState(world: World, step: Step, moment: Moment, slot: number): Guard {
  const state = stateOf(world, step, moment, slot);
  const name = subjectName(world, step, moment);
  return {
    text: `${name} is ${step.row.from.join(' or ')}`,
    holds: ((1 << state) & step.from) !== 0,
    why: `it is ${STATES[step.machine][state]}`,
  };
}

/** `G7`, `P2`, `the collector`: how a person names the step's subject. */
export function subjectName(world: World, step: Step, moment: Moment): string {
  switch (step.subject) {
    case 'self':
      return moment.g === NO_SLOT ? 'the running goroutine' : `G${world.goroutines.id[moment.g]}`;
    case 'named':
      return `G${moment.arg(0)}`;
    case 'own':
      return moment.p === NO_SLOT ? `the P of M${moment.thread}` : `P${world.procs.id[moment.p]}`;
    case 'namedP':
      return `P${moment.arg(0)}`;
    case 'task':
      return `task ${moment.arg(0)}`;
    case 'world':
      return step.machine === 'stw' ? 'the world' : 'the collector';
  }
}

function explainNeed(world: World, need: Need, moment: Moment): Guard {
  const m = moment.thread >= 0 ? `M${moment.thread}` : 'an M';
  const p = moment.p === NO_SLOT ? 'no P' : `P${world.procs.id[moment.p]}`;
  const g = moment.g === NO_SLOT ? 'no goroutine' : `G${world.goroutines.id[moment.g]}`;
  switch (need) {
    case 'M':
      return { text: 'it happens on an M', holds: moment.thread >= 0, why: moment.thread >= 0 ? m : 'no M' };
    case 'P':
      return { text: `${m} holds a P`, holds: moment.p !== NO_SLOT, why: `it holds ${p}` };
    case 'G':
      return { text: `${m} runs a goroutine`, holds: moment.g !== NO_SLOT, why: `it runs ${g}` };
    case 'noG':
      return { text: `${m} runs no goroutine`, holds: moment.g === NO_SLOT, why: `it runs ${g}` };
    case 'noP':
      return { text: `${m} holds no P`, holds: moment.p === NO_SLOT, why: `it holds ${p}` };
    case 'G running':
      return {
        text: `whoever creates on ${m} is running`,
        holds: runningOrNone(world, moment),
        why: `it runs ${g}`,
      };
    case 'P left':
      return {
        text: `${m} has lost the P of its system call`,
        holds: !pInSyscall(world, moment),
        why: `it holds ${p}`,
      };
  }
}
