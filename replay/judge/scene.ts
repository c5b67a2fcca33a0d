/**
 * What stands around the event that is judged: who takes part in it, in which
 * state each is and which event made it so. Read only when something is wrong.
 */
import { eventName } from '../decode/index.ts';
import {
  type Invariants,
  invariantsOf,
  modelOf,
  type Release,
  type Row,
  STATES,
  type TracerDefect,
  tracerDefectsOf,
} from '../model/index.ts';
import type { Divergence, Subject } from '../result.ts';
import type { Step } from './compile.ts';
import type { Tally } from './coverage.ts';
import type { StackFunctions } from './functions.ts';
import type { Moment } from './moment.ts';
import { GOROUTINE, NO_SLOT, type Slots, STOPPED, type World } from './world.ts';

/** Go's ids of what took part, for the causal slice. */
export interface Involved {
  readonly goroutines: readonly number[];
  readonly procs: readonly number[];
  readonly threads: readonly number[];
  readonly single: 'gc' | 'stw' | undefined;
}

export class Scene {
  readonly world: World;
  readonly rows: readonly Row[];
  readonly invariants: Invariants;
  readonly defects: readonly TracerDefect[];
  readonly tally: Tally;
  readonly moment: Moment;
  readonly #functions: StackFunctions;

  constructor(world: World, release: Release, tally: Tally, moment: Moment, functions: StackFunctions) {
    this.world = world;
    this.rows = modelOf(release);
    this.invariants = invariantsOf(release);
    this.defects = tracerDefectsOf(release);
    this.tally = tally;
    this.moment = moment;
    this.#functions = functions;
  }

  namedGoroutine(): number[] {
    const named = this.#names('goroutine') ? this.world.goroutines.find(this.moment.arg(0)) : NO_SLOT;
    return named === NO_SLOT ? [] : [named];
  }

  namedProc(): number[] {
    const named = this.#names('P') ? this.world.procs.find(this.moment.arg(0)) : NO_SLOT;
    return named === NO_SLOT ? [] : [named];
  }

  /** Whether the event's first argument names such a thing. */
  #names(machine: 'goroutine' | 'P'): boolean {
    const role = machine === 'P' ? 'namedP' : 'named';
    const name = eventName(this.moment.kind);
    return this.rows.some((row) => row.on === name && row.subject === role);
  }

  subject(step: Step): Subject {
    const { g, p } = this.moment;
    const { goroutines, procs } = this.world;
    switch (step.subject) {
      case 'self':
        return g === NO_SLOT ? this.#threadSubject() : { kind: 'goroutine', id: String(goroutines.id[g]) };
      case 'named':
        return { kind: 'goroutine', id: String(this.moment.arg(0)) };
      case 'own':
        return p === NO_SLOT ? this.#threadSubject() : { kind: 'P', id: String(procs.id[p]) };
      case 'namedP':
        return { kind: 'P', id: String(this.moment.arg(0)) };
      case 'task':
        return { kind: 'task', id: String(this.moment.arg(0)) };
      case 'world':
        return { kind: step.machine === 'stw' ? 'stw' : 'gc', id: '' };
    }
  }

  #threadSubject(): Subject {
    return { kind: 'M', id: String(this.moment.thread) };
  }

  involved(step: Step): Involved {
    const { goroutines, procs, stw } = this.world;
    const { g, p, thread } = this.moment;
    const gs = new Set([g, ...this.namedGoroutine(), step.machine === 'stw' ? stw.g : NO_SLOT]);
    const ps = new Set([p, ...this.namedProc()]);
    const ids = (slots: Set<number>, table: Slots): number[] =>
      [...slots].filter((slot) => slot !== NO_SLOT).map((slot) => table.id[slot] as number);
    const involvedGs = ids(gs, goroutines);
    // A goroutine that is not there any more, or not yet, still has a past worth showing.
    if (this.#names('goroutine') && !involvedGs.includes(this.moment.arg(0)))
      involvedGs.push(this.moment.arg(0));
    return {
      goroutines: involvedGs,
      procs: ids(ps, procs),
      threads: thread < 0 ? [] : [thread],
      single: this.#single(step),
    };
  }

  /** The M that holds the P which the event names. */
  holderText(): string {
    const { procs, threads } = this.world;
    const [p = NO_SLOT] = this.namedProc();
    return `M${threads.id[procs.m[p] as number]}`;
  }

  /** The state before, fact by fact, each with the event that made it so. */
  before(step: Step): Divergence['before'] {
    const { g, p, thread } = this.moment;
    const world = this.world;
    const facts: Divergence['before'] = [];
    const add = (name: string, value: string, setBy: number): void => {
      facts.push(setBy < 0 ? { name, value } : { name, value, setBy });
    };
    for (const slot of new Set([g, ...this.namedGoroutine()]))
      if (slot !== NO_SLOT) this.#goroutineFacts(slot, add);
    for (const slot of new Set([p, ...this.namedProc()])) if (slot !== NO_SLOT) this.#procFacts(slot, add);
    if (thread >= 0) {
      const holds = p === NO_SLOT ? 'no P' : `P${world.procs.id[p]}`;
      const runs = g === NO_SLOT ? 'no goroutine' : `G${world.goroutines.id[g]}`;
      add(`M${thread}`, `holds ${holds}, runs ${runs}`, world.threads.setBy[this.moment.m] as number);
    }
    if (world.gomaxprocs >= 0 && step.machine === 'P')
      add('GOMAXPROCS', String(world.gomaxprocs), world.gomaxprocsBy);
    if (step.machine === 'gc' || step.machine === 'stw')
      add('collector', STATES.gc[world.gc.state] ?? '', world.gc.setBy);
    if (this.#single(step) !== undefined) add('world', this.worldText(), world.stw.setBy);
    return facts;
  }

  /** Of what there is one, and the step is about: the world also where who stopped it moves. */
  #single(step: Step): Involved['single'] {
    if (step.machine === 'gc' || step.machine === 'stw') return step.machine;
    const { stw } = this.world;
    const moves = [this.moment.g, ...this.namedGoroutine()];
    return stw.state === STOPPED && stw.g !== NO_SLOT && moves.includes(stw.g) ? 'stw' : undefined;
  }

  #goroutineFacts(slot: number, add: (name: string, value: string, setBy: number) => void): void {
    const { goroutines, threads } = this.world;
    const state = goroutines.state[slot] as number;
    const wait = this.tally.name(goroutines.wait[slot] as number);
    const m = goroutines.m[slot] as number;
    const where = m === NO_SLOT ? '' : ` on M${threads.id[m]}`;
    const why = state === GOROUTINE.waiting && wait !== '' ? ` (${wait})` : '';
    add(
      `G${goroutines.id[slot]}`,
      `${STATES.goroutine[state]}${why}${where}`,
      goroutines.setBy[slot] as number,
    );
  }

  #procFacts(slot: number, add: (name: string, value: string, setBy: number) => void): void {
    const { procs, threads } = this.world;
    const m = procs.m[slot] as number;
    const where = m === NO_SLOT ? '' : ` on M${threads.id[m]}`;
    add(
      `P${procs.id[slot]}`,
      `${STATES.P[procs.state[slot] as number]}${where}`,
      procs.setBy[slot] as number,
    );
  }

  /** What the named goroutine waits for. */
  waitText(): string {
    const slot = this.moment.subject(this.world, 'named');
    return slot === NO_SLOT ? '' : this.tally.name(this.world.goroutines.wait[slot] as number);
  }

  /** What the running goroutine began with. */
  begunText(): string {
    const { g } = this.moment;
    const { id, begun } = this.world.goroutines;
    return g === NO_SLOT ? '' : `G${id[g]} began with ${this.#functions.name(begun[g] as number)}`;
  }

  worldText(): string {
    const { stw, goroutines, threads } = this.world;
    const state = STATES.stw[stw.state] ?? '';
    if (state !== 'stopped' || stw.g === NO_SLOT) return state;
    return `stopped by G${goroutines.id[stw.g]} on M${threads.id[stw.m]} for ${this.tally.name(stw.kind)}`;
  }

  stateName(step: Step, slot: number): string {
    const world = this.world;
    if (step.machine === 'gc') return STATES.gc[world.gc.state] ?? '';
    if (step.machine === 'stw') return STATES.stw[world.stw.state] ?? '';
    if (step.machine === 'goroutine' && slot === NO_SLOT) return this.moment.first ? 'undetermined' : 'dead';
    if (slot === NO_SLOT) return 'none';
    if (step.machine === 'goroutine') return STATES.goroutine[world.goroutines.state[slot] as number] ?? '';
    return step.machine === 'P' ? (STATES.P[world.procs.state[slot] as number] ?? '') : '';
  }
}
