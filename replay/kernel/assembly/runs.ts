/** Where in the generation each M is: its rows are runs, one a batch, in the order of the file. */
import { grown } from './memory';
import { ms, PLACED, Thread, thread } from './state';

/** A run: rows `[first, last)`, and the next run of that M, + 1. */
@unmanaged
class Run {
  first: u32;
  last: u32;
  next: i32;
}
const RUN: i32 = 12;

let runs: usize = 0;
let used: i32 = 0;
let room: i32 = 0;

function run(index: i32): Run {
  return changetype<Run>(runs + <usize>(index * RUN));
}

/** Forgets the runs of the generation before. */
export function resetRuns(): void {
  used = 0;
  for (let slot = 0; slot < ms.used; slot++) {
    const t = thread(slot);
    t.run = t.lastRun = 0;
    t.row = PLACED;
  }
}

/** Adds the rows of a batch; true for the first of its M. */
export function addRun(slot: i32, first: u32, last: u32): bool {
  if (used === room) {
    room = max(256, room * 2);
    runs = grown(runs, <f64>used * RUN, <f64>room * RUN);
  }
  const added = run(used++);
  added.first = first;
  added.last = last;
  added.next = 0;
  const t = thread(slot);
  const before = t.lastRun;
  t.lastRun = used;
  if (before > 0) {
    run(before - 1).next = used;
    return false;
  }
  t.run = used;
  t.row = first;
  t.end = last;
  return true;
}

/** Moves an M on to its next row; false when it has no more. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function nextRow(t: Thread): bool {
  return ++t.row < t.end || enterNext(t);
}

function enterNext(t: Thread): bool {
  const next = run(t.run - 1).next;
  if (next === 0) return false;
  t.run = next;
  t.row = run(next - 1).first;
  t.end = run(next - 1).last;
  return true;
}

/** Whether a row of that M was not placed yet. Runs of an M ascend, since batches are in file order. */
export function pending(slot: i32, row: u32): bool {
  const t = thread(slot);
  return t.lastRun > 0 && row >= t.row && row < run(t.lastRun - 1).last;
}

/** The run that an M is in, + 1, and the one after it; 0 for none. */
export function firstRun(slot: i32): i32 {
  return thread(slot).run;
}
export function nextRun(index: i32): i32 {
  return run(index - 1).next;
}

export function runStart(index: i32): u32 {
  return run(index - 1).first;
}
export function runEnd(index: i32): u32 {
  return run(index - 1).last;
}
