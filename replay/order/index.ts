/** Orders the decoded events of a trace into one history. */
export { GUARDS, type Guard, type GuardSubject } from './guards.ts';
export type { OrderedGeneration } from './ordered.ts';
export { Orderer } from './orderer.ts';
export type { Forced, UnmetWait, WaitKind, WaitSubject } from './waits.ts';
