/** The key of a cell: a hash of all that its run depends on, so that what was run once is not run again. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import {
  DEFAULT_GODEBUG,
  GO_SETTINGS,
  MANIFEST_SCHEMA,
  programFiles,
  type Toolchain,
} from '../../collector/index.ts';
import { assetPath, fixturesRoot, packageVersion } from '../../go-fixtures/index.ts';
import { RESULT_SCHEMA } from '../../replay/result.ts';
import type { PlannedCell } from './plan.ts';

/** Raised when a cell's folder comes to mean something else. */
export const CELL_SCHEMA = 1;

/** 128 bits, in hex: the name of the cell's folder. */
export const KEY = /^[0-9a-f]{32}$/;

/** What the environment adds to every program that is run. */
export function inheritedSettings(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = [...GO_SETTINGS, 'GODEBUG'].filter((name) => env[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, env[name]!]));
}

export function keyOf(cell: PlannedCell, sources: string, gotwin: string, env: NodeJS.ProcessEnv): string {
  const { id, target, go, tree, arch, setting, layers, args, duration, timeLimit, run } = cell;
  const inputs = {
    schemas: [CELL_SCHEMA, MANIFEST_SCHEMA, RESULT_SCHEMA],
    gotwin,
    // Two names of one thing are two cells of the table, each with a folder.
    id,
    program: [target.kind, target.target, sources],
    ...{ go, tree: tree?.hash, arch, layers, args, duration, timeLimit, run },
    // The order in which a person wrote them says nothing, but for GODEBUG, which is passed on as it is.
    setting: Object.entries(setting).sort(([a], [b]) => (a < b ? -1 : 1)),
    environment: [DEFAULT_GODEBUG, inheritedSettings(env)],
  };
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 32);
}

/** Hashes of programs' sources; each is read once, however many cells it has. */
export class Sources {
  readonly #known = new Map<string, Promise<string>>();

  hashOf({ target, arch }: PlannedCell, toolchain: Toolchain, signal: AbortSignal): Promise<string> {
    // What a fixture is made of is the same for every toolchain and architecture.
    const id =
      target.kind === 'fixture'
        ? target.target
        : `${target.kind} ${target.target} ${toolchain.goroot} ${arch}`;
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const hash =
      target.kind === 'fixture'
        ? hashTree(fixturesRoot(), [target.target, 'internal'])
        : programFiles(target, toolchain, arch, signal).then((files) => hashFiles(target.dir, files));
    this.#known.set(id, hash);
    return hash;
  }
}

async function hashTree(root: string, folders: readonly string[]): Promise<string> {
  const files: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    files.push(...entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name)));
  }
  return await hashFiles(root, files);
}

/** Over names below a folder and contents, so that a checkout elsewhere has the same hash. */
async function hashFiles(dir: string, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) {
    const digest = createHash('sha256').update(await readFile(file));
    hash.update(`${digest.digest('hex')}  ${relative(dir, file)}\n`);
  }
  return hash.digest('hex');
}

export interface Build {
  readonly version: string;
  /** Of the code that judges: another build may say otherwise of the same recording. */
  readonly code: string;
}

/** Of Gotwin itself. */
export function ourBuild(): Build {
  const folder = assetPath('dist/bin');
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort())
    hash.update(`${name}\n`).update(readFileSync(join(folder, name)));
  return { version: packageVersion(), code: hash.digest('hex').slice(0, 32) };
}
