/** Numbers of the states that code, not a table, has to name. It imports nothing: the kernel is built with them. */
import type { STATES } from '../model/index.ts';

export const GOROUTINE = {
  undetermined: 0,
  dead: 1,
  runnable: 2,
  running: 3,
  syscall: 4,
  waiting: 5,
} as const satisfies Record<(typeof STATES.goroutine)[number], number>;

export const PROC = {
  undetermined: 0,
  idle: 1,
  running: 2,
  syscall: 3,
  abandoned: 4,
} as const satisfies Record<(typeof STATES.P)[number], number>;

/** Of an M, as far as a trace shows it: whether it holds a P. */
export const THREAD_STATES = ['undetermined', 'without a P', 'holding a P'] as const;
export const THREAD = { without: 1, holding: 2 } as const;

/** Of a task of the program's own. */
export const TASK = { open: 0, closed: 1 } as const satisfies Record<
  (typeof STATES.annotations)[number],
  number
>;

/** The sweep of a P, the assist of a goroutine: not known (0), or known to be off. */
export const RANGE_OFF = 1;
