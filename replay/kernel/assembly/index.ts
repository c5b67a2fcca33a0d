/** What JavaScript sees of the kernel: see `KernelExports` in kernel.ts. */
import { arg } from './columns';
import { gcSeq } from './effects';
import { pending } from './runs';
import { gs, ms, NO_SEQ, ps, Subject, slotOf, subject, thread } from './state';
import { Table } from './table';
import * as waiting from './waiting';

export {
  addWide,
  argStart,
  args,
  clear,
  count,
  kind,
  place,
  reserve,
  setCounts,
  time,
  wideIndex,
  wides,
  wideValue,
  words,
} from './columns';
export { argCounts, clearSuspect, input, readEvents, readSamples, suspect } from './events';
export { cause, causeM } from './ahead';
export { references, reserveFlags, unnamed } from './names';
export {
  addBatch,
  begin,
  emitted,
  event,
  force,
  forgetAll,
  g,
  last,
  p,
  pass,
  position,
  reserveHistory,
  reserveOrdering,
  reserveSamples,
  run,
  setDoubt,
  states,
  stopped,
  waits,
} from './order';
export { loadState, reserveToken, saveState, token } from './token';

// What follows is for the rare events that JavaScript decides on. Tables are named by 0 (goroutines) and 1 (Ps).

function tableOf(proc: bool): Table<Subject> {
  return proc ? ps : gs;
}

/** Slot of the subject that an argument names. */
export function argSlot(proc: bool, row: u32, n: u32): i32 {
  return slotOf(tableOf(proc), arg(row, n));
}

export function statusOf(proc: bool, slot: i32): u32 {
  return subject(tableOf(proc), slot).status;
}

/** The last number of this generation, NaN for none. */
export function seqOf(proc: bool, slot: i32): f64 {
  return asDouble(subject(tableOf(proc), slot).seq);
}

export function idOf(proc: bool, slot: i32): f64 {
  return <f64>subject(tableOf(proc), slot).id;
}

/** Number of the last GC event, NaN for none. */
export function gcNumber(): f64 {
  return asDouble(gcSeq);
}

function asDouble(seq: i64): f64 {
  return seq === NO_SEQ ? NaN : <f64>seq;
}

/** How many threads have a slot. */
export function threads(): i32 {
  return ms.used;
}

/** The slot of a thread, -1 when the trace has not told of it. */
export function threadSlot(m: f64): i32 {
  return ms.known(<i64>m);
}

/** Slot of the goroutine or P that is bound to a thread, -1 for none. */
export function held(proc: bool, m: i32): i32 {
  return (proc ? thread(m).p1 : thread(m).g1) - 1;
}

/** The next row of a thread. */
export function headRow(m: i32): u32 {
  return thread(m).row;
}

/** Whether a row of that thread has no place yet. */
export function isPending(m: i32, row: u32): bool {
  return pending(m, row);
}

/** How many Ms wait. */
export function waiters(): i32 {
  return waiting.count;
}

/** The M that waits longest, and the one that began to wait after `m`; -1 for none. */
export function firstWaiter(): i32 {
  return waiting.first - 1;
}
export function waiterAfter(m: i32): i32 {
  return thread(m).after - 1;
}

/** Position at which it began to wait. */
export function waitsSince(m: i32): u32 {
  return thread(m).since;
}
