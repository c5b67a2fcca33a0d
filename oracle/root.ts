/** Where the repository is, from the source as from below dist, where no Go source is. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const ROOT = findRoot(import.meta.dirname);
/** The Go program's folder. */
export const ORACLE = join(ROOT, 'oracle');

function findRoot(folder: string): string {
  return existsSync(join(folder, 'package-lock.json')) ? folder : findRoot(dirname(folder));
}
