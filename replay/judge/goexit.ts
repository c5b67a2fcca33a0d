/** Stacks end above goexit, to which every goroutine returns. */
import { type Generation, specOf } from '../decode/index.ts';

const GOEXIT = 'runtime.goexit';

/**
 * The first row of each stack that holds goexit. Those of CPU samples do, which are taken another way; what
 * an event has in common with one is not asked.
 */
export function withGoexit({ strings, stacks, columns, batches }: Generation): number[] {
  if (!strings.includes(GOEXIT)) return [];
  const { kind, args, argStart } = columns;
  const stackOf = (row: number): number => {
    const place = specOf(kind[row] as number)?.stack ?? -1;
    return place > 0 ? (args[(argStart[row] as number) + place - 1] as number) : 0;
  };
  const wanted = new Set<number>();
  for (const id of stacks.ids()) if (stacks.get(id).some(({ func }) => func === GOEXIT)) wanted.add(id);
  for (const { kind: batch, first, last } of batches)
    if (batch === 'samples') for (let row = first; row < last; row++) wanted.delete(stackOf(row));
  const found: number[] = [];
  for (const { kind: batch, first, last } of batches)
    if (batch === 'events')
      for (let row = first; row < last && wanted.size > 0; row++)
        if (wanted.delete(stackOf(row))) found.push(row);
  return found;
}
