/**
 * The timeline for whoever zooms into it. `timelineOf` merges what is too short for a screen; here stands the
 * rest, as a tree of windows: each is an eighth of the one above it and merges that much less, until all
 * changes in it are few enough to be kept as they were. A page reads the few windows that it shows.
 */
import { deflateSync } from 'fflate';
import type { LineChanges } from './judge/index.ts';
import type { Lane, Timeline } from './result.ts';
import { changesOf } from './spans.ts';
import { BUCKETS, type History, mergedFrom } from './timeline.ts';

/** Windows in the window above. */
const FAN = 8;
/** Changes of state in a window that keeps all of them, at most. */
const MOST_CHANGES = 16_384;
/** Packed bytes of one recording's windows, at most. What is left out is the deepest, and so stands merged above. */
const MOST_BYTES = 12 << 20;
/** Go's clock ticks every 64 ns wherever the system's clock is that fine. */
const TICK = 64;

/** One part of the time, in all lanes that the timeline had to merge. */
export interface TimelineWindow {
  /** From when to when, ns since the trace's base. */
  readonly start: number;
  readonly end: number;
  /** Spans shorter than this many ns were merged; 0 where each change stands as it was. */
  readonly resolution: number;
  /** Times in it are `origin` and so many steps; both in ns. */
  readonly origin: number;
  readonly step: number;
  /**
   * Deflated, without a header: for each lane how many spans it has, as a varint; then the states of all spans, a
   * byte each; then for each lane the steps from the origin to the end of its first span and from there to the end of
   * each other but the last, as varints. The last ends where the window does. State 0 is "not known".
   */
  readonly bytes: Uint8Array;
}

/** Of one recording: wide windows before narrow ones. */
export interface TimelineWindows {
  /** Which of the timeline's lanes they are about, by place. */
  readonly lanes: readonly number[];
  readonly windows: readonly TimelineWindow[];
}

/** `timeline` is what `timelineOf` made of this history. */
export function windowsOf(history: History, timeline: Timeline): TimelineWindows {
  const lanes = timeline.lanes.flatMap((lane, place) => (mergedFrom(history, lane.kind) ? [place] : []));
  const changes = changesIn(
    history,
    lanes.map((place) => timeline.lanes[place] as Lane),
  );
  const step = changes.every(ticks(timeline.start)) ? TICK : 1;
  return { lanes, windows: packAll(changes, { start: timeline.start, end: timeline.end, step }) };
}

/** Lanes of one kind are read together: the changes of all its things are one log. */
function changesIn(history: History, lanes: readonly Lane[]): LineChanges[] {
  const found = new Map<Lane, LineChanges>();
  for (const kind of new Set(lanes.map((lane) => lane.kind))) {
    const moving = mergedFrom(history, kind);
    if (moving === undefined) continue;
    const those = lanes.filter((lane) => lane.kind === kind);
    const changes = changesOf(
      moving,
      those.map(({ id }) => id),
    );
    those.forEach((lane, i) => {
      found.set(lane, known(changes[i] as LineChanges, lane, history.end));
    });
  }
  return lanes.map((lane) => found.get(lane) as LineChanges);
}

/** Of very long traces not all changes are kept: behind the last of them nothing is known. */
function known(changes: LineChanges, { spans }: Lane, last: number): LineChanges {
  const end = spans.at(-2) ?? 0;
  if (end >= last) return changes;
  const kept = lowerBound(changes.time, end, 0, changes.time.length);
  const time = new Float64Array(kept + 1);
  const state = new Uint8Array(kept + 1);
  time.set(changes.time.subarray(0, kept));
  state.set(changes.state.subarray(0, kept));
  time[kept] = end;
  return { time, state };
}

const ticks =
  (start: number) =>
  ({ time }: LineChanges): boolean =>
    time.every((each) => (each - start) % TICK === 0);

/** The whole time, and how long a step is where nothing is merged. */
interface Whole {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** A window that is yet to be made: which one of its level, and for each lane its first change and the one behind it. */
interface Wanted {
  readonly level: number;
  readonly index: number;
  readonly from: Uint32Array;
  readonly to: Uint32Array;
}

function packAll(lanes: readonly LineChanges[], whole: Whole): TimelineWindow[] {
  const packed: TimelineWindow[] = [];
  const to = Uint32Array.from(lanes, ({ time }) => time.length);
  const queue: Wanted[] = [{ level: 0, index: 0, from: new Uint32Array(lanes.length), to }];
  let bytes = 0;
  // Level by level, since the queue is: where room ends, every part of the time has got as deep as the others.
  for (const wanted of queue) {
    const range = rangeOf(wanted, whole);
    const isWhole = countOf(wanted) <= MOST_CHANGES;
    const window = isWhole ? exact(lanes, wanted, range, whole) : merged(lanes, wanted, range);
    // The widest that is merged is the timeline itself.
    if (isWhole || wanted.level > 0) {
      bytes += window.bytes.length;
      if (bytes > MOST_BYTES) break;
      packed.push(window);
    }
    // Below a nanosecond there is nothing to tell apart.
    if (!isWhole && range.end - range.start > BUCKETS) queue.push(...parts(lanes, wanted, whole));
  }
  return packed;
}

function rangeOf({ level, index }: Pick<Wanted, 'level' | 'index'>, { start, end }: Whole) {
  const length = (end - start) / FAN ** level;
  return { start: start + index * length, end: start + (index + 1) * length };
}
type Range = ReturnType<typeof rangeOf>;

function countOf({ from, to }: Wanted): number {
  return to.reduce((sum, end, lane) => sum + end - (from[lane] as number), 0);
}

function parts(lanes: readonly LineChanges[], { level, index, from, to }: Wanted, whole: Whole): Wanted[] {
  let begin = from;
  return Array.from({ length: FAN }, (_, i) => {
    const part = { level: level + 1, index: index * FAN + i };
    const { end } = rangeOf(part, whole);
    const isLast = i === FAN - 1;
    const until = isLast
      ? to
      : begin.map((first, lane) =>
          lowerBound((lanes[lane] as LineChanges).time, end, first, to[lane] as number),
        );
    const wanted = { ...part, from: begin, to: until };
    begin = until;
    return wanted;
  });
}

/** The first from `low` to `high` at or behind `time`. */
function lowerBound(times: Float64Array, time: number, low: number, high: number): number {
  let [first, last] = [low, high];
  while (first < last) {
    const middle = (first + last) >> 1;
    if ((times[middle] as number) < time) first = middle + 1;
    else last = middle;
  }
  return first;
}

/** One lane's spans: the state of each, and the step at which it ends; the last one's end is the window's. */
interface Spans {
  readonly states: number[];
  readonly ends: number[];
}

function exact(
  lanes: readonly LineChanges[],
  { from, to }: Wanted,
  { start, end }: Range,
  { start: zero, step }: Whole,
): TimelineWindow {
  const origin = zero + Math.floor((start - zero) / step) * step;
  // The order of a trace is not the order of its times where clocks differ.
  const within = (time: number) => Math.min(Math.max(time, start), end);
  const spans = lanes.map((changes, lane) => {
    const [first, last] = [from[lane] as number, to[lane] as number];
    const found = begun(changes, first);
    for (let i = first; i < last; i++)
      follow(
        found,
        Math.round((within(changes.time[i] as number) - origin) / step),
        changes.state[i] as number,
      );
    return found;
  });
  return { start, end, resolution: 0, origin, step, bytes: pack(spans) };
}

function merged(lanes: readonly LineChanges[], { from, to }: Wanted, { start, end }: Range): TimelineWindow {
  const step = (end - start) / BUCKETS;
  const spans = lanes.map((changes, lane) => {
    const held = longestIn(changes, from[lane] as number, to[lane] as number, { start, end, step });
    const found: Spans = { states: [held[0] as number], ends: [] };
    held.forEach((state, bucket) => {
      follow(found, bucket, state);
    });
    return found;
  });
  return { start, end, resolution: Math.ceil(step), origin: start, step, bytes: pack(spans) };
}

/** What held before the first change of a window. */
function begun({ state }: LineChanges, first: number): Spans {
  return { states: [first > 0 ? (state[first - 1] as number) : 0], ends: [] };
}

function follow({ states, ends }: Spans, at: number, state: number): void {
  if (state === states.at(-1)) return;
  ends.push(at);
  states.push(state);
}

/** By bucket the state that holds longest in it. */
function longestIn(
  { time, state }: LineChanges,
  first: number,
  last: number,
  { start, end, step }: Range & { step: number },
): Uint8Array {
  const longest = new Uint8Array(BUCKETS);
  const held = new Float64Array(8);
  let now = first > 0 ? (state[first - 1] as number) : 0;
  let since = start;
  let next = first;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const until = bucket === BUCKETS - 1 ? end : start + (bucket + 1) * step;
    longest[bucket] = now;
    if (next === last || (time[next] as number) >= until) {
      since = until;
      continue;
    }
    held.fill(0);
    for (; next < last && (time[next] as number) < until; next++) {
      const at = Math.max(since, time[next] as number);
      held[now] = (held[now] as number) + at - since;
      since = at;
      now = state[next] as number;
    }
    held[now] = (held[now] as number) + until - since;
    since = until;
    longest[bucket] = held.indexOf(Math.max(...held));
  }
  return longest;
}

function pack(lanes: readonly Spans[]): Uint8Array {
  const bytes: number[] = [];
  for (const { states } of lanes) varint(bytes, states.length);
  for (const { states } of lanes) for (const state of states) bytes.push(state);
  for (const { ends } of lanes) {
    let before = 0;
    for (const end of ends) {
      varint(bytes, end - before);
      before = end;
    }
  }
  // In JavaScript, so that the same bytes come out on every machine.
  return deflateSync(Uint8Array.from(bytes), { level: 5, mem: 3 });
}

function varint(bytes: number[], value: number): void {
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
}
