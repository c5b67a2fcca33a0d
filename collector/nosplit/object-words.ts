/**
 * The numbers that a release gives to kinds of symbols and relocations in object files. They shift from release to
 * release, so they are read from the source of the very toolchain that wrote the files.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolchainError } from '../errors.ts';
import type { Toolchain } from '../toolchain/find.ts';

export interface ObjectWords {
  /** Kinds of symbols that are code. */
  readonly text: ReadonlySet<number>;
  /** Relocations of calls whose target is in the instruction. */
  readonly directCalls: ReadonlySet<number>;
  /** The relocation that marks a call through a register or memory. */
  readonly indirectCall: number;
  /** Functions of the runtime that the compiler knows by number. */
  readonly builtins: readonly { readonly name: string; readonly abi: number }[];
  /** Bytes of the shortest instruction, by GOARCH: the unit of PCSP tables. */
  readonly codeUnit: ReadonlyMap<string, number>;
}

/** Throws ToolchainError `no-source` where the toolchain has no source, or not as it should be. */
export async function objectWords(toolchain: Toolchain): Promise<ObjectWords> {
  const source = (file: string) => readSource(toolchain, file);
  const [relocations, kinds, builtins, arch] = await Promise.all([
    source('cmd/internal/objabi/reloctype.go'),
    source('cmd/internal/objabi/symkind.go'),
    source('cmd/internal/goobj/builtinlist.go'),
    source('cmd/internal/sys/arch.go'),
  ]);
  const relocation = enumeration(relocations, 'R_ADDR RelocType = 1 + iota', 1);
  const kind = enumeration(kinds, 'Sxxx SymKind = iota', 0);
  const direct = /func \(r RelocType\) IsDirectCall\(\) bool \{\s*switch r \{\s*case ([^:]*):/.exec(
    relocations,
  );
  const words: ObjectWords = {
    text: new Set(['STEXT', 'STEXTFIPS'].flatMap((name) => kind.get(name) ?? [])),
    directCalls: new Set((direct?.[1] ?? '').split(',').flatMap((name) => relocation.get(name.trim()) ?? [])),
    indirectCall: relocation.get('R_CALLIND') ?? 0,
    builtins: [...builtins.matchAll(/^\t\{"([^"]+)", (\d+)\},$/gm)].map(([, name = '', abi]) => ({
      name,
      abi: Number(abi),
    })),
    codeUnit: new Map(
      [...arch.matchAll(/Name:\s+"(\w+)",[^}]*?MinLC:\s+(\d+),/g)].map(([, name = '', unit]) => [
        name,
        Number(unit),
      ]),
    ),
  };
  const complete =
    words.text.size > 0 &&
    words.directCalls.size > 5 &&
    words.indirectCall > 0 &&
    words.builtins.length > 100 &&
    words.codeUnit.size > 10;
  if (complete) return words;
  throw noSource(toolchain, 'cmd/internal/objabi is not as any release that Gotwin knows');
}

async function readSource(toolchain: Toolchain, file: string): Promise<string> {
  try {
    return await readFile(join(toolchain.goroot, 'src', file), 'utf8');
  } catch (cause) {
    throw noSource(toolchain, `there is no src/${file}`, cause);
  }
}

/** Names of a Go const block that counts, from the line that begins with `first`. */
function enumeration(source: string, first: string, from: number): ReadonlyMap<string, number> {
  const start = source.indexOf(`\t${first}`);
  const block = start < 0 ? '' : source.slice(start, source.indexOf('\n)', start));
  const names = [...block.matchAll(/^\t([A-Za-z]\w*)/gm)].map(([, name = '']) => name);
  return new Map(names.map((name, at) => [name, from + at]));
}

function noSource(toolchain: Toolchain, what: string, cause?: unknown): ToolchainError {
  return new ToolchainError('no-source', `cannot read what ${toolchain.version} compiles: ${what}`, {
    wanted: toolchain.version,
    cause,
  });
}
