/** The same run in two layers, the execution trace and the probes, held against each other. Start at replay.ts, then ledger.ts. */
export { judgeLayers, type LayersReplay } from './replay.ts';
