/**
 * Puts the events of all Ms into one history. What it promises stands in
 * replay/order; this is its loop. It returns to JavaScript for what is rare:
 * an event that can only be let through.
 */
import { arg, kind, time } from './columns';
import { apply, forgetGc, gcSeq, release } from './effects';
import * as frontier from './frontier';
import { grown, keepFree } from './memory';
import { addRun, nextRow, resetRuns } from './runs';
import {
  GCEnd,
  GoDestroySyscall,
  GoSwitch,
  GoSwitchDestroy,
  GoSyscallBegin,
  ProcStart,
  WAIT_GC,
  WAIT_GOROUTINE,
  WAIT_PROC,
} from './specs';
import {
  gs,
  ms,
  NO_SEQ,
  NONE,
  PLACED,
  ps,
  resetSequences,
  Subject,
  slotOf,
  subject,
  thread,
  threadOf,
} from './state';
import { Table } from './table';
import { lastEmitted, stride } from './stride';
import * as waiting from './waiting';
import { ON_GC, ON_GOROUTINE, ON_PROC, READY } from './waiting';

/** Why `run` came back. */
const DONE: i32 = 0;
/** Every M waits. */
const STUCK: i32 = 1;
/** `stopped` waits for a number that has gone by. */
const PAST: i32 = 2;
/** The next event of `stopped` carries a number that does not fit, and waits for none. */
const AT_ONCE: i32 = 3;
/** So many events were placed that it is time to look at those that wait. */
const DOUBT: i32 = 4;

/** By event type, from the table of guards: what it waits for, and a bit for each state that lets it pass. */
export const waits: usize = memory.data(256);
export const states: usize = memory.data(256);

/** By position in the history: u32, i32, f64, f64. */
export let event: usize = 0;
export let p: usize = 0;
export let g: usize = 0;
export let emitted: usize = 0;
let room: u32 = 0;

export let position: u32 = 0;
/** The last time emitted. */
export let last: f64 = -Infinity;
/** The M that `run` came back for. */
export let stopped: i32 = NONE;
/** Position at which `run` comes back with DOUBT. */
let nextDoubt: u32 = 0;

/** Rows of the CPU samples, by time. */
export let samples: usize = 0;
let sampleRoom: u32 = 0;
let sample: u32 = 0;
let sampleEnd: u32 = 0;
let sampleTime: f64 = Infinity;

/** Slot that the last answer of `blockedOn` means. */
let blocker: i32 = 0;

/** Makes room for a history of so many events. */
export function reserveHistory(events: u32): void {
  if (events > room) {
    if (room > 0) {
      heap.free(event);
      heap.free(p);
      heap.free(g);
      heap.free(emitted);
    }
    // The next generation may be somewhat larger; what is not touched costs no memory, to move does.
    room = events + (events >> 2);
    event = grown(0, 0, <f64>room * 4);
    p = grown(0, 0, <f64>room * 4);
    g = grown(0, 0, <f64>room * 8);
    emitted = grown(0, 0, <f64>room * 8);
  }
}

/** Keeps free what the ordering of so many events may need besides. */
export function reserveOrdering(events: u32): void {
  keepFree(<f64>events * 128 + 1048576);
}

/** Room for the rows of so many CPU samples, which JavaScript fills in. */
export function reserveSamples(n: u32): usize {
  if (n > sampleRoom) {
    samples = grown(samples, 0, <f64>n * 4);
    sampleRoom = n;
  }
  sample = 0;
  sampleEnd = n;
  return samples;
}

/** Begins a generation, whose runs and samples are added next. `sync` is the time that Go's Sync event takes. */
export function begin(sync: f64, doubt: u32): void {
  last = sync;
  position = 0;
  nextDoubt = doubt;
  resetSequences(gs);
  resetSequences(ps);
  resetRuns();
  frontier.clear();
  waiting.clear();
  reserveSamples(0);
}

/** Adds the rows of a batch of thread `m`. */
export function addBatch(m: f64, first: u32, end: u32): void {
  const slot = threadOf(<i64>m);
  if (addRun(slot, first, end)) frontier.push(slot, timeOf(first));
}

export function setDoubt(at: u32): void {
  nextDoubt = at;
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
function timeOf(row: u32): f64 {
  return load<f64>(time + (<usize>row << 3));
}

/** Goes on until the generation is ordered or something is for JavaScript to decide. */
export function run(): i32 {
  nextSample();
  while (position < nextDoubt) {
    position = stride(position, nextDoubt, sampleTime, last, states, event, p, g, emitted);
    last = lastEmitted;
    if (sampleTime < frontier.topTime() && sampleTime < waiting.earliestTime()) {
      placeSample();
      continue;
    }
    if (frontier.size === 0) return waiting.count === 0 ? DONE : STUCK;
    const m = frontier.top();
    const row = thread(m).row;
    const type = <u32>load<u8>(kind + row);
    const blocked = blockedOn(type, row, m);
    if (blocked !== READY) {
      park(m, blocked);
      if (!hasPassed(type, row)) continue;
      stopped = m;
      return PAST;
    }
    if (type === GoSyscallBegin && !numberFits(row, m)) {
      stopped = m;
      return AT_ONCE;
    }
    step(m, row, type);
  }
  return DOUBT;
}

/** Lets the event that `run` stopped at with AT_ONCE pass. */
export function pass(): void {
  const row = thread(stopped).row;
  step(stopped, row, <u32>load<u8>(kind + row));
}

/** Places the event of the top M. */
function step(m: i32, row: u32, type: u32): void {
  place(m, row, type);
  apply(type, row, m, blocker);
  const t = thread(m);
  if (nextRow(t)) frontier.retime(timeOf(t.row));
  else {
    t.row = PLACED;
    frontier.pop();
  }
  if (waiting.anyWoken()) retryWoken();
}

/** Lets a waiting event pass, and takes what it implies for true from here on. */
export function force(m: i32): void {
  waiting.remove(m);
  const row = thread(m).row;
  const type = <u32>load<u8>(kind + row);
  place(m, row, type);
  release(type, m);
  apply(type, row, m, namedSlot(type, row));
  const t = thread(m);
  if (nextRow(t)) frontier.push(m, timeOf(t.row));
  else t.row = PLACED;
  retryWoken();
}

/** Slot of the goroutine or P that the event names and waits for. */
function namedSlot(type: u32, row: u32): i32 {
  const wait = <u32>load<u8>(waits + type);
  if (wait !== WAIT_GOROUTINE && wait !== WAIT_PROC) return NONE;
  return slotOf(wait === WAIT_GOROUTINE ? gs : ps, arg(row, 0));
}

/** Gives the event its place, with what its M held before it took effect. */
function place(m: i32, row: u32, type: u32): void {
  const t = thread(m);
  // A cgo callback that ends with a P is two events to Go's reader, the first a ProcSteal.
  if (type === GoDestroySyscall && t.p1 > 0) emit(row);
  put(row, t.p, t.g);
  // And a switch is three: unblock, block or destroy, start.
  if (type === GoSwitch || type === GoSwitchDestroy) last += 2;
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
function put(row: u32, procId: i32, goId: f64): void {
  const at = <usize>(position++);
  store<u32>(event + (at << 2), row);
  store<i32>(p + (at << 2), procId);
  store<f64>(g + (at << 3), goId);
  store<f64>(emitted + (at << 3), emit(row));
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
function emit(row: u32): f64 {
  const raw = timeOf(row);
  last = raw > last ? raw : last + 1;
  return last;
}

function nextSample(): void {
  sampleTime = sample < sampleEnd ? timeOf(load<u32>(samples + (<usize>sample << 2))) : Infinity;
}

function placeSample(): void {
  const row = load<u32>(samples + (<usize>(sample++) << 2));
  const goId = arg(row, 2);
  // A sample says 0 where an event says "none".
  put(row, <i32>arg(row, 1), goId === 0 ? NONE : <f64>goId);
  nextSample();
}

/** Takes the top M out of the frontier until what it waits for changes. */
function park(m: i32, blocked: u32): void {
  waiting.add(m, position);
  frontier.pop();
  waiting.awaitChange(m, blocked, blocker);
}

/** Puts the Ms whose event became ready back into the frontier. */
function retryWoken(): void {
  for (let m = waiting.takeWoken(); m >= 0; m = waiting.takeWoken()) {
    const t = thread(m);
    const blocked = blockedOn(<u32>load<u8>(kind + t.row), t.row, m);
    if (blocked !== READY) {
      waiting.awaitChange(m, blocked, blocker);
      continue;
    }
    waiting.remove(m);
    frontier.push(m, timeOf(t.row));
  }
}

/** Whether the event can take its place now; if not, `blocker` names the slot that must change. */
function blockedOn(type: u32, row: u32, m: i32): u32 {
  const wait = <u32>load<u8>(waits + type);
  if (wait === 0) return READY;
  if (wait === WAIT_GOROUTINE) return fits(gs, type, row) ? READY : ON_GOROUTINE;
  return rarelyBlockedOn(wait, type, row, m);
}

function rarelyBlockedOn(wait: u32, type: u32, row: u32, m: i32): u32 {
  if (wait === WAIT_GC) return gcFits(type, row) ? READY : ON_GC;
  const held = thread(m).p1 - 1;
  if (wait === WAIT_PROC) {
    if (!fits(ps, type, row)) return ON_PROC;
    if (type !== ProcStart || held < 0) return READY;
    // A thief has yet to take the P that this M left behind in a syscall.
    blocker = held;
    return ON_PROC;
  }
  blocker = held;
  return held < 0 || passes(type, subject(ps, held)) ? READY : ON_PROC;
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
function passes(type: u32, s: Subject): bool {
  return (load<u8>(states + type) & (<u32>1 << s.status)) !== 0;
}

/** Arguments 0 and 1 name the subject and its next number. */
function fits(table: Table<Subject>, type: u32, row: u32): bool {
  blocker = slotOf(table, arg(row, 0));
  const s = subject(table, blocker);
  return passes(type, s) && arg(row, 1) === s.seq + 1;
}

function gcFits(type: u32, row: u32): bool {
  return gcSeq === NO_SEQ ? type !== GCEnd : arg(row, 0) === gcSeq + 1;
}

/** Whether the number of a waiting event is not above the last one: numbers never go back. */
function hasPassed(type: u32, row: u32): bool {
  const wait = <u32>load<u8>(waits + type);
  if (wait === WAIT_GC) return <u64>arg(row, 0) <= <u64>gcSeq && gcSeq !== NO_SEQ;
  if (wait !== WAIT_GOROUTINE && wait !== WAIT_PROC) return false;
  const table = wait === WAIT_GOROUTINE ? gs : ps;
  const seq = subject(table, slotOf(table, arg(row, 0))).seq;
  return seq !== NO_SEQ && <u64>arg(row, 1) <= <u64>seq;
}

/** GoSyscallBegin never waits, but its number must fit. Without a P there is none to compare it with. */
function numberFits(row: u32, m: i32): bool {
  const held = thread(m).p1 - 1;
  return held < 0 || arg(row, 0) === subject(ps, held).seq + 1;
}

/** Forgets everything: a generation is missing. */
export function forgetAll(): void {
  gs.clear();
  ps.clear();
  ms.clear();
  forgetGc();
}
