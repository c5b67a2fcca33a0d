/** What ordering remembers: a record for each goroutine, P and M. Slots are what JavaScript names them by. */
import { Keyed, Table } from './table';

// @ts-expect-error: decorators are AssemblyScript's
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
  /** Slot + 1 of the first M that waits for a change here. */
  waiter: i32;
  /** The last sequence number of this generation. */
  seq: i64;
  /** The status number of the trace (GO_STATUS, PROC_STATUS). */
  status: u32;
}

@unmanaged
export class Thread extends Keyed {
  /** Slots of what is bound to it, + 1, and the ids that the history gives it then. */
  g1: i32;
  g: f64;
  p: i32;
  p1: i32;
  /** The next row to place, and the end of its run. */
  row: u32;
  end: u32;
  /** Runs of rows, one a batch: the one being read, the last one; index + 1, 0 for none. */
  run: i32;
  lastRun: i32;
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

export const gs = new Table<Subject>(seed);
export const ps = new Table<Subject>(seed);
export const ms = new Table<Thread>(seed);

// @ts-expect-error: decorators are AssemblyScript's
@inline
export function subject(table: Table<Subject>, slot: i32): Subject {
  return changetype<Subject>(table.at(slot));
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
export function thread(slot: i32): Thread {
  return changetype<Thread>(ms.at(slot));
}

/** The slot of a goroutine or P, made when there is none. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function slotOf(table: Table<Subject>, id: i64): i32 {
  const slot = table.known(id);
  return slot >= 0 ? slot : newSubject(table, id);
}

function newSubject(table: Table<Subject>, id: i64): i32 {
  const slot = table.add(id);
  subject(table, slot).seq = NO_SEQ;
  return slot;
}

/** The slot of a thread; all that the runtime writes without one shares a slot, to which nothing is ever bound. */
export function threadOf(id: i64): i32 {
  const slot = ms.known(id);
  return slot >= 0 ? slot : newThread(id);
}

function newThread(id: i64): i32 {
  const slot = ms.add(id);
  bindG(thread(slot), NONE);
  bindP(thread(slot), NONE);
  return slot;
}

/** Binds a goroutine to an M, or none. Nothing is ever bound to what no M wrote. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function bindG(t: Thread, slot: i32): void {
  const bound = t.id === -1 ? NONE : slot;
  t.g1 = bound + 1;
  t.g = bound < 0 ? NONE : <f64>subject(gs, bound).id;
}

/** Binds a P to an M, or none. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function bindP(t: Thread, slot: i32): void {
  const bound = t.id === -1 ? NONE : slot;
  t.p1 = bound + 1;
  t.p = bound < 0 ? NONE : <i32>subject(ps, bound).id;
}

/** A new generation: numbers start again behind the status that each subject will get. */
export function resetSequences(table: Table<Subject>): void {
  for (let slot = 0; slot < table.used; slot++) subject(table, slot).seq = NO_SEQ;
}
