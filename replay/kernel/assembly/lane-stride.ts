/**
 * The lane at full stride: events of the four commonest shapes, whose M and goroutine stand where they are
 * looked for first. It says again, without a call, what lane.ts says (stride.ts says why), and leaves to it
 * whatever is not so simple.
 */
import { ofGoroutines, ofProcs } from './changes';
import { args, argStart, kind, time } from './columns';
import {
  BLOCK_BITS,
  batchThreads,
  begunWith,
  blocks,
  count,
  counts,
  ends,
  facetCounts,
  firstRows,
  given,
  reasonOf,
  rooted,
  selects,
  steps,
  stopper,
  tolerance,
  wakes,
} from './lane';
import { event } from './order';
import {
  AT_HOLDER,
  AT_OTHER,
  AT_SERIAL,
  AT_SETBY,
  AT_SINCE,
  AT_STATE,
  LANE_FROM,
  LANE_GIVERS,
  LANE_NEEDS,
  LANE_PACE,
  LANE_ROOTED,
  LANE_ROW,
  LANE_SELECTION,
  LANE_STEPS,
  LANE_STEPSIZE,
  LANE_TO,
  NEED_G,
  NEED_M,
  NEED_NOG,
  NEED_NOP,
  NEED_P,
  NONE_WORD,
  PACE_LEAVES,
  PACE_PASSES,
  PACE_SLOW,
  PACE_WAKES,
  PROC_RUNNING,
  REASONS,
  UNASKED,
} from './specs';
import { addRunning, goroutines, procs, threads } from './world';

/** Takes events from a position on; where it came to. */
export function laneStride(from: u32, end: u32, before: f64): u32 {
  if (!goroutines.index.any) return from;
  const kinds = kind;
  const times = time;
  const starts = argStart;
  const words = args;
  const events = event;
  const firsts = firstRows;
  const early = tolerance;
  const stopped = stopper;
  const gState = goroutines.column(AT_STATE);
  const gSince = goroutines.column(AT_SINCE);
  const gSetBy = goroutines.column(AT_SETBY);
  const gThread = goroutines.column(AT_HOLDER);
  const gWait = goroutines.column(AT_OTHER);
  const gSerial = goroutines.column(AT_SERIAL);
  const pState = procs.column(AT_STATE);
  const pSince = procs.column(AT_SINCE);
  const pSetBy = procs.column(AT_SETBY);
  const pSerial = procs.column(AT_SERIAL);
  const mProc = threads.column(AT_HOLDER);
  const mGoroutine = threads.column(AT_OTHER);
  const mSetBy = threads.column(AT_SETBY);
  let position = from;
  for (; position < end; position++) {
    const row = load<u32>(events + (<usize>position << 2));
    const step = steps + <usize>load<u8>(kinds + row) * (LANE_STEPS * LANE_STEPSIZE);
    const pace = <u32>load<u8>(step, LANE_PACE);
    if (pace === PACE_SLOW || ofGoroutines.isFull || ofProcs.isFull) break;
    let at = load<u32>(blocks + (<usize>(row >> BLOCK_BITS) << 2));
    while (load<u32>(firsts + ((<usize>at + 1) << 2)) <= row) at++;
    const m = load<i32>(batchThreads + (<usize>at << 2));
    if (m < 0) break;
    const p = load<i32>(mProc + (<usize>m << 2));
    const running = load<i32>(mGoroutine + (<usize>m << 2));
    const met = NEED_M | (p < 0 ? NEED_NOP : NEED_P) | (running < 0 ? NEED_NOG : NEED_G);
    if ((<u32>load<u8>(step, LANE_NEEDS) & ~met) !== 0) break;
    const argument = words + (<usize>load<u32>(starts + (<usize>row << 2)) << 2);
    const word = load<u32>(argument);
    let g = running;
    if (pace >= PACE_WAKES) {
      if (word >= NONE_WORD) break;
      g = goroutines.index.near(word);
    }
    if (g < 0 || g === stopped || (<u32>load<u8>(step, LANE_FROM) & (<u32>1 << load<u8>(gState + g))) === 0) break;
    const now = load<f64>(times + (<usize>row << 3));
    if (load<f64>(gSince + (<usize>g << 3)) > now + early) break;
    const taken = <usize>load<u16>(step, LANE_ROW);
    const index = before + <f64>position;
    if (pace === PACE_PASSES) {
      const also = step + LANE_STEPSIZE;
      if (p < 0 || (<u32>load<u8>(also, LANE_NEEDS) & ~met) !== 0) break;
      const state = <u32>load<u8>(pState + p);
      if ((<u32>load<u8>(also, LANE_FROM) & (<u32>1 << state)) === 0) break;
      if (load<f64>(pSince + (<usize>p << 3)) > now + early) break;
      const to = <u32>load<u8>(also, LANE_TO);
      count(counts + (<usize>load<u16>(also, LANE_ROW) << 2));
      addRunning(<i32>(to === PROC_RUNNING) - <i32>(state === PROC_RUNNING));
      store<u8>(pState + p, to);
      store<f64>(pSetBy + (<usize>p << 3), index);
      store<f64>(pSince + (<usize>p << 3), now);
      ofProcs.put(load<u32>(pSerial + (<usize>p << 2)), to, now);
    } else if (pace === PACE_LEAVES) {
      const reason = reasonOf(word);
      if (reason === UNASKED || !selects(<u32>load<u8>(step, LANE_SELECTION), reason)) break;
      const givers = <u32>load<u8>(step, LANE_GIVERS);
      const stack = load<u32>(argument, 4);
      if (givers !== 0 && !given(givers, stack, reason)) break;
      if (load<u8>(step, LANE_ROOTED) !== 0 && !rooted(stack, begunWith(g), reason)) break;
      store<u32>(gWait + (<usize>g << 2), reason);
      count(facetCounts + ((taken * REASONS + reason) << 2));
      store<i32>(gThread + (<usize>g << 2), -1);
      store<i32>(mGoroutine + (<usize>m << 2), -1);
      store<f64>(mSetBy + (<usize>m << 3), index);
    } else if (pace === PACE_WAKES) {
      const wait = load<u32>(gWait + (<usize>g << 2));
      if (!ends(wait) || !wakes(<u32>load<u8>(step, LANE_GIVERS), load<u32>(argument, 8), wait)) break;
      count(facetCounts + ((taken * REASONS + wait) << 2));
    } else {
      if (running >= 0) store<i32>(gThread + (<usize>running << 2), -1);
      const other = load<i32>(gThread + (<usize>g << 2));
      if (other >= 0) store<i32>(mGoroutine + (<usize>other << 2), -1);
      store<i32>(gThread + (<usize>g << 2), m);
      store<i32>(mGoroutine + (<usize>m << 2), g);
      store<f64>(mSetBy + (<usize>m << 3), index);
    }
    count(counts + (taken << 2));
    const to = <u32>load<u8>(step, LANE_TO);
    store<f64>(gSince + (<usize>g << 3), now);
    store<u8>(gState + g, to);
    store<f64>(gSetBy + (<usize>g << 3), index);
    ofGoroutines.put(load<u32>(gSerial + (<usize>g << 2)), to, now);
  }
  return position;
}
