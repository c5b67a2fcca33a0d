/** A path through a world as a numbered story: who does what in which function, and what becomes different by it. */
import type { Exploration } from './explore.ts';
import { canGoOn, MAX_CHOICES } from './explore.ts';
import { isReference, type Kind, type Thing } from './layout.ts';
import { chosen, type Place, type Step, type Thread } from './program.ts';
import { type Asked, FINE, type Told } from './rules.ts';
import { ROOT } from './store.ts';
import { Symmetry } from './symmetry.ts';
import type { World } from './world.ts';

export interface StoryStep {
  /** `M1`. */
  readonly thread: string;
  readonly place: Place;
  readonly statement: string;
  /** `G2`, where the step chose one of several. */
  readonly about?: string;
  /** `G1.status: waiting, then copystack`. */
  readonly changes: readonly Change[];
  readonly asked: readonly Asked[];
  readonly told: readonly Told[];
  /** Where its thread goes on, as the programs count, and whether it could at once. */
  readonly next: { readonly pc: number; isFree: boolean };
}

export interface Change {
  readonly of: string;
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

/** A thread that can go no further, and what it waits for. */
export interface Waiting {
  readonly thread: string;
  readonly place: Place;
  readonly statement: string;
}

export interface Story {
  readonly steps: readonly StoryStep[];
  /** Where everybody stands at the end. */
  readonly waiting: readonly Waiting[];
}

/** The numbers of states from the first to this one. */
function pathTo({ found }: Exploration, state: number): number[] {
  const path: number[] = [];
  for (let at = state; at !== ROOT; at = found.parent(at)) path.push(at);
  return path.reverse();
}

/** Goes a path once more, and writes down what happens; `last` is a step beyond its end, and then this thread takes one more. */
export function tell<M extends Thread>(
  world: World<M>,
  exploration: Exploration,
  state: number,
  last?: number,
  then?: string,
): Story {
  return new Teller(world, exploration).tell(state, last, then);
}

/** What a story calls a thing that stands at this place in the first state. */
export function nameIn({ layout }: World, thing: Thing): string {
  const kind = layout.kinds.find(({ things }) => things[thing.id] === thing) as Kind;
  return nameOf(kind, thing.id);
}

function nameOf({ name, things }: Kind, first: number): string {
  if (things.length === 1) return name;
  // Ms and Ps are counted from 0 as in Go, everything else from 1.
  return `${name}${first + (name === 'M' || name === 'P' ? 0 : 1)}`;
}

class Teller<M extends Thread> {
  readonly #world: World<M>;
  readonly #exploration: Exploration;
  readonly #symmetry: Symmetry;
  /** By kind: which thing of the story stands at each place. */
  readonly #names = new Map<Kind, number[]>();

  constructor(world: World<M>, exploration: Exploration) {
    this.#world = world;
    this.#exploration = exploration;
    this.#symmetry = new Symmetry(world.layout);
  }

  tell(state: number, last?: number, then?: string): Story {
    const { found } = this.#exploration;
    this.#world.first();
    for (const kind of this.#world.layout.kinds) this.#names.set(kind, [...kind.things.keys()]);
    this.#settle();
    const vias = pathTo(this.#exploration, state)
      .slice(1)
      .map((each) => found.via(each));
    const steps = [...vias, ...(last === undefined ? [] : [last])].map((via) => this.#step(via));
    const waiting = this.#waiting();
    if (then !== undefined) steps.push(...this.#goOn(then));
    return { steps, waiting };
  }

  /** The next step of a thread, also where it only waits there. */
  #goOn(name: string): StoryStep[] {
    const { threads, programs } = this.#world;
    const t = threads.findIndex((m) => this.name(m) === name);
    const m = threads[t];
    if (m === undefined || m.pc === 0) return [];
    const step = programs.steps[m.pc] as Step;
    const choice = Array.from({ length: step.choices }).findIndex((_, nth) => step.when(m, nth));
    return [this.#step(t * MAX_CHOICES + Math.max(choice, 0))];
  }

  #step(via: number): StoryStep {
    const { threads, programs, rules, layout } = this.#world;
    const choice = via % MAX_CHOICES;
    const m = threads[(via - choice) / MAX_CHOICES] as M;
    const step = programs.steps[m.pc] as Step;
    const before = layout.bytes.slice();
    rules.asked = [];
    rules.told = [];
    const next = m.pc + 1;
    if (step.when(m, choice)) {
      const label = step.does(m, choice);
      m.pc = label === undefined ? next : label.pc;
    }
    this.#objectNoMore();
    const taken = chosen(step, choice);
    const about = taken.step.among?.[taken.choice];
    const told: StoryStep = {
      thread: this.name(m),
      place: taken.step.place ?? { func: '' },
      statement: taken.step.statement,
      ...(about === undefined ? {} : { about: this.name(about) }),
      changes: this.#changes(before),
      asked: rules.asked,
      told: rules.told.map((each) => this.#named(each)),
      next: { pc: m.pc, isFree: false },
    };
    rules.asked = undefined;
    rules.told = undefined;
    told.next.isFree = m.pc !== 0 && canGoOn(programs.steps[m.pc] as Step, m);
    this.#objectNoMore();
    this.#settle();
    return told;
  }

  /** A story goes on where the exploration ended. */
  #objectNoMore(): void {
    this.#world.rules.refused = FINE;
    this.#world.thrown = undefined;
  }

  /** Things are known by the place that they had first: another one is put in what was told. */
  #named({ m, g, a, b, ...rest }: Told): Told {
    return {
      ...rest,
      m: this.#first(m),
      ...(g === undefined ? {} : { g: this.#first(g) }),
      ...(a === undefined ? {} : { a: typeof a === 'number' ? a : this.#first(a) }),
      ...(b === undefined ? {} : { b: typeof b === 'number' ? b : this.#first(b) }),
    };
  }

  #first(thing: Thing): Thing {
    const kind = this.#kindOf(thing);
    return kind.things[this.#names.get(kind)?.[thing.id] ?? thing.id] as Thing;
  }

  #settle(): void {
    this.#symmetry.settle((kind, order) => {
      const names = this.#names.get(kind) ?? [];
      this.#names.set(
        kind,
        [...order].map((from) => names[from] ?? from),
      );
    });
  }

  name(thing: Thing): string {
    const kind = this.#kindOf(thing);
    return nameOf(kind, this.#names.get(kind)?.[thing.id] ?? thing.id);
  }

  #kindOf(thing: Thing): Kind {
    return this.#world.layout.kinds.find(({ things }) => things[thing.id] === thing) as Kind;
  }

  #changes(before: Uint8Array): Change[] {
    const { kinds, bytes } = this.#world.layout;
    return kinds.flatMap(({ things, fields, base, stride }) =>
      things.flatMap((thing) =>
        [...fields].flatMap(([field, { offset, field: spec }]) => {
          const at = base + thing.id * stride + offset;
          const [from, to] = [before[at] as number, bytes[at] as number];
          if (from === to || (!isReference(spec) && spec.isPlace)) return [];
          return [
            {
              of: this.name(thing),
              field,
              before: this.#value(thing, field, from),
              after: this.#value(thing, field, to),
            },
          ];
        }),
      ),
    );
  }

  #value(thing: Thing, name: string, value: number): string {
    const found = this.#kindOf(thing).fields.get(name)?.field;
    if (found === undefined) return String(value);
    if (isReference(found)) return value === 0 ? 'nil' : this.name(found.to()[value - 1] as Thing);
    if (found.holds === 'flag') return value === 0 ? 'false' : 'true';
    return found.names?.[value] ?? String(value);
  }

  #waiting(): Waiting[] {
    const { threads, programs } = this.#world;
    return threads.flatMap((m) => {
      const step = programs.steps[m.pc] as Step;
      if (m.pc === 0 || step.place === undefined) return [];
      return [{ thread: this.name(m), place: step.place, statement: step.statement }];
    });
  }
}
