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

/** What an event waits for: nothing, or which state must change before it is worth another look. */
export const READY = 0;
export const ON_GOROUTINE = 1;
export const ON_PROC = 2;
export const ON_GC = 3;

export class OrderState {
  readonly gs = new Subjects();
  readonly ps = new Subjects();
  readonly threads = new Threads();
  /** Number of the last GC event; NaN before the first. */
  gcSeq = Number.NaN;
  /** Set when a state changed that some M waits for. */
  woken = false;
  /** Slot that the last answer of `blockedOn` means. */
  blocker = 0;
  #gcWaited = false;
  #generation: Generation | undefined;
  readonly #guards: CompiledGuards;

  constructor(guards: CompiledGuards) {
    this.#guards = guards;
  }

  /** Begins a generation; numbers count anew behind each subject's status. */
  begin(generation: Generation): number[] {
    this.#generation = generation;
    this.gs.resetSequences();
    this.ps.resetSequences();
    return this.threads.load(generation);
  }

  arg(row: number, n: number): number {
    const { columns } = this.#generation!;
    const index = columns.argStart[row]! + n;
    const word = columns.args[index]!;
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
    return p === UNBOUND || this.ps.status[p] !== PROC_STATUS.syscall ? READY : ON_PROC;
  }

  /** Asks for `woken` when that state changes. */
  await(blocked: number, slot: number): void {
    if (blocked === ON_GOROUTINE) this.gs.waited[slot] = 1;
    else if (blocked === ON_PROC) this.ps.waited[slot] = 1;
    else this.#gcWaited = true;
  }

  #fits(subjects: Subjects, kind: number, row: number): boolean {
    const slot = subjects.slot(this.arg(row, 0));
    this.blocker = slot;
    const bit = 1 << subjects.status[slot]!;
    return (this.#guards.states[kind]! & bit) !== 0 && this.arg(row, 1) === subjects.seq[slot]! + 1;
  }

  #procWait(kind: number, row: number, m: number): number {
    if (!this.#fits(this.ps, kind, row)) return ON_PROC;
    if (kind !== EV.ProcStart || this.threads.p[m] === UNBOUND) return READY;
    // A thief has yet to take the P that this M left behind in a syscall.
    this.blocker = this.threads.p[m]!;
    return ON_PROC;
  }

  #gcFits(kind: number, row: number): boolean {
    if (Number.isNaN(this.gcSeq)) return kind !== EV.GCEnd;
    return this.arg(row, 0) === this.gcSeq + 1;
  }

  /** Lets the event take effect. */
  apply(kind: number, row: number, m: number): void {
    const { threads } = this;
    switch (kind) {
      case EV.GoStart:
        threads.g[m] = this.#number(this.gs, row, GO_STATUS.running);
        break;
      case EV.GoUnblock:
        this.#number(this.gs, row, GO_STATUS.runnable);
        break;
      case EV.GoBlock:
        this.#leave(m, GO_STATUS.waiting);
        break;
      case EV.GoStop:
        this.#leave(m, GO_STATUS.runnable);
        break;
      case EV.GoDestroy:
        this.#destroy(m);
        break;
      case EV.GoCreate:
        this.#create(row, GO_STATUS.runnable);
        break;
      case EV.GoSyscallBegin:
        this.#syscallBegin(row, m);
        break;
      case EV.GoSyscallEnd:
        this.#setG(threads.g[m]!, GO_STATUS.running);
        this.#setP(threads.p[m]!, PROC_STATUS.running);
        break;
      case EV.GoSyscallEndBlocked:
        this.#leave(m, GO_STATUS.runnable);
        break;
      case EV.ProcStart:
        threads.p[m] = this.#number(this.ps, row, PROC_STATUS.running);
        break;
      case EV.ProcStop:
        this.#setP(threads.p[m]!, PROC_STATUS.idle);
        threads.p[m] = UNBOUND;
        break;
      case EV.ProcSteal:
        this.#steal(row, m);
        break;
      case EV.ProcStatus:
        this.#procStatus(row, m);
        break;
      case EV.GoStatus:
      case EV.GoStatusStack:
        this.#goStatus(row, m);
        break;
      case EV.GCActive:
      case EV.GCBegin:
      case EV.GCEnd:
        this.gcSeq = this.arg(row, 0);
        this.woken ||= this.#gcWaited;
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
      case EV.GoCreateBlocked:
        this.#create(row, GO_STATUS.waiting);
        break;
      case EV.GoCreateSyscall:
        threads.g[m] = this.#create(row, GO_STATUS.syscall);
        break;
      case EV.GoDestroySyscall:
        this.#destroy(m);
        // The thread may be gone, and its id used again: only a thief will ever touch this P.
        this.#setP(threads.p[m]!, PROC_STATUS.abandoned);
        threads.p[m] = UNBOUND;
        break;
      case EV.GoSwitch:
        this.#leave(m, GO_STATUS.waiting);
        threads.g[m] = this.#number(this.gs, row, GO_STATUS.running);
        break;
      case EV.GoSwitchDestroy:
        this.#destroy(m);
        threads.g[m] = this.#number(this.gs, row, GO_STATUS.running);
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
    this.woken = true;
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
    this.#setG(this.threads.g[m]!, GO_STATUS.syscall);
    if (p !== UNBOUND) this.ps.seq[p] = this.arg(row, 0);
    this.#setP(p, PROC_STATUS.syscall);
  }

  #steal(row: number, m: number): void {
    const slot = this.ps.slot(this.arg(row, 0));
    const lost = this.ps.status[slot] === PROC_STATUS.abandoned;
    this.#number(this.ps, row, PROC_STATUS.idle);
    // Whose P an abandoned one was is no longer known; that M has moved on.
    if (lost) return;
    const victim = this.threads.known(this.arg(row, 2)) ?? m;
    if (this.threads.p[victim] === slot) this.threads.p[victim] = UNBOUND;
  }

  #procStatus(row: number, m: number): void {
    const slot = this.ps.slot(this.arg(row, 0));
    const status = this.arg(row, 1);
    const inSyscall = this.ps.status[slot] === PROC_STATUS.syscall;
    this.ps.seq[slot] = 0;
    // "Abandoned" says less than what is known when the syscall was seen to begin.
    this.#setP(slot, status === PROC_STATUS.abandoned && inSyscall ? PROC_STATUS.syscall : status & 7);
    if (status === PROC_STATUS.running || status === PROC_STATUS.syscall) this.threads.p[m] = slot;
  }

  #goStatus(row: number, m: number): void {
    const slot = this.gs.slot(this.arg(row, 0));
    const status = this.arg(row, 2);
    this.gs.seq[slot] = 0;
    this.#setG(slot, status & 7);
    if (status === GO_STATUS.running) this.threads.g[m] = slot;
    if (status !== GO_STATUS.syscall) return;
    // It may sit in a syscall on another M, which then has written nothing all the while.
    const sitting = this.arg(row, 1);
    if (sitting !== NONE) this.threads.g[this.threads.slot(sitting)] = slot;
  }
}
