/**
 * The timeline that a report draws: the goroutines and Ps worth a lane, and the
 * bands of collections and stops of the world. The judge keeps changes of state in
 * columns; lanes are chosen and made at the end.
 */
import { type ChangeLog, type Frame, THREAD_STATES } from './judge/index.ts';
import { STATES } from './model/index.ts';
import { populationOf } from './population.ts';
import type { Lane, Timeline } from './result.ts';
import { exactSpans, type Moving, roundedSpans } from './spans.ts';

const MAX_GOROUTINE_LANES = 12;
const MAX_PROC_LANES = 16;
const MAX_THREAD_LANES = 8;
/** Spans in a lane at most: more than a screen has room for. */
export const BUCKETS = 600;
/** Collections and stops are short and few: up to this many changes are shown as they were. */
const MAX_EXACT = 2000;
/** The only thing of its kind. */
const ONLY = Float64Array.of(0);

/** All changes of state that the judge kept. */
export interface History {
  readonly start: number;
  readonly end: number;
  readonly goroutines: Moving;
  readonly procs: Moving;
  readonly threads: Moving;
  readonly gc: ChangeLog;
  readonly stw: ChangeLog;
}

/** `wanted` goroutines get a lane whatever they did: those of divergences. */
export function timelineOf(history: History, wanted: ReadonlySet<number>): Timeline {
  const { start, end } = history;
  const resolution = Math.max(1, Math.ceil((end - start) / BUCKETS));
  const procs = busiest(history.procs, MAX_PROC_LANES).sort((a, b) => a - b);
  const threads = busiest(history.threads, MAX_THREAD_LANES, (id) => id >= 0).sort((a, b) => a - b);
  const busy = busiest(history.goroutines, MAX_GOROUTINE_LANES).filter((id) => !wanted.has(id));
  const goroutines = [...wanted, ...busy].slice(0, MAX_GOROUTINE_LANES);
  const frame = { start, end, resolution };
  const ofProcs = roundedSpans(history.procs, procs, frame);
  const ofThreads = roundedSpans(history.threads, threads, frame);
  const ofGoroutines = roundedSpans(history.goroutines, goroutines, frame);
  const counts = populationOf(history.goroutines, frame);
  return {
    ...frame,
    ...(counts === undefined ? {} : { counts }),
    lanes: [
      lane('gc', 0, 'GC', 'band', bandOf(history.gc, frame)),
      lane('stw', 0, 'STW', 'band', bandOf(history.stw, frame)),
      ...procs.map((id, i) => lane('P', id, `P${id}`, 'P', ofProcs[i] as number[])),
      ...threads.map((id, i) => lane('M', id, `M${id}`, 'M', ofThreads[i] as number[])),
      ...goroutines.map((id, i) => {
        const why = wanted.has(id) ? 'diverges' : 'busiest';
        return lane('goroutine', id, `G${id}`, why, ofGoroutines[i] as number[]);
      }),
    ],
  };
}

function lane(kind: Lane['kind'], id: number, label: string, why: string, spans: number[]): Lane {
  return { kind, id, label, why, spans, states: [...statesOf(kind)] };
}

/** A trace shows of an M only whether it holds a P, which no row of the model is about. */
function statesOf(kind: Lane['kind']): readonly string[] {
  return kind === 'M' ? THREAD_STATES : STATES[kind];
}

function bandOf(changes: ChangeLog, frame: Frame): number[] {
  if (isFew(changes)) return exactSpans(changes, frame);
  return roundedSpans(only(changes), [0], frame)[0] as number[];
}

const isFew = (changes: ChangeLog) => changes.count <= MAX_EXACT;

const only = (changes: ChangeLog): Moving => ({ ids: ONLY, changes });

/** What the spans of a kind of lane were merged from; undefined where they show each change as it was. */
export function mergedFrom(history: History, kind: Lane['kind']): Moving | undefined {
  if (kind === 'goroutine') return history.goroutines;
  if (kind === 'P') return history.procs;
  if (kind === 'M') return history.threads;
  return isFew(history[kind]) ? undefined : only(history[kind]);
}

/** The ids with the most changes of state. */
function busiest({ ids, changes }: Moving, limit: number, isThing = (_: number) => true): number[] {
  const counts = changes.counts(ids.length);
  const least = counts.slice().sort().at(-Math.min(limit, counts.length)) ?? 0;
  const sums = new Map<number, number>();
  for (let serial = 0; serial < ids.length; serial++) {
    const count = counts[serial] as number;
    if (count < least || count === 0) continue;
    const id = ids[serial] as number;
    if (!isThing(id)) continue;
    sums.set(id, (sums.get(id) ?? 0) + count);
  }
  return [...sums]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, limit)
    .map(([id]) => id);
}
