/** What a user means by TARGET: a fixture, a Go package, a test, a trace or a recording. */
import { existsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, isAbsolute, resolve } from 'node:path';
import { type Fixture, findFixture, fixturesRoot, listFixtures } from '../../go-fixtures/index.ts';
import { TargetError } from '../errors.ts';
import { isRecording } from '../recording/read.ts';

/** Something to build: `go build` or `go test -c` of `pattern`, run in `dir`. */
export interface ProgramTarget {
  readonly kind: 'fixture' | 'package' | 'test';
  /** Short name for people: `netecho`, `server`. */
  readonly name: string;
  /** As it was given. */
  readonly target: string;
  /** Where the go command runs. */
  readonly dir: string;
  /** Package pattern or file, for the go command in `dir`. */
  readonly pattern: string;
  /** Where the program runs: for a test its package's folder, as `go test` does it; else where we are. */
  readonly cwd: string;
  readonly fixture?: Fixture;
}

/** Something that was recorded before. */
export interface FileTarget {
  readonly kind: 'trace' | 'recording';
  readonly name: string;
  readonly target: string;
  readonly path: string;
}

export type Target = ProgramTarget | FileTarget;

export interface TargetOptions {
  /** The package's tests instead of its program. */
  test?: boolean;
  /** What a relative target starts from; the working directory if not given. */
  cwd?: string;
}

/**
 * Says what a TARGET is, from its text and the file system alone; whether a
 * package compiles is for the build to find out. A fixture's bare name is the
 * fixture; `./netecho` is a folder. Throws TargetError.
 */
export async function resolveTarget(target: string, options: TargetOptions = {}): Promise<Target> {
  const cwd = resolve(options.cwd ?? '.');
  const fixture = options.test ? undefined : fixtureOf(target);
  if (fixture !== undefined) return fixtureTarget(fixture, target, cwd);
  const path = resolve(cwd, target);
  if (target !== '' && existsSync(path)) return pathTarget(target, path, cwd, options.test === true);
  if (looksLikeAPath(target)) throw notFound(target, `there is no ${path}`);
  if (!/^[\w.~][\w.~/-]*$/.test(target) || target.includes('...')) throw notFound(target, 'not a package');
  // Neither fixture nor file: an import path, like `cmd/server` of the module that we are in. Those of one word are
  // of the standard library, which has tests and no programs.
  const isWord = !target.includes('/') && !target.includes('.');
  if (isWord && !options.test) throw notFound(target, 'no fixture, file or package');
  if (isWord && findFixture(target) !== undefined) throw notFound(target, 'a fixture has no tests');
  return programTarget(target, cwd, target, cwd, options.test === true);
}

/** A fixture by its name, or by that of a case: `nosplit/over` is a program in a folder below its fixture. */
function fixtureOf(target: string): Fixture | undefined {
  const [name = '', ...rest] = target.split('/');
  if (rest.length === 0) return findFixture(name);
  if (rest.length > 1 || !/^[a-z]+$/.test(rest[0]!)) return undefined;
  const fixture = findFixture(name);
  return fixture && existsSync(resolve(fixture.dir, rest[0]!, 'main.go')) ? fixture : undefined;
}

function fixtureTarget(fixture: Fixture, target: string, cwd: string): ProgramTarget {
  const name = target.replace('/', '-');
  return { kind: 'fixture', name, target, dir: fixturesRoot(), pattern: `./${target}`, cwd, fixture };
}

async function pathTarget(target: string, path: string, cwd: string, test: boolean): Promise<Target> {
  const isFolder = statSync(path).isDirectory();
  if (isFolder && (await isRecording(path))) return { kind: 'recording', name: basename(path), target, path };
  if (isFolder) return programTarget(target, path, '.', test ? path : cwd, test);
  if (path.endsWith('.go')) return programTarget(target, dirname(path), `./${basename(path)}`, cwd, test);
  if (await isRecording(path)) return { kind: 'recording', name: basename(path), target, path };
  if (await isTrace(path)) return { kind: 'trace', name: basename(path), target, path };
  throw new TargetError('not-a-program', `${target} is neither Go source, nor a trace, nor a recording`, {
    target,
    advice: 'Give a fixture, the folder of a Go package, a trace that Go wrote, or a .gotwin file.',
  });
}

function programTarget(
  target: string,
  dir: string,
  pattern: string,
  cwd: string,
  test: boolean,
): ProgramTarget {
  const last = basename(pattern === '.' ? dir : pattern).replace(/\.go$/, '');
  return { kind: test ? 'test' : 'package', name: last || 'main', target, dir, pattern, cwd };
}

/** Every version of the execution trace begins with `go 1.N trace`. */
async function isTrace(path: string): Promise<boolean> {
  return /^go 1\.\d+ trace/.test(await headOf(path));
}

/** The header of an execution trace, 16 bytes. */
export async function headOf(path: string): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

function looksLikeAPath(target: string): boolean {
  return target === '' || target.startsWith('.') || target.startsWith('-') || isAbsolute(target);
}

function notFound(target: string, what: string): TargetError {
  const names = listFixtures().map((fixture) => fixture.name);
  return new TargetError('not-found', `cannot find the target ${JSON.stringify(target)}: ${what}`, {
    target,
    advice: `Give a fixture (${names.join(', ')}), the path of a Go package (./cmd/server), a trace or a recording.`,
  });
}
