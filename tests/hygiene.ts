/** What no file of the repository may hold, whoever wrote it. */
import { execFileSync } from 'node:child_process';
import { homedir, tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { ROOT, type Tree } from './tree.ts';

/** Lines of code above which a file has a joint somewhere. */
const LONGEST = 500;

/** Longer files that are one table, where a joint would only hide a part of it. */
export const TABLES: ReadonlyMap<string, string> = new Map();

/** Each line that holds one of these texts, as `file:line text`. */
export function linesWith(tree: Tree, marks: readonly string[]): string[] {
  return [...tree].flatMap(([file, text]) =>
    text.split('\n').flatMap((line, n) => {
      const found = marks.find((mark) => line.includes(mark));
      return found === undefined ? [] : [`${file}:${n + 1} ${found}`];
    }),
  );
}

/** Hosts that this machine's npm and go fetch from: another machine has others. */
export function registryHosts(): string[] {
  const asked = [ask('npm', ['config', 'get', 'registry']), ask('go', ['env', 'GOPROXY'])];
  return [...asked.join('\n').matchAll(/\/\/(?:[^/@\s]*@)?([^/,|\s]+)/g)].map((match) => match[1] ?? '');
}

/** The program's answer, or nothing where there is no such program. */
function ask(program: string, args: string[]): string {
  try {
    return execFileSync(program, args, {
      encoding: 'utf8',
      cwd: tmpdir(),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return '';
  }
}

/** Folders of this machine that a path in a file would give away; those that every machine has say nothing. */
export function machinePaths(): string[] {
  const common = new Set(['/', '/tmp/', '/home/', '/root/', '/var/', '/usr/']);
  return [`${homedir()}/`, `${dirname(ROOT)}/`].filter((path) => !common.has(path));
}

/** Tests that stand alone or wait to be written, and keep others from running unseen. */
export function unfinishedTests(tree: Tree): string[] {
  const mark = /\b(?:test|it|describe|suite|bench)(?:\.\w+)*\.(?:only|todo)\b/;
  return [...tree].flatMap(([file, text]) => (mark.test(text) ? [file] : []));
}

/** Code files that are too long, and tables in the list that are not, or are gone. */
export function lengthProblems(tree: Tree, tables: ReadonlyMap<string, string>): string[] {
  const long = [...tree].filter(([, text]) => text.split('\n').length - 1 > LONGEST).map(([file]) => file);
  const unlisted = long.filter((file) => !tables.has(file)).map((file) => `${file} is too long`);
  const needless = [...tables.keys()].filter((file) => !long.includes(file));
  return [...unlisted, ...needless.map((file) => `${file} needs no exception`)];
}

/** Names that say nothing of what is inside. */
export function emptyNames(paths: Iterable<string>): string[] {
  return [...paths].filter((path) => /(^|[/.-])(utils?|helpers?|managers?|misc|common)([/.-]|$)/i.test(path));
}
