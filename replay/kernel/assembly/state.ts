/** What ordering remembers: a record for each goroutine, P and M. Slots are what JavaScript names them by. */
import { Keyed, Table } from './table';

// @ts-ignore: decorators are AssemblyScript's
@external('env', 'seed')
declare const seed: u32;

/** The state of a subject that the trace has not told of yet. */
export const UNKNOWN: u32 = 0;
/** The number of a subject that has none in this generation. No event carries its successor. */
export const NO_SEQ: i64 = i64.MIN_VALUE;
/** No goroutine or P bound, no M. */
export const NONE: i32 = -1;
/** The row of an M that has none left: above every row. */
export const PLACED: u32 = 0x7fffffff;

/** A goroutine or P. */
@unmanaged
export class Subject extends Keyed {
  /** The last sequence number of this generation. */
  seq: i64;
  /** The status number of the trace (GO_STATUS, PROC_STATUS). */
  status: u32;
  /** Slot + 1 of the first M that waits for a change here. */
  waiter: i32;
}

@unmanaged
export class Thread extends Keyed {
  /** The next row to place, and the end of its run. */
  row: u32;
  end: u32;
  /** Runs of rows, one a batch: the one being read, the last one; index + 1, 0 for none. */
  run: i32;
  lastRun: i32;
  /** Slots of what is bound to it, + 1. */
  g1: i32;
  p1: i32;
  /** While it waits: position at which it began to, and what for. */
  since: u32;
  waits: u32;
  waitSlot: i32;
  /** Slot + 1 of the next M that waits for the same. */
  nextWaiter: i32;
  /** Slot + 1 of the Ms that began to wait before and after it. */
  before: i32;
  after: i32;
}

/** Bytes of the records; a whole number of cache lines holds a whole number of them. */
const SUBJECT: u32 = 32;
const THREAD: u32 = 64;

export const gs = new Table(SUBJECT, seed);
export const ps = new Table(SUBJECT, seed);
export const ms = new Table(THREAD, seed);

// @ts-ignore: decorators are AssemblyScript's
@inline
export function subject(table: Table, slot: i32): Subject {
  return changetype<Subject>(table.at(slot));
}

// @ts-ignore: decorators are AssemblyScript's
@inline
export function thread(slot: i32): Thread {
  return changetype<Thread>(ms.at(slot));
}

/** The slot of a goroutine or P, made when there is none. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function slotOf(table: Table, id: i64): i32 {
  const slot = table.known(id);
  return slot >= 0 ? slot : newSubject(table, id);
}

function newSubject(table: Table, id: i64): i32 {
  const slot = table.add(id);
  subject(table, slot).seq = NO_SEQ;
  return slot;
}

/** The slot of a thread; all that the runtime writes without one shares a slot, to which nothing is ever bound. */
export function threadOf(id: i64): i32 {
  const slot = ms.known(id);
  return slot >= 0 ? slot : ms.add(id);
}

/** A new generation: numbers start again behind the status that each subject will get. */
export function resetSequences(table: Table): void {
  for (let slot = 0; slot < table.used; slot++) subject(table, slot).seq = NO_SEQ;
}
