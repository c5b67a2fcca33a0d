import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Path of a file or folder that the package ships beside its code, given from the
 * package's root (`collector/recording/manifest.proto`). The code runs from the
 * source folders or from `dist/`, so the root is found by its package.json.
 */
export function assetPath(fromRoot: string): string {
  return join(packageRoot(), fromRoot);
}

/** Gotwin's own. */
export function packageVersion(): string {
  return JSON.parse(readFileSync(assetPath('package.json'), 'utf8')).version;
}

let root: string | undefined;

function packageRoot(): string {
  root ??= findRoot(dirname(fileURLToPath(import.meta.url)));
  return root;
}

function findRoot(folder: string): string {
  if (isOurs(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('Gotwin was installed without its package.json');
  return findRoot(parent);
}

function isOurs(file: string): boolean {
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'gotwin';
}
