/** How many things were in which state over time: what the counts of timelines are made of. */
import { Changes } from './changes';
import { room } from './memory';
import { KEPT_PIECE, STATES_MOST } from './specs';

/**
 * By part of the time, then by state, f64: the time that all things together were in it; NaN where the part is not
 * known to its end. What is counted of state 0, in which everything was before, means nothing. A change is put down for
 * what is left of its part, and for all parts behind it, so that it costs a few additions. The caller frees it.
 */
export function countStates(changes: Changes, serials: u32, start: f64, end: f64, parts: u32): usize {
  const width = (end - start) / <f64>parts;
  const last = min(end, changes.until);
  const row = <usize>STATES_MOST * 8;
  const result = room(<f64>row * <f64>parts);
  memory.fill(result, 0, row * parts);
  const state = room(<f64>max<u32>(serials, 1));
  memory.fill(state, 0, serials);
  // By state: how many more at the part's end than at its beginning, and how many at its beginning.
  const since = room(<f64>row * 2);
  memory.fill(since, 0, row * 2);
  let part: u32 = 0;
  let from = start;
  let until = start + width;
  let spent = result;
  const all = changes.count;
  for (let before: u32 = 0; before < all; before += KEPT_PIECE) {
    const times = changes.pieceAt(before / KEPT_PIECE);
    const some = min(KEPT_PIECE, all - before);
    for (let i: u32 = 0; i < some; i++) {
      // Where clocks differ, what comes later in the order may bear an earlier time: it is put down to this part.
      const time = min(last, max(from, load<f64>(times + (<usize>i << 3))));
      while (time >= until && part + 1 < parts) {
        complete(spent, since, width);
        part++;
        spent += row;
        from = until;
        until = part + 1 < parts ? start + <f64>(part + 1) * width : end;
      }
      const cell = state + <usize>load<u32>(times + KEPT_PIECE * 8 + (<usize>i << 2));
      const is = load<u8>(times + KEPT_PIECE * 12 + i);
      move(spent, since, load<u8>(cell), is, until - time);
      store<u8>(cell, is);
    }
  }
  for (; part < parts; part++) {
    const ends = part + 1 < parts ? start + <f64>(part + 1) * width : end;
    if (ends <= last) complete(spent, since, width);
    else forget(spent);
    spent += row;
  }
  heap.free(state);
  heap.free(since);
  return result;
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
function add(cell: usize, value: f64): void {
  store<f64>(cell, load<f64>(cell) + value);
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
function move(spent: usize, since: usize, was: u32, is: u32, left: f64): void {
  add(since + (<usize>was << 3), -1);
  add(since + (<usize>is << 3), 1);
  add(spent + (<usize>was << 3), -left);
  add(spent + (<usize>is << 3), left);
}

/** Those that were there at its beginning are there throughout, but for what was put down. */
function complete(spent: usize, since: usize, width: f64): void {
  const there = since + STATES_MOST * 8;
  for (let s: usize = 0; s < <usize>STATES_MOST * 8; s += 8) {
    const count = load<f64>(there + s);
    add(spent + s, count * width);
    store<f64>(there + s, count + load<f64>(since + s));
    store<f64>(since + s, 0);
  }
}

function forget(spent: usize): void {
  for (let s: usize = 0; s < <usize>STATES_MOST * 8; s += 8) store<f64>(spent + s, NaN);
}
