/**
 * Ordering's own memory, and what each event does to it. It is kept apart from
 * the model on purpose: the history must not depend on what is judged by it.
 *
 * Nothing here fails. An event that fits nothing (a GoBlock on an M that runs
 * no goroutine) changes what it can and leaves the rest.
 */
import { EV, type Generation, GO_STATUS, NONE, PROC_STATUS } from '../decode/index.ts';
import { type CompiledGuards, WAIT_GC, WAIT_GOROUTINE, WAIT_NONE, WAIT_PROC } from './guards.ts';
import { Subjects, UNKNOWN } from './subjects.ts';
import { Threads, UNBOUND } from './threads.ts';

// Constants of this module cost nothing in the hot loop; properties of a large table do.
const {
  ProcStart,
  GCEnd,
  GoStart,
  GoUnblock,
  GoBlock,
  GoStop,
  GoDestroy,
  GoCreate,
  GoSyscallBegin,
  GoSyscallEnd,
  GoSyscallEndBlocked,
  ProcStop,
  ProcSteal,
  ProcStatus,
  GoStatus,
  GoStatusStack,
  GCActive,
  GCBegin,
  GoCreateBlocked,
  GoCreateSyscall,
  GoDestroySyscall,
  GoSwitch,
  GoSwitchDestroy,
} = EV;
const { runnable: G_RUNNABLE, running: G_RUNNING, syscall: G_SYSCALL, waiting: G_WAITING } = GO_STATUS;
const { running: P_RUNNING, idle: P_IDLE, syscall: P_SYSCALL, abandoned: P_ABANDONED } = PROC_STATUS;

/** What an event waits for: nothing, or which state must change before it is worth another look. */
export const READY = 0;
const ON_GOROUTINE = 1;
const ON_PROC = 2;
const ON_GC = 3;

/** One number for what is waited for. */
function waitKey(blocked: number, slot: number): number {
  return slot * 4 + blocked;
}

export class OrderState {
  readonly gs = new Subjects();
  readonly ps = new Subjects();
  readonly threads = new Threads();
  /** Number of the last GC event; NaN before the first. */
  gcSeq = Number.NaN;
  /** Keys (see `waitKey`) of states that changed while some M waited for that. */
  readonly woken: number[] = [];
  /** Slot that the last answer of `blockedOn` means. */
  blocker = 0;
  #gcWaited = false;
  #generation: Generation | undefined;
  #args: Uint32Array = new Uint32Array(0);
  #argStart: Uint32Array = new Uint32Array(0);
  readonly #guards: CompiledGuards;

  constructor(guards: CompiledGuards) {
    this.#guards = guards;
  }

  /** Begins a generation; numbers count anew behind each subject's status. */
  begin(generation: Generation): number[] {
    this.#generation = generation;
    this.#args = generation.columns.args;
    this.#argStart = generation.columns.argStart;
    this.gs.resetSequences();
    this.ps.resetSequences();
    return this.threads.load(generation);
  }

  arg(row: number, n: number): number {
    const word = this.#args[this.#argStart[row]! + n]!;
    // The two largest words stand for something else.
    return word < 0xfffffffe ? word : this.#generation!.arg(row, n);
  }

  /** Whether the event can take its place now; if not, `blocker` names the slot that must change. */
  blockedOn(kind: number, row: number, m: number): number {
    const wait = this.#guards.wait[kind]!;
    if (wait === WAIT_NONE) return READY;
    if (wait === WAIT_GOROUTINE) return this.#fits(this.gs, kind, row) ? READY : ON_GOROUTINE;
    if (wait === WAIT_PROC) return this.#procWait(kind, row, m);
    if (wait === WAIT_GC) return this.#gcFits(kind, row) ? READY : ON_GC;
    const p = this.threads.p[m]!;
    this.blocker = p;
    return p === UNBOUND || this.ps.status[p] !== P_SYSCALL ? READY : ON_PROC;
  }

  /** Asks for `woken` when what the last `blockedOn` answered changes; returns the key that will stand there. */
  await(blocked: number): number {
    if (blocked === ON_GC) {
      this.#gcWaited = true;
      return waitKey(ON_GC, 0);
    }
    (blocked === ON_GOROUTINE ? this.gs : this.ps).waited[this.blocker] = 1;
    return waitKey(blocked, this.blocker);
  }

  #fits(subjects: Subjects, kind: number, row: number): boolean {
    const slot = subjects.slot(this.arg(row, 0));
    this.blocker = slot;
    const bit = 1 << subjects.status[slot]!;
    return (this.#guards.states[kind]! & bit) !== 0 && this.arg(row, 1) === subjects.seq[slot]! + 1;
  }

  #procWait(kind: number, row: number, m: number): number {
    if (!this.#fits(this.ps, kind, row)) return ON_PROC;
    if (kind !== ProcStart || this.threads.p[m] === UNBOUND) return READY;
    // A thief has yet to take the P that this M left behind in a syscall.
    this.blocker = this.threads.p[m]!;
    return ON_PROC;
  }

  #gcFits(kind: number, row: number): boolean {
    if (Number.isNaN(this.gcSeq)) return kind !== GCEnd;
    return this.arg(row, 0) === this.gcSeq + 1;
  }

  /** The M went on without a P that nobody was seen to take: then somebody did. */
  release(kind: number, m: number): void {
    const p = this.threads.p[m]!;
    if (p === UNBOUND || (kind !== ProcStart && kind !== GoSyscallEndBlocked)) return;
    // A thief's ProcSteal carries a number, the M's own ProcStop none.
    if (this.ps.status[p] === P_SYSCALL) this.ps.seq[p]!++;
    this.#setP(p, P_IDLE);
    this.threads.p[m] = UNBOUND;
  }

  /** Lets the event take effect. */
  apply(kind: number, row: number, m: number): void {
    const { threads } = this;
    switch (kind) {
      case GoStart:
        threads.g[m] = this.#number(this.gs, row, G_RUNNING);
        break;
      case GoUnblock:
        this.#number(this.gs, row, G_RUNNABLE);
        break;
      case GoBlock:
        this.#leave(m, G_WAITING);
        break;
      case GoStop:
        this.#leave(m, G_RUNNABLE);
        break;
      case GoDestroy:
        this.#destroy(m);
        break;
      case GoCreate:
        this.#create(row, G_RUNNABLE);
        break;
      case GoSyscallBegin:
        this.#syscallBegin(row, m);
        break;
      case GoSyscallEnd:
        this.#setG(threads.g[m]!, G_RUNNING);
        this.#setP(threads.p[m]!, P_RUNNING);
        break;
      case GoSyscallEndBlocked:
        this.#leave(m, G_RUNNABLE);
        break;
      case ProcStart:
        threads.p[m] = this.#number(this.ps, row, P_RUNNING);
        break;
      case ProcStop:
        this.#setP(threads.p[m]!, P_IDLE);
        threads.p[m] = UNBOUND;
        break;
      case ProcSteal:
        this.#steal(row, m);
        break;
      case ProcStatus:
        this.#procStatus(row, m);
        break;
      case GoStatus:
      case GoStatusStack:
        this.#goStatus(row, m);
        break;
      case GCActive:
      case GCBegin:
      case GCEnd:
        this.gcSeq = this.arg(row, 0);
        if (this.#gcWaited) this.woken.push(waitKey(ON_GC, 0));
        this.#gcWaited = false;
        break;
      default:
        this.#rare(kind, row, m);
    }
    if (m === threads.none) {
      threads.g[m] = UNBOUND;
      threads.p[m] = UNBOUND;
    }
  }

  #rare(kind: number, row: number, m: number): void {
    const { threads } = this;
    switch (kind) {
      case GoCreateBlocked:
        this.#create(row, G_WAITING);
        break;
      case GoCreateSyscall:
        threads.g[m] = this.#create(row, G_SYSCALL);
        break;
      case GoDestroySyscall:
        this.#destroy(m);
        // The thread may be gone, and its id used again: only a thief will ever touch this P.
        this.#setP(threads.p[m]!, P_ABANDONED);
        threads.p[m] = UNBOUND;
        break;
      case GoSwitch:
        this.#leave(m, G_WAITING);
        threads.g[m] = this.#number(this.gs, row, G_RUNNING);
        break;
      case GoSwitchDestroy:
        this.#destroy(m);
        threads.g[m] = this.#number(this.gs, row, G_RUNNING);
        break;
    }
  }

  /** The subject that arguments 0 and 1 name gets that number and state. */
  #number(subjects: Subjects, row: number, status: number): number {
    const slot = subjects.slot(this.arg(row, 0));
    subjects.status[slot] = status;
    subjects.seq[slot] = this.arg(row, 1);
    this.#touch(subjects, slot);
    return slot;
  }

  /** Whoever waits for a change here is looked at again, and marks its wait anew if it must. */
  #touch(subjects: Subjects, slot: number): void {
    if (subjects.waited[slot] === 0) return;
    subjects.waited[slot] = 0;
    this.woken.push(waitKey(subjects === this.gs ? ON_GOROUTINE : ON_PROC, slot));
  }

  #setG(slot: number, status: number): void {
    if (slot === UNBOUND) return;
    this.gs.status[slot] = status;
    this.#touch(this.gs, slot);
  }

  #setP(slot: number, status: number): void {
    if (slot === UNBOUND) return;
    this.ps.status[slot] = status;
    this.#touch(this.ps, slot);
  }

  #leave(m: number, status: number): void {
    this.#setG(this.threads.g[m]!, status);
    this.threads.g[m] = UNBOUND;
  }

  #destroy(m: number): void {
    const g = this.threads.g[m]!;
    this.#setG(g, UNKNOWN);
    if (g !== UNBOUND) this.gs.remove(g);
    this.threads.g[m] = UNBOUND;
  }

  /** A goroutine that exists already keeps what is known of it: its creation was written twice. */
  #create(row: number, status: number): number {
    const slot = this.gs.slot(this.arg(row, 0));
    if (this.gs.status[slot] !== UNKNOWN) return slot;
    this.gs.seq[slot] = 0;
    this.#setG(slot, status);
    return slot;
  }

  #syscallBegin(row: number, m: number): void {
    const p = this.threads.p[m]!;
    this.#setG(this.threads.g[m]!, G_SYSCALL);
    if (p !== UNBOUND) this.ps.seq[p] = this.arg(row, 0);
    this.#setP(p, P_SYSCALL);
  }

  #steal(row: number, m: number): void {
    const slot = this.ps.slot(this.arg(row, 0));
    const lost = this.ps.status[slot] === P_ABANDONED;
    this.#number(this.ps, row, P_IDLE);
    // Whose P an abandoned one was is no longer known; that M has moved on.
    if (lost) return;
    const victim = this.threads.known(this.arg(row, 2)) ?? m;
    if (this.threads.p[victim] === slot) this.threads.p[victim] = UNBOUND;
  }

  #procStatus(row: number, m: number): void {
    const slot = this.ps.slot(this.arg(row, 0));
    const status = this.arg(row, 1);
    const inSyscall = this.ps.status[slot] === P_SYSCALL;
    this.ps.seq[slot] = 0;
    // "Abandoned" says less than what is known when the syscall was seen to begin.
    this.#setP(slot, status === P_ABANDONED && inSyscall ? P_SYSCALL : status & 7);
    if (status === P_RUNNING || status === P_SYSCALL) this.threads.p[m] = slot;
  }

  #goStatus(row: number, m: number): void {
    const slot = this.gs.slot(this.arg(row, 0));
    const status = this.arg(row, 2);
    this.gs.seq[slot] = 0;
    this.#setG(slot, status & 7);
    if (status === G_RUNNING) this.threads.g[m] = slot;
    if (status !== G_SYSCALL) return;
    // It may sit in a syscall on another M, which then has written nothing all the while.
    const sitting = this.arg(row, 1);
    if (sitting !== NONE) this.threads.g[this.threads.slot(sitting)] = slot;
  }
}
