/** A trace whose threads' clocks disagree, as those of processors may: made of a real one. */
import { readFile, writeFile } from 'node:fs/promises';
import { parseWire, writeWire } from '../../replay/index.ts';

/**
 * Writes the trace again with every M's batches moved by up to `milliseconds`, later ones of an M by as much as
 * its first. Stacks, strings and clocks stay where they are.
 */
export async function skew(from: string, to: string, milliseconds: number): Promise<void> {
  const trace = parseWire(await readFile(from));
  // Ticks are 64 ns on every machine of today; all that matters is that they are many.
  const most = BigInt(milliseconds * 15_625);
  for (const { batches } of trace.generations) {
    for (const batch of batches) {
      const m = BigInt(batch.m);
      if (m >= 1n << 63n || batch.experiment > 0) continue;
      // Spreads neighbouring numbers over the whole range, the same in every run.
      const share = (m * 2654435761n) % 1024n;
      batch.time = BigInt(batch.time) + (most * share) / 1024n;
    }
  }
  await writeFile(to, writeWire(trace));
}
