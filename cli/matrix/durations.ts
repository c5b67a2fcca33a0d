/** How long cells took, from an earlier matrix: the one thing that shards are balanced by. */
import { earlierMatrix } from './earlier.ts';
import type { Durations } from './shard.ts';

/**
 * Never those of the folder that is being written: it changes while a shard runs, and a shard that was
 * restarted would find other cells to be its own.
 */
export async function readDurations(path: string | undefined): Promise<Durations> {
  const cells = (await earlierMatrix(path))?.cells ?? [];
  return new Map(cells.flatMap(({ id, ms }) => (ms === undefined ? [] : [[id, ms]])));
}
