/** Runs a program in a process group of its own, keeps its streams apart, and ends it when it must. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { FDS_VARIABLE, TRACE_VARIABLE } from '../build/overlay.ts';
import { RunError } from '../errors.ts';
import { type Unwatched, type Watch, watch } from '../os/watch.ts';
import { PROBE_VARIABLE } from '../probe/window.ts';
import {
  OS_SAMPLES_ENTRY,
  RUNTIME_ENTRY,
  STDERR_ENTRY,
  STDOUT_ENTRY,
  TRACE_ENTRY,
} from '../recording/entries.ts';
import type { ExitReason, Manifest } from '../recording/manifest.ts';
import { BoundedFile } from '../recording/sink.ts';
import { clearGroup, descend, HURRIED, PATIENT, type Rung, settlesWithin } from './ladder.ts';

/** Bytes that a recording takes of each stream; past the last two the program is stopped. */
export interface Limits {
  readonly stdout: number;
  readonly stderr: number;
  readonly runtime: number;
  readonly trace: number;
}

export const LIMITS: Limits = {
  stdout: 64 << 20,
  stderr: 64 << 20,
  runtime: 512 << 20,
  trace: 2 ** 31,
};

export interface RunRequest {
  /** The words of the command, emulator first if there is one. */
  readonly command: readonly string[];
  readonly cwd: string;
  /** Set on top of this process's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Where an entry's file is. */
  readonly file: (entry: string) => string;
  /** Whether the added file is there to take fds 3 and 4 and the trace. */
  readonly added: boolean;
  /** The file that the probe is to map. */
  readonly probeFile?: string | undefined;
  /** Whether the system is asked for the process's threads and memory while it runs. */
  readonly watched?: boolean | undefined;
  /** Whether the trace will be of this very process: not so where the program says what its trace is. */
  readonly isTraced: boolean;
  /** A run that takes longer hangs. */
  readonly timeLimitMs: number;
  /** A program that does not end by itself is stopped after so long, as it should be. */
  readonly stopAfterMs?: number | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** How a program that runs too long, or writes too much, is ended. */
  readonly ladder?: readonly Rung[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Run {
  readonly exit: Manifest['exit'];
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly lost: Manifest['lost'];
  /** What the added file told us, a line each: `trace started`. */
  readonly notes: readonly string[];
}

/** How often the sizes of the files that the program itself writes are looked at. */
const WATCH_MS = 200;
/** Longer than any other work keeps us from looking. */
const STALL_MS = 2000;
/** After the program has ended, for what a child of it still holds open. */
const DRAIN_MS = 1000;

/** Resolves however the program ends. Throws RunError `cannot-start`. */
export async function run(request: RunRequest): Promise<Run> {
  const limits = { ...LIMITS, ...request.limits };
  const runtime = await open(request.file(RUNTIME_ENTRY), 'a');
  const stdout = await BoundedFile.create(request.file(STDOUT_ENTRY), limits.stdout);
  const stderr = await BoundedFile.create(request.file(STDERR_ENTRY), limits.stderr);
  try {
    return await runInto(request, limits, { runtime, stdout, stderr });
  } finally {
    await Promise.all([runtime.close(), stdout.close(), stderr.close()]);
  }
}

interface Files {
  readonly runtime: FileHandle;
  readonly stdout: BoundedFile;
  readonly stderr: BoundedFile;
}

async function runInto(request: RunRequest, limits: Limits, files: Files): Promise<Run> {
  const startedAtMs = Date.now();
  const begun = performance.now();
  const startNs = process.hrtime.bigint();
  const child = start(request, files.runtime.fd);
  const group = child.pid;
  if (group === undefined) throw cannotStart(request, await child);
  const asked = request.watched ? watchOf(request, group, startNs) : undefined;
  const watching = asked !== undefined && 'why' in asked ? undefined : asked;
  const unwatched = asked !== undefined && 'why' in asked ? [lossOfLayer(asked)] : [];
  // Not the end of the streams, for which execa waits: a child of the program may hold them open for ever.
  const ended = new Promise<Ended>((resolve) => {
    child.once('exit', (code, signal) => {
      watching?.ended(code, signal);
      resolve({ code, signal });
    });
  });
  const notes: string[] = [];
  const streams = Promise.all([
    copy(child.stdio[1], files.stdout),
    copy(child.stdio[3], files.stderr),
    readNotes(child.stdio[4], notes),
  ]);
  const { reason, ladder } = await supervise(request, limits, group, ended, watching);
  const end = await ended;
  await settlesWithin(streams, DRAIN_MS);
  await clearGroup(group);
  for (const stream of child.stdio) stream?.destroy();
  await settlesWithin(streams, DRAIN_MS);
  return {
    exit: exitOf(end, reason, ladder),
    startedAtMs,
    durationMs: Math.round(performance.now() - begun),
    lost: [
      ...lossOf('stdout', files.stdout),
      ...lossOf('stderr', files.stderr),
      ...lossesIn(notes),
      ...unwatched,
    ],
    notes,
  };
}

function watchOf(request: RunRequest, pid: number, startNs: bigint): Watch | Unwatched {
  return watch({ pid, startNs, isTraced: request.isTraced, file: request.file(OS_SAMPLES_ENTRY) });
}

/** The program ran as well without it. */
function lossOfLayer({ why }: Unwatched): Manifest['lost'][number] {
  return {
    what: `${OS_SAMPLES_ENTRY}: the process's threads, memory and end were not watched: ${why}`,
    bytes: 0,
  };
}

function start(request: RunRequest, runtimeFd: number) {
  const [file, ...args] = request.command;
  const ours = {
    ...(request.added && { [TRACE_VARIABLE]: request.file(TRACE_ENTRY), [FDS_VARIABLE]: '3,4' }),
    ...(request.probeFile !== undefined && { [PROBE_VARIABLE]: request.probeFile }),
  };
  return execa(file ?? '', args, {
    cwd: request.cwd,
    env: { ...request.env, ...ours },
    // execa takes any descriptor of ours; its types stop at 9.
    stdio: ['ignore', 'pipe', runtimeFd as 9, 'pipe', 'pipe'],
    // Its own session and group: signals reach its children and not us, and Ctrl-C reaches us and not it.
    detached: true,
    buffer: false,
    reject: false,
  });
}

type Result = Awaited<ReturnType<typeof start>>;

/** As Node reports an exit: one of the two is null. */
interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
}

interface Ending {
  readonly reason: ExitReason | undefined;
  readonly ladder: string[];
}

/** Waits for the end, or brings it about: on an abort, a time limit, a file that has grown too large. */
async function supervise(
  request: RunRequest,
  limits: Limits,
  group: number,
  ended: Promise<unknown>,
  watching: Watch | undefined,
): Promise<Ending> {
  const { timeLimitMs, stopAfterMs = Number.POSITIVE_INFINITY } = request;
  let until = performance.now() + Math.min(timeLimitMs, stopAfterMs);
  const inTime = stopAfterMs <= timeLimitMs ? 'stopped' : 'time-limit';
  const aborted = onceAborted(request.signal);
  for (;;) {
    const asked = performance.now();
    const wait = Math.max(0, Math.min(WATCH_MS, until - asked));
    if (await settlesWithin(Promise.race([ended, aborted.promise]), wait)) break;
    const stall = performance.now() - asked - wait;
    // A machine that stood still, or stopped us (a laptop's lid, SIGSTOP to a session), says nothing of the program.
    if (stall > STALL_MS) until += stall;
    const late = performance.now() >= until;
    if (!late && !(await tooLarge(request, limits))) continue;
    aborted.forget();
    if (late && inTime === 'time-limit') watching?.hang();
    return {
      reason: late ? inTime : 'size-limit',
      ladder: await descend(group, request.ladder ?? PATIENT, ended),
    };
  }
  aborted.forget();
  if (!request.signal?.aborted || (await settlesWithin(ended, 0))) return { reason: undefined, ladder: [] };
  return { reason: 'interrupted', ladder: await descend(group, HURRIED, ended) };
}

function onceAborted(signal: AbortSignal | undefined): { promise: Promise<void>; forget: () => void } {
  let forget = () => {};
  const promise = new Promise<void>((resolve) => {
    if (signal?.aborted) return resolve();
    const listener = () => resolve();
    signal?.addEventListener('abort', listener, { once: true });
    forget = () => signal?.removeEventListener('abort', listener);
  });
  return { promise, forget };
}

async function tooLarge(request: RunRequest, limits: Limits): Promise<boolean> {
  const over = async (entry: string, limit: number) => {
    const info = await stat(request.file(entry)).catch(() => undefined);
    return info !== undefined && info.size > limit;
  };
  return (await over(TRACE_ENTRY, limits.trace)) || (await over(RUNTIME_ENTRY, limits.runtime));
}

function exitOf({ code, signal }: Ended, reason: ExitReason | undefined, ladder: string[]): Run['exit'] {
  return {
    code: code ?? -1,
    signal: signal ?? '',
    reason: reason ?? (signal === null ? 'exited' : 'signalled'),
    ladder,
  };
}

async function copy(from: unknown, to: BoundedFile): Promise<void> {
  try {
    for await (const chunk of from as Readable) await to.write(chunk);
  } catch {
    // Closed under us, once the group was gone: what came before is kept.
  }
}

/** The notes are a handful of short lines; a program that scribbles on fd 4 must not fill our memory. */
async function readNotes(from: unknown, notes: string[]): Promise<void> {
  let text = '';
  try {
    for await (const chunk of from as Readable) if (text.length < 1 << 16) text += String(chunk);
  } catch {
    // As above.
  }
  notes.push(...text.split('\n').filter((line) => line !== ''));
}

function lossOf(what: string, { lost, reason }: BoundedFile): Manifest['lost'] {
  return lost === 0 ? [] : [{ what: `${what}: ${reason}`, bytes: lost }];
}

/** `trace lost 65536 write /tmp/x: no space left on device`, `trace refused tracing is already enabled`. */
function lossesIn(notes: readonly string[]): Manifest['lost'] {
  return notes.flatMap((note) => {
    const lost = /^trace lost (\d+) (.*)$/.exec(note);
    if (lost) return [{ what: `trace: ${lost[2]}`, bytes: Number(lost[1]) }];
    const refused = /^trace refused (.*)$/.exec(note);
    return refused ? [{ what: `trace: not started, ${refused[1]}`, bytes: 0 }] : [];
  });
}

function cannotStart(request: RunRequest, result: Result): RunError {
  return new RunError('cannot-start', `cannot start ${request.command[0]}: ${result.shortMessage}`, {
    command: request.command,
    cause: result,
  });
}
