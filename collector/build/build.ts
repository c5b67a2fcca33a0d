/** Builds a target for an architecture by a given toolchain, with tracing added where there is none. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BuildError, TargetError } from '../errors.ts';
import { type SeededFault, seedFault } from '../faults/seed.ts';
import { goOs } from '../machine.ts';
import { type Instrumented, instrument } from '../probe/instrument.ts';
import type { Toolchain } from '../toolchain/find.ts';
import { isTree } from '../toolchain/tree.ts';
import { canRecord, isDevel, minorOf } from '../toolchain/versions.ts';
import { checkBuiltFrom } from './built-from.ts';
import { isFlag, lastValue, wordsOf } from './flags.ts';
import { type GoCommand, goCommand, goEnvironment, outsideModuleCache } from './go-command.ts';
import { findPackage, type GoPackage, habitsOf } from './inspect.ts';
import { buildOlder, refuseEdits } from './older.ts';
import { OVERLAY_FILE, OVERLAY_TEST_FILE, overlayLinkerFlags, overlaySource } from './overlay.ts';
import type { ProgramTarget } from './target.ts';
import { readOverlay } from './users-overlay.ts';

/** Who starts the execution trace. */
export type Tracing =
  /** The file that the build adds. */
  | 'added'
  /** Package testing, told by -test.trace. */
  | 'testing'
  /** The program itself, to a file of its own. */
  | 'own'
  /** Nobody: the layer was not asked for. */
  | 'none';

export interface BuildRequest {
  readonly target: ProgramTarget;
  readonly toolchain: Toolchain;
  readonly goarch: string;
  /** An empty folder for the binary and what the build needs. */
  readonly workDir: string;
  /** Flags for `go build`, each a word: `-race`, `-tags=debug`. */
  readonly flags?: readonly string[] | undefined;
  /** The program writes a trace by itself: add none. */
  readonly ownTrace?: boolean | undefined;
  /** False for a program without an execution trace. */
  readonly trace?: boolean | undefined;
  /** An instrumented package runtime, for the layer probe. */
  readonly probe?: boolean | undefined;
  /** Build with a runtime that carries this fault. */
  readonly fault?: SeededFault | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Build {
  readonly binary: string;
  /** SHA-256 of the binary, in hex. */
  readonly hash: string;
  readonly tracing: Tracing;
  /** False where no file could be added: fd 2 then holds the program's stderr too. */
  readonly stderrApart: boolean;
  /** Where the program runs. */
  readonly cwd: string;
  /** The commands and what they said, and what is worth knowing about the program; for build.txt. */
  readonly log: string;
  /** Sentences that the user should see. */
  readonly warnings: readonly string[];
  /** What the instrumenter did, and how to list the program's functions. */
  readonly probe?: Instrumented | undefined;
}

/** Throws BuildError, FaultError or TargetError; rejects with the signal's reason when aborted. */
export async function build(request: BuildRequest): Promise<Build> {
  if (!canRecord(request.toolchain.version, 'trace')) return await buildAsItStands(request);
  if (request.probe !== true && request.fault === undefined) return buildWith(request);
  const { toolchain, workDir } = request;
  return buildWith({ ...request, toolchain: await outsideModuleCache(toolchain, workDir) });
}

async function buildAsItStands(request: BuildRequest): Promise<Build> {
  if (request.probe === true || request.fault !== undefined) refuseEdits(request);
  const binary = join(request.workDir, 'program');
  const log = await buildOlder(request, binary);
  const { cwd } = request.target;
  return {
    binary,
    hash: await hashFile(binary),
    tracing: 'none',
    stderrApart: false,
    cwd,
    log,
    warnings: [],
  };
}

async function buildWith(request: BuildRequest): Promise<Build> {
  const { target, toolchain, workDir } = request;
  const go = goCommand(request);
  const pkg = await findPackage(target, go);
  const isTest = target.kind === 'test';
  if (!isTest && pkg.Name !== 'main') throw notAProgram(target, pkg);
  // Asked first: the file that we add would make a test binary of no tests at all.
  if (isTest && !pkg.TestGoFiles?.length && !pkg.XTestGoFiles?.length) throw noTests(target);
  const habits = await habitsOf(target, go);
  const tracing = tracingOf(request);
  const stderrApart = !pkg.Standard;
  const binary = join(workDir, 'program');
  const args = [isTest ? 'test' : 'build', ...(isTest ? ['-c'] : []), '-o', binary, '-buildvcs=false'];
  const given = { flags: request.flags ?? [], goflags: wordsOf((await go(['env', 'GOFLAGS'])).stdout) };
  const merged = (flag: string) => (stderrApart && isFlag(flag, 'ldflags')) || isFlag(flag, 'overlay');
  args.push(...(await modFlags(request)), ...given.flags.filter((flag) => !merged(flag)));
  const patterns = [target.pattern];
  const edited = await editedFiles(request, given);
  const probe = request.probe === true ? await instrument({ ...request, edited }) : undefined;
  const replace: Record<string, string> = { ...Object.fromEntries(edited), ...probe?.replace };
  if (stderrApart) {
    const graceMs = habits.handlesSignals ? 3000 : 0;
    Object.assign(replace, await addedFile(request, pkg, tracing === 'added', graceMs));
    args.push(...ldflags(request, given));
    if (target.pattern.endsWith('.go')) patterns.push(`./${OVERLAY_FILE}`);
  }
  if (Object.keys(replace).length > 0) args.push(`-overlay=${await overlayFile(workDir, replace)}`);
  const output = (await go([...args, ...patterns])).all;
  if (!existsSync(binary)) throw noBinary(target, [toolchain.go, ...args, ...patterns], output);
  await verifyBinary(binary, toolchain, go);
  const treeWarnings = isTree(toolchain) ? await checkBuiltFrom(toolchain, request) : [];
  return {
    binary,
    hash: await hashFile(binary),
    tracing,
    stderrApart,
    cwd: isTest ? pkg.Dir : target.cwd,
    warnings: [...warningsFor(habits.startsTrace, tracing), ...treeWarnings],
    log: logOf(request, [...args, ...patterns], output, habits),
    probe,
  };
}

function tracingOf({ target, ownTrace, trace }: BuildRequest): Tracing {
  if (trace === false) return 'none';
  if (target.kind === 'test') return 'testing';
  return ownTrace ? 'own' : 'added';
}

async function overlayFile(workDir: string, replace: Readonly<Record<string, string>>): Promise<string> {
  const file = join(workDir, 'overlay.json');
  await writeFile(file, JSON.stringify({ Replace: replace }));
  return file;
}

/** Fixtures get a go.mod that names the toolchain's own release, so that each runs with its own defaults. */
async function modFlags({ target, toolchain, workDir }: BuildRequest): Promise<string[]> {
  if (target.kind !== 'fixture') return [];
  const file = join(workDir, 'fixtures.mod');
  await writeFile(file, `module gotwin/fixtures\n\ngo ${minorOf(toolchain.version)}\n`);
  return ['-trimpath', `-modfile=${file}`];
}

async function addedFile(request: BuildRequest, pkg: GoPackage, startsTrace: boolean, graceMs: number) {
  const { toolchain, workDir } = request;
  const source = join(workDir, 'added.go');
  const isTest = request.target.kind === 'test';
  const packageName =
    isTest && !pkg.GoFiles?.length && !pkg.CgoFiles?.length && !pkg.TestGoFiles?.length
      ? `${pkg.Name}_test`
      : pkg.Name;
  const options = { packageName, version: toolchain.version, goos: goOs(), startsTrace, graceMs };
  await writeFile(source, overlaySource(options));
  const added = join(pkg.Dir, isTest ? OVERLAY_TEST_FILE : OVERLAY_FILE);
  return { [added]: source };
}

/** Flags for the build, from the call and from GOFLAGS. */
interface Given {
  readonly flags: readonly string[];
  readonly goflags: readonly string[];
}

const givenValue = ({ flags, goflags }: Given, name: string) =>
  lastValue(flags, name) ?? lastValue(goflags, name);

/** Files that something else takes the place of: by the user's overlay, and in package runtime by a fault. */
async function editedFiles(request: BuildRequest, given: Given): Promise<Map<string, string>> {
  const { fault, target, toolchain, goarch, workDir } = request;
  const overlay = givenValue(given, 'overlay');
  const users = overlay ? await readOverlay(overlay, target.dir, toolchain) : [];
  const seeded = fault ? await seedFault(fault, toolchain, goarch, join(workDir, 'fault')) : [];
  return new Map([...users, ...seeded]);
}

/** Of several -ldflags only the last counts, so the user's and ours become one. */
function ldflags({ toolchain }: BuildRequest, given: Given): string[] {
  const users = givenValue(given, 'ldflags');
  const ours = overlayLinkerFlags(toolchain.version);
  if (ours.length === 0 && users === undefined) return [];
  return [`-ldflags=${[users ?? '', ...ours].join(' ').trim()}`];
}

/** GO111MODULE=auto and others can make a go command use another toolchain without a word: ask the binary. */
async function verifyBinary(binary: string, toolchain: Toolchain, go: GoCommand): Promise<void> {
  const said = (await go(['version', binary])).stdout;
  if (said.trim().endsWith(`: ${toolchain.version}`) || isDevel(toolchain.version)) return;
  throw new BuildError(
    'wrong-toolchain',
    `asked for ${toolchain.version}, and the binary says: ${said.trim()}`,
    {
      command: [toolchain.go, 'version', binary],
      output: said,
    },
  );
}

function warningsFor(startsTrace: readonly string[], tracing: Tracing): string[] {
  if (startsTrace.length === 0 || tracing !== 'added') return [];
  return [
    `The program may start a trace of its own (${startsTrace.join(', ')}); that fails, because Gotwin traces it ` +
      'from the start. If it cannot do without, run it yourself and give its trace to `gotwin replay`.',
  ];
}

function logOf(
  request: BuildRequest,
  args: string[],
  output: string,
  habits: { startsTrace: string[] },
): string {
  const { target, toolchain } = request;
  const lines = [
    `in ${target.dir}`,
    ...Object.entries(goEnvironment(request)).map(([name, value]) => `${name}=${value}`),
    JSON.stringify([toolchain.go, ...args]),
    output.trimEnd(),
    ...habits.startsTrace.map((place) => `starts a trace of its own: ${place}`),
  ];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

function notAProgram(target: ProgramTarget, pkg: GoPackage): TargetError {
  return new TargetError('not-a-program', `${pkg.ImportPath} is package ${pkg.Name}, not a program`, {
    target: target.target,
    advice: 'Give a package main, or record its tests with --test.',
  });
}

function noTests(target: ProgramTarget): TargetError {
  return new TargetError('not-a-program', `${target.target} has no test files`, {
    target: target.target,
    advice: 'Give a package that has tests, one package at a time.',
  });
}

function noBinary(target: ProgramTarget, command: string[], output: string): BuildError {
  return new BuildError('does-not-compile', `${target.target} has no tests to run`, { command, output });
}
