/**
 * Whether the reason that a goroutine gives is one of the function on top of its
 * stack. A stack's function is found once a generation; from then on it is a
 * number, and the question two looks into columns.
 */
import type { Generation } from '../decode/index.ts';
import { type Giver, PARKERS } from '../model/index.ts';
import { STACK_IDS, UNASKED } from './layout.ts';

/** Stacks with an id below this have a place in a column; ids begin at 1 in each generation. */
const COLUMN = STACK_IDS;
/** In place of a class: 0 is no function of the table, which is not asked. */
const UNRESOLVED = UNASKED;

/** The functions that give the reasons of one kind of event. */
export class Givers {
  readonly #table: readonly Giver[];
  /** By class, which is a place in the table + 1: 1 for each interned reason that the function gives. */
  readonly classes: readonly Uint8Array[];
  /** Told of each stack whose class was found. */
  tell: (stack: number, found: number) => void = () => undefined;
  readonly #classOf = new Uint8Array(COLUMN).fill(UNRESOLVED);
  #highest = 0;
  #generation: Generation | undefined;

  constructor(table: readonly Giver[], intern: (text: string) => number) {
    this.#table = table;
    const given = table.map(({ gives }) => gives.map(intern));
    const size = Math.max(0, ...given.flat()) + 1;
    this.classes = [[], ...given].map((reasons) => {
      const column = new Uint8Array(size);
      for (const reason of reasons) column[reason] = 1;
      return column;
    });
  }

  enter(generation: Generation): void {
    this.#classOf.fill(UNRESOLVED, 0, this.#highest + 1);
    this.#highest = 0;
    this.#generation = generation;
  }

  /** Of a stack, and an interned reason. */
  fits(stack: number, reason: number): boolean {
    const found = stack < COLUMN && stack > 0 ? (this.#classOf[stack] as number) : UNRESOLVED;
    const known = found === UNRESOLVED ? this.#resolve(stack) : found;
    return known === 0 || (this.classes[known] as Uint8Array)[reason] === 1;
  }

  #resolve(stack: number): number {
    const frames = stack > 0 ? (this.#generation?.stack(stack) ?? []) : [];
    const parks = frames[0] !== undefined && PARKERS.includes(frames[0].func);
    const func = frames[parks ? 1 : 0]?.func || undefined;
    // A stack or a name that the trace lost is nobody's; that there is none says something.
    const fits = ({ func: pattern }: Giver): boolean =>
      stack === 0 ? pattern === '' : func !== undefined && pattern !== '' && matches(pattern, func);
    const known = this.#table.findIndex(fits) + 1;
    if (stack > 0 && stack < COLUMN) {
      this.#classOf[stack] = known;
      this.tell(stack, known);
      this.#highest = Math.max(this.#highest, stack);
    }
    return known;
  }
}

function matches(pattern: string, func: string): boolean {
  return pattern.endsWith('*') ? func.startsWith(pattern.slice(0, -1)) : pattern === func;
}
