import type { Lane } from '../../../replay/index.ts';

/** A lane as it is drawn: the spans of the recording, in places as fine as what was unpacked. */
export interface DrawnLane extends Omit<Lane, 'spans'> {
  readonly spans: ArrayLike<number>;
}

/** The part of a timeline in view, in ns since the recording's first event. */
export interface Range {
  start: number;
  end: number;
}

export interface Span {
  start: number;
  end: number;
  state: string;
}

/** The shortest range worth a look: the trace's clock ticks every 64 ns. */
const SHORTEST = 640;

/** Makes the range `factor` times as long around `at`, and keeps it inside `whole`. */
export function zoom(range: Range, factor: number, at: number, whole: Range): Range {
  const length = range.end - range.start;
  const wanted = Math.min(Math.max(length * factor, SHORTEST), whole.end - whole.start);
  const share = length === 0 ? 0.5 : (at - range.start) / length;
  return inside({ start: at - wanted * share, end: at + wanted * (1 - share) }, whole);
}

/** Moves the range by `ns`, without changing its length and without leaving `whole`. */
export function pan(range: Range, ns: number, whole: Range): Range {
  return inside({ start: range.start + ns, end: range.end + ns }, whole);
}

function inside({ start, end }: Range, whole: Range): Range {
  const length = Math.min(end - start, whole.end - whole.start);
  const from = Math.min(Math.max(start, whole.start), whole.end - length);
  return { start: from, end: from + length };
}

export function spanCount(lane: DrawnLane): number {
  return Math.floor(lane.spans.length / 3);
}

export function spanAt(lane: DrawnLane, i: number): Span | undefined {
  const start = lane.spans[i * 3];
  const end = lane.spans[i * 3 + 1];
  if (start === undefined || end === undefined) return undefined;
  return { start, end, state: lane.states[lane.spans[i * 3 + 2] ?? -1] ?? 'unknown' };
}

/** Index of the first span that ends after `time`; the number of spans when there is none. */
export function firstAfter(lane: DrawnLane, time: number): number {
  let low = 0;
  let high = spanCount(lane);
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lane.spans[middle * 3 + 1] ?? 0) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Nanoseconds that the lane spent in each state, the longest first. */
export function timeByState(lane: DrawnLane): [state: string, ns: number][] {
  const times = new Map<string, number>();
  for (let i = 0; i < spanCount(lane); i++) {
    const span = spanAt(lane, i) as Span;
    times.set(span.state, (times.get(span.state) ?? 0) + span.end - span.start);
  }
  return [...times].sort((a, b) => b[1] - a[1]);
}

/** Round times inside the range, about `wanted` of them: steps of 1, 2 or 5 times a power of ten. */
export function ticks(range: Range, wanted: number): number[] {
  const rough = (range.end - range.start) / Math.max(1, wanted);
  if (!(rough > 0)) return [range.start];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const found: number[] = [];
  for (let at = Math.ceil(range.start / step) * step; at <= range.end; at += step) found.push(at);
  return found;
}
