/** Which cells are whose: the same answer in every shard, since it follows from the plan and a file of durations alone. */
import { UsageError } from '../problem.ts';
import type { PlannedCell } from './plan.ts';

export interface Shard {
  /** From 1 on. */
  readonly index: number;
  readonly count: number;
}

/** What a cell takes, in milliseconds, by its id; of those that were never run there is none. */
export type Durations = ReadonlyMap<string, number>;

/** Milliseconds that a cell takes beside its program: a build that is not the first, and its judging. */
const OVERHEAD_MS = 4000;
const PROGRAM_MS = 3000;

/** Milliseconds, recorded or guessed; the guess must not follow from anything that differs between machines. */
export function costOf(cell: PlannedCell, durations: Durations): number {
  const recorded = durations.get(cell.id);
  if (recorded !== undefined) return recorded;
  const known = [...durations.values()].sort((a, b) => a - b);
  return known[known.length >> 1] ?? OVERHEAD_MS + PROGRAM_MS;
}

/** The cells of each shard, from the first on: the longest first, each to the shard that has the least to do. */
export function partition(
  cells: readonly PlannedCell[],
  count: number,
  durations: Durations,
): PlannedCell[][] {
  const shards = Array.from({ length: count }, () => ({ cells: new Set<PlannedCell>(), load: 0 }));
  const costs = new Map(cells.map((cell) => [cell, costOf(cell, durations)]));
  const longest = [...cells].sort((a, b) => costs.get(b)! - costs.get(a)! || (a.id < b.id ? -1 : 1));
  for (const cell of longest) {
    const least = shards.reduce((best, shard) => (shard.load < best.load ? shard : best));
    least.cells.add(cell);
    least.load += costs.get(cell)!;
  }
  // In the order of the plan, in which cells that are built alike stand together.
  return shards.map((shard) => cells.filter((cell) => shard.cells.has(cell)));
}

/** Throws UsageError. */
export function refuseEmptyShard(cells: readonly PlannedCell[], { count }: Shard): void {
  if (count <= cells.length) return;
  throw new UsageError(
    'shard',
    `${count} shards, and the matrix has ${cells.length} cells`,
    'Ask for fewer shards: one without a cell would have nothing to say.',
  );
}
