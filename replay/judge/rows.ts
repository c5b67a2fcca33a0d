/**
 * What is asked of each M's own rows, in the order of the file and before the judge sees their history, since no
 * order among Ms is needed for it. The kernel looks at every row (kernel/assembly/rows.ts); here stands what it asks.
 *
 * - Whose the stacks are. The runtime takes an event's stack of the goroutine that its M runs, so there is one exactly
 *   when one runs, and not in a system call. What an M runs is told by its own rows alone.
 * - What a generation says of goroutines and Ps before it says anything else of them. The runtime keeps, for each and
 *   each generation, whether that was written, so it is written exactly once. Numbers begin anew with it, and so the
 *   first numbered event shows whether it was there.
 */
import { EV, type EventName, type Generation, specOf } from '../decode/index.ts';
import { kernelOf } from '../decode/kernel-columns.ts';
import { Kernel } from '../kernel/index.ts';
import type { InvariantName } from '../model/index.ts';
import { KEPT_ROWS, ROW, ROW_FLAG, RUNS } from './layout.ts';

/** What an M runs after an event; events that say nothing of it are not here. */
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

/** Events that also an M without a goroutine may write: the rows of the model ask of all others that one runs. */
const STACKED: readonly EventName[] = ['GoUnblock', 'GoCreate', 'GoCreateBlocked', 'GCSweepBegin'];

/** Events that carry the next number of a goroutine or a P, by the argument that has it. */
const NUMBERED: Partial<Record<EventName, string>> = {
  GoStart: 'g_seq',
  GoUnblock: 'g_seq',
  GoSwitch: 'g_seq',
  GoSwitchDestroy: 'g_seq',
  ProcStart: 'p_seq',
  ProcSteal: 'p_seq',
};

const { states, saysWhatRuns, ofProc, foreign, mayLack } = ROW_FLAG;

const FLAGS: Partial<Record<EventName, number>> = {
  GoStatus: states | saysWhatRuns,
  GoStatusStack: states | saysWhatRuns,
  GoCreate: states,
  GoCreateBlocked: states,
  GoCreateSyscall: states | foreign,
  ProcStatus: states | ofProc,
  ProcStart: ofProc,
  ProcSteal: ofProc,
  // A wake leaves out the frames of who wakes. Where stacks are not walked by frame pointers (every architecture but
  // amd64 and arm64, an M with frames of C on its stack, and GODEBUG=tracefpunwindoff=1: traceStack in
  // runtime/tracestack.go) they are left out before the stack is kept, and nothing may remain of a shallow one.
  GoUnblock: mayLack,
};

/** By type, as ROW has it. */
const ASKED = new Uint8Array(1024);

function ask<T>(
  table: Partial<Record<EventName, T>>,
  what: number,
  byteOf: (value: T, name: EventName) => number,
) {
  for (const [name, value] of Object.entries(table) as [EventName, T][])
    ASKED[EV[name] * 4 + what] = byteOf(value, name);
}

ask(AFTER, ROW.after, (runs) => 1 + runs);
// Places are counted after `dt`, as the columns count, and from 1.
ask(NUMBERED, ROW.number, (argument, name) => specOf(EV[name])?.args.indexOf(argument) ?? 0);
ask(FLAGS, ROW.flags, (flags) => flags);
for (const name of STACKED) ASKED[EV[name] * 4 + ROW.stack] = specOf(EV[name])?.stack ?? 0;

/** Follows each M through a trace. */
export class RowWatch {
  /** What it runs, by the M's number. */
  readonly #runs = new Map<number, number>();
  /** For columns that lie in none. */
  #spare: Kernel | undefined;

  /** The rows that break a rule, with its name. */
  see(generation: Generation): Map<number, InvariantName> {
    const kernel = kernelOf(generation.columns, () => {
      this.#spare ??= new Kernel();
      return this.#spare;
    });
    if (generation.afterGap) this.#runs.clear();
    this.#look(kernel, generation);
    // Of an M whose batch was cut off nothing is known any more.
    if (generation.partial) this.#runs.clear();
    const broken = new Map<number, InvariantName>();
    for (const row of keptRows(kernel, KEPT_ROWS.strays)) broken.set(row, 'stackOfRunning');
    // What was lost may have said it.
    if (generation.partial) return broken;
    for (const row of statedAgain(kernel, generation)) broken.set(row, 'statedOnce');
    for (const row of keptRows(kernel, KEPT_ROWS.unstated)) broken.set(row, 'statedFirst');
    return broken;
  }

  #look(kernel: Kernel, { batches }: Generation): void {
    const { exports } = kernel;
    kernel.bytes(exports.asked.value, ASKED.length).set(ASKED);
    exports.beginRows();
    for (const { kind, m, first, last } of batches) {
      if (kind !== 'events') continue;
      const runs = exports.seeRows(first, last, this.#runs.get(m) ?? RUNS.unknown);
      // What is written without an M is of none.
      if (m >= 0) this.#runs.set(m, runs);
    }
    exports.endRows();
  }
}

function keptRows(kernel: Kernel, which: number): Uint32Array {
  const { keptRows, keptCount } = kernel.exports;
  return kernel.words(keptRows(which), keptCount(which));
}

/** Threads that C made take turns with one goroutine, which begins anew with each of them: it may be stated again. */
function statedAgain(kernel: Kernel, { columns: { kind, args, argStart } }: Generation): number[] {
  const idOf = (row: number): number => args[argStart[row] as number] as number;
  const ofC = new Set(Array.from(keptRows(kernel, KEPT_ROWS.foreign), idOf));
  return [...keptRows(kernel, KEPT_ROWS.again)].filter(
    (row) => kind[row] === EV.ProcStatus || !ofC.has(idOf(row)),
  );
}
