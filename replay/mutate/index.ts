/** Proves that the judge bites: real traces made wrong, and who noticed. */
export { KIND_NAMES } from './mutants.ts';
export { readRealTrace } from './read.ts';
export { mutateTraces, type Peer } from './trace-mutants.ts';
