/**
 * What timelines show of changes of state: time is cut into buckets, and for each of them is counted how
 * long each state holds in it.
 */
import { Changes } from './changes';
import { room } from './memory';
import { KEPT_PIECE, STATES_MOST } from './specs';

@unmanaged
class Line {
  state: u32;
  bucket: u32;
  since: f64;
  bucketEnd: f64;
  /** By state, then by bucket: how long it holds there, f64. */
  held: usize;
}

/** From when to when, and how long a bucket is. */
let start: f64 = 0;
let last: f64 = 0;
let width: f64 = 0;
let buckets: u32 = 0;

/** By serial number, of which there are so many, u32: how many changes. */
export function countChanges(changes: Changes, serials: u32): usize {
  const counts = room(<f64>max<u32>(serials, 1) * 4);
  memory.fill(counts, 0, <usize>serials * 4);
  const all = changes.count;
  for (let first: u32 = 0; first < all; first += KEPT_PIECE) {
    const serials = changes.pieceAt(first / KEPT_PIECE) + KEPT_PIECE * 8;
    const count = min(KEPT_PIECE, all - first);
    for (let i: u32 = 0; i < count; i++) {
      const cell = counts + (<usize>load<u32>(serials + (<usize>i << 2)) << 2);
      store<u32>(cell, load<u32>(cell) + 1);
    }
  }
  return counts;
}

/**
 * The held times of so many lines, one behind the other. `lines` says by serial number, in 16 bits, which
 * line it is in, at or above their number for none; it is freed.
 */
export function roundChanges(changes: Changes, lines: usize, count: u32, from: f64, to: f64, each: f64): usize {
  start = from;
  last = min(to, changes.until);
  width = each;
  buckets = <u32>Math.ceil((to - from) / each) + 1;
  const all = changes.count;
  const size = <usize>STATES_MOST * buckets * 8;
  const held = room(<f64>size * max(count, 1));
  memory.fill(held, 0, size * count);
  const first = room(<f64>offsetof<Line>() * max(count, 1));
  for (let i: u32 = 0; i < count; i++) begin(lineAt(first, i), held + i * size);
  for (let before: u32 = 0; before < all; before += KEPT_PIECE) {
    const times = changes.pieceAt(before / KEPT_PIECE);
    const serials = times + KEPT_PIECE * 8;
    const states = times + KEPT_PIECE * 12;
    const some = min(KEPT_PIECE, all - before);
    for (let i: u32 = 0; i < some; i++) {
      const line = <u32>load<u16>(lines + (<usize>load<u32>(serials + (<usize>i << 2)) << 1));
      if (line >= count) continue;
      const t = lineAt(first, line);
      const time = load<f64>(times + (<usize>i << 3));
      const until = time < last ? time : last;
      if (until > t.since) fill(t, until);
      t.state = load<u8>(states + i);
    }
  }
  for (let i: u32 = 0; i < count; i++) fill(lineAt(first, i), last);
  heap.free(first);
  heap.free(lines);
  return held;
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
function lineAt(first: usize, n: u32): Line {
  return changetype<Line>(first + <usize>n * offsetof<Line>());
}

function begin(line: Line, held: usize): void {
  line.state = 0;
  line.since = start;
  line.bucket = 0;
  line.bucketEnd = start + width;
  line.held = held;
}

/** Its state holds until then. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
function fill(line: Line, until: f64): void {
  while (line.since < until) {
    // A bucket ends where the next one begins.
    if (line.since >= line.bucketEnd) {
      line.bucket = <u32>((line.since - start) / width);
      line.bucketEnd = start + <f64>(line.bucket + 1) * width;
    }
    const next = min(until, line.bucketEnd);
    const cell = line.held + (<usize>(line.state * buckets + line.bucket) << 3);
    store<f64>(cell, load<f64>(cell) + (next - line.since));
    line.since = next;
  }
}
