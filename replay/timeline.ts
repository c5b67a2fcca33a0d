/**
 * The timeline that a report draws: the goroutines and Ps worth a lane, and the
 * bands of collections and stops of the world. Changes of state are kept in
 * columns while the history is judged; lanes are chosen and made at the end.
 */
import type { Observer } from './judge/index.ts';
import { STATES } from './model/index.ts';
import type { Lane, Timeline } from './result.ts';
import { Changes, changesOf, exactSpans, roundedSpans } from './spans.ts';

const MAX_GOROUTINE_LANES = 12;
const MAX_PROC_LANES = 16;
/** Spans in a lane at most: more than a screen has room for. */
const BUCKETS = 600;
/** Collections and stops are short and few: up to this many changes are shown as they were. */
const MAX_EXACT = 2000;

export class TimelineRecorder implements Observer {
  readonly #goroutines = new Changes();
  readonly #procs = new Changes();
  readonly #singles = { gc: new Changes(), stw: new Changes() };

  goroutine(id: number, state: number, time: number): void {
    this.#goroutines.add(id, time, state);
  }

  proc(id: number, state: number, time: number): void {
    this.#procs.add(id, time, state);
  }

  single(machine: 'gc' | 'stw', state: number, time: number): void {
    this.#singles[machine].add(0, time, state);
  }

  /** `wanted` goroutines get a lane whatever they did: those of divergences. */
  timeline(start: number, end: number, wanted: ReadonlySet<number>): Timeline {
    const resolution = Math.max(1, Math.ceil((end - start) / BUCKETS));
    const procs = busiest(this.#procs, MAX_PROC_LANES).sort((a, b) => a - b);
    const busy = busiest(this.#goroutines, MAX_GOROUTINE_LANES).filter((id) => !wanted.has(id));
    const goroutines = [...wanted, ...busy].slice(0, MAX_GOROUTINE_LANES);
    const frame = { start, end, resolution };
    const ofProcs = changesOf(this.#procs, procs);
    const ofGoroutines = changesOf(this.#goroutines, goroutines);
    return {
      ...frame,
      lanes: [
        lane('gc', 0, 'GC', 'band', this.#singles.gc, frame),
        lane('stw', 0, 'STW', 'band', this.#singles.stw, frame),
        ...procs.map((id, i) => lane('P', id, `P${id}`, 'P', ofProcs[i] as Changes, frame)),
        ...goroutines.map((id, i) => {
          const why = wanted.has(id) ? 'diverges' : 'busiest';
          return lane('goroutine', id, `G${id}`, why, ofGoroutines[i] as Changes, frame);
        }),
      ],
    };
  }
}

type Frame = Pick<Timeline, 'start' | 'end' | 'resolution'>;

function lane(
  kind: Lane['kind'],
  id: number,
  label: string,
  why: string,
  changes: Changes,
  frame: Frame,
): Lane {
  const { start, end, resolution } = frame;
  const exact = (kind === 'gc' || kind === 'stw') && changes.count <= MAX_EXACT;
  const spans = exact ? exactSpans(changes, start, end) : roundedSpans(changes, start, end, resolution);
  return { kind, id, label, why, spans, states: [...STATES[kind]] };
}

/** The ids with the most changes of state. */
function busiest(changes: Changes, limit: number): number[] {
  const counts = new Map<number, number>();
  for (let i = 0; i < changes.count; i++) {
    const id = changes.id[i] as number;
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, limit)
    .map(([id]) => id);
}
