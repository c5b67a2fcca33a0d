/** Replays what real Go did through the model: a file in, a verdict out. */

export { readWholeTrace, type WholeTrace } from './evidence.ts';
export {
  compareRun,
  type ExplorationResult,
  HISTORIES,
  type History,
  isSteerable,
  NOT_MODELLED,
  runVariant,
  type SteeredResult,
  type SteeredRun,
  type Steering,
  type StoryLine,
  sightingsIn,
  steer,
  type Variant,
} from './explore/index.ts';
export { type Journeys, journeysOf, type Latency, quantile, type Site } from './journeys.ts';
export { RELEASES, type Release, STATES } from './model/index.ts';
export { type Rule, type RuleForm, type RulePart, releasesOf, rulesOf } from './model-reference.ts';
export {
  excuseFor,
  KIND_NAMES,
  KINDS_OF_MUTANTS,
  mutateModel,
  mutateTraces,
  type Peer,
} from './mutate/index.ts';
export { type JudgedBuild, nosplitDifference } from './nosplit/difference.ts';
export { judgeBuild, type NosplitFacts } from './nosplit/judge.ts';
export { judgeGo19Build } from './nosplit/judge-go19.ts';
export type { NosplitChain, NosplitDifference, NosplitResult } from './nosplit/result.ts';
export { type OpenTraceOptions, openTrace } from './open.ts';
export { type MapOptions, type Mapping, mapGenerations, type Place, type Task } from './parallel/index.ts';
export { openRecords, type ProbeRecord, type RecordListing, readProbeHeader } from './probe/index.ts';
export { type ReplayOptions, replayFile } from './replay.ts';
export {
  type Citation,
  type Coverage,
  type Divergence,
  type EventView,
  type Evidence,
  joinVerdicts,
  type Lane,
  type Layer,
  RESULT_SCHEMA,
  type Replay,
  type Result,
  type RowCoverage,
  replaySchema,
  resultSchema,
  type SliceStep,
  type Subject,
  type Timeline,
  VERDICTS,
  type Verdict,
} from './result.ts';
export { type Shrunk, shrinkTrace } from './shrink.ts';
export { type ShrunkProbe, shrinkProbe } from './shrink-records.ts';
export type { TimelineWindow, TimelineWindows } from './timeline-windows.ts';
export * from './trace/index.ts';
