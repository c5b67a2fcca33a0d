/** What the go command says of a package, and what its source does that the collector must know of. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { BuildError, TargetError } from '../errors.ts';
import type { Toolchain } from '../toolchain/find.ts';
import { type GoCommand, goCommand } from './go-command.ts';
import type { ProgramTarget } from './target.ts';

/** The part of `go list -json` that is used here, in its own words. */
export interface GoPackage {
  Dir: string;
  ImportPath: string;
  Name: string;
  Standard?: boolean;
  GoFiles?: string[];
  CgoFiles?: string[];
  TestGoFiles?: string[];
  XTestGoFiles?: string[];
  Imports?: string[];
}

export interface Habits {
  /** Files outside the standard library that call trace.Start. */
  startsTrace: string[];
  /** Some package outside the standard library imports os/signal. */
  handlesSignals: boolean;
}

const FIELDS = '-json=Dir,ImportPath,Name,Standard,GoFiles,CgoFiles,TestGoFiles,XTestGoFiles,Imports';

/** Throws BuildError with the go command's words, or TargetError `ambiguous`. */
export async function findPackage(target: ProgramTarget, go: GoCommand): Promise<GoPackage> {
  const found = parsePackages((await go(['list', FIELDS, '--', target.pattern])).stdout);
  if (found.length === 1) return found[0]!;
  throw new TargetError('ambiguous', `${target.target} is ${found.length} packages`, {
    target: target.target,
    advice: 'Give one package.',
  });
}

/** Reads the source of the program and of what it imports, the standard library left out. */
export async function habitsOf(target: ProgramTarget, go: GoCommand): Promise<Habits> {
  if (target.kind === 'fixture') return { startsTrace: [], handlesSignals: false };
  const all = parsePackages((await go(['list', '-deps', FIELDS, '--', target.pattern])).stdout);
  const theirs = all.filter((pkg) => !pkg.Standard);
  const tracing = theirs.filter((pkg) => pkg.Imports?.includes('runtime/trace'));
  return {
    startsTrace: (await Promise.all(tracing.map(filesThatTrace))).flat(),
    handlesSignals: theirs.some((pkg) => pkg.Imports?.includes('os/signal')),
  };
}

/** Lists of names in what `go list` says of a package, below its Dir. */
const FILE_LISTS = [
  ...['GoFiles', 'CgoFiles', 'CFiles', 'CXXFiles', 'HFiles', 'SFiles', 'SysoFiles', 'EmbedFiles'],
  ...['TestGoFiles', 'XTestGoFiles', 'TestEmbedFiles', 'XTestEmbedFiles'],
] as const;

type Listed = { readonly [list in (typeof FILE_LISTS)[number]]?: string[] };

/**
 * Every file that the program is built of, the standard library left out, with its module's go.mod: who has the
 * same files, toolchain and architecture has the same program. Throws BuildError.
 */
export async function programFiles(
  target: ProgramTarget,
  toolchain: Toolchain,
  goarch: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const go = goCommand({ target, toolchain, goarch, signal });
  const fields = `-json=${['Dir', 'Standard', 'Module', ...FILE_LISTS].join(',')}`;
  const test = target.kind === 'test' ? ['-test'] : [];
  const { stdout } = await go(['list', '-deps', ...test, fields, '--', target.pattern]);
  const theirs = parsePackages<Listed & { Dir?: string; Standard?: boolean; Module?: { GoMod?: string } }>(
    stdout,
  );
  const files = theirs
    .filter(({ Standard }) => Standard !== true)
    .flatMap((pkg) => [
      ...(pkg.Module?.GoMod === undefined ? [] : [pkg.Module.GoMod]),
      // The main package that Go makes for tests lies in its build cache, and follows from the others.
      ...FILE_LISTS.flatMap((list) => pkg[list] ?? [])
        .filter((name) => !isAbsolute(name))
        .map((name) => join(pkg.Dir ?? '', name)),
    ]);
  return [...new Set(files)].filter((file) => existsSync(file));
}

async function filesThatTrace(pkg: GoPackage): Promise<string[]> {
  const files = [...(pkg.GoFiles ?? []), ...(pkg.CgoFiles ?? [])];
  const sources = await Promise.all(files.map((name) => readFile(join(pkg.Dir, name), 'utf8')));
  return files
    .filter((_, i) => /\btrace\.Start\(/.test(sources[i]!))
    .map((name) => `${pkg.ImportPath}/${name}`);
}

/** `go list` writes JSON objects one after another, each closing at the start of a line. */
export function parsePackages<T = GoPackage>(text: string): T[] {
  const objects = text.split(/(?<=^\})\n/m).filter((part) => part.trim() !== '');
  return objects.map((object) => {
    try {
      return JSON.parse(object.slice(object.indexOf('{')));
    } catch (cause) {
      throw new BuildError('does-not-compile', text.trim(), { command: ['go', 'list'], output: text, cause });
    }
  });
}
