/**
 * What all machines of the probe layer share: the record before them, the rows
 * and how often each had something to say, the functions of the binary, and the
 * findings. History that is not known (a ring's beginning, behind a torn record)
 * is told by the epoch: what was noted in an earlier one is not known any more.
 */
import type { FineRow } from '../model/index.ts';
import type { Divergence, RowCoverage, Subject } from '../result.ts';
import { signature } from '../signature.ts';
import { Addressed, FIRST_COLUMNS, grow } from './address-table.ts';
import { Clock } from './clock.ts';
import { type Functions, namesIn } from './functions.ts';
import { type Header, isAsked } from './header.ts';
import { CurrentRecord } from './record.ts';

/** Findings kept whole; what comes after them is only counted. */
const MAX_FINDINGS = 100;
/** Findings of one signature that are kept; the others are counted as consequences of the last. */
const MAX_ALIKE = 3;

/** What is wrong, as the machine that found it says it. */
export interface Objection {
  readonly row: number;
  readonly subject: Subject;
  readonly observed: string;
  readonly before: Divergence['before'];
  readonly allowed: Divergence['allowed'];
  /** The shape of the witness: states and functions, no ids, addresses or times. */
  readonly shape: readonly string[];
  /** Only who did it is wrong, not what was done: told after what leaves the state wrong. */
  readonly lesser?: boolean;
  /** What a person wants to know first of all: why the program hung. */
  readonly foremost?: boolean;
  /** Addresses of what took part, as pairs of words: the causal slice shows what happened to them. */
  readonly involved: readonly (readonly [number, number])[];
}

export interface ProbeFinding extends Objection {
  readonly rule: FineRow;
  readonly signature: string;
  readonly at: CurrentRecord;
  consequences: number;
}

/** The functions that records name by a program counter inside them. */
class CallSites extends Addressed {
  /** The last transition made here, and its row: nearly every call site makes one alone. */
  pair = new Int32Array(FIRST_COLUMNS).fill(-1);
  row = new Int32Array(FIRST_COLUMNS);

  protected override grown(capacity: number): void {
    const used = this.pair.length;
    this.pair = grow(this.pair, capacity).fill(-1, used);
    this.row = grow(this.row, capacity);
  }
}

export class Court {
  readonly record = new CurrentRecord();
  readonly clock = new Clock();
  readonly sites = new CallSites();
  readonly rows: readonly FineRow[];
  readonly findings: ProbeFinding[] = [];
  /** Findings that were not kept. */
  beyond = 0;
  /** Rises wherever records are missing; starts at 1, so that what was never noted is of no epoch. */
  epoch = 1;
  readonly #header: Header;
  readonly #functions: Functions | undefined;
  readonly #index: ReadonlyMap<string, number>;
  readonly #counts: Float64Array;
  readonly #facets: Map<string, number>[];
  readonly #names: string[] = [];
  readonly #parts: (readonly string[])[] = [];
  readonly #alike = new Map<string, { count: number; last: number }>();

  constructor(rows: readonly FineRow[], header: Header, functions: Functions | undefined) {
    this.rows = rows;
    this.#header = header;
    this.#functions = functions;
    this.#index = new Map(rows.map((row, index) => [row.id, index]));
    this.#counts = new Float64Array(rows.length);
    this.#facets = rows.map(() => new Map());
  }

  /** The number of a row; a row that no release has is a mistake in the judge, so it throws. */
  row(id: string): number {
    const index = this.#index.get(id);
    if (index === undefined) throw new RangeError(`there is no row ${id}`);
    return index;
  }

  count(row: number): void {
    this.#counts[row] = (this.#counts[row] as number) + 1;
  }

  facet(row: number, facet: string): void {
    const facets = this.#facets[row] as Map<string, number>;
    facets.set(facet, (facets.get(facet) ?? 0) + 1);
  }

  /** Whether every record of these kinds is here, from the program's start on. */
  complete(...kinds: number[]): boolean {
    return (
      this.#header.mode === 'linear' && this.epoch === 1 && kinds.every((kind) => isAsked(this.#header, kind))
    );
  }

  /** The physical function at a call site, or '' where it is not known. */
  functionOf(site: number): string {
    if (site < 0) return '';
    let name = this.#names[site];
    if (name === undefined) {
      name =
        this.#functions?.nameAt(this.sites.keys.lo[site] as number, this.sites.keys.hi[site] as number) ?? '';
      this.#names[site] = name;
      this.#parts[site] = namesIn(name);
    }
    return name;
  }

  /** Whether the call site lies in one of these functions, or in a closure of one; true where that is not known. */
  isIn(site: number, functions: readonly string[]): boolean {
    if (this.functionOf(site) === '') return true;
    return (this.#parts[site] as readonly string[]).some((part) => functions.includes(part));
  }

  /** Notes a finding; returns its number, from 1, to be given to `consequence`. */
  object(objection: Objection): number {
    const rule = this.rows[objection.row] as FineRow;
    const sign = signature(rule.id, objection.subject.kind, objection.shape);
    const alike = this.#alike.get(sign) ?? { count: 0, last: 0 };
    if (alike.count >= MAX_ALIKE) {
      this.consequence(alike.last);
      return alike.last;
    }
    if (this.findings.length >= MAX_FINDINGS) {
      this.beyond++;
      return MAX_FINDINGS;
    }
    this.findings.push({ ...objection, rule, signature: sign, at: this.record.copy(), consequences: 0 });
    this.#alike.set(sign, { count: alike.count + 1, last: this.findings.length });
    return this.findings.length;
  }

  consequence(number: number): void {
    const finding = this.findings[number - 1];
    if (finding === undefined) this.beyond++;
    else finding.consequences++;
  }

  /** The row itself as the one thing that was allowed, and why it was not met. */
  only(row: number, text: string, why: string): Divergence['allowed'] {
    const { id, text: rule } = this.rows[row] as FineRow;
    return [{ row: id, text: rule, guards: [{ text, holds: false, why }] }];
  }

  coverage(): RowCoverage[] {
    return this.rows.map(({ id, family, text, from, to }, index) => ({
      row: id,
      family,
      text,
      layer: 'probe' as const,
      ...(from === undefined || to === undefined ? {} : { from: from.join('|'), to }),
      count: this.#counts[index] as number,
      facets: Object.fromEntries([...(this.#facets[index] ?? [])].sort((a, b) => b[1] - a[1])),
      observable: true,
    }));
  }
}

/** `M5`, or `an unknown M`. */
export function threadName(m: number): string {
  return m === 0xffff ? 'an M without a number' : `M${m}`;
}
