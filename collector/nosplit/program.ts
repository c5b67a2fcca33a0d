/** Every function of a program as its object files have it, loaded in the linker's order. */
import { readFile } from 'node:fs/promises';
import { archiveMembers } from './archive.ts';
import { ObjectFile, type ObjectFunction, STATIC, type SymbolName, type SymbolReference } from './object.ts';
import type { ObjectWords } from './object-words.ts';

/** A function with all names as the linker prints them: `runtime.save<1>`. */
export interface ProgramFunction extends Pick<ObjectFunction, 'nosplit' | 'frame'> {
  readonly name: string;
  readonly calls: readonly { readonly offset: number; readonly callee: string | undefined }[];
}

/** The functions by name; their order is that of the linker's numbers for them. */
export type Program = ReadonlyMap<string, ProgramFunction>;

export interface ProgramRequest {
  /** Archive files by import path, the main package's as `main`. */
  readonly archives: ReadonlyMap<string, string>;
  readonly words: ObjectWords;
  readonly goarch: string;
  /** Whether ABIInternal is an ABI of its own on this architecture. */
  readonly twoAbis: boolean;
  /** What was read before: programs of one build share most of their archives. */
  readonly read?: ReadArchives | undefined;
}

/** Archives that were read, by file. */
export type ReadArchives = Map<string, readonly ReadObject[]>;

/** What an object file is read for. */
interface ReadObject {
  readonly imports: readonly string[];
  readonly definitions: readonly SymbolName[];
  readonly packageFunctions: readonly ObjectFunction[];
  readonly namedFunctions: readonly ObjectFunction[];
}

/** The linker's version of the first object file's own symbols. */
const FIRST_STATIC = 10;

interface Loaded {
  readonly file: ReadObject;
  /** What the linker appends to names that only this file knows. */
  readonly version: number;
}

/** Throws RangeError, with the file's name, for what is no archive of Go object files. */
export async function readProgram(request: ProgramRequest): Promise<Program> {
  const loaded = await loadAll(request);
  const definitions = new Map([...loaded].map(([path, [first]]) => [path, first?.file.definitions ?? []]));
  const program = new Map<string, ProgramFunction>();
  const sizes = new Map<string, number>();
  const objects = [...loaded.values()].flat();
  // The linker numbers symbols in this order.
  for (const which of ['packageFunctions', 'namedFunctions'] as const)
    for (const { file, version } of objects)
      for (const { symbol, nosplit, size, frame, calls } of file[which]) {
        const print = (each: SymbolName) => printed(each, version, request.twoAbis);
        const name = print(symbol);
        // Where several packages define it, the linker takes the largest, and of equals the first.
        if (size <= (sizes.get(name) ?? -1)) continue;
        sizes.set(name, size);
        const named = calls.map(({ offset, callee }) => ({
          offset,
          callee: calleeName(callee, definitions, print),
        }));
        program.set(name, { name, nosplit, frame, calls: named });
      }
  return program;
}

function calleeName(
  callee: SymbolReference | undefined,
  definitions: ReadonlyMap<string, readonly SymbolName[]>,
  print: (symbol: SymbolName) => string,
): string | undefined {
  if (callee === undefined || 'name' in callee) return callee && print(callee);
  const symbol = definitions.get(callee.package)?.[callee.place];
  return symbol === undefined ? `${callee.package}.?${callee.place}` : print(symbol);
}

/** Archives in the order in which the linker comes to them: the main package, its imports, theirs. */
async function loadAll(request: ProgramRequest): Promise<Map<string, Loaded[]>> {
  const loaded = new Map<string, Loaded[]>();
  const queue = ['main'];
  let version = FIRST_STATIC;
  const load = async (path: string) => {
    const archive = request.archives.get(path);
    if (loaded.has(path) || archive === undefined) return;
    const files = request.read?.get(archive) ?? (await objectsOf(archive, request));
    request.read?.set(archive, files);
    loaded.set(
      path,
      files.map((file) => ({ file, version: version++ })),
    );
    for (const file of files) queue.push(...file.imports);
  };
  for (const path of queue) await load(path);
  // What the linker brings along by itself comes after that.
  for (const own of [['runtime/race', 'runtime'], ['runtime/cgo']]) {
    queue.splice(0, queue.length, ...own);
    for (const path of queue) await load(path);
  }
  return loaded;
}

async function objectsOf(archive: string, { words, goarch }: ProgramRequest): Promise<ReadObject[]> {
  try {
    const members = archiveMembers(await readFile(archive)).filter(
      ({ name }) => name !== '__.PKGDEF' && (name.length === 16 || /\.(o|syso)$/.test(name)),
    );
    const files = members.flatMap(({ data }) => ObjectFile.open(data, words, goarch) ?? []);
    return files.map((file) => ({
      imports: file.imports(),
      definitions: file.definitions(),
      packageFunctions: file.packageFunctions(),
      namedFunctions: file.namedFunctions(),
    }));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new RangeError(`${archive}: ${cause.message}`, { cause });
  }
}

function printed({ name, abi }: SymbolName, version: number, twoAbis: boolean): string {
  if (abi === STATIC) return `${name}<${version}>`;
  return `${name}<${twoAbis ? abi : 0}>`;
}
