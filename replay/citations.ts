/**
 * Citations made executable: does the statement still stand in that function of
 * that file of a real GOROOT? Needs Node, for the files; the rest of the replay
 * never does.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Citation } from './result.ts';

/**
 * Whether the cited statement, white space folded, stands in the cited function.
 * False also where the file or the function is missing.
 *
 * `func` is a function's name (`casgstatus`), a method with its receiver's type
 * (`(*mheap).alloc`, `(*mheap) alloc`, `waitReason.String`), or `const`, `var` or `type` for a
 * declaration outside of functions. In assembly it is the symbol's bare name.
 */
export async function findCitation(goroot: string, citation: Citation): Promise<boolean> {
  const source = await sourceOf(join(goroot, 'src', citation.file));
  if (source === undefined) return false;
  const statement = folded(citation.statement);
  return statement !== '' && bodies(source, citation).some((body) => folded(body).includes(statement));
}

const folded = (text: string): string => text.replace(/\s+/g, ' ').trim();

async function sourceOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The text of every declaration that the citation may mean; gofmt puts each one's end at a line's start. */
function bodies(source: string, { file, func }: Citation): string[] {
  const begin = new RegExp(file.endsWith('.s') ? assemblyStart(func) : goStart(func), 'gm');
  const end = file.endsWith('.s') ? /^TEXT /gm : /^[})]/gm;
  return [...source.matchAll(begin)].map((match) => bodyFrom(source, match, end));
}

function bodyFrom(source: string, match: RegExpExecArray, end: RegExp): string {
  const lineEnd = source.indexOf('\n', match.index);
  const line = source.slice(match.index, lineEnd < 0 ? source.length : lineEnd);
  // A declaration on one line has its end behind it, not at the next line's start.
  if (!/[({]\s*(\/\/.*)?$/.test(line) && !line.startsWith('TEXT ')) return line;
  end.lastIndex = match.index + line.length;
  return source.slice(match.index, end.exec(source)?.index ?? source.length);
}

const escaped = (text: string): string => text.replace(/[.*+?^$(){}|[\]\\]/g, '\\$&');

const assemblyStart = (func: string): string => `^TEXT\\s+(?:\\w+)?·${escaped(func)}(?:<\\w+>)?\\(SB\\)`;

function goStart(func: string): string {
  if (func === 'const' || func === 'var' || func === 'type') return `^${func}\\b`;
  const [, pointer, type, name] = /^(?:\(?(\*)?(\w+)\)?[. ])?(\w+)$/.exec(func) ?? [];
  if (name === undefined) throw new RangeError(`a citation names the function ${func}`);
  if (type === undefined) return `^func ${escaped(name)}[[(]`;
  return `^func \\((?:\\w+ )?${pointer === undefined ? '' : '\\*'}${escaped(type)}(?:\\[[^\\]]*\\])?\\) ${escaped(name)}\\(`;
}
