/** One recording: find the toolchain, build, run, and keep what happened. */
import { copyFile, mkdtemp, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Build, build, hashFile } from './build/build.ts';
import { type FileTarget, headOf, type ProgramTarget, resolveTarget, type Target } from './build/target.ts';
import { runCommand } from './command.ts';
import { RecordingError, RunError, TargetError } from './errors.ts';
import { findFault, type SeededFault } from './faults/seed.ts';
import { goArch, goOs, machine } from './machine.ts';
import { createWindow, type ProbeOptions, type ProbeWindow } from './probe/window.ts';
import {
  BUILD_ENTRY,
  OS_SAMPLES_ENTRY,
  PROBE_FUNCTIONS_ENTRY,
  PROBE_RECORDS_ENTRY,
  PROBE_SITES_ENTRY,
  RUNTIME_ENTRY,
  TRACE_ENTRY,
} from './recording/entries.ts';
import {
  MANIFEST_SCHEMA,
  MANIFEST_SCHEMA_FAULT,
  MANIFEST_SCHEMA_TREE,
  type Manifest,
  type ManifestPromise,
} from './recording/manifest.ts';
import { RecordingWriter, refuseIfThere, writeError } from './recording/write.ts';
import { findRunner, type Runner } from './run/architectures.ts';
import { DUMP_FIRST, type Rung } from './run/ladder.ts';
import { type Limits, type Run, run } from './run/run.ts';
import { hashToolchain, type Toolchain } from './toolchain/find.ts';
import { installToolchain } from './toolchain/install.ts';
import { isTree, openTree, type TreeToolchain, treeText } from './toolchain/tree.ts';
import { canRecord, minorNumber } from './toolchain/versions.ts';

/** What the runtime is asked to print, beside the execution trace. */
export const DEFAULT_GODEBUG = 'schedtrace=100,scheddetail=1,gctrace=1';
const DEFAULT_TIME_LIMIT_MS = 60_000;

export interface Progress {
  readonly phase: 'toolchain' | 'build' | 'run' | 'seal' | 'warning';
  /** A sentence's worth, for a person. */
  readonly message: string;
}

export interface RecordOptions {
  /** As the user wrote it, or as `resolveTarget` gave it. */
  readonly target: string | Target;
  /** `1.26` or `1.26.8`. */
  readonly goVersion: string;
  /** A tree of the user's own by its GOROOT, in place of a release found by version. */
  readonly goroot?: string | undefined;
  /** GOARCH; this machine's if not given. */
  readonly arch?: string | undefined;
  /** Arguments of the program; a fixture's own if not given, and then it must keep its promises. */
  readonly args?: readonly string[] | undefined;
  /** `NAME.gotwin`. */
  readonly outFile: string;
  /** Milliseconds from start to SIGTERM; the fixture's, or a minute, if not given. */
  readonly timeLimitMs?: number | undefined;
  /** Milliseconds after which a program that does not end by itself, a server, is to be stopped. */
  readonly stopAfterMs?: number | undefined;
  /** Added to the default settings; `''` adds nothing, and `schedtrace=0` takes the default's place. */
  readonly godebug?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The package's tests, not its program. */
  readonly test?: boolean | undefined;
  readonly cwd?: string | undefined;
  /** Flags for the build: `-race`, `-tags=debug`. */
  readonly buildFlags?: readonly string[] | undefined;
  /** The program traces itself to this file (relative to where it runs): add no tracing, and keep that file. */
  readonly ownTrace?: string | undefined;
  /** Layers of evidence; all but the probe if not given. */
  readonly layers?: readonly RecordedLayer[] | undefined;
  /** How the layer probe is recorded. */
  readonly probe?: ProbeOptions | undefined;
  /** Build the program with a runtime that carries a historic bug again. */
  readonly fault?: SeededFault | undefined;
  /** Replace a recording of that name. */
  readonly overwrite?: boolean | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** How a program that does not end in time is ended; SIGTERM, SIGQUIT, SIGKILL if not given. */
  readonly ladder?: readonly Rung[] | undefined;
  /** Waited for when all is built, before the program starts: it should have the cores that it uses. */
  readonly beforeRun?: (() => Promise<void>) | undefined;
  /** Aborting stops the program; the recording is finished as `interrupted`. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Layers that the collector can record. */
export const RECORDED_LAYERS = ['trace', 'text', 'probe', 'os'] as const;
export type RecordedLayer = (typeof RECORDED_LAYERS)[number];

export interface Recorded {
  /** The sealed recording. */
  readonly path: string;
  readonly manifest: Manifest;
  readonly warnings: readonly string[];
}

/**
 * Records one run. However the program ends, there is a recording that says so.
 * Throws ToolchainError, TargetError, FaultError, BuildError, RunError or RecordingError;
 * rejects with the signal's reason when aborted before the program has started.
 * After RecordingError `disk-full` or `too-large` its `path` is a readable `.part`.
 */
export async function record(options: RecordOptions): Promise<Recorded> {
  const given = options.target;
  const target: Target = typeof given === 'string' ? await resolveTarget(given, pick(options)) : given;
  if ('path' in target) return wrapFile(target, options);
  const workDir = await mkdtemp(join(tmpdir(), 'gotwin-'));
  try {
    return await recordProgram(target, options, workDir);
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

function pick({ test, cwd }: RecordOptions) {
  return { ...(test !== undefined && { test }), ...(cwd !== undefined && { cwd }) };
}

async function recordProgram(
  target: ProgramTarget,
  given: RecordOptions,
  workDir: string,
): Promise<Recorded> {
  const { signal, onProgress } = given;
  const report = (phase: Progress['phase'], message: string) => onProgress?.({ phase, message });
  // The writer asks again; but a build is long.
  if (!given.overwrite) await refuseIfThere(resolve(given.outFile));
  const goarch = given.arch ?? goArch();
  const runner = await findRunner(goarch);
  const toolchain = await toolchainFor(given, (message) => report('toolchain', message));
  const options = withinReach(given, toolchain);
  refuseUnsuited(target, toolchain, goarch);
  report('build', `building ${target.name} with ${toolchain.version} for ${goarch}`);
  const flags = options.buildFlags;
  const built = await build({
    target,
    toolchain,
    goarch,
    workDir,
    flags,
    ownTrace: ownsTrace(options),
    trace: wants(options, 'trace'),
    probe: wants(options, 'probe'),
    fault: options.fault,
    signal,
  });
  for (const warning of built.warnings) report('warning', warning);
  const before = await manifestBefore(target, options, toolchain, runner, built);
  await options.beforeRun?.();
  signal?.throwIfAborted();
  const writer = await RecordingWriter.create(resolve(options.outFile), before, options.overwrite);
  await writer.writeEntry(BUILD_ENTRY, built.log);
  const probe = await prepareProbe(writer, built, before, options);
  report('run', `running ${before.command.join(' ')}${before.emulated ? ` under ${before.emulator}` : ''}`);
  const ran = await runProgram(writer, before, built, options, target, probe);
  const missing = [
    ...(await keepOwnTrace(writer, built, ran, options)),
    ...((await probe?.keep(writer.file(PROBE_RECORDS_ENTRY))) ?? []),
  ];
  const manifest = await manifestAfter(writer, before, ran, missing);
  await writer.writeManifest(manifest);
  report('seal', `writing ${writer.path}`);
  await writer.seal().catch((error) => {
    throw withLosses(error, manifest);
  });
  return { path: writer.path, manifest, warnings: built.warnings };
}

/** What a program of that release can be recorded by: of a release before Go 1.22 the text alone. */
function withinReach(options: RecordOptions, { version }: Toolchain): RecordOptions {
  if (canRecord(version, 'trace')) return options;
  const also = (['probe', 'os'] as const).filter((layer) => wants(options, layer));
  return { ...options, layers: ['text', ...also], ladder: options.ladder ?? DUMP_FIRST };
}

async function toolchainFor(
  options: RecordOptions,
  onProgress: (message: string) => void,
): Promise<Toolchain> {
  if (options.goroot === undefined) {
    return installToolchain(options.goVersion, { signal: options.signal, onProgress });
  }
  const tree = await openTree(options.goroot, options.signal);
  onProgress(`a tree of ${treeText(tree)}`);
  return tree;
}

function wants({ layers }: RecordOptions, layer: RecordedLayer): boolean {
  return layers === undefined ? layer !== 'probe' : layers.includes(layer);
}

/** What of the layer is known before the program starts, and the file that its probe writes into. */
async function prepareProbe(
  writer: RecordingWriter,
  { probe, binary }: Build,
  manifest: Manifest,
  { signal, probe: options }: RecordOptions,
): Promise<ProbeWindow | undefined> {
  if (probe === undefined) return undefined;
  await writer.writeEntry(PROBE_SITES_ENTRY, JSON.stringify(probe.sites));
  const [command = '', ...args] = probe.functions;
  await writer.writeEntry(
    PROBE_FUNCTIONS_ENTRY,
    (await runCommand(command, [...args, binary], { signal })).stdout,
  );
  const window = await createWindow(
    options ?? {},
    manifest.toolchain.goarch,
    writer.file(PROBE_RECORDS_ENTRY),
  );
  await writer.writeManifest({ ...manifest, lost: [...window.elsewhere] });
  return window;
}

function ownsTrace(options: RecordOptions): boolean {
  return options.ownTrace !== undefined;
}

function refuseUnsuited(target: ProgramTarget, toolchain: Toolchain, goarch: string): void {
  const manifest = target.fixture?.manifest;
  if (manifest === undefined) {
    refuseTooOld(target, toolchain);
    return;
  }
  const minor = minorNumber(toolchain.version);
  const { from, to } = manifest.go;
  const suits = !(minor < minorNumber(from)) && !(to !== undefined && minor > minorNumber(to));
  if (suits && manifest.arch.includes(goarch)) return;
  throw new TargetError('unsuited', `${target.name} does not suit ${toolchain.version} on ${goarch}`, {
    target: target.target,
    advice: `It suits Go ${from} to ${to ?? 'the newest'}, on ${manifest.arch.join(', ')}.`,
  });
}

/** What a user's program needs to be built by a release of before is the user's to know. */
function refuseTooOld({ target }: ProgramTarget, { version }: Toolchain): void {
  if (canRecord(version, 'trace')) return;
  throw new TargetError('unsuited', `${target} cannot be recorded with ${version}`, {
    target,
    advice: 'Before Go 1.22 only fixtures that suit such a release are run.',
  });
}

/** What is known before the program starts. Should the collector die, this stays: reason `lost`. */
async function manifestBefore(
  target: ProgramTarget,
  options: RecordOptions,
  toolchain: Toolchain,
  runner: Runner,
  built: Build,
): Promise<Manifest> {
  const args = [...(options.args ?? target.fixture?.manifest.args ?? [])];
  const promises = promisesOf(target, options);
  const { name, kind } = target;
  const premises = target.fixture?.manifest.premises;
  const fault = seededIn(options);
  return {
    schema: schemaOf(toolchain, fault),
    program: {
      ...{ name, kind, target: target.target, args, hash: built.hash, promises },
      ...(premises === undefined ? {} : { premises }),
    },
    toolchain: {
      version: toolchain.version,
      hash: await hashToolchain(toolchain),
      goos: goOs(),
      goarch: runner.architecture.goarch,
      ...(isTree(toolchain) ? { tree: manifestTree(toolchain) } : {}),
    },
    emulated: runner.emulated,
    emulator: runner.emulatorVersion,
    command: [
      ...(runner.emulated ? [runner.emulator] : []),
      built.binary,
      ...testFlags(built, options),
      ...args,
    ],
    env: environment(options),
    machine: machine(),
    startedAtMs: Date.now(),
    durationMs: 0,
    exit: { code: -1, signal: '', reason: 'lost', ladder: [] },
    lost: [],
    layers: RECORDED_LAYERS.filter((layer) => wants(options, layer)),
    ...(fault === undefined ? {} : { fault }),
  };
}

function schemaOf(toolchain: Toolchain, fault: Manifest['fault']): number {
  if (isTree(toolchain)) return MANIFEST_SCHEMA_TREE;
  return fault === undefined ? MANIFEST_SCHEMA : MANIFEST_SCHEMA_FAULT;
}

function manifestTree({ tree }: TreeToolchain): Manifest['toolchain']['tree'] {
  const { runtimeHash, release, changed } = tree;
  return { runtimeHash, release: release?.version ?? '', changed: [...changed] };
}

/** With other arguments a fixture is another program, which promised nothing. */
function promisesOf({ fixture }: ProgramTarget, options: RecordOptions): ManifestPromise[] {
  if (options.args !== undefined) return [];
  return (fixture?.manifest.promises ?? [])
    .filter(({ layer }) => wants(options, layer) && (layer !== 'probe' || probesAll(options)))
    .map(({ layer: _, ...promise }) => promise);
}

/** A ring, a small window, a few kinds: what is left out cannot keep a promise. */
function probesAll({ probe }: RecordOptions): boolean {
  return probe?.mode !== 'ring' && probe?.window === undefined && probe?.kinds === undefined;
}

function seededIn({ fault }: RecordOptions): Manifest['fault'] {
  if (fault === undefined) return undefined;
  return { name: fault.name, delayUs: findFault(fault).delayUs };
}

/** Before the user's own arguments, which may end the flags by `--`. */
function testFlags(built: Build, options: RecordOptions): string[] {
  if (built.tracing !== 'testing') return [];
  return [`-test.trace=${join(`${resolve(options.outFile)}.part`, TRACE_ENTRY)}`];
}

/** Variables that change what a Go program does; worth knowing wherever they come from. */
export const GO_SETTINGS = ['GOMAXPROCS', 'GOGC', 'GOMEMLIMIT', 'GOTRACEBACK'];

/** What the program is given beside the environment that we have ourselves. What was asked for here counts most. */
function environment(options: RecordOptions): Record<string, string> {
  const inherited = GO_SETTINGS.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const godebug = [process.env.GODEBUG, DEFAULT_GODEBUG, options.env?.GODEBUG, options.godebug];
  return {
    GOTRACEBACK: 'system',
    ...Object.fromEntries(inherited),
    ...options.env,
    GODEBUG: godebug.filter((part) => part).join(','),
  };
}

async function runProgram(
  writer: RecordingWriter,
  manifest: Manifest,
  built: Build,
  options: RecordOptions,
  target: ProgramTarget,
  probe: ProbeWindow | undefined,
): Promise<Run> {
  const timeLimitMs = options.timeLimitMs ?? target.fixture?.manifest.timeLimitMs ?? DEFAULT_TIME_LIMIT_MS;
  try {
    return await run({
      command: manifest.command,
      cwd: built.cwd,
      env: manifest.env,
      file: (name) => writer.file(name),
      added: built.stderrApart,
      probeFile: probe?.file,
      watched: wants(options, 'os'),
      isTraced: !ownsTrace(options),
      timeLimitMs,
      stopAfterMs: options.stopAfterMs,
      limits: options.limits,
      ladder: options.ladder,
      signal: options.signal,
    });
  } catch (error) {
    await probe?.discard();
    await writer.discard();
    throw error instanceof RunError ? error : writeError(error, writer.part);
  }
}

/** Takes the file that the program wrote, if it is from this run; returns what is missing otherwise. */
async function keepOwnTrace(
  writer: RecordingWriter,
  built: Build,
  ran: Run,
  options: RecordOptions,
): Promise<Manifest['lost']> {
  if (options.ownTrace === undefined) return [];
  const file = resolve(built.cwd, options.ownTrace);
  const written = (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
  const lost = [{ what: `trace: the program did not write ${file}`, bytes: 0 }];
  // File systems keep times in coarser steps than the clock has.
  if (written < ran.startedAtMs - 1000) return lost;
  await copyFile(file, writer.file(TRACE_ENTRY));
  return [];
}

async function manifestAfter(
  writer: RecordingWriter,
  before: Manifest,
  ran: Run,
  alsoLost: Manifest['lost'],
): Promise<Manifest> {
  const sizes = {
    trace: await sizeOf(writer.file(TRACE_ENTRY)),
    text: await sizeOf(writer.file(RUNTIME_ENTRY)),
    probe: await sizeOf(writer.file(PROBE_RECORDS_ENTRY)),
    os: await sizeOf(writer.file(OS_SAMPLES_ENTRY)),
  };
  const layers = RECORDED_LAYERS.filter((layer) => sizes[layer] > 0);
  const { exit, startedAtMs, durationMs } = ran;
  const lost = [...ran.lost, ...alsoLost, ...(await lostToFullDisk(writer))];
  return { ...before, startedAtMs, durationMs, exit, lost, layers };
}

/** What the program writes by itself it loses without a word; a disk without a block left is the only sign. */
async function lostToFullDisk(writer: RecordingWriter): Promise<Manifest['lost']> {
  const { bavail } = await statfs(writer.part);
  return bavail > 0 ? [] : [{ what: `${RUNTIME_ENTRY}: the disk was full`, bytes: 0 }];
}

/** Who is told that a recording is incomplete is told what is missing. */
function withLosses(error: unknown, { lost }: Manifest): unknown {
  if (!(error instanceof RecordingError) || lost.length === 0) return error;
  const parts = lost.map(({ what, bytes }) => `${what}${bytes > 0 ? ` (${bytes} bytes)` : ''}`);
  const { code, path, entry, advice, cause } = error;
  return new RecordingError(code, `${error.message}; lost: ${parts.join('; ')}`, {
    path,
    entry,
    advice,
    cause,
  });
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

async function wrapFile(target: FileTarget, options: RecordOptions): Promise<Recorded> {
  if (target.kind === 'recording') throw alreadyRecorded(target);
  return wrapTrace(target, options);
}

/** A trace that was written without us, kept as a recording: what is not known of it stays empty. */
async function wrapTrace(target: FileTarget, options: RecordOptions): Promise<Recorded> {
  const { name, path } = target;
  const minor = /^go (1\.\d+) trace/.exec(await headOf(path))?.[1] ?? '';
  const info = await stat(path);
  const manifest: Manifest = {
    schema: MANIFEST_SCHEMA,
    program: {
      name,
      kind: 'trace',
      target: target.target,
      args: [],
      hash: await hashFile(path),
      promises: [],
    },
    // The header names the format's version, which several releases share: not enough for a version.
    toolchain: { version: '', hash: '', goos: '', goarch: '' },
    emulated: false,
    emulator: '',
    command: [],
    env: {},
    machine: machine(),
    startedAtMs: Math.round(info.mtimeMs),
    durationMs: 0,
    exit: { code: -1, signal: '', reason: 'lost', ladder: [] },
    lost: [],
    layers: ['trace'],
  };
  const writer = await RecordingWriter.create(resolve(options.outFile), manifest, options.overwrite);
  await copyFile(path, writer.file(TRACE_ENTRY));
  await writer.writeEntry(BUILD_ENTRY, `a trace in the format of Go ${minor}, from ${path}\n`);
  await writer.seal();
  return { path: writer.path, manifest, warnings: [] };
}

function alreadyRecorded(target: FileTarget): TargetError {
  return new TargetError('not-a-program', `${target.target} is a recording already`, {
    target: target.target,
    advice: 'Replay it: gotwin replay.',
  });
}
