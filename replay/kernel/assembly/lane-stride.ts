/**
 * The lane at full stride: events of one step about a goroutine, and perhaps one about the P of its M,
 * whose M and goroutine stand where they are looked for first. It says again, without a call, what
 * lane.ts says (stride.ts says why), and leaves to it whatever is not so simple.
 */
import { ofGoroutines, ofProcs } from './changes';
import { args, argStart, kind, time } from './columns';
import {
  BLOCK_BITS,
  batchThreads,
  blocks,
  count,
  counts,
  ends,
  facetCounts,
  firstRows,
  given,
  reasonOf,
  selects,
  steps,
  tolerance,
} from './lane';
import { event } from './order';
import {
  AT_HOLDER,
  AT_OTHER,
  AT_SERIAL,
  AT_SETBY,
  AT_SINCE,
  AT_STATE,
  BINDS_BIND,
  FACET_REASON,
  FACET_WAIT,
  LANE_BINDS,
  LANE_FACET,
  LANE_FROM,
  LANE_GIVERS,
  LANE_NEEDS,
  LANE_PACE,
  LANE_ROW,
  LANE_SELECTION,
  LANE_SHAPE,
  LANE_STEPS,
  LANE_STEPSIZE,
  LANE_TO,
  NEED_G,
  NEED_M,
  NEED_NOG,
  NEED_NOP,
  NEED_P,
  NONE_WORD,
  PACE_SLOW,
  PACE_TWO,
  PROC_RUNNING,
  REASONS,
  SHAPE_NAMED,
  UNASKED,
} from './specs';
import { addRunning, goroutines, procs, threads } from './world';

/** Takes events from a position on; where it came to. */
export function laneStride(from: u32, end: u32, before: f64): u32 {
  const kinds = kind;
  const times = time;
  const starts = argStart;
  const words = args;
  const events = event;
  const firsts = firstRows;
  const early = tolerance;
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
  if (!goroutines.index.any) return from;
  let batchFirst: u32 = 0;
  let batchRows: u32 = 0;
  let m: i32 = -1;
  let position = from;
  for (; position < end; position++) {
    const row = load<u32>(events + (<usize>position << 2));
    const step = steps + <usize>load<u8>(kinds + row) * (LANE_STEPS * LANE_STEPSIZE);
    const pace = <u32>load<u8>(step, LANE_PACE);
    if (pace === PACE_SLOW || ofGoroutines.isFull || ofProcs.isFull) break;
    if (row - batchFirst >= batchRows) {
      let at = load<u32>(blocks + (<usize>(row >> BLOCK_BITS) << 2));
      while (load<u32>(firsts + ((<usize>at + 1) << 2)) <= row) at++;
      batchFirst = load<u32>(firsts + (<usize>at << 2));
      batchRows = load<u32>(firsts + ((<usize>at + 1) << 2)) - batchFirst;
      m = load<i32>(batchThreads + (<usize>at << 2));
    }
    if (m < 0) break;
    const p = load<i32>(mProc + (<usize>m << 2));
    const running = load<i32>(mGoroutine + (<usize>m << 2));
    const met = NEED_M | (p < 0 ? NEED_NOP : NEED_P) | (running < 0 ? NEED_NOG : NEED_G);
    if ((<u32>load<u8>(step, LANE_NEEDS) & ~met) !== 0) break;
    const argument = words + (<usize>load<u32>(starts + (<usize>row << 2)) << 2);
    let g = running;
    if (load<u8>(step, LANE_SHAPE) === SHAPE_NAMED) {
      const id = load<u32>(argument);
      if (id >= NONE_WORD) break;
      g = goroutines.index.near(id);
    }
    if (g < 0 || (<u32>load<u8>(step, LANE_FROM) & (<u32>1 << load<u8>(gState + g))) === 0) break;
    const now = load<f64>(times + (<usize>row << 3));
    if (load<f64>(gSince + (<usize>g << 3)) > now + early) break;
    const taken = <u32>load<u16>(step, LANE_ROW);
    const facet = <u32>load<u8>(step, LANE_FACET);
    const selection = <u32>load<u8>(step, LANE_SELECTION);
    let reason: u32 = 0;
    if (selection !== 0) {
      reason = reasonOf(load<u32>(argument));
      if (reason === UNASKED || !selects(selection, reason)) break;
      const givers = <u32>load<u8>(step, LANE_GIVERS);
      if (givers !== 0 && !given(givers, load<u32>(argument, 4), reason)) break;
    } else if (facet === FACET_WAIT) {
      reason = load<u32>(gWait + (<usize>g << 2));
      if (!ends(reason)) break;
    }
    const index = before + <f64>position;
    if (pace === PACE_TWO) {
      const also = step + LANE_STEPSIZE;
      const state = p < 0 ? 0 : <u32>load<u8>(pState + p);
      if (p < 0 || (<u32>load<u8>(also, LANE_FROM) & (<u32>1 << state)) === 0) break;
      if ((<u32>load<u8>(also, LANE_NEEDS) & ~met) !== 0) break;
      if (load<f64>(pSince + (<usize>p << 3)) > now + early) break;
      const to = <u32>load<u8>(also, LANE_TO);
      count(counts + (<usize>load<u16>(also, LANE_ROW) << 2));
      addRunning(<i32>(to === PROC_RUNNING) - <i32>(state === PROC_RUNNING));
      store<u8>(pState + p, to);
      store<f64>(pSetBy + (<usize>p << 3), index);
      store<f64>(pSince + (<usize>p << 3), now);
      ofProcs.put(load<u32>(pSerial + (<usize>p << 2)), to, now);
    }
    count(counts + (<usize>taken << 2));
    if (facet !== 0) {
      if (facet === FACET_REASON) store<u32>(gWait + (<usize>g << 2), reason);
      count(facetCounts + ((<usize>taken * REASONS + reason) << 2));
    }
    const binds = <u32>load<u8>(step, LANE_BINDS);
    if (binds !== 0) {
      if (running >= 0) store<i32>(gThread + (<usize>running << 2), -1);
      if (running >= 0 || binds === BINDS_BIND) store<f64>(mSetBy + (<usize>m << 3), index);
      if (binds === BINDS_BIND) {
        const other = load<i32>(gThread + (<usize>g << 2));
        if (other >= 0) store<i32>(mGoroutine + (<usize>other << 2), -1);
        store<i32>(gThread + (<usize>g << 2), m);
        store<i32>(mGoroutine + (<usize>m << 2), g);
      } else store<i32>(mGoroutine + (<usize>m << 2), -1);
    }
    const to = <u32>load<u8>(step, LANE_TO);
    store<f64>(gSince + (<usize>g << 3), now);
    store<u8>(gState + g, to);
    store<f64>(gSetBy + (<usize>g << 3), index);
    ofGoroutines.put(load<u32>(gSerial + (<usize>g << 2)), to, now);
  }
  return position;
}
