/**
 * What both layers can say of a goroutine. The execution trace knows five
 * states; the status word has more, and words that mean nothing for the
 * scheduler: those are put down to the state that the goroutine is in meanwhile.
 */
import { STATUS_WORDS } from '../model/index.ts';

export const STATE = {
  unknown: 0,
  /** Before its creation and after its end: then its g may become another goroutine. */
  none: 1,
  runnable: 2,
  running: 3,
  syscall: 4,
  waiting: 5,
  /**
   * Runnable, after it had already been running without a P: what exitsyscall of Go 1.26 makes
   * of a goroutine that found none. The trace knows only the one step, from the syscall to runnable.
   */
  sentBack: 6,
} as const;

export const STATE_NAMES = [
  'unknown',
  'no goroutine',
  'runnable',
  'running',
  'syscall',
  'waiting',
  'runnable',
];

type Status = (typeof STATUS_WORDS)[number];

const COARSE: Readonly<Record<Status, number>> = {
  idle: STATE.none,
  runnable: STATE.runnable,
  running: STATE.running,
  syscall: STATE.syscall,
  waiting: STATE.waiting,
  moribund: STATE.unknown,
  dead: STATE.none,
  enqueue: STATE.unknown,
  // Whoever copies a stack gives the goroutine back the status that it had.
  copystack: STATE.unknown,
  // Parked by preemptPark: blocked for the trace, and so it is when suspendG makes it waiting.
  preempted: STATE.waiting,
  // Waiting for what can no longer come (1.26).
  leaked: STATE.waiting,
  deadextra: STATE.none,
};

/** By the number of a status: the coarse state, or `unknown` where it leaves the state as it is. */
export const COARSE_OF_STATUS = Uint8Array.from(STATUS_WORDS, (word) => COARSE[word]);
export const PREEMPTED = (STATUS_WORDS as readonly string[]).indexOf('preempted');
export const COPYSTACK = (STATUS_WORDS as readonly string[]).indexOf('copystack');
