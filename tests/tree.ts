/** The repository as the checks in this folder see it: its own files and their text. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '..');

/** Texts by their path from the root, with forward slashes. */
export type Tree = ReadonlyMap<string, string>;

/** Every text file that is, or is about to be, in the repository. Files with a NUL byte are left out as binary. */
export function readTree(): Tree {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const paths = execFileSync('git', list, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 26 }).split('\0');
  const present = paths.filter((path) => path !== '' && existsSync(join(ROOT, path)));
  const texts = present.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')] as const);
  return new Map(texts.filter(([, text]) => !text.includes('\0')));
}

/** The part of a tree whose paths fit. */
export function select(tree: Tree, fits: RegExp | ((path: string) => boolean)): Tree {
  const test = fits instanceof RegExp ? (path: string) => fits.test(path) : fits;
  return new Map([...tree].filter(([path]) => test(path)));
}
