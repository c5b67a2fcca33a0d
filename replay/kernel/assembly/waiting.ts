/** The Ms whose next event waits, by what it waits for. */
import { time } from './columns';
import { gs, ms, ps, Subject, subject, Thread, thread } from './state';

/** What an event waits for: nothing, or which state must change before it is worth another look. */
export const READY: u32 = 0;
export const ON_GOROUTINE: u32 = 1;
export const ON_PROC: u32 = 2;
export const ON_GC: u32 = 3;

/** How many wait. */
export let count: i32 = 0;
/** Slot + 1 of the M that waits longest, and of the one that waits least long. */
export let first: i32 = 0;
let last: i32 = 0;
/** Slot + 1 of the first M that waits for the collector's number. */
let gcWaiter: i32 = 0;
/** Slot + 1 of the first M whose wait changed and was not looked at again. */
let woken: i32 = 0;
/** The earliest waiting event; NaN when it is not known. */
let earliest: f64 = Infinity;

export function clear(): void {
  for (let slot = 0; slot < ms.used; slot++) thread(slot).waits = READY;
  for (let slot = 0; slot < gs.used; slot++) subject(gs, slot).waiter = 0;
  for (let slot = 0; slot < ps.used; slot++) subject(ps, slot).waiter = 0;
  count = first = last = gcWaiter = woken = 0;
  earliest = Infinity;
}

/** The time of the event that waits. */
function headTime(t: Thread): f64 {
  return load<f64>(time + (<usize>t.row << 3));
}

/** The time of the earliest waiting event; infinity when there is none. */
export function earliestTime(): f64 {
  if (Number.isNaN(earliest)) {
    earliest = Infinity;
    for (let m = first; m > 0; m = thread(m - 1).after) {
      earliest = Math.min(earliest, headTime(thread(m - 1)));
    }
  }
  return earliest;
}

/** An M begins to wait. */
export function add(m: i32, since: u32): void {
  const t = thread(m);
  t.since = since;
  t.before = last;
  t.after = 0;
  if (last > 0) thread(last - 1).after = m + 1;
  else first = m + 1;
  last = m + 1;
  count++;
  // Of an unknown one nothing is made known: NaN stays.
  if (headTime(t) < earliest) earliest = headTime(t);
}

/** The M no longer waits; what it waited for was taken from the lists before, or is now. */
export function remove(m: i32): void {
  const t = thread(m);
  if (t.waits !== READY) forget(m, t);
  if (t.before > 0) thread(t.before - 1).after = t.after;
  else first = t.after;
  if (t.after > 0) thread(t.after - 1).before = t.before;
  else last = t.before;
  count--;
  if (headTime(t) === earliest) earliest = count > 0 ? NaN : Infinity;
}

/** Lets a waiting M wait for a change of that kind in that slot. */
export function awaitChange(m: i32, waits: u32, slot: i32): void {
  const t = thread(m);
  t.waits = waits;
  t.waitSlot = slot;
  t.nextWaiter = head(waits, slot);
  setHead(waits, slot, m + 1);
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
function awaited(waits: u32, slot: i32): Subject {
  return subject(waits === ON_PROC ? ps : gs, slot);
}

function head(waits: u32, slot: i32): i32 {
  return waits === ON_GC ? gcWaiter : awaited(waits, slot).waiter;
}

function setHead(waits: u32, slot: i32, m: i32): void {
  if (waits === ON_GC) gcWaiter = m;
  else awaited(waits, slot).waiter = m;
}

/** Takes an M out of the list of those that wait for the same. */
function forget(m: i32, t: Thread): void {
  const waits = t.waits;
  t.waits = READY;
  let other = head(waits, t.waitSlot);
  if (other === m + 1) return setHead(waits, t.waitSlot, t.nextWaiter);
  while (thread(other - 1).nextWaiter !== m + 1) other = thread(other - 1).nextWaiter;
  thread(other - 1).nextWaiter = t.nextWaiter;
}

/** A goroutine or P changed: those that wait for it shall be looked at again. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function touch(s: Subject): void {
  if (s.waiter === 0) return;
  wake(s.waiter);
  s.waiter = 0;
}

export function touchGc(): void {
  if (gcWaiter > 0) wake(gcWaiter);
  gcWaiter = 0;
}

/** Puts a whole list in front of those that are woken. */
function wake(list: i32): void {
  let m = list;
  for (;;) {
    const t = thread(m - 1);
    t.waits = READY;
    if (t.nextWaiter === 0) break;
    m = t.nextWaiter;
  }
  thread(m - 1).nextWaiter = woken;
  woken = list;
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
export function anyWoken(): bool {
  return woken !== 0;
}

/** The next M to look at again, -1 when there is none. */
export function takeWoken(): i32 {
  const m = woken - 1;
  if (m >= 0) woken = thread(m).nextWaiter;
  return m;
}
