import type {
  BuildErrorCode,
  FaultErrorCode,
  RecordingErrorCode,
  RunErrorCode,
  TargetErrorCode,
  ToolchainErrorCode,
} from '../collector/index.ts';
import type { ReportErrorCode } from '../reports/index.ts';
import { EXIT, exitOfSignal } from './exit.ts';
import { InterruptError } from './interrupt.ts';
import { printable } from './paint.ts';

/** What went wrong as a person or a script reads it: never a stack trace. */
export interface Problem {
  /** Stable, for scripts: `build/does-not-compile`. */
  code: string;
  /** One line: what was found. */
  message: string;
  /** What to do next; empty where there is nothing to say. */
  advice: string;
  /** Lines below the message, such as the compiler's. */
  details: string[];
  exit: number;
}

/** The document that `--json` prints instead of a result. */
export interface ProblemDocument {
  readonly schema: 1;
  readonly error: Omit<Problem, 'exit'>;
}

/** The command line itself is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code: string;
  readonly advice: string;

  constructor(code: string, message: string, advice = '') {
    super(message);
    this.code = code;
    this.advice = advice;
  }
}

/** A problem that was put aside while there was still hope, and is thrown after all. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** First part of a problem's code, by the name of the error's class. */
const FAMILIES: Readonly<Record<string, string>> = {
  UsageError: 'usage',
  ToolchainError: 'toolchain',
  TargetError: 'target',
  BuildError: 'build',
  FaultError: 'fault',
  RunError: 'run',
  RecordingError: 'recording',
  FormatError: 'trace',
  VersionError: 'trace',
  CapacityError: 'trace',
  UnsoundTraceError: 'mutate',
  EntryTooLargeError: 'recording',
  ReportError: 'report',
  ModelError: 'model',
};

const NOT_A_TRACE =
  'Give a recording (.gotwin) or a trace that Go wrote: go test -trace, runtime/trace, a flight recorder.';
const FREE_SPACE =
  'Free some space, or choose another folder with --report or --out; finished recordings are kept.';
const OTHER_FOLDER = 'Choose a folder that you may write to, with --report or --out.';

const SYSTEM = {
  ENOENT: 'there is no',
  EISDIR: 'this is a folder, not a file:',
  ENOTDIR: 'a file stands where a folder should be:',
  EACCES: 'permission denied:',
  EPERM: 'not permitted:',
  EROFS: 'the file system is read-only:',
  ENOSPC: 'the disk is full:',
  EDQUOT: 'the disk quota is used up:',
  EMFILE: 'too many open files:',
} as const;

/** Every code of every error class: a new one without advice does not compile. */
type KnownCode =
  | `toolchain/${ToolchainErrorCode}`
  | `target/${TargetErrorCode}`
  | `build/${Exclude<BuildErrorCode, 'interrupted'>}`
  | `fault/${FaultErrorCode}`
  | `run/${Exclude<RunErrorCode, 'interrupted'>}`
  | `recording/${RecordingErrorCode}`
  | `report/${Exclude<ReportErrorCode, 'interrupted'>}`
  | 'mutate/unsound'
  | 'model/text-alone'
  | `trace/${'empty' | 'not-a-trace' | 'truncated' | 'version' | 'generation-size' | 'too-large'}`
  | `system/${keyof typeof SYSTEM}`;

/**
 * What to do about each problem that is known. The error's own advice, which
 * knows the facts, comes first where it has any.
 */
const KNOWN_ADVICE = {
  'toolchain/no-go':
    'Install any Go from 1.21 on, or run `npm start`, which does; `gotwin doctor` shows what is there.',
  'toolchain/bad-version':
    'Write a release (1.26) or a patch level (1.26.8); `gotwin toolchain list` shows them.',
  'toolchain/unknown-version': 'See `gotwin toolchain list` for the versions that are known to work.',
  'toolchain/download-failed':
    'Check the network and GOPROXY, then try `gotwin toolchain install VERSION` again.',
  'toolchain/wrong-version': 'Remove that toolchain, or name another version with --go.',
  'toolchain/no-source':
    'Choose a release that is installed with its source: `gotwin toolchain install VERSION`.',
  'toolchain/not-a-tree': 'Give the folder that holds bin, pkg and src.',
  'toolchain/not-built': 'Build the tree: src/make.bash.',
  'toolchain/unknown-arch': 'Name an architecture that Gotwin runs; `gotwin doctor` lists them.',
  'target/not-found': 'Name a fixture (netguy, netecho, …), a Go package such as ./cmd/server, or a file.',
  'target/not-a-program': 'Give a package main, or add --test to run the tests of a package.',
  'target/ambiguous': 'Write ./NAME for the package.',
  'target/unsuited': 'Choose a release and an architecture that the fixture suits.',
  'build/does-not-compile': 'Mend what the compiler names, or choose another release with --go.',
  'build/wrong-toolchain':
    'Check GOTOOLCHAIN, GOFLAGS and the go line of go.mod; `gotwin doctor` shows the toolchains.',
  'build/stale-runtime': 'Empty the build cache (go clean -cache), and try again.',
  'build/probe-unknown': 'Record the layers trace and text: --layers trace,text.',
  'build/probe-mismatch': 'Record the layers trace and text, or another release.',
  'fault/unknown-fault': 'docs/faults.md lists the faults.',
  'fault/takes-no-delay': 'Leave --delay out.',
  'fault/bad-delay': 'Give a delay from 0 to 10s.',
  'fault/untried': 'Choose a release and an architecture where it was tried: docs/faults.md lists them.',
  'fault/does-not-fit': 'Choose a release where it was tried: docs/faults.md lists them.',
  'run/no-emulator':
    'On Debian or Ubuntu: apt-get install qemu-user. Or leave that architecture out of --arch.',
  'run/cannot-start':
    'Check that the folder for temporary files may hold programs (no noexec), then `gotwin doctor`.',
  'recording/not-found': 'Check the path.',
  'recording/not-a-recording': NOT_A_TRACE,
  'recording/damaged':
    'Nothing can be read from it; record again. A .gotwin.part folder beside it may hold more.',
  'recording/newer-schema': 'Update Gotwin.',
  'recording/too-large': 'It is not as Gotwin writes them; record again.',
  'recording/exists': 'Remove it, or choose another name with --out.',
  'recording/no-such-entry':
    'That layer was not recorded: record again with it, or ask for one that was (`gotwin events --layer probe`).',
  'recording/cannot-write': OTHER_FOLDER,
  'recording/disk-full': FREE_SPACE,
  'mutate/unsound': 'Give a trace that conforms: `gotwin replay` says what is wrong with this one.',
  'trace/too-large': 'Give a shorter trace: mutants are made of one, and a smaller one cut, in memory.',
  'trace/empty':
    'The program wrote no trace: it ended, or was killed, before its first event left it. Record it again.',
  'trace/not-a-trace': NOT_A_TRACE,
  'trace/truncated':
    'Not even the header is whole. Record it again, and stop the trace before the program ends.',
  'trace/version':
    'Record it again with Go 1.22 to 1.26; traces of Go 1.9 to 1.21 can be listed, too. A format is named for the first release that wrote it: Go 1.24 writes go 1.23.',
  'trace/generation-size':
    'Record it again with shorter generations: GODEBUG=traceadvanceperiod=200000000 makes five a second.',
  'model/text-alone':
    'Judge it by Go 1.22 or later; by an earlier release recordings of such releases can be judged, which have no trace.',
  'report/unwritable': OTHER_FOLDER,
  'report/not-a-directory': OTHER_FOLDER,
  'report/read-only': OTHER_FOLDER,
  'report/disk-full': FREE_SPACE,
  'system/ENOENT': 'Check the path.',
  'system/EISDIR': 'Give a file: a recording (.gotwin) or a Go execution trace.',
  'system/ENOTDIR': OTHER_FOLDER,
  'system/EACCES': 'Check the permissions of that path, or choose another folder with --report or --out.',
  'system/EPERM': 'Check the permissions of that path, or choose another folder with --report or --out.',
  'system/EROFS': OTHER_FOLDER,
  'system/ENOSPC': FREE_SPACE,
  'system/EDQUOT': FREE_SPACE,
  'system/EMFILE': 'Raise the limit of open files (ulimit -n) and try again.',
} satisfies Record<KnownCode, string>;

export const ADVICE: Readonly<Record<string, string>> = KNOWN_ADVICE;

interface KnownError extends Error {
  code?: unknown;
  advice?: unknown;
  output?: unknown;
  path?: unknown;
}

/** Turns whatever was thrown into what is shown; `signal` tells an abort from a failure. */
export function problemOf(thrown: unknown, signal?: AbortSignal): Problem {
  const interrupt = interruptOf(thrown, signal);
  if (interrupt !== undefined) return interrupted(interrupt);
  if (thrown instanceof ProblemError) return thrown.problem;
  const error: KnownError = thrown instanceof Error ? thrown : new Error(String(thrown));
  const family = FAMILIES[error.name];
  if (family !== undefined && typeof error.code === 'string') return known(`${family}/${error.code}`, error);
  if (isErrno(error.code)) return system(error, error.code);
  return internal(error);
}

/** The words of a problem, as they go to stderr. */
export function problemLines({ message, details, advice }: Problem): string[] {
  const lines = [`gotwin: ${message}`, ...details.map((line) => `    ${line}`)];
  return advice === '' ? lines : [...lines, `  ${advice}`];
}

export function problemDocument({ code, message, advice, details }: Problem): ProblemDocument {
  return { schema: 1, error: { code, message, advice, details } };
}

/** What could not be judged, beside what could. */
export interface Unjudged {
  readonly subject: string;
  readonly problem: Problem;
}

export function problemDocuments(unjudged: readonly Unjudged[]) {
  return unjudged.map(({ subject, problem }) => ({ subject, ...problemDocument(problem).error }));
}

function known(code: string, error: KnownError): Problem {
  const own = typeof error.advice === 'string' ? error.advice : '';
  return {
    code,
    message: firstLine(error.message),
    advice: own || (ADVICE[code] ?? ''),
    details: detailsOf(error),
    exit: EXIT.usage,
  };
}

function isErrno(code: unknown): code is keyof typeof SYSTEM {
  return typeof code === 'string' && Object.hasOwn(SYSTEM, code);
}

function system(error: KnownError, errno: keyof typeof SYSTEM): Problem {
  const what = SYSTEM[errno];
  const code = `system/${errno}`;
  // Reading what is open already gives errors that name no file.
  const message = typeof error.path === 'string' ? `${what} ${error.path}` : what.replace(/:$/, '');
  return { code, message, advice: ADVICE[code] ?? '', details: [], exit: EXIT.usage };
}

function interrupted({ message, signal, kept }: InterruptError): Problem {
  const advice =
    kept.length > 0 ? 'What was recorded until then is kept: `gotwin replay FILE` says what is in it.' : '';
  return { code: 'interrupted', message, advice, details: kept, exit: exitOfSignal(signal) };
}

/** Once interrupted, whatever else fails follows from that. */
function interruptOf(thrown: unknown, signal?: AbortSignal): InterruptError | undefined {
  if (thrown instanceof InterruptError) return thrown;
  return signal?.aborted && signal.reason instanceof InterruptError ? signal.reason : undefined;
}

function internal(error: Error): Problem {
  return {
    code: 'internal',
    message: `internal error: ${firstLine(error.message) || error.name}`,
    advice:
      'This is a defect of Gotwin. Run again with GOTWIN_DEBUG=1 and report what it prints, with the output of `gotwin doctor`.',
    details: [],
    exit: EXIT.usage,
  };
}

/** What the go command said, for which the message is only the headline. */
function detailsOf(error: KnownError): string[] {
  const said =
    typeof error.output === 'string' && error.output.trim() !== '' ? `\n${error.output}` : error.message;
  const lines = said
    .split('\n')
    .slice(1)
    .map((line) => printable(line.trimEnd()));
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

function firstLine(text: string): string {
  return printable(text.split('\n', 1)[0] ?? '').replace(/:$/, '');
}
