/** The model of the Go runtime: tables of rows that cite its source, a release being a delta on the one before. */
export { type Giver, type Givers, giversOf, PARKERS } from './blocking.ts';
export { fineModelOf } from './fine.ts';
export type { FineRow } from './fine-row.ts';
export { type InvariantName, type Invariants, invariantsOf } from './invariants.ts';
export { P_STATUSES } from './p-ownership.ts';
export { formatOf, modelOf, releaseOf } from './releases.ts';
export {
  type Effect,
  type Facet,
  type Machine,
  type Need,
  RELEASES,
  type Release,
  type Row,
  STATES,
  type SubjectRole,
} from './row.ts';
export { SCAN_BIT, STATUS_WORDS } from './status-word.ts';
export { START_TRACE, STW_REASONS } from './stw-reasons.ts';
export { systemModelOf } from './system.ts';
export { FREE_WAIT, THREAD_STATES } from './threads.ts';
export { type TracerDefect, tracerDefectsOf } from './tracer-defects.ts';
export { type LayersRow, layersModelOf } from './two-layers.ts';
export { WAKERS } from './wakers.ts';
export { type Model, wholeModelOf } from './whole.ts';
