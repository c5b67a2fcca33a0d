/** Proves that the judge bites: real traces made wrong, and who noticed. */
import { KINDS, LOST_GENERATION, LOST_GENERATION_TEXT } from './kinds.ts';

export { mutateModel } from './model-mutants.ts';
export { KIND_NAMES } from './mutants.ts';
export { excuseFor } from './survivors.ts';
export { mutateTraces, type Peer } from './trace-mutants.ts';

/** For the papers. */
export const KINDS_OF_MUTANTS: readonly { readonly name: string; readonly text: string }[] = [
  ...KINDS,
  { name: LOST_GENERATION, text: LOST_GENERATION_TEXT },
];
