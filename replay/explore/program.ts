/**
 * Step programs: the runtime's algorithms as lists of statements, each of which
 * happens at once. A thread is somewhere in a program (`pc`); which thread takes
 * its next step is what the explorer tries in every way.
 *
 * A statement is written as Go has it: inside of `fn` it is a citation too, and a
 * test looks it up in that function of GOROOT. What calls another function has that
 * function's steps in its place, since nothing here recurses.
 */
import type { Citation } from '../result.ts';
import type { Thing } from './layout.ts';

/** An M, or whatever else goes through a program: the hardware, a signal, the outside world. */
export interface Thread extends Thing {
  /** The next step, counted from 1; 0 for a thread that is at its end, or was never started. */
  pc: number;
}

/** A place to go on at. */
export class Label {
  pc = 0;
}

export const label = (): Label => new Label();
/** The thread comes to its end. */
export const END = label();

type Next = Label | undefined;

/** Where a statement stands. `file` is absent for what is no part of today's Go. */
export interface Place {
  readonly func: string;
  readonly file?: string;
}

export interface Step<M extends Thread = Thread> {
  readonly statement: string;
  place?: Place;
  /** The thread waits here until this holds. */
  readonly when: (m: M, choice: number) => boolean;
  readonly does: (m: M, choice: number) => Next;
  /** In how many ways it may go on from here. */
  readonly choices: number;
  /** What the choice is among. */
  readonly among?: readonly Thing[];
  /** A thread that waits here for ever is no wedge: it waits for the program or for the outside world. */
  readonly patient: boolean;
  /** Told which function the step stands in, before the first state. */
  readonly bind?: (func: string) => void;
  /** The steps that this one is a choice of, as `any` has them. */
  readonly parts?: readonly Step<M>[];
}

// biome-ignore lint/suspicious/noConfusingVoidType: a step that goes on with the next one says nothing
type Then<A extends unknown[]> = (...args: A) => Label | undefined | void;

export type Item<M extends Thread> = Step<M> | Label | readonly Item<M>[];

const always = (): boolean => true;

function made<M extends Thread>(
  statement: string,
  does: Then<[M, number]>,
  more: Partial<Step<M>> = {},
): Step<M> {
  return { statement, when: always, does: does as Step<M>['does'], choices: 1, patient: false, ...more };
}

/** A statement that nothing holds up. */
export function step<M extends Thread>(statement: string, then: Then<[M]>, bind?: Step<M>['bind']): Step<M> {
  return made<M>(statement, then, bind === undefined ? {} : { bind });
}

/** A statement that waits, or spins, until something holds. */
export function wait<M extends Thread>(
  statement: string,
  when: (m: M) => boolean,
  then: Then<[M]>,
  bind?: Step<M>['bind'],
): Step<M> {
  return made<M>(statement, then, { when, ...(bind === undefined ? {} : { bind }) });
}

/** As `wait`, for what may never come: a thread that sleeps here for ever is idle. */
export function idle<M extends Thread>(statement: string, when: (m: M) => boolean, then: Then<[M]>): Step<M> {
  return made<M>(statement, then, { when, patient: true });
}

/** A statement about any of these things; a thread for which there is none is idle. */
export function pick<M extends Thread, T extends Thing>(
  statement: string,
  among: readonly T[],
  when: (m: M, thing: T) => boolean,
  then: Then<[M, T]>,
): Step<M> {
  return made<M>(statement, (m, choice) => then(m, among[choice] as T), {
    when: (m, choice) => when(m, among[choice] as T),
    choices: among.length,
    among,
    patient: true,
  });
}

/** Goes on at any of these places: what the program does next is its own affair. */
export function either<M extends Thread>(statement: string, ...labels: readonly Label[]): Step<M> {
  return made<M>(statement, (_, choice) => labels[choice], { choices: labels.length });
}

/** Any of these steps, each with its own ways. */
export function any<M extends Thread>(...items: readonly Item<M>[]): Step<M> {
  const parts = flat(items).filter((each) => !(each instanceof Label)) as Step<M>[];
  const places = parts.flatMap((part) =>
    Array.from({ length: part.choices }, (_, choice) => ({ part, choice })),
  );
  return made<M>(
    parts.map(({ statement }) => statement).join(' or '),
    (m, choice) => places[choice]?.part.does(m, places[choice].choice),
    {
      when: (m, choice) => places[choice]?.part.when(m, places[choice].choice) ?? false,
      choices: places.length,
      patient: parts.every(({ patient }) => patient),
      parts,
      bind: (func) => {
        for (const part of parts) part.bind?.(part.place?.func ?? func);
      },
    },
  );
}

/** The step that a choice comes to, and the choice within it. */
export function chosen(step: Step, choice: number): { step: Step; choice: number } {
  let left = choice;
  for (const part of step.parts ?? []) {
    if (left < part.choices) return chosen({ ...part, place: part.place ?? step.place } as Step, left);
    left -= part.choices;
  }
  return { step, choice: left };
}

/** Statements of a function of today's Go. */
export function fn<M extends Thread>(file: string, func: string, ...items: readonly Item<M>[]): Item<M>[] {
  return placed({ file: `runtime/${file}`, func }, items);
}

/** Statements that are no part of today's Go: of a program, of a fault, of the past. No citation. */
export function code<M extends Thread>(func: string, ...items: readonly Item<M>[]): Item<M>[] {
  return placed({ func }, items);
}

function placed<M extends Thread>(place: Place, items: readonly Item<M>[]): Item<M>[] {
  for (const each of flat(items)) if (!(each instanceof Label)) settle(each, place);
  return [...items];
}

function settle<M extends Thread>(each: Step<M>, place: Place): void {
  each.place ??= place;
  for (const part of each.parts ?? []) settle(part, place);
}

function flat<M extends Thread>(items: readonly Item<M>[]): (Step<M> | Label)[] {
  return items.flatMap((item) => (Array.isArray(item) ? flat(item) : [item as Step<M> | Label]));
}

/** Programs one after the other, as the pcs count them. */
export class Programs {
  /** By pc; the first is never taken. */
  readonly steps: Step[] = [made('', () => END)];

  /** Adds a program; the label is its beginning. */
  add<M extends Thread>(...items: readonly Item<M>[]): Label {
    const entry = label();
    entry.pc = this.steps.length;
    for (const item of flat(items)) {
      if (item instanceof Label) item.pc = this.steps.length;
      else {
        item.bind?.(item.place?.func ?? '');
        this.steps.push(item as unknown as Step);
      }
    }
    // A label at the end of the program is where the thread ends.
    this.steps.push(made('return', () => END));
    return entry;
  }
}

/** What a test can look up in Go's source. */
export function citationsOf({ steps }: Programs): Citation[] {
  return steps
    .flatMap((step) => (step.parts === undefined ? [step] : partsOf(step)))
    .flatMap(({ statement, place }) =>
      place?.file === undefined ? [] : [{ file: place.file, func: place.func, statement }],
    );
}

function partsOf({ parts = [] }: Step): Step[] {
  return parts.flatMap((part) => (part.parts === undefined ? [part] : partsOf(part)));
}
