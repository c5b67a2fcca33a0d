/** The probe layer: what package runtime itself said while it ran. Start at replay.ts, then judge.ts. */
export { type Header, readHeader as readProbeHeader } from './header.ts';
export { openRecords, type RecordListing } from './listing.ts';
export type { CurrentRecord as ProbeRecord } from './record.ts';
export { judgeProbe, type ProbeReplay, type ProbeSource } from './replay.ts';
