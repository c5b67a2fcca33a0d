/** The model run forward: small worlds in every interleaving, by the rows that a replay judges by. */
import { copystack } from './histories/copystack.ts';
import type { History } from './history.ts';

export type { History, Variant } from './history.ts';
export type { ExplorationResult, StoryLine } from './result.ts';
export { runVariant } from './run.ts';

/** In the order in which they are told. */
export const HISTORIES: readonly History[] = [copystack];
