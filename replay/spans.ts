/** The spans that a lane shows of changes of state. Flat triples: start, end, state. */
import { type ChangeLog, type Frame, type LineChanges, NO_LINE } from './judge/index.ts';

/** The things of one kind: Go's ids, by the serial numbers under which their changes were kept. */
export interface Moving {
  readonly ids: Float64Array;
  readonly changes: ChangeLog;
}

/** Of what there is only one: each change as it was. */
export function exactSpans(changes: ChangeLog, { start, end }: Frame): number[] {
  const { time, state } = changes.first(changes.count);
  const spans: number[] = [];
  for (let i = 0; i < time.length; i++) {
    const from = Math.max(start, time[i] as number);
    const to = i + 1 < time.length ? (time[i + 1] as number) : end;
    if (to > from) spans.push(from, Math.min(to, end), state[i] as number);
  }
  return spans;
}

/** The spans of each of these ids, none shorter than the frame's resolution. */
export function roundedSpans(
  { ids: all, changes }: Moving,
  ids: readonly number[],
  frame: Frame,
): number[][] {
  return changes.longest(linesOf(all, ids), ids.length, frame).map((states) => merge(states, frame));
}

/** All changes of each of these ids, in the order of time. */
export function changesOf({ ids: all, changes }: Moving, ids: readonly number[]): LineChanges[] {
  return changes.ofLines(linesOf(all, ids), ids.length);
}

/** By serial number the place among the wanted ids. */
function linesOf(all: Float64Array, wanted: readonly number[]): Uint16Array {
  const lineOf = new Map(wanted.map((id, line) => [id, line]));
  const lines = new Uint16Array(all.length);
  for (let serial = 0; serial < all.length; serial++)
    lines[serial] = lineOf.get(all[serial] as number) ?? NO_LINE;
  return lines;
}

/** Equal neighbours become one span. */
function merge(buckets: Uint8Array, { start, end, resolution }: Frame): number[] {
  const spans: number[] = [];
  for (let i = 0; i < buckets.length; ) {
    let j = i + 1;
    while (j < buckets.length && buckets[j] === buckets[i]) j++;
    if (buckets[i] !== 0)
      spans.push(start + i * resolution, Math.min(end, start + j * resolution), buckets[i] as number);
    i = j;
  }
  return spans;
}
