/** The functions of a program that Go 1.9 linked, in the order in which its linker checks them. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { archiveMembers } from '../archive.ts';
import type { NosplitBuild } from '../build.ts';
import type { ProgramFunction } from '../program.ts';
import { type Go19Link, linkGo19 } from './build.ts';
import { type Go19Function, type Go19Object, type Go19Symbol, readGo19Object } from './object.ts';

export interface Go19ProgramFunction extends ProgramFunction {
  /** Bytes of its variables. */
  readonly locals: number;
  readonly calls: readonly Go19ProgramCall[];
}

interface Go19ProgramCall {
  readonly offset: number;
  readonly callee: string | undefined;
  /** Whether the linker's `-c` would list it. */
  readonly listed: boolean;
}

/** By name, in the order of the check. */
export type Go19Program = ReadonlyMap<string, Go19ProgramFunction>;

interface Loaded {
  readonly imports: readonly string[];
  readonly files: readonly { readonly object: Go19Object; readonly version: number }[];
}

/** Bytes of the shortest instruction, where it is not 4: the unit of PCSP tables. */
const CODE_UNITS: Readonly<Record<string, number>> = { amd64: 1, '386': 1, s390x: 2 };

export interface Go19Evidence {
  readonly link: Go19Link;
  readonly program: Go19Program;
}

/** A program from both feeds. Throws BuildError, and RangeError for what is no archive of Go 1.9 objects. */
export async function collectGo19(build: NosplitBuild): Promise<Go19Evidence> {
  const link = await linkGo19(build);
  return { link, program: await readGo19Program(link, build.goarch) };
}

async function readGo19Program(link: Go19Link, goarch: string): Promise<Go19Program> {
  const loaded = await loadAll(link, goarch);
  const first = new Map<string, { made: Go19Function; print: (symbol: Go19Symbol) => string }>();
  for (const { files } of loaded.values())
    for (const { object, version } of files)
      for (const made of object.functions) {
        const print = ({ name, isStatic }: Go19Symbol) => `${name}<${isStatic ? version : 0}>`;
        const name = print(made.symbol);
        if (!first.has(name)) first.set(name, { made, print });
      }
  const program = new Map<string, Go19ProgramFunction>();
  for (const name of namesInOrder(loaded)) {
    const { made, print } = first.get(name)!;
    if (!link.kept.has(made.symbol.name)) continue;
    const calls = made.calls.map(({ offset, callee, listed }) => ({
      offset,
      callee: callee && print(callee),
      listed,
    }));
    const { nosplit, frame, locals } = made;
    program.set(name, { name, nosplit, frame, locals, calls });
  }
  return program;
}

/** Libraries as the linker comes to them: main, what it brings along itself, and what these import. */
async function loadAll(link: Go19Link, goarch: string): Promise<Map<string, Loaded>> {
  const loaded = new Map<string, Loaded>();
  let version = 1;
  const queue = ['main', 'runtime', ...(goarch === 'arm' ? ['math'] : [])];
  for (const path of queue) {
    if (loaded.has(path)) continue;
    const archive =
      path === 'main' ? link.main : link.archives.map((dir) => join(dir, `${path}.a`)).find(existsSync);
    const objects = archive === undefined ? [] : await objectsOf(archive, path, goarch);
    const files = objects.map((object) => ({ object, version: version++ }));
    const imports = [...new Set(objects.flatMap((object) => object.imports))];
    loaded.set(path, { imports, files });
    queue.push(...imports);
  }
  return loaded;
}

async function objectsOf(archive: string, path: string, goarch: string): Promise<Go19Object[]> {
  try {
    const members = archiveMembers(await readFile(archive)).filter(({ name }) => name !== '__.PKGDEF');
    return members.flatMap(({ data }) => readGo19Object(data, path, CODE_UNITS[goarch] ?? 4) ?? []);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new RangeError(`${archive}: ${cause.message}`, { cause });
  }
}

/** Imported packages before those that import them, and the runtime with what it is made of before all. */
function namesInOrder(loaded: ReadonlyMap<string, Loaded>): Set<string> {
  const libraries = new Set<string>();
  const visited = new Set<string>();
  const visit = (path: string) => {
    if (visited.has(path)) return;
    visited.add(path);
    for (const each of loaded.get(path)?.imports ?? []) visit(each);
    libraries.add(path);
  };
  for (const path of loaded.keys()) visit(path);
  const names = new Set<string>();
  for (const ofRuntime of [true, false])
    for (const path of libraries) if (isOfRuntime(path) === ofRuntime) addNames(names, loaded.get(path)!);
  return names;
}

function isOfRuntime(path: string): boolean {
  return path === 'runtime' || path === 'sync/atomic' || path.startsWith('runtime/internal/');
}

/** What several packages may define comes after a library's own functions. */
function addNames(names: Set<string>, { files }: Loaded): void {
  for (const repeated of [false, true])
    for (const { object, version } of files)
      for (const { symbol, mayRepeat } of object.functions)
        if (mayRepeat === repeated) names.add(`${symbol.name}<${symbol.isStatic ? version : 0}>`);
}
