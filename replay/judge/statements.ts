/**
 * What a generation says of goroutines and Ps before it says anything else of them: the runtime keeps, for each
 * and each generation, whether that was written, so it is written exactly once. Numbers begin
 * anew with it, and so the first numbered event shows whether it was there. Asked of the whole
 * generation, whatever the order among its Ms.
 */
import { EV, type EventColumns, type EventName } from '../decode/index.ts';
import type { InvariantName } from '../model/index.ts';

/** Events that say what the state of a goroutine or a P is, or make it. */
export const STATING: readonly EventName[] = [
  'GoStatus',
  'GoStatusStack',
  'GoCreate',
  'GoCreateBlocked',
  'GoCreateSyscall',
  'ProcStatus',
];

/** Events that carry the next number of a goroutine or a P, by the argument that has it. */
export const NUMBERED: readonly (readonly [EventName, string])[] = [
  ['GoStart', 'g_seq'],
  ['GoUnblock', 'g_seq'],
  ['GoSwitch', 'g_seq'],
  ['GoSwitchDestroy', 'g_seq'],
  ['ProcStart', 'p_seq'],
  ['ProcSteal', 'p_seq'],
];

/** Those about Ps; all others are about goroutines. */
const OF_PROC: ReadonlySet<number> = new Set([EV.ProcStatus, EV.ProcStart, EV.ProcSteal]);

/** Rows of one generation. */
export interface Statements {
  /** They say a status, or make a goroutine. */
  readonly stating: readonly number[];
  /** They carry the first number of a goroutine or P. */
  readonly first: readonly number[];
}

/** Rows that say a status twice, or speak of what has none. */
export function misstated(
  { kind, args, argStart }: EventColumns,
  { stating, first }: Statements,
): Map<number, InvariantName> {
  const found = new Map<number, InvariantName>();
  const [goroutines, procs] = [new Set<number>(), new Set<number>()];
  const statedOf = (row: number): Set<number> => (OF_PROC.has(kind[row] as number) ? procs : goroutines);
  const idOf = (row: number): number => args[argStart[row] as number] as number;
  const foreign = new Set<number>();
  for (const row of stating) {
    const [stated, id] = [statedOf(row), idOf(row)];
    if (kind[row] === EV.GoCreateSyscall) foreign.add(id);
    if (stated.has(id)) found.set(row, 'statedOnce');
    else stated.add(id);
  }
  // Threads that C made take turns with one goroutine, which begins anew with each of them.
  for (const row of [...found.keys()])
    if (statedOf(row) === goroutines && foreign.has(idOf(row))) found.delete(row);
  for (const row of first) if (!statedOf(row).has(idOf(row))) found.set(row, 'statedFirst');
  return found;
}
