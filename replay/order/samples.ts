/** CPU samples have no M's order: they go in by time. */
import type { Generation } from '../decode/index.ts';

/** Rows of the CPU samples of a generation, by time. */
export function sortedSamples(generation: Generation): Uint32Array {
  const rows: number[] = [];
  for (const { kind, first, last } of generation.batches) {
    if (kind !== 'samples') continue;
    for (let row = first; row < last; row++) rows.push(row);
  }
  const { time } = generation.columns;
  return Uint32Array.from(rows.sort((a, b) => time[a]! - time[b]!));
}
