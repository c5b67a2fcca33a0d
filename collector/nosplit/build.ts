/**
 * Links programs with the linker's stack check listed, and finds the object files that they were made of. All that
 * there is to say is in the build's output: a program that is too deep leaves no binary.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GoSetting, goEnvironment, outsideModuleCache } from '../build/go-command.ts';
import { type CommandResult, runCommand } from '../command.ts';
import { BuildError, TargetError } from '../errors.ts';
import { type SeededFault, seedFault } from '../faults/seed.ts';
import { goArch } from '../machine.ts';
import { type Listing, readListing } from './listing.ts';

export interface NosplitBuild extends GoSetting {
  /** Flags of `go build`, each a word: `-race`, `-gcflags=all=-l`, `-overlay=FILE`. */
  readonly flags: readonly string[];
  /** Package patterns in place of the target's own: for many programs at once. */
  readonly patterns?: readonly string[] | undefined;
  /** Build with a runtime that carries this fault. */
  readonly fault?: SeededFault | undefined;
  /** Told of each program that does not build, where there are several; without it one is an error. */
  readonly onFailed?: ((failed: FailedProgram) => void) | undefined;
  /** Set on top of the target's environment. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** An empty folder for binaries. */
  readonly workDir: string;
}

/** A program of several that there is nothing to know of, and why. */
export interface FailedProgram {
  readonly package: string;
  /** What the tools said. */
  readonly said: string;
}

/** What the linker said of one program. */
export interface LinkResult {
  /** Import path of the main package, as the go command has it; a test's ends in `.test`. */
  readonly package: string;
  readonly listing: Listing;
  /** The linker's own words, without what the go command puts above them; empty where it linked. */
  readonly text: string;
}

/** The build with its fault seeded: another overlay, and a toolchain that takes one. Throws FaultError. */
export async function withFault(build: NosplitBuild): Promise<NosplitBuild> {
  const { fault, goarch, workDir } = build;
  if (fault === undefined) return build;
  const toolchain = await outsideModuleCache(build.toolchain, workDir);
  const replace = await seedFault(fault, toolchain, goarch, join(workDir, 'fault'));
  const overlay = join(workDir, 'overlay.json');
  await writeFile(overlay, JSON.stringify({ Replace: Object.fromEntries(replace) }));
  return { ...build, toolchain, flags: [...build.flags, `-overlay=${overlay}`] };
}

/**
 * One result for each program. Throws BuildError where the build failed for another reason than the stack check, or
 * tells `onFailed` of it where other programs did not.
 */
export async function linkListed(build: NosplitBuild): Promise<LinkResult[]> {
  checkRace(build);
  const isTest = build.target.kind === 'test';
  const args = [
    ...(isTest ? ['test', '-c', '-vet=off'] : ['build']),
    ...['-o', join(build.workDir, isTest || build.patterns === undefined ? 'program' : '.', '')],
    ...['-buildvcs=false', '-ldflags=-debugnosplit', ...build.flags],
    ...patternsOf(build),
  ];
  const result = await go(build, args);
  const programs = programsIn(result.all);
  if (!result.failed && programs.length === 0) throw noProgram(build);
  const linked = programs.filter(({ listing, text }) => listing.functions.length > 0 && isStackCheck(text));
  const others = programs.filter((program) => !linked.includes(program));
  if (linked.length === 0 || (others.length > 0 && build.onFailed === undefined)) {
    const said = others.map(({ text }) => text).join('') || result.all || result.shortMessage;
    throw buildError(build, args, 'does not build', said, result);
  }
  for (const { package: name, text } of others) build.onFailed?.({ package: name, said: text });
  const told = new Set(programs.map(({ package: name }) => name));
  for (const name of build.patterns ?? [])
    if (!told.has(name))
      build.onFailed?.({ package: name, said: 'was not linked: what it imports does not build\n' });
  return linked;
}

/** Go would compile all of the standard library before it finds no C compiler for another architecture. */
function checkRace({ flags, goarch, toolchain, target }: NosplitBuild): void {
  if (!flags.includes('-race') || goarch === goArch() || process.env.CC) return;
  const message = `${target.target} cannot be built with -race for ${goarch} here: the race detector is a library in C, and CC names no compiler for ${goarch}`;
  throw new BuildError('does-not-compile', message, {
    command: [toolchain.go, 'build', ...flags],
    output: '',
    advice: `Set CC to a C compiler for ${goarch}, or ask for --race on ${goArch()} alone.`,
  });
}

/** The archive of each package of a program, by the import path that object files use for it; main's as `main`. */
export async function archivesOf(build: NosplitBuild): Promise<ReadonlyMap<string, string>> {
  const isTest = build.target.kind === 'test';
  const format = '{{.ImportPath}}\t{{.Name}}\t{{.Export}}';
  const args = ['list', '-export', '-deps', ...(isTest ? ['-test'] : []), '-f', format, '-buildvcs=false'];
  args.push(...build.flags, '--', ...patternsOf(build));
  const result = await go(build, args);
  if (result.failed) throw buildError(build, args, 'has no list of packages', result.all, result);
  const archives = new Map<string, string>();
  for (const line of result.stdout.split('\n')) {
    const [path = '', name, archive = ''] = line.split('\t');
    if (archive === '') continue;
    // `net [net.test]` is package net as the test sees it, and takes the place of the plain one.
    const [plain = '', variant] = path.split(' [');
    const isMain = name === 'main' && (isTest ? path.endsWith('.test') : variant === undefined);
    const key = isMain ? 'main' : plain;
    if (variant !== undefined || !archives.has(key)) archives.set(key, archive);
  }
  return archives;
}

/** Import paths of the main packages among patterns like `std` and `cmd`. */
export async function mainPackages(build: NosplitBuild): Promise<string[]> {
  const args = [
    'list',
    '-f',
    '{{if and (eq .Name "main") .GoFiles}}{{.ImportPath}}{{end}}',
    '--',
    ...patternsOf(build),
  ];
  const result = await go(build, args);
  if (result.failed) throw buildError(build, args, 'has no list of packages', result.all, result);
  return result.stdout.split('\n').filter((line) => line !== '');
}

function patternsOf({ target, patterns }: NosplitBuild): readonly string[] {
  return patterns ?? [target.pattern];
}

function go(build: NosplitBuild, args: readonly string[]): Promise<CommandResult> {
  // Go's race detector is a library in C.
  const race = build.flags.includes('-race') ? { CGO_ENABLED: '1' } : {};
  const env = { ...goEnvironment(build), ...race, ...build.env };
  return runCommand(build.toolchain.go, args, { cwd: build.target.dir, env, signal: build.signal });
}

/** The go command puts `# PACKAGE` above what a tool said of it, in one piece. */
function programsIn(output: string): LinkResult[] {
  const parts = output.split(/^# (?=\S+$)/m).filter((part) => part !== '');
  return parts.map((part) => {
    const end = part.indexOf('\n');
    return readLinkerOutput(part.slice(0, end), part.slice(end + 1));
  });
}

/** What the linker itself wrote of a program. */
export function readLinkerOutput(program: string, output: string): LinkResult {
  const listing = readListing(output);
  return { package: program, listing, text: linkersWords(listing.text) };
}

/** The linker's own path says nothing, is another on every machine, and may have spaces. */
export function linkersWords(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => `${line.replace(/^\/.*\/(link: )/, '$1')}\n`).join('');
}

/** Nothing at all, or the words of the stack check. */
function isStackCheck(text: string): boolean {
  return text === '' || /^\S.*: nosplit stack over \d+ byte limit$/m.test(text);
}

/** The go command compiled it, and had nothing to link. */
function noProgram({ target: { target, kind } }: NosplitBuild): TargetError {
  const message = kind === 'test' ? `${target} has no tests` : `${target} is no package main`;
  const advice =
    kind === 'test' ? 'Give a package that has some.' : 'Give one that is, or its tests with --test.';
  return new TargetError('not-a-program', message, { target, advice });
}

export function buildError(
  { target, toolchain }: NosplitBuild,
  args: readonly string[],
  what: string,
  said: string,
  result: CommandResult,
): BuildError {
  return new BuildError(
    'does-not-compile',
    `${target.target} ${what} with ${toolchain.version}:\n${said.trim() || result.shortMessage}`,
    { command: [toolchain.go, ...args], output: said, cause: result },
  );
}
