import { stat } from 'node:fs/promises';
import type { MatrixDocument } from './document.ts';
import { storeIn } from './store.ts';

/** The matrix of an earlier run, by its folder or its `matrix.json`; undefined where none is named. */
export async function earlierMatrix(path: string | undefined): Promise<MatrixDocument | undefined> {
  if (path === undefined) return undefined;
  const folder = (await stat(path)).isDirectory() ? path : path.replace(/(^|[\\/])matrix\.json$/, '$1.');
  return (await storeIn(folder)).matrix;
}
