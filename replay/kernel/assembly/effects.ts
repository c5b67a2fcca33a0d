/**
 * What each event does to ordering's memory. Nothing here fails: an event that
 * fits nothing (a GoBlock on an M that runs no goroutine) changes what it can
 * and leaves the rest.
 */
import { arg } from './columns';
import {
  G_RUNNABLE,
  G_RUNNING,
  G_SYSCALL,
  G_WAITING,
  GCActive,
  GCBegin,
  GCEnd,
  GoBlock,
  GoCreate,
  GoCreateBlocked,
  GoCreateSyscall,
  GoDestroy,
  GoDestroySyscall,
  GoStart,
  GoStatus,
  GoStatusStack,
  GoStop,
  GoSwitch,
  GoSwitchDestroy,
  GoSyscallBegin,
  GoSyscallEnd,
  GoSyscallEndBlocked,
  GoUnblock,
  P_ABANDONED,
  P_IDLE,
  P_RUNNING,
  P_SYSCALL,
  ProcStart,
  ProcStatus,
  ProcSteal,
  ProcStop,
} from './specs';
import {
  bindG,
  bindP,
  gs,
  ms,
  NO_SEQ,
  NONE,
  ps,
  Subject,
  slotOf,
  subject,
  Thread,
  thread,
  threadOf,
  UNKNOWN,
} from './state';
import { Table } from './table';
import { touch, touchGc } from './waiting';

/** Number of the last GC event; NO_SEQ before the first. */
export let gcSeq: i64 = NO_SEQ;

export function forgetGc(): void {
  gcSeq = NO_SEQ;
}

/** Takes the number that another kernel knew. */
export function setGc(seq: i64): void {
  gcSeq = seq;
}

/** The M went on without a P that nobody was seen to take: then somebody did. */
export function release(type: u32, m: i32): void {
  const t = thread(m);
  if (t.p1 === 0 || (type !== ProcStart && type !== GoSyscallEndBlocked)) return;
  const held = subject(ps, t.p1 - 1);
  // A thief's ProcSteal carries a number, the M's own ProcStop none.
  if (held.status === P_SYSCALL && held.seq !== NO_SEQ) held.seq++;
  held.status = P_IDLE;
  touch(held);
  bindP(t, NONE);
}

/** Lets the event take effect. `named` is the slot of what its first argument names, where it waits for that. */
export function apply(type: u32, row: u32, m: i32, named: i32): void {
  switch (type) {
    case GoStart:
      number(gs, named, row, G_RUNNING);
      bindG(thread(m), named);
      break;
    case GoUnblock:
      number(gs, named, row, G_RUNNABLE);
      break;
    case GoBlock:
      leave(m, G_WAITING);
      break;
    case GoStop:
    case GoSyscallEndBlocked:
      leave(m, G_RUNNABLE);
      break;
    case GoDestroy:
      destroy(m);
      break;
    case GoCreate:
      create(row, G_RUNNABLE);
      break;
    case GoSyscallBegin:
      syscallBegin(row, m);
      break;
    case GoSyscallEnd:
      setG(thread(m), G_RUNNING);
      setP(thread(m), P_RUNNING);
      break;
    case ProcStart:
      number(ps, named, row, P_RUNNING);
      bindP(thread(m), named);
      break;
    case ProcStop:
      setP(thread(m), P_IDLE);
      bindP(thread(m), NONE);
      break;
    case ProcSteal:
      steal(row, m, named);
      break;
    case ProcStatus:
      procStatus(row, m);
      break;
    case GoStatus:
    case GoStatusStack:
      goStatus(row, m);
      break;
    case GCActive:
    case GCBegin:
    case GCEnd:
      gcSeq = arg(row, 0);
      touchGc();
      break;
    case GoCreateBlocked:
      create(row, G_WAITING);
      break;
    case GoCreateSyscall: {
      const slot = create(row, G_SYSCALL);
      bindG(thread(m), slot);
      break;
    }
    case GoDestroySyscall:
      destroy(m);
      // The thread may be gone, and its id used again: only a thief will ever touch this P.
      setP(thread(m), P_ABANDONED);
      bindP(thread(m), NONE);
      break;
    case GoSwitch:
      leave(m, G_WAITING);
      number(gs, named, row, G_RUNNING);
      bindG(thread(m), named);
      break;
    case GoSwitchDestroy:
      destroy(m);
      number(gs, named, row, G_RUNNING);
      bindG(thread(m), named);
      break;
  }
}

/** The named subject gets the number that argument 1 carries, and that state. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
function number(table: Table<Subject>, slot: i32, row: u32, status: u32): void {
  const s = subject(table, slot);
  s.status = status;
  s.seq = arg(row, 1);
  touch(s);
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
function setStatus(table: Table<Subject>, slot: i32, status: u32): void {
  const s = subject(table, slot);
  s.status = status;
  touch(s);
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
function setG(t: Thread, status: u32): void {
  if (t.g1 > 0) setStatus(gs, t.g1 - 1, status);
}

function setP(t: Thread, status: u32): void {
  if (t.p1 > 0) setStatus(ps, t.p1 - 1, status);
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
function leave(m: i32, status: u32): void {
  const t = thread(m);
  setG(t, status);
  bindG(t, NONE);
}

function destroy(m: i32): void {
  const t = thread(m);
  const slot = t.g1 - 1;
  if (slot < 0) return;
  setStatus(gs, slot, UNKNOWN);
  gs.remove(slot);
  bindG(t, NONE);
}

/** A goroutine that exists already keeps what is known of it: its creation was written twice. */
function create(row: u32, status: u32): i32 {
  const slot = slotOf(gs, arg(row, 0));
  const s = subject(gs, slot);
  if (s.status !== UNKNOWN) return slot;
  s.seq = 0;
  s.status = status;
  touch(s);
  return slot;
}

function syscallBegin(row: u32, m: i32): void {
  const t = thread(m);
  setG(t, G_SYSCALL);
  if (t.p1 > 0) subject(ps, t.p1 - 1).seq = arg(row, 0);
  setP(t, P_SYSCALL);
}

function steal(row: u32, m: i32, slot: i32): void {
  const lost = subject(ps, slot).status === P_ABANDONED;
  number(ps, slot, row, P_IDLE);
  // Whose P an abandoned one was is no longer known; that M has moved on.
  if (lost) return;
  const told = ms.known(arg(row, 2));
  const victim = thread(told >= 0 ? told : m);
  if (victim.p1 === slot + 1) bindP(victim, NONE);
}

function procStatus(row: u32, m: i32): void {
  const slot = slotOf(ps, arg(row, 0));
  const status = <u32>arg(row, 1);
  const s = subject(ps, slot);
  s.seq = 0;
  // "Abandoned" says less than what is known when the syscall was seen to begin.
  s.status = status === P_ABANDONED && s.status === P_SYSCALL ? P_SYSCALL : status & 7;
  touch(s);
  if (status === P_RUNNING || status === P_SYSCALL) bindP(thread(m), slot);
}

function goStatus(row: u32, m: i32): void {
  const slot = slotOf(gs, arg(row, 0));
  const status = <u32>arg(row, 2);
  const s = subject(gs, slot);
  s.seq = 0;
  s.status = status & 7;
  touch(s);
  if (status === G_RUNNING) bindG(thread(m), slot);
  if (status !== G_SYSCALL) return;
  // It may sit in a syscall on another M, which then has written nothing all the while.
  const sitting = arg(row, 1);
  if (sitting === -1) return;
  const other = threadOf(sitting);
  bindG(thread(other), slot);
}
