/**
 * Whose the stacks are. The runtime takes an event's stack of the goroutine that
 * its M runs, so there is one exactly when one runs, and not in a system call. What an M runs is
 * told by its own events alone: no order among Ms is needed, and the rows in file order are enough (rows.ts).
 */
import { type EventName, type Generation, specOf } from '../decode/index.ts';

/** What an M runs. */
export const RUNS = { unknown: 0, none: 1, goroutine: 2, syscall: 3 } as const;

/** What it runs after an event; nothing for events that say nothing of it. */
export const AFTER: Partial<Record<EventName, number>> = {
  GoStart: RUNS.goroutine,
  GoSwitch: RUNS.goroutine,
  GoSwitchDestroy: RUNS.goroutine,
  GoStop: RUNS.none,
  GoBlock: RUNS.none,
  GoDestroy: RUNS.none,
  GoSyscallBegin: RUNS.syscall,
  GoSyscallEnd: RUNS.goroutine,
  GoSyscallEndBlocked: RUNS.none,
  GoCreateSyscall: RUNS.syscall,
  GoDestroySyscall: RUNS.none,
};

/** Events that also an M without a goroutine may write: the rows of the model ask of all others that one runs. */
export const STACKED: readonly EventName[] = ['GoUnblock', 'GoCreate', 'GoCreateBlocked', 'GCSweepBegin'];

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
