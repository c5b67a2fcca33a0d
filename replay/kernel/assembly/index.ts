/** What JavaScript sees of the kernel: see `KernelExports` in kernel.ts. */
import { arg } from './columns';
import { gcSeq } from './effects';
import { pending } from './runs';
import { gs, ms, NO_SEQ, ps, Subject, slotOf, subject, thread } from './state';
import { Table } from './table';
import * as waiting from './waiting';
import { countStates } from './census';
import { Changes, ofCollector, ofGoroutines, ofProcs, ofThreads, ofWorld } from './changes';
import { room } from './memory';
import { countChanges, roundChanges } from './rounding';
import {
  KEPT_ROWS_AGAIN,
  KEPT_ROWS_FOREIGN,
  KEPT_ROWS_STRAYS,
  LOGS_GC,
  LOGS_GOROUTINE,
  LOGS_M,
  LOGS_P,
  SLOTS_GOROUTINES,
  SLOTS_PROCS,
} from './specs';
import { again, foreign, Kept, strays, unstated } from './rows';
import { goroutines, procs, Slots, threads as judgedThreads } from './world';

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
export {
  batchThreads,
  counts,
  enter,
  facetCounts,
  firstRows,
  forgetStacks,
  gives,
  indexBatches,
  runLane,
  reserveBatches,
  selections,
  steps,
  strings,
  tellStack,
} from './lane';
export { keepNoChanges } from './changes';
export { asked, beginRows, endRows, seeRows } from './rows';
export { forgetTasks, isTaskOpen, moves, procsRunning, setProcsRunning, setTask } from './world';

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

// The judge's world. Its tables are named by SLOTS of replay/judge/layout.ts, its changes as the tables above.

function slotsOf(kind: u32): Slots {
  return kind === SLOTS_GOROUTINES ? goroutines : kind === SLOTS_PROCS ? procs : judgedThreads;
}

export function slotsBlock(kind: u32): usize {
  return slotsOf(kind).block;
}

export function slotsRoom(kind: u32): i32 {
  return slotsOf(kind).room;
}

/** How many slots were ever used at one time. */
export function slotsUsed(kind: u32): i32 {
  return slotsOf(kind).index.used;
}

export function slotsSeen(kind: u32): i32 {
  return slotsOf(kind).seen;
}

/** Ids in the order in which they were added. */
export function slotsIds(kind: u32): usize {
  return slotsOf(kind).ids;
}

export function slotsNamed(kind: u32): u32 {
  return slotsOf(kind).named;
}

export function findSlot(kind: u32, id: f64): i32 {
  return slotsOf(kind).find(id);
}

export function addSlot(kind: u32, id: f64, state: u32, setBy: f64): i32 {
  return slotsOf(kind).add(id, state, setBy);
}

export function removeSlot(kind: u32, slot: i32): void {
  slotsOf(kind).remove(slot);
}

export function forgetSlots(kind: u32): void {
  slotsOf(kind).forget();
}

// Changes of state are named by LOGS there. What the last ones give is the caller's, who frees it.

function changesOf(log: u32): Changes {
  if (log === LOGS_GOROUTINE) return ofGoroutines;
  if (log === LOGS_P) return ofProcs;
  if (log === LOGS_M) return ofThreads;
  return log === LOGS_GC ? ofCollector : ofWorld;
}

/** False where there is no room: `openChanges` makes it. */
export function addChange(log: u32, serial: u32, state: u32, time: f64): bool {
  const changes = changesOf(log);
  if (changes.isFull) return false;
  changes.put(serial, state, time);
  return true;
}

export function openChanges(log: u32): void {
  changesOf(log).open();
}

/** How many changes are kept, and where the times, the serial numbers and the states of each piece of them begin. */
export function changesCount(log: u32): u32 {
  return changesOf(log).count;
}

export function changesPiece(log: u32, n: u32): usize {
  return changesOf(log).pieceAt(n);
}

export function changesPerSerial(log: u32, serials: u32): usize {
  return countChanges(changesOf(log), serials);
}

export function changesHeld(log: u32, lines: usize, count: u32, start: f64, end: f64, width: f64): usize {
  return roundChanges(changesOf(log), lines, count, start, end, width);
}

export function changesTogether(log: u32, serials: u32, start: f64, end: f64, parts: u32): usize {
  return countStates(changesOf(log), serials, start, end, parts);
}

// Rows that were kept are named by KEPT_ROWS there.

function keptOf(which: u32): Kept {
  if (which === KEPT_ROWS_STRAYS) return strays;
  if (which === KEPT_ROWS_AGAIN) return again;
  return which === KEPT_ROWS_FOREIGN ? foreign : unstated;
}

export function keptRows(which: u32): usize {
  return keptOf(which).at;
}

export function keptCount(which: u32): u32 {
  return keptOf(which).count;
}

export function allocate(bytes: u32): usize {
  return room(<f64>bytes);
}

export function free(address: usize): void {
  heap.free(address);
}
