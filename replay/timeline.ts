/**
 * The timeline that a report draws: the goroutines and Ps worth a lane, and the
 * bands of collections and stops of the world. Changes of state are kept in
 * columns while the history is judged; lanes are chosen and made at the end.
 */
import { STATES } from './model/index.ts';
import type { Lane, Timeline } from './result.ts';
import { Changes, exactSpans, type Frame, roundedSpans, SingleChanges } from './spans.ts';

const MAX_GOROUTINE_LANES = 12;
const MAX_PROC_LANES = 16;
/** Spans in a lane at most: more than a screen has room for. */
const BUCKETS = 600;
/** Collections and stops are short and few: up to this many changes are shown as they were. */
const MAX_EXACT = 2000;

/** Go's ids, by the numbers under which changes are recorded. */
export interface Ids {
  readonly goroutines: readonly number[];
  readonly procs: readonly number[];
}

export class TimelineRecorder {
  readonly #goroutines = new Changes();
  readonly #procs = new Changes();
  readonly #singles = { gc: new SingleChanges(), stw: new SingleChanges() };

  goroutine(serial: number, state: number, time: number): void {
    this.#goroutines.add(serial, time, state);
  }

  proc(serial: number, state: number, time: number): void {
    this.#procs.add(serial, time, state);
  }

  single(machine: 'gc' | 'stw', state: number, time: number): void {
    this.#singles[machine].add(time, state);
  }

  /** `wanted` goroutines get a lane whatever they did: those of divergences. */
  timeline(start: number, end: number, wanted: ReadonlySet<number>, ids: Ids): Timeline {
    const resolution = Math.max(1, Math.ceil((end - start) / BUCKETS));
    const procs = busiest(this.#procs, ids.procs, MAX_PROC_LANES).sort((a, b) => a - b);
    const busy = busiest(this.#goroutines, ids.goroutines, MAX_GOROUTINE_LANES).filter(
      (id) => !wanted.has(id),
    );
    const goroutines = [...wanted, ...busy].slice(0, MAX_GOROUTINE_LANES);
    const frame = { start, end, resolution };
    const ofProcs = this.#procs.rounded(procs, ids.procs, frame);
    const ofGoroutines = this.#goroutines.rounded(goroutines, ids.goroutines, frame);
    return {
      ...frame,
      lanes: [
        lane('gc', 0, 'GC', 'band', spansOf(this.#singles.gc, frame)),
        lane('stw', 0, 'STW', 'band', spansOf(this.#singles.stw, frame)),
        ...procs.map((id, i) => lane('P', id, `P${id}`, 'P', ofProcs[i] as number[])),
        ...goroutines.map((id, i) => {
          const why = wanted.has(id) ? 'diverges' : 'busiest';
          return lane('goroutine', id, `G${id}`, why, ofGoroutines[i] as number[]);
        }),
      ],
    };
  }
}

function lane(kind: Lane['kind'], id: number, label: string, why: string, spans: number[]): Lane {
  return { kind, id, label, why, spans, states: [...STATES[kind]] };
}

function spansOf(changes: SingleChanges, frame: Frame): number[] {
  return changes.count <= MAX_EXACT ? exactSpans(changes, frame) : roundedSpans(changes, frame);
}

/** The ids with the most changes of state. */
function busiest(changes: Changes, ids: readonly number[], limit: number): number[] {
  const counts = changes.counts(ids.length);
  const least = counts.slice().sort().at(-Math.min(limit, counts.length)) ?? 0;
  const sums = new Map<number, number>();
  ids.forEach((id, serial) => {
    const count = counts[serial] as number;
    if (count >= least && count > 0) sums.set(id, (sums.get(id) ?? 0) + count);
  });
  return [...sums]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, limit)
    .map(([id]) => id);
}
