/** The rows of the status word, looked up by the two words and the function that changed one into the other. */
import type { FineRow } from '../model/index.ts';
import type { Divergence } from '../result.ts';
import type { Court } from './court.ts';
import { WORDS, wordName, wordNamed } from './words.ts';

export const NO_ROW = -1;

export class Transitions {
  readonly #court: Court;
  readonly #byPair: (number[] | undefined)[] = [];

  constructor(court: Court) {
    this.#court = court;
    for (const [index, row] of court.rows.entries()) {
      if (row.family !== 'status word' || row.from === undefined || row.to === undefined) continue;
      const to = wordNamed(row.to);
      for (const from of row.from) {
        const pair = wordNamed(from) * WORDS + to;
        this.#byPair[pair] = [...(this.#byPair[pair] ?? []), index];
      }
    }
  }

  /** The row that allows this transition at this call site, or NO_ROW. */
  row(from: number, to: number, site: number): number {
    const pair = from * WORDS + to;
    const { sites } = this.#court;
    if (site < 0) return this.#match(pair, site);
    if (sites.pair[site] !== pair) {
      sites.pair[site] = pair;
      sites.row[site] = this.#match(pair, site);
    }
    return sites.row[site] as number;
  }

  /** Whether some function makes this transition. */
  isPair(from: number, to: number): boolean {
    return this.#byPair[from * WORDS + to] !== undefined;
  }

  /**
   * The row that a forbidden transition is held against: the one for these two
   * words, where a wrong function made it; the only one that leads there; or none
   * in particular.
   */
  broken(from: number, to: number): number {
    const [pair] = this.#byPair[from * WORDS + to] ?? [];
    if (pair !== undefined) return pair;
    const rows = this.#court.rows.filter((row) => row.family === 'status word' && row.to === wordName(to));
    return this.#court.row(rows.length === 1 ? (rows[0] as FineRow).id : 'status/transition');
  }

  /** What would have been allowed from here, and what leads there, with what stood in the way: first what lacks least. */
  alternatives(from: number, to: number, by: string): Divergence['allowed'] {
    const [source, target] = [wordName(from), wordName(to)];
    return this.#court.rows
      .filter((row) => row.family === 'status word')
      .filter((row) => row.from?.includes(source) || row.to === target)
      .map((row): Divergence['allowed'][number] => ({
        row: row.id,
        text: row.text,
        guards: [
          guard(`it was ${row.from?.join(' or ')}`, row.from?.includes(source) ?? false, `it was ${source}`),
          guard(`it becomes ${row.to}`, row.to === target, `it became ${target}`),
          guard(
            `${row.by?.join(' or ')} does it`,
            by === '' || this.#fits(row, by),
            `${by || 'who did is not known'}`,
          ),
        ],
      }))
      .sort((a, b) => lacking(a) - lacking(b));
  }

  #fits(row: FineRow, by: string): boolean {
    return row.by?.some((name) => by.split('.').includes(name)) ?? false;
  }

  #match(pair: number, site: number): number {
    for (const row of this.#byPair[pair] ?? [])
      if (this.#court.isIn(site, this.#court.rows[row]?.by ?? [])) return row;
    return NO_ROW;
  }
}

function lacking({ guards }: Divergence['allowed'][number]): number {
  return guards.filter(({ holds }) => !holds).length;
}

function guard(text: string, holds: boolean, why: string) {
  return { text, holds, why };
}
