/** Builds and runs Go programs, watches them, and keeps what they did as recordings. */
export {
  BuildError,
  type BuildErrorCode,
  RecordingError,
  type RecordingErrorCode,
  RunError,
  type RunErrorCode,
  TargetError,
  type TargetErrorCode,
  ToolchainError,
  type ToolchainErrorCode,
} from './errors.ts';
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
export { RecordingWriter } from './recording/write.ts';
