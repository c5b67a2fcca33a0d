/**
 * What can go wrong while Gotwin collects evidence. Every error has a stable
 * `code` for programs, the facts as fields, and a message for people that says
 * what was found; what to do about it is in `advice` where there is something.
 */

interface Facts {
  /** What the reader can do now, as a sentence. */
  advice?: string | undefined;
  /** The error or process result beneath this one. */
  cause?: unknown;
}

abstract class CollectorError<Code extends string> extends Error {
  readonly code: Code;
  readonly advice: string;

  constructor(code: Code, message: string, facts: Facts) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = new.target.name;
    this.code = code;
    this.advice = facts.advice ?? '';
  }
}

export type ToolchainErrorCode =
  /** No `go` anywhere, so none can be fetched either. */
  | 'no-go'
  /** Not a version as Gotwin or Go writes them. */
  | 'bad-version'
  /** A version that Go never released, or that is refused here. */
  | 'unknown-version'
  | 'download-failed'
  /** What is there says that it is another version than the one asked for. */
  | 'wrong-version'
  /** It lacks the source that says how its files are to be read. */
  | 'no-source'
  /** A folder that is not the root of Go's tree. */
  | 'not-a-tree'
  /** Go's tree, whose commands are missing or do not run. */
  | 'not-built'
  | 'unknown-arch';

export class ToolchainError extends CollectorError<ToolchainErrorCode> {
  /** The version or architecture that was asked for. */
  readonly wanted: string;
  /** The versions or architectures that would have done. */
  readonly known: readonly string[];

  constructor(
    code: ToolchainErrorCode,
    message: string,
    facts: Facts & { wanted: string; known?: string[] },
  ) {
    super(code, message, facts);
    this.wanted = facts.wanted;
    this.known = facts.known ?? [];
  }
}

export type TargetErrorCode = 'not-found' | 'not-a-program' | 'ambiguous' | 'unsuited';

export class TargetError extends CollectorError<TargetErrorCode> {
  readonly target: string;

  constructor(code: TargetErrorCode, message: string, facts: Facts & { target: string }) {
    super(code, message, facts);
    this.target = facts.target;
  }
}

export type BuildErrorCode =
  /** The compiler or the linker refused; `output` says why. */
  | 'does-not-compile'
  /** It built, but by another toolchain than the one asked for. */
  | 'wrong-toolchain'
  /** A changed runtime, and the go command took the unchanged one from its cache. */
  | 'stale-runtime'
  /** The probe layer is not known to work with that release or on that architecture. */
  | 'probe-unknown'
  /** The runtime's source is not as the release's rules expect it. */
  | 'probe-mismatch'
  | 'interrupted';

export class BuildError extends CollectorError<BuildErrorCode> {
  /** The command as its words; never a line for a shell. */
  readonly command: readonly string[];
  /** What the go command wrote, in full. */
  readonly output: string;

  constructor(
    code: BuildErrorCode,
    message: string,
    facts: Facts & { command: readonly string[]; output: string },
  ) {
    super(code, message, facts);
    this.command = facts.command;
    this.output = facts.output;
  }
}

export type FaultErrorCode =
  | 'unknown-fault'
  | 'takes-no-delay'
  | 'bad-delay'
  /** The release or the architecture is not one where the fault was tried. */
  | 'untried'
  /** A statement that the fault changes is not in this runtime, or more than once. */
  | 'does-not-fit';

export class FaultError extends CollectorError<FaultErrorCode> {
  /** The fault's name, as it was given. */
  readonly fault: string;

  constructor(code: FaultErrorCode, message: string, facts: Facts & { fault: string }) {
    super(code, message, facts);
    this.fault = facts.fault;
  }
}

export type RunErrorCode =
  /** The architecture needs an emulator that is not installed. */
  | 'no-emulator'
  /** The system would not start the program. */
  | 'cannot-start'
  /** Interrupted before the program was started: there is nothing to keep. */
  | 'interrupted';

export class RunError extends CollectorError<RunErrorCode> {
  readonly command: readonly string[];

  constructor(code: RunErrorCode, message: string, facts: Facts & { command: readonly string[] }) {
    super(code, message, facts);
    this.command = facts.command;
  }
}

export type RecordingErrorCode =
  | 'not-found'
  | 'not-a-recording'
  /** The container or the manifest cannot be what Gotwin wrote. */
  | 'damaged'
  /** Written by a later Gotwin. */
  | 'newer-schema'
  | 'no-such-entry'
  /** An entry is larger than it says, or than any that Gotwin writes. */
  | 'too-large'
  | 'exists'
  | 'cannot-write'
  | 'disk-full';

export class RecordingError extends CollectorError<RecordingErrorCode> {
  readonly path: string;
  /** The entry or the manifest's field that the error is about; empty when it is about the whole. */
  readonly entry: string;

  constructor(
    code: RecordingErrorCode,
    message: string,
    facts: Facts & { path: string; entry?: string | undefined },
  ) {
    super(code, message, facts);
    this.path = facts.path;
    this.entry = facts.entry ?? '';
  }
}
