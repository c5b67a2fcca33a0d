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

/** The first row of each stack that holds goexit. A generation in which no string is that has none. */
export function withGoexit({ strings, stacks, columns, batches }: Generation): number[] {
  if (![...strings.ids()].some((id) => strings.get(id) === GOEXIT)) return [];
  const ids = [...stacks.ids()].filter((id) => stacks.get(id).some(({ func }) => func === GOEXIT));
  const wanted = new Set(ids);
  const found: number[] = [];
  const { kind, args, argStart } = columns;
  for (const batch of batches) {
    if (batch.kind !== 'events') continue;
    for (let row = batch.first; row < batch.last && wanted.size > 0; row++) {
      const place = specOf(kind[row] as number)?.stack ?? -1;
      if (place > 0 && wanted.delete(args[(argStart[row] as number) + place - 1] as number)) found.push(row);
    }
  }
  return found;
}
