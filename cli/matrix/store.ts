/**
 * The folder of a matrix: `cells/KEY/` for each cell that is finished, whole or not there, and `matrix.json`.
 * A folder may come from another machine or from anybody, so what is read is bounded, checked, and leads nowhere else.
 */
import { randomBytes } from 'node:crypto';
import { copyFile, lstat, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { type Replay, replaySchema } from '../../replay/result.ts';
import { checkedJson } from '../checked-json.ts';
import { makeFolder } from '../folder.ts';
import { UsageError } from '../problem.ts';
import {
  type CellDocument,
  cellDocumentSchema,
  type MatrixDocument,
  matrixDocumentSchema,
} from './document.ts';
import { KEY } from './key.ts';

const CELL_FILE = 'cell.json';
const REPLAY_FILE = 'replay.json';
const MATRIX_FILE = 'matrix.json';
/** Bytes that are read of each; what Gotwin writes stays far below. */
const MOST_BYTES = { [CELL_FILE]: 4 << 20, [REPLAY_FILE]: 128 << 20, [MATRIX_FILE]: 128 << 20 };

/** A cell's folder holds something else than it should. */
export class CellError extends Error {
  override readonly name = 'CellError';
}

export class Store {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  /** Makes the folders, and sweeps away what a killed process of this machine left half-written. */
  async open(): Promise<void> {
    await makeFolder(join(this.dir, 'cells'));
    await makeFolder(join(this.dir, 'unfinished'));
    for (const name of await readdir(join(this.dir, 'unfinished'))) {
      if (isAbandoned(name)) await rm(join(this.dir, 'unfinished', name), { recursive: true, force: true });
    }
  }

  folderOf(key: string): string {
    return join(this.dir, 'cells', key);
  }

  recordingOf({ key, file }: CellDocument): string {
    return join(this.folderOf(key), file);
  }

  /** The keys of all cells that are there. */
  async keys(): Promise<string[]> {
    const names = await readdir(join(this.dir, 'cells')).catch(() => []);
    return names.filter((name) => KEY.test(name)).sort();
  }

  /** Undefined where there is no such cell; throws CellError where it is not what it should be. */
  async cell(key: string): Promise<CellDocument | undefined> {
    if ((await lstat(this.folderOf(key)).catch(() => undefined)) === undefined) return undefined;
    const cell = await this.#read(join('cells', key), CELL_FILE, cellDocumentSchema);
    if (cell.key !== key) throw new CellError(`${this.folderOf(key)} holds the cell ${cell.key}`);
    await refuseLinks(this.recordingOf(cell));
    return cell;
  }

  async replay(cell: CellDocument): Promise<Replay> {
    const replay = await this.#read(join('cells', cell.key), REPLAY_FILE, replaySchema);
    if (replay.verdict === cell.verdict && replay.file === cell.file) return replay;
    throw new CellError(`${this.folderOf(cell.key)} has a replay that is not this cell's: ${replay.verdict}`);
  }

  /** A new folder that `fill` fills takes the cell's place at once and whole; who comes second keeps the first. */
  async write(key: string, fill: (folder: string) => Promise<void>): Promise<void> {
    const folder = join(
      this.dir,
      'unfinished',
      `${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`,
    );
    await makeFolder(folder);
    try {
      await fill(folder);
      await rename(folder, this.folderOf(key)).catch(async (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Takes away a cell that is to be written anew. */
  async remove(key: string): Promise<void> {
    await rm(this.folderOf(key), { recursive: true, force: true });
  }

  /** A cell of another store, as it is. */
  async take(from: Store, cell: CellDocument): Promise<void> {
    if ((await this.cell(cell.key).catch(() => undefined)) !== undefined) return;
    await this.remove(cell.key);
    await this.write(cell.key, async (folder) => {
      for (const name of [cell.file, CELL_FILE, REPLAY_FILE])
        await copyFile(join(from.folderOf(cell.key), name), join(folder, name));
    });
  }

  async matrix(): Promise<MatrixDocument | undefined> {
    if ((await lstat(join(this.dir, MATRIX_FILE)).catch(() => undefined)) === undefined) return undefined;
    return await this.#read('', MATRIX_FILE, matrixDocumentSchema);
  }

  async writeMatrix(document: MatrixDocument): Promise<void> {
    await writeWhole(join(this.dir, MATRIX_FILE), document);
  }

  async #read<T>(below: string, name: keyof typeof MOST_BYTES, schema: z.ZodType<T>): Promise<T> {
    const path = join(this.dir, below, name);
    const info = await refuseLinks(path);
    if (info.size > MOST_BYTES[name]) throw new CellError(`${path} has more than ${MOST_BYTES[name]} bytes`);
    const checked = checkedJson(await readFile(path, 'utf8'), schema);
    if ('data' in checked) return checked.data;
    throw new CellError(`${path} ${checked.wrong}`);
  }
}

/** The two documents beside a recording, into a folder that is being filled. */
export async function writeCell(folder: string, cell: CellDocument, replay: Replay): Promise<void> {
  await writeFile(join(folder, REPLAY_FILE), `${JSON.stringify(replay)}\n`);
  await writeFile(join(folder, CELL_FILE), `${JSON.stringify(cell, undefined, 1)}\n`);
}

async function writeWhole(path: string, document: object): Promise<void> {
  const beside = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  await writeFile(beside, `${JSON.stringify(document, undefined, 1)}\n`);
  await rename(beside, path);
}

/** A file, and no link that leads elsewhere. */
async function refuseLinks(path: string) {
  const info = await lstat(path).catch(() => undefined);
  if (info?.isFile()) return info;
  throw new CellError(`${path} is ${info === undefined ? 'missing' : 'no file'}`);
}

/** Of a process of this machine that is gone. Another machine's, on a shared disk, may still be at work. */
function isAbandoned(name: string): boolean {
  const [, host, pid] = /^(.+)-(\d+)-[0-9a-f]{8}$/.exec(name) ?? [];
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** An existing folder of a matrix, for those who only read it. Throws UsageError. */
export async function storeIn(dir: string): Promise<{ store: Store; matrix: MatrixDocument }> {
  const store = new Store(dir);
  const matrix = await store.matrix().catch((error) => {
    throw new UsageError('merge', error.message, `Run \`gotwin matrix\` into ${dir} again.`);
  });
  if (matrix !== undefined) return { store, matrix };
  throw new UsageError(
    'merge',
    `${dir} is no folder of a matrix`,
    'Give folders that `gotwin matrix --out DIR` wrote.',
  );
}
