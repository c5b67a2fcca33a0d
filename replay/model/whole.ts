/** All that the trace layer is judged by, of one release: what a judge is given, and what model mutants change. */
import { type Givers, giversOf } from './blocking.ts';
import { type InvariantName, type Invariants, invariantsOf } from './invariants.ts';
import { modelOf } from './releases.ts';
import type { Release, Row } from './row.ts';
import { WAKERS, type Waker } from './wakers.ts';

export interface Model {
  readonly rows: readonly Row[];
  readonly invariants: Invariants;
  readonly givers: Givers;
  readonly wakers: readonly Waker[];
  /** An invariant that is not asked: only a mutant lacks one. */
  readonly without?: InvariantName;
}

export function wholeModelOf(release: Release): Model {
  return {
    rows: modelOf(release),
    invariants: invariantsOf(release),
    givers: giversOf(release),
    wakers: WAKERS,
  };
}
