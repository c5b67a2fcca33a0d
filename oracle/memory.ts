/**
 * What Go's reader carries from event to event and shows in later ones: who
 * existed, whose P was left in a syscall, which stops of the world and tasks
 * are open. The contexts of events are not kept here: they come from our
 * orderer, which is what is being tested.
 */
import { EV, type Generation, GO_STATUS, PROC_STATUS } from '../replay/index.ts';
import { GO_STATES, PROC_STATES } from './vocabulary.ts';

/** An id, or the number of a task; a bigint only past 2^53. */
export type Id = number | bigint;

/** An event's own M and what that held before it. */
export interface Context {
  m: Id;
  p: Id;
  g: Id;
}

export interface Change {
  readonly from: string;
  readonly to: string;
}

interface Task {
  readonly name: string;
  readonly parent: string;
}

/** How Go prints "no task". */
export const NO_TASK = '18446744073709551615';

/** Whoever goes on in a syscall without being named. */
type ProcMark = 'syscall' | 'abandoned' | 'other';

export class Memory {
  readonly #ps = new Map<Id, ProcMark>();
  /** The M that holds a P. */
  readonly #holder = new Map<Id, Id>();
  readonly #gs = new Set<Id>();
  /** The goroutine of each M that was ever seen. */
  readonly #ms = new Map<Id, Id>();
  /** Names of the stops of the world that a goroutine has open. */
  readonly #stops = new Map<Id, string[]>();
  readonly #tasks = new Map<Id, Task>();
  #first = true;
  /** What Go's reader does otherwise with the format of Go 1.21 and before. */
  #old = false;

  /** Statuses of the first generation found what they name undetermined; later ones confirm. */
  begin(first: boolean, old: boolean): void {
    this.#first = first;
    this.#old = old;
  }

  /** Only the statuses of the M's own generation are asked before the event takes effect. */
  procStatus(p: Id, status: number, context: Context): Change {
    const known = this.#ps.get(p);
    const promoted = status === PROC_STATUS.abandoned && known === 'syscall';
    if (known === undefined) {
      this.#ps.set(p, markOf(status));
      return { from: this.#first ? 'Undetermined' : 'NotExist', to: this.#hold(p, status, context.m) };
    }
    if (promoted) {
      // It tells of the M that the P is bound to, whoever wrote it.
      const m = this.#holder.get(p);
      if (m !== undefined) Object.assign(context, { m, p, g: this.#ms.get(m) ?? -1 });
      return { from: 'Running', to: 'Running' };
    }
    this.#ps.set(p, markOf(status));
    const to = this.#hold(p, status, context.m);
    return { from: to, to };
  }

  #hold(p: Id, status: number, m: Id): string {
    if (status === PROC_STATUS.running || status === PROC_STATUS.syscall) this.#holder.set(p, m);
    return PROC_STATES[status] ?? 'Bad';
  }

  goStatus(g: Id, sitting: Id, status: number, context: Context): Change {
    const to = GO_STATES[status] ?? 'Bad';
    const from = this.#gs.has(g) || !this.#first ? to : 'Undetermined';
    this.#gs.add(g);
    if (status === GO_STATUS.running) this.#ms.set(context.m, g);
    // The old format does not say where it sits.
    if (status !== GO_STATUS.syscall || this.#old) return { from, to };
    if (sitting !== context.m) {
      // It sits in a syscall on an M that has written nothing: the event counts as that M's.
      if (this.#ms.has(sitting)) context.g = g;
      context.m = sitting;
    }
    this.#ms.set(sitting, g);
    return { from, to };
  }

  /** The state that a P is stolen from. */
  stolenFrom(p: Id): string {
    return this.#ps.get(p) === 'abandoned' ? 'Idle' : 'Running';
  }

  /** The name of the stop of the world that an event begins or ends. */
  stop(kind: number, goroutine: Id, name: string): string {
    // The old format has one stop at a time, whoever ends it.
    const g = this.#old ? -1 : goroutine;
    const open = this.#stops.get(g) ?? [];
    if (kind === EV.STWBegin) {
      this.#stops.set(g, [...open, name]);
      return name;
    }
    const [oldest = '', ...rest] = open;
    this.#stops.set(g, rest);
    return oldest;
  }

  beginTask(id: Id, name: string, parent: string): void {
    // In the old format Go's reader shows no parent as 0 when a task ends.
    this.#tasks.set(id, { name, parent: this.#old && parent === NO_TASK ? '0' : parent });
  }

  /** A task that began before the trace has neither name nor parent. */
  endTask(id: Id): Task {
    const task = this.#tasks.get(id);
    this.#tasks.delete(id);
    return task ?? { name: '""', parent: NO_TASK };
  }

  /** Lets an event take effect. Statuses already have. */
  apply(kind: number, row: number, generation: Generation, context: Context): void {
    const { m, p, g } = context;
    if (!this.#ms.has(m)) this.#ms.set(m, g);
    switch (kind) {
      case EV.ProcStart:
        this.#ps.set(idOf(generation, row, 0), 'other');
        this.#holder.set(idOf(generation, row, 0), m);
        break;
      case EV.ProcStop:
        this.#ps.set(p, 'other');
        break;
      case EV.ProcSteal:
        this.#ps.set(idOf(generation, row, 0), 'other');
        break;
      case EV.GoSyscallBegin:
        this.#ps.set(p, 'syscall');
        break;
      case EV.GoSyscallEnd:
        this.#ps.set(p, 'other');
        break;
      case EV.GoCreate:
      case EV.GoCreateBlocked:
        this.#gs.add(idOf(generation, row, 0));
        break;
      case EV.GoCreateSyscall:
        this.#gs.add(idOf(generation, row, 0));
        this.#ms.set(m, idOf(generation, row, 0));
        break;
      case EV.GoStart:
        this.#ms.set(m, idOf(generation, row, 0));
        break;
      case EV.GoSwitch:
        this.#ms.set(m, idOf(generation, row, 0));
        break;
      case EV.GoSwitchDestroy:
        this.#gs.delete(g);
        this.#ms.set(m, idOf(generation, row, 0));
        break;
      case EV.GoDestroySyscall:
        if (p !== -1) this.#ps.set(p, 'abandoned');
        this.#end(m, g);
        break;
      case EV.GoDestroy:
        this.#end(m, g);
        break;
      case EV.GoBlock:
      case EV.GoStop:
      case EV.GoSyscallEndBlocked:
        this.#ms.set(m, -1);
        break;
    }
  }

  #end(m: Id, g: Id): void {
    this.#gs.delete(g);
    this.#stops.delete(g);
    this.#ms.set(m, -1);
  }
}

function markOf(status: number): ProcMark {
  if (status === PROC_STATUS.syscall) return 'syscall';
  return status === PROC_STATUS.abandoned ? 'abandoned' : 'other';
}

/** An argument that is an id: signed, as Go has them; -1 for none. */
export function idOf(generation: Generation, row: number, n: number): Id {
  const value = generation.arg(row, n);
  return Number.isNaN(value) ? BigInt.asIntN(64, generation.wideArg(row, n)) : value;
}
