/**
 * The model's rows, asked by the steps of a world: the same rows by which a replay
 * judges real Go (`../probe`). A step that a row refuses is a broken invariant, and
 * ends the exploration with the path that led to it.
 *
 * A history is explored by the rows of its time: those of a release of today, without
 * the ones that the fix brought (`lift`), with those that it took away (`add`). What
 * today's rows would have said is kept beside the story.
 */
import { type FineRow, fineModelOf, type Release } from '../model/index.ts';
import type { KindName } from '../probe/kinds.ts';
import { WORDS, wordNamed } from '../probe/words.ts';
import type { Thing } from './layout.ts';

export interface Law {
  readonly release: Release;
  /** Rows that did not hold then, with the reason. */
  readonly lift?: Readonly<Record<string, string>>;
  /** Rows that hold no more. */
  readonly add?: readonly FineRow[];
}

/** That of the newest release, whole. */
export const TODAY: Law = { release: 'go1.26' };

/** What a step told while somebody listened: as the probe would have recorded it. */
export interface Told {
  readonly kind: KindName;
  readonly m: Thing;
  readonly g?: Thing;
  readonly a?: Thing | number;
  readonly b?: Thing | number;
  /** The function that does it, where the record has it. */
  readonly by?: string;
  /** The stack that it is done on, where that matters: 1 the system stack, 3 a user stack. */
  readonly stack?: number;
}

export interface Asked {
  /** Row by its id. */
  readonly row: string;
  /** What today's rows object to, or nothing. */
  readonly objection?: string;
}

/** No row refused. */
export const FINE = -1;

export class Rules {
  readonly rows: readonly FineRow[];
  /** How often each row was asked, and allowed what was done. */
  readonly counts: Float64Array;
  /** The row that refused, or FINE. */
  refused = FINE;
  why = '';
  /** Set while a path is told again. */
  asked: Asked[] | undefined;
  told: Told[] | undefined;
  readonly #index: ReadonlyMap<string, number>;
  readonly #lifted: Uint8Array;
  /** Rows from here on are of the past. */
  readonly #past: number;
  readonly #forbidding: Int16Array;

  constructor({ release, lift = {}, add = [] }: Law) {
    const today = fineModelOf(release);
    this.rows = [...today, ...add];
    this.#past = today.length;
    this.#forbidding = forbidding(today);
    this.#index = new Map(this.rows.map(({ id }, index) => [id, index]));
    this.counts = new Float64Array(this.rows.length);
    this.#lifted = new Uint8Array(this.rows.length);
    for (const id of Object.keys(lift)) this.#lifted[this.row(id)] = 1;
  }

  /** The number of a row; one that the release does not have is a mistake in the world, so it throws. */
  row(id: string): number {
    const index = this.#index.get(id);
    if (index === undefined) throw new RangeError(`there is no row ${id}`);
    return index;
  }

  /** The row was asked, and allows the step. */
  allow(row: number): void {
    this.counts[row] = (this.counts[row] as number) + 1;
    this.asked?.push({ row: (this.rows[row] as FineRow).id });
  }

  /** The row was asked, and does not allow it: the end of the path, unless it did not hold then. */
  refuse(row: number, why: string): void {
    if (this.#lifted[row] === 1) {
      this.asked?.push({ row: (this.rows[row] as FineRow).id, objection: why });
      return;
    }
    this.refused = row;
    this.why = why;
  }

  ask(row: number, holds: boolean, why: () => string): void {
    if (holds) this.allow(row);
    else this.refuse(row, why());
  }

  tell(kind: KindName, m: Thing, more: Omit<Told, 'kind' | 'm'>): void {
    this.told?.push({ kind, m, ...more });
  }

  /** By pair of words (`from * WORDS + to`): the row by which a function may make the transition, or ~row of the one that forbids it. */
  transitions(func: string): Int16Array {
    const table = this.#forbidding.map((row) => ~row);
    const name = func.replace(/^\(.*\) /, '');
    for (const [index, row] of this.rows.entries())
      if (row.family === 'status word' && row.by?.includes(name) && row.to !== undefined)
        for (const from of row.from ?? []) table[wordNamed(from) * WORDS + wordNamed(row.to)] = index;
    return table;
  }

  /** A transition that the table allows, or forbids. */
  change(row: number, pair: number, what: () => string): void {
    if (row < 0) {
      this.refuse(~row, what());
      return;
    }
    this.allow(row);
    if (row >= this.#past)
      this.asked?.push({
        row: (this.rows[this.#forbidding[pair] as number] as FineRow).id,
        objection: what(),
      });
  }
}

/** By pair of words: the row that a transition is held against when none allows it, as in a replay (`../probe/transitions.ts`). */
function forbidding(rows: readonly FineRow[]): Int16Array {
  const any = rows.findIndex(({ id }) => id === 'status/transition');
  const table = new Int16Array(WORDS * WORDS);
  for (let to = 0; to < WORDS; to++) {
    const leads = [...rows.keys()].filter((index) => {
      const row = rows[index] as FineRow;
      return row.family === 'status word' && row.to !== undefined && wordNamed(row.to) === to;
    });
    for (let from = 0; from < WORDS; from++)
      table[from * WORDS + to] = leads.length === 1 ? (leads[0] as number) : any;
    for (const index of leads.toReversed())
      for (const from of rows[index]?.from ?? []) table[wordNamed(from) * WORDS + to] = index;
  }
  return table;
}
