/**
 * Whose the stacks are. The runtime takes an event's stack of the goroutine that
 * its M runs, so there is one exactly when one runs, and not in a system call. What an M runs is
 * told by its own events alone: no order among Ms is needed, and the rows in file order are enough.
 */
import { EV, type EventName, type Generation, GO_STATUS, specOf } from '../decode/index.ts';

/** What an M runs. */
const RUNS = { unknown: 0, none: 1, goroutine: 2, syscall: 3 } as const;

/** What it runs after an event; nothing for events that say nothing of it. */
const AFTER: Partial<Record<EventName, number>> = {
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

/** Events that also an M without a goroutine may write: the rows ask of all others that one runs. */
const ASKED: readonly EventName[] = ['GoUnblock', 'GoCreate', 'GoCreateBlocked', 'GCSweepBegin'];

/** By type: 1 + what the M runs after it; 128 + the place of the stack for those that are asked; STATUS. */
const ACTION = new Uint8Array(256);
const ASK = 128;
const STATUS = 64;
for (const [name, runs] of Object.entries(AFTER)) ACTION[EV[name as EventName]] = 1 + runs;
for (const name of ASKED) ACTION[EV[name]] = ASK + (specOf(EV[name])?.stack ?? 1) - 1;
ACTION[EV.GoStatus] = STATUS;
ACTION[EV.GoStatusStack] = STATUS;

/** Follows each M through a trace. */
export class StackWatch {
  /** By the M's number. */
  #runs = new Map<number, number>();

  /** Rows that have a stack which is nobody's, or lack that of the goroutine that runs. */
  strays(generation: Generation): number[] {
    if (generation.afterGap) this.#runs.clear();
    const found: number[] = [];
    for (const { kind, m, first, last } of generation.batches)
      if (kind === 'events' && m >= 0) this.#follow(generation, m, first, last, found);
    // Of an M whose batch was cut off nothing is known any more.
    if (generation.partial) this.#runs.clear();
    return found;
  }

  #follow({ columns }: Generation, m: number, first: number, last: number, found: number[]): void {
    const { kind, args, argStart } = columns;
    let runs = this.#runs.get(m) ?? RUNS.unknown;
    for (let row = first; row < last; row++) {
      const action = ACTION[kind[row] as number] as number;
      if (action === 0) continue;
      const at = argStart[row] as number;
      if (action >= ASK) {
        const has = args[at + action - ASK] !== 0;
        if (runs !== RUNS.unknown && has !== (runs === RUNS.goroutine)) found.push(row);
      } else if (action === STATUS) {
        if (args[at + 2] === GO_STATUS.running) runs = RUNS.goroutine;
      } else runs = action - 1;
    }
    this.#runs.set(m, runs);
  }
}
