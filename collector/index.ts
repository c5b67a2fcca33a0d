/** Builds and runs Go programs, watches them, and keeps what they did as recordings. */
export { type Build, type BuildRequest, build as buildProgram } from './build/build.ts';
export { programFiles } from './build/inspect.ts';
export {
  type FileTarget,
  type ProgramTarget,
  resolveTarget,
  type Target,
  type TargetOptions,
} from './build/target.ts';
export {
  BuildError,
  type BuildErrorCode,
  FaultError,
  type FaultErrorCode,
  RecordingError,
  type RecordingErrorCode,
  RunError,
  type RunErrorCode,
  TargetError,
  type TargetErrorCode,
  ToolchainError,
  type ToolchainErrorCode,
} from './errors.ts';
export { LINK_FAULTS } from './faults/link-table.ts';
export { findFault, type SeededFault } from './faults/seed.ts';
export { type Edit, FAULTS, type Fault } from './faults/table.ts';
export { goArch, goOs, machine } from './machine.ts';
export {
  type FailedProgram,
  type LinkResult,
  mainPackages,
  type NosplitBuild,
  readLinkerOutput,
} from './nosplit/build.ts';
export { collectNosplit, hasTwoAbis, type NosplitEvidence } from './nosplit/collect.ts';
export type { Go19Link } from './nosplit/go19/build.ts';
export { collectGo19, type Go19Evidence, type Go19Program } from './nosplit/go19/program.ts';
export type { Listing } from './nosplit/listing.ts';
export { type ObjectWords, objectWords } from './nosplit/object-words.ts';
export {
  type Program,
  type ProgramFunction,
  type ReadArchives,
  readProgram,
} from './nosplit/program.ts';
export {
  OS_FORMAT,
  OS_LINES,
  OS_MAX_BYTES,
  type OsSample,
  osLines,
} from './os/lines.ts';
export { PROBED_RELEASES } from './probe/instrument.ts';
export * from './probe/layout.ts';
export {
  createWindow,
  PROBE_VARIABLE,
  PROBE_WINDOWS,
  type ProbeOptions,
  type ProbeWindow,
} from './probe/window.ts';
export {
  DEFAULT_GODEBUG,
  GO_SETTINGS,
  type Progress,
  RECORDED_LAYERS,
  type Recorded,
  type RecordedLayer,
  type RecordOptions,
  record,
} from './record.ts';
export * from './recording/entries.ts';
export {
  decodeManifest,
  type EvidenceLayer,
  type ExitReason,
  encodeManifest,
  MANIFEST_SCHEMA,
  type Manifest,
  type ManifestPromise,
} from './recording/manifest.ts';
export { isRecording, openRecording, type Recording } from './recording/read.ts';
export { RecordingWriter, refuseIfThere } from './recording/write.ts';
export {
  ARCHITECTURES,
  type Architecture,
  findArchitecture,
  findEmulator,
  findRunner,
  type Runner,
} from './run/architectures.ts';
export { HURRIED, type Rung } from './run/ladder.ts';
export { LIMITS, type Limits } from './run/run.ts';
export {
  gotwinCache,
  hashToolchain,
  listToolchains,
  type Toolchain,
  toolchainIn,
  verifyToolchain,
} from './toolchain/find.ts';
export { findToolchain, installToolchain, type ToolchainOptions } from './toolchain/install.ts';
export { contentHash, isTree, openTree, type TreeToolchain, treeText } from './toolchain/tree.ts';
export {
  canRecord,
  compareVersions,
  type GoVersion,
  KNOWN_GOOD,
  minorNumber,
  minorOf,
  parseGoVersion,
  patchOf,
  TEXT_ONLY,
} from './toolchain/versions.ts';
export { type GoAnswer, Validator } from './validator/validator.ts';
