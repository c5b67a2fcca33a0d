/**
 * What a row of the fine model is: the runtime as its own probes show it, where
 * the execution trace is too coarse. A row says what must hold of a record, and
 * names the statement of the Go source that makes it so. Rows with `from` and
 * `to` are transitions; the others are properties that the judge of the probe
 * layer checks under the row's name.
 */
import type { Citation } from '../result.ts';
import type { Delta } from './row.ts';

export const FINE_FAMILIES = [
  'status word',
  'stack',
  'stack cache',
  'exit',
  'thread',
  'P ownership',
  'scheduling',
  'world',
] as const;
export type FineFamily = (typeof FINE_FAMILIES)[number];

export interface FineRow {
  /** `family/name`: stable, since signatures, promises and expectations use it. */
  readonly id: string;
  readonly family: FineFamily;
  /** States that the subject may be in; where there is `to`, those that it may come from. */
  readonly from?: readonly string[];
  readonly to?: string;
  /**
   * The functions whose statement makes the transition. A physical function fits
   * when one of these is a part of its name: the compiler makes `forEachP.func1`
   * of a closure, and `gcStart.forEachP.func8` where it inlined what held it.
   */
  readonly by?: readonly string[];
  /** The rule as a sentence. */
  readonly text: string;
  readonly cite: readonly Citation[];
}

export type FineDelta = Delta<FineRow>;

/** The rows of one family, which they need not each name. */
export function familyOf(family: FineFamily, lines: readonly Omit<FineRow, 'family'>[]): FineRow[] {
  return lines.map((line) => ({ family, ...line }));
}
