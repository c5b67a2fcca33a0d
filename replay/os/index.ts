/** What the system saw of the process, beside what the runtime said of itself. */
export { SystemJudge } from './judge.ts';
export { readSystem, type System, type SystemLayer } from './read.ts';
export { systemSummary } from './summary.ts';
