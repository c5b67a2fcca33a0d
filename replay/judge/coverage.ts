/** Which rows a history exercised, how often, and for which reasons. */
import type { Row } from '../model/index.ts';
import type { Coverage, RowCoverage } from '../result.ts';

/** Room for so many more facets of a row at a time. */
const FACETS = 32;

export interface Promised {
  readonly row: string;
  readonly facet?: string | undefined;
  readonly atLeast: number;
}

export class Tally {
  readonly #rows: readonly Row[];
  /** By row: how often it was taken. */
  readonly counts: Float64Array;
  /** By row: counts by interned facet. */
  readonly #facets: Float64Array[];
  readonly #names: string[] = [''];
  readonly #ids = new Map<string, number>([['', 0]]);

  constructor(rows: readonly Row[]) {
    this.#rows = rows;
    this.counts = new Float64Array(rows.length);
    this.#facets = rows.map(() => new Float64Array(0));
  }

  /** A number for a text that will be counted often. 0 is the empty text, "not known". */
  intern(text: string): number {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.#names.length;
      this.#names.push(text);
      this.#ids.set(text, id);
    }
    return id;
  }

  name(id: number): string {
    return this.#names[id] ?? '';
  }

  count(row: number, n = 1): void {
    this.counts[row] = (this.counts[row] as number) + n;
  }

  countFacet(row: number, facet: number, n = 1): void {
    let facets = this.#facets[row] as Float64Array;
    if (facet >= facets.length) {
      const longer = new Float64Array(facet + FACETS);
      longer.set(facets);
      this.#facets[row] = longer;
      facets = longer;
    }
    facets[facet] = (facets[facet] as number) + n;
  }

  rows(): RowCoverage[] {
    return this.#rows.map((row, index) => ({
      row: row.id,
      family: row.machine,
      text: row.text,
      layer: 'trace' as const,
      ...(row.from.length > 0 && row.to !== undefined ? { from: row.from.join('|'), to: row.to } : {}),
      count: this.counts[index] as number,
      facets: this.#facetCounts(index),
      observable: true,
    }));
  }

  #facetCounts(row: number): Record<string, number> {
    const counts = [...(this.#facets[row] ?? []).entries()].filter(([id, n]) => id !== 0 && n > 0);
    return Object.fromEntries(
      counts.sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([id, n]) => [this.name(id), n]),
    );
  }
}

/** Coverage with what the program promised; a promise about a row that does not exist counts as never kept. */
export function coverageOf(rows: RowCoverage[], promised: readonly Promised[]): Coverage {
  const observed = rows.filter((row) => row.count > 0).length;
  return {
    rows,
    observed,
    unobserved: rows.length - observed,
    promises: promised.map(({ row, facet, atLeast }) => {
      const found = rows.find((candidate) => candidate.row === row);
      const seen = facet ? (found?.facets[facet] ?? 0) : (found?.count ?? 0);
      return { row, ...(facet ? { facet } : {}), atLeast, seen };
    }),
  };
}
