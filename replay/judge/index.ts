/** Judges an ordered history by the model: findings, coverage, and what other layers are checked against. */
export { ChangeLog, type Frame, type LineChanges, NO_LINE } from './change-log.ts';
export { coverageOf } from './coverage.ts';
export type { Finding, Suspicion } from './findings.ts';
export { Judge, type Observer } from './judge.ts';
export type { Moment } from './moment.ts';
export { Slices } from './slice.ts';
export { THREAD_STATES } from './states.ts';
export { functionsOf } from './view.ts';
