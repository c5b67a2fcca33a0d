/** How long cells took, from an earlier matrix: the one thing that shards are balanced by. */
import { stat } from 'node:fs/promises';
import type { MatrixDocument } from './document.ts';
import type { Durations } from './shard.ts';
import { storeIn } from './store.ts';

/**
 * Never those of the folder that is being written: it changes while a shard runs, and a shard that was
 * restarted would find other cells to be its own.
 */
export async function readDurations(path: string | undefined): Promise<Durations> {
  if (path === undefined) return new Map();
  const folder = (await stat(path)).isDirectory() ? path : path.replace(/(^|[\\/])matrix\.json$/, '$1.');
  return durationsIn((await storeIn(folder)).matrix);
}

function durationsIn({ cells }: MatrixDocument): Durations {
  return new Map(cells.flatMap(({ id, ms }) => (ms === undefined ? [] : [[id, ms]])));
}
