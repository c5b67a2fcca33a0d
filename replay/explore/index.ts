/** The model run forward: small worlds in every interleaving, by the rows that a replay judges by. */
export { HISTORIES } from './histories/index.ts';
export type { History, Variant } from './history.ts';
export { NOT_MODELLED } from './not-modelled.ts';
export type { ExplorationResult, SteeredResult, SteeredRun, Steering, StoryLine } from './result.ts';
export { runVariant } from './run.ts';
export { sightingsIn } from './sighting.ts';
export { compareRun, isSteerable, steer } from './steering.ts';
