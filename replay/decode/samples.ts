/** CPU profile samples: they stand in batches of their own, with whole times and no M's order. */
import type { ColumnBuilder, EventRun } from './columns.ts';
import { EV } from './specs.ts';
import { nsOf, nsSince } from './time.ts';
import { Cursor, slotAsDouble } from './varint.ts';

/** `m p g stack`, after the time. */
const SAMPLE_ARGS = 4;

/**
 * Appends the samples of one CPUSamples batch. `run.time` is the trace's base
 * in ns, since each sample carries its own ticks. Throws like `appendEvents`.
 */
export function appendSamples(out: ColumnBuilder, run: EventRun): void {
  const cursor = new Cursor(run.bytes, run.from + 1, run.to, run.base, run.generation);
  out.reserve(((run.to - run.from) >> 2) + 1);
  while (!cursor.done) {
    const start = cursor.at;
    try {
      appendSample(out, run, cursor);
    } catch (error) {
      out.truncate(out.count);
      cursor.at = start;
      throw error;
    }
  }
}

function appendSample(out: ColumnBuilder, run: EventRun, cursor: Cursor): void {
  const start = cursor.at;
  const type = cursor.byte();
  if (type !== EV.CPUSample)
    throw cursor.error('table-entry', `expected a CPUSample, found event type ${type}`);
  const time = nsSince(nsOf(slotAsDouble(cursor.read()), run.nsPerTick), run.time);
  if (Number.isNaN(time)) throw cursor.error('time-range', 'a CPU sample’s time');
  const row = out.count;
  for (let i = 0; i < SAMPLE_ARGS; i++) {
    out.args[out.argCount] = out.wideWord(cursor.read(), out.argCount);
    out.argCount++;
  }
  out.kind[row] = type;
  out.time[row] = time;
  out.batch[row] = run.batch;
  out.place[row] = start - run.from;
  out.argStart[row + 1] = out.argCount;
  out.count++;
}
