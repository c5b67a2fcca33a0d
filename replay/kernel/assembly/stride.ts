/**
 * Ordering at full stride: as long as the earliest event may take its place and
 * changes nothing that anybody waits for. Whatever is not so simple is left to
 * `run`, which takes one step and comes back here.
 *
 * There is no call in this loop: around one, everything that it keeps in
 * registers would have to leave them.
 */
import { args, argStart, kind, time } from './columns';
import * as frontier from './frontier';
import {
  G_RUNNABLE,
  G_RUNNING,
  G_SYSCALL,
  G_WAITING,
  GCMarkAssistActive,
  GCMarkAssistBegin,
  GCMarkAssistEnd,
  GCSweepActive,
  GCSweepBegin,
  GCSweepEnd,
  GoBlock,
  GoLabel,
  GoroutineStack,
  GoroutineStackAlloc,
  GoroutineStackFree,
  GoStart,
  GoStop,
  GoSyscallBegin,
  GoSyscallEnd,
  GoUnblock,
  HeapAlloc,
  HeapGoal,
  HeapObject,
  HeapObjectAlloc,
  HeapObjectFree,
  P_RUNNING,
  P_SYSCALL,
  ProcsChange,
  Span,
  SpanAlloc,
  SpanFree,
  STWBegin,
  STWEnd,
  UserLog,
  UserRegionBegin,
  UserRegionEnd,
  UserTaskBegin,
  UserTaskEnd,
  NONE_WORD,
} from './specs';
import { gs, NONE, ps, subject, thread } from './state';

/** By event type: what taking its place means. Whatever is not marked is left to `run`. */
const strides: usize = memory.data(256);
/** More than can be done here. */
const STEP: u32 = 0;
/** Nothing but a place in the history. */
const PLAIN: u32 = 1;
/** A goroutine that the event names gets a number and a state. */
const NAMED: u32 = 2;
/** The M's goroutine leaves it. */
const LEAVES: u32 = 3;
const BEGINS_SYSCALL: u32 = 4;
const ENDS_SYSCALL: u32 = 5;

function mark(type: u32, stride: u32): void {
  store<u8>(strides + type, <u8>stride);
}

mark(GoStart, NAMED);
mark(GoUnblock, NAMED);
mark(GoBlock, LEAVES);
mark(GoStop, LEAVES);
mark(GoSyscallBegin, BEGINS_SYSCALL);
mark(GoSyscallEnd, ENDS_SYSCALL);
mark(GCMarkAssistActive, PLAIN);
mark(GCMarkAssistBegin, PLAIN);
mark(GCMarkAssistEnd, PLAIN);
mark(GCSweepActive, PLAIN);
mark(GCSweepBegin, PLAIN);
mark(GCSweepEnd, PLAIN);
mark(GoLabel, PLAIN);
mark(GoroutineStack, PLAIN);
mark(GoroutineStackAlloc, PLAIN);
mark(GoroutineStackFree, PLAIN);
mark(HeapAlloc, PLAIN);
mark(HeapGoal, PLAIN);
mark(HeapObject, PLAIN);
mark(HeapObjectAlloc, PLAIN);
mark(HeapObjectFree, PLAIN);
mark(ProcsChange, PLAIN);
mark(Span, PLAIN);
mark(SpanAlloc, PLAIN);
mark(SpanFree, PLAIN);
mark(STWBegin, PLAIN);
mark(STWEnd, PLAIN);
mark(UserLog, PLAIN);
mark(UserRegionBegin, PLAIN);
mark(UserRegionEnd, PLAIN);
mark(UserTaskBegin, PLAIN);
mark(UserTaskEnd, PLAIN);

/** The last time emitted when the loop came back. */
export let lastEmitted: f64 = 0;

/**
 * Places events from `position` on, up to `end` of them in all, and returns how
 * many the history has then. `limit` is a time not to go past: a CPU sample may
 * have its place there. The other parameters are the history and the last time
 * in it.
 */
export function stride(
  from: u32,
  end: u32,
  limit: f64,
  lastTime: f64,
  states: usize,
  events: usize,
  procs: usize,
  goroutines: usize,
  emitted: usize,
): u32 {
  lastEmitted = lastTime;
  if (frontier.size === 0 || !gs.any || !ps.any) return from;
  const kinds = kind;
  const times = time;
  const starts = argStart;
  const words = args;
  let last = lastTime;
  let position = from;
  let t = thread(frontier.top());
  // As long as its next event is not later than that of any other M, the M at the top stays there.
  let others = frontier.secondTime();
  let row = t.row;
  let raw = load<f64>(times + (<usize>row << 3));
  // The last row of a run: where the M goes on is for `run` to find.
  while (position < end && row + 1 < t.end && raw <= limit) {
    const type = <u32>load<u8>(kinds + row);
    const what = <u32>load<u8>(strides + type);
    const procId = t.p;
    const goId = t.g;
    if (what !== PLAIN) {
      if (what === NAMED) {
        const index = words + (<usize>load<u32>(starts + (<usize>row << 2)) << 2);
        const id = load<u32>(index);
        const number = load<u32>(index, 4);
        if (id >= NONE_WORD || number >= NONE_WORD) break;
        const slot = gs.near(id);
        if (slot < 0) break;
        const s = subject(gs, slot);
        const fits = (load<u8>(states + type) & (<u32>1 << s.status)) !== 0 && s.seq + 1 === <i64>number;
        // To what no M wrote, no goroutine is bound.
        if (!fits || s.waiter !== 0 || t.id === -1) break;
        s.seq = number;
        if (type === GoStart) {
          s.status = G_RUNNING;
          t.g1 = slot + 1;
          t.g = id;
        } else s.status = G_RUNNABLE;
      } else if (what === LEAVES) {
        if (t.g1 === 0) break;
        const s = subject(gs, t.g1 - 1);
        if (s.waiter !== 0) break;
        s.status = type === GoBlock ? G_WAITING : G_RUNNABLE;
        t.g1 = 0;
        t.g = NONE;
      } else if (what === STEP || t.g1 === 0 || t.p1 === 0) {
        break;
      } else {
        const s = subject(gs, t.g1 - 1);
        const held = subject(ps, t.p1 - 1);
        if (s.waiter !== 0 || held.waiter !== 0) break;
        if (what === BEGINS_SYSCALL) {
          const number = load<u32>(words + (<usize>load<u32>(starts + (<usize>row << 2)) << 2));
          if (number >= NONE_WORD || held.seq + 1 !== <i64>number) break;
          held.seq = number;
          s.status = G_SYSCALL;
          held.status = P_SYSCALL;
        } else {
          s.status = G_RUNNING;
          held.status = P_RUNNING;
        }
      }
    }
    last = raw > last ? raw : last + 1;
    store<u32>(events + (<usize>position << 2), row);
    store<i32>(procs + (<usize>position << 2), procId);
    store<f64>(goroutines + (<usize>position << 3), goId);
    store<f64>(emitted + (<usize>position << 3), last);
    position++;
    row++;
    raw = load<f64>(times + (<usize>row << 3));
    if (raw <= others) continue;
    t.row = row;
    frontier.sinkTop(raw);
    t = thread(frontier.top());
    others = frontier.secondTime();
    row = t.row;
    raw = frontier.topTime();
  }
  t.row = row;
  frontier.keepTop(raw);
  lastEmitted = last;
  return position;
}
