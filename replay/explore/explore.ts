/**
 * Every interleaving of a small world, breadth first: the first broken invariant that is
 * met is one that no shorter path leads to. The order is that of threads and choices, so
 * that the same world gives the same answer everywhere.
 */
import type { Step, Thread } from './program.ts';
import { FINE } from './rules.ts';
import { KNOWN, ROOT, States } from './store.ts';
import { Symmetry } from './symmetry.ts';
import type { World } from './world.ts';

/** A world that grows past it is too large to be one of these. */
const MAX_STATES = 6_000_000;
/** Ways on from one step; a path keeps thread and choice in one number. */
export const MAX_CHOICES = 32;

/** No thread is ever there. */
const NOWHERE = -1;

/** What is wrong: a row that refuses, a property, what the runtime throws, or nothing that can go on. */
export interface Breach {
  readonly kind: 'row' | 'always' | 'throw' | 'wedge' | 'sometimes';
  /** The row's id, where it is one. */
  readonly row?: string;
  readonly text: string;
  /** The last state of the path, and the step from there that breaks it, where one does. */
  readonly state: number;
  readonly via?: number;
  /** The step only waits: it was not taken. */
  readonly waits?: boolean;
}

export interface Exploration {
  readonly exhausted: boolean;
  readonly breach?: Breach;
  readonly states: number;
  readonly transitions: number;
  /** Steps to the furthest state. */
  readonly depth: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly found: States;
}

export interface ExploreOptions {
  /** False to take things that are alike as different. */
  readonly symmetry?: boolean;
  readonly maxStates?: number;
  /** A place in the programs: a thread that stands there and can go on does so before anybody else takes a step. */
  readonly urgent?: number;
}

export function explore<M extends Thread>(world: World<M>, options: ExploreOptions = {}): Exploration {
  return new Explorer(world, options).run();
}

/** In one way or another. */
export function canGoOn(step: Step, m: Thread): boolean {
  for (let choice = 0; choice < step.choices; choice++) if (step.when(m, choice)) return true;
  return false;
}

class Explorer<M extends Thread> {
  readonly #world: World<M>;
  readonly #view: Uint32Array;
  readonly #states: States;
  readonly #symmetry: Symmetry | undefined;
  readonly #maxStates: number;
  readonly #urgent: number;
  readonly #steps: readonly Step[];
  readonly #seen: Uint8Array;
  #transitions = 0;
  #breach: Breach | undefined;

  constructor(
    world: World<M>,
    { symmetry = true, maxStates = MAX_STATES, urgent = NOWHERE }: ExploreOptions,
  ) {
    this.#world = world;
    this.#view = world.layout.view;
    this.#states = new States(world.layout.words);
    this.#symmetry = symmetry ? new Symmetry(world.layout) : undefined;
    this.#maxStates = maxStates;
    this.#urgent = urgent;
    this.#steps = world.programs.steps;
    this.#seen = new Uint8Array(world.sometimes.length);
  }

  run(): Exploration {
    const states = this.#states;
    this.#world.first();
    this.#symmetry?.settle();
    states.add(this.#view, ROOT, 0);
    this.#look(0);
    let depth = 0;
    let levelEnd = states.count;
    let state = 0;
    for (; state < states.count && this.#breach === undefined && states.count <= this.#maxStates; state++) {
      if (state === levelEnd) {
        depth++;
        levelEnd = states.count;
      }
      this.#expand(state);
    }
    const all = this.#breach === undefined && state === states.count;
    if (all) this.#neverSeen();
    return {
      exhausted: all && this.#breach === undefined,
      ...(this.#breach === undefined ? {} : { breach: this.#breach }),
      states: states.count,
      transitions: this.#transitions,
      depth,
      counts: this.#counts(),
      found: states,
    };
  }

  /** Takes every step that some thread can take from a state. */
  #expand(state: number): void {
    const { threads } = this.#world;
    const states = this.#states;
    const view = this.#view;
    let isMoved = false;
    let isIdle = true;
    let isDirty = false;
    states.load(state, view);
    const first = this.#inHaste();
    for (let t = 0; t < threads.length; t++) {
      if (isDirty) states.load(state, view);
      isDirty = false;
      const m = threads[t] as M;
      const { pc } = m;
      if (pc === 0 || (first !== undefined && m !== first)) continue;
      const step = this.#steps[pc] as Step;
      let canMove = false;
      for (let choice = 0; choice < step.choices; choice++) {
        if (isDirty) states.load(state, view);
        isDirty = false;
        const via = t * MAX_CHOICES + choice;
        if (!step.when(m, choice)) {
          if (this.#isBroken()) {
            this.#refused(state, via, true);
            return;
          }
          continue;
        }
        canMove = true;
        isDirty = true;
        this.#take(m, step, choice);
        if (this.#isBroken()) {
          this.#refused(state, via, false);
          return;
        }
        this.#symmetry?.settle();
        this.#transitions++;
        const added = states.add(view, state, via);
        if (added !== KNOWN && !this.#look(added)) return;
      }
      if (canMove) isMoved = true;
      else if (!step.patient) isIdle = false;
    }
    if (!isMoved && !isIdle) this.#breach = { kind: 'wedge', text: 'nothing can go on', state };
  }

  /** Of the state in hand: the thread that goes before all others. */
  #inHaste(): M | undefined {
    const urgent = this.#urgent;
    if (urgent === NOWHERE) return undefined;
    const first = this.#world.threads.find((m) => m.pc === urgent && canGoOn(this.#steps[urgent] as Step, m));
    // What it objects to while it cannot, it will say again in its turn.
    this.#world.rules.refused = FINE;
    this.#world.thrown = undefined;
    return first;
  }

  #take(m: M, step: Step, choice: number): void {
    const next = m.pc + 1;
    const label = step.does(m, choice);
    m.pc = label === undefined ? next : label.pc;
  }

  #isBroken(): boolean {
    return this.#world.rules.refused !== FINE || this.#world.thrown !== undefined;
  }

  /** Looks at a state that is new, which is the one in hand. */
  #look(state: number): boolean {
    const { always, sometimes } = this.#world;
    for (let i = 0; i < sometimes.length; i++)
      if (this.#seen[i] === 0 && sometimes[i]!.holds()) this.#seen[i] = 1;
    for (let i = 0; i < always.length; i++)
      if (!always[i]!.holds()) {
        this.#breach = { kind: 'always', text: always[i]!.text, state };
        return false;
      }
    return true;
  }

  #refused(state: number, via: number, waits: boolean): void {
    const { rules, thrown } = this.#world;
    this.#breach =
      thrown === undefined
        ? { kind: 'row', row: rules.rows[rules.refused]!.id, text: rules.why, state, via, waits }
        : { kind: 'throw', text: thrown, state, via, waits };
    rules.refused = FINE;
    this.#world.thrown = undefined;
  }

  #neverSeen(): void {
    const missing = this.#world.sometimes.find((_, i) => this.#seen[i] === 0);
    if (missing !== undefined) this.#breach = { kind: 'sometimes', text: missing.text, state: 0 };
  }

  #counts(): ReadonlyMap<string, number> {
    const { rows, counts } = this.#world.rules;
    return new Map(rows.map(({ id }, index) => [id, counts[index] as number]));
  }
}
