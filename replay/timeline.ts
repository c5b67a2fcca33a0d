/**
 * The timeline that a report draws: the goroutines and Ps worth a lane, and the
 * bands of collections and stops of the world. Changes of state are kept in
 * columns while the history is judged; lanes are chosen and made at the end.
 */
import type { Observer } from './judge/index.ts';
import { STATES } from './model/index.ts';
import type { Lane, Timeline } from './result.ts';

/** Changes kept; what comes later is not drawn. 17 bytes each. */
const MAX_CHANGES = 2_000_000;
const MAX_GOROUTINE_LANES = 12;
const MAX_PROC_LANES = 16;
/** Spans in a lane at most: more than a screen has room for. */
const BUCKETS = 600;

class Changes {
  count = 0;
  #size = 1024;
  id = new Float64Array(this.#size);
  time = new Float64Array(this.#size);
  state = new Uint8Array(this.#size);

  add(id: number, time: number, state: number): void {
    if (this.count === MAX_CHANGES) return;
    if (this.count === this.#size) this.#grow();
    this.id[this.count] = id;
    this.time[this.count] = time;
    this.state[this.count++] = state;
  }

  #grow(): void {
    this.#size *= 2;
    const { id, time, state } = this;
    this.id = new Float64Array(this.#size);
    this.id.set(id);
    this.time = new Float64Array(this.#size);
    this.time.set(time);
    this.state = new Uint8Array(this.#size);
    this.state.set(state);
  }
}

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
    const draw = (changes: Changes, id: number, lane: Omit<Lane, 'spans'>): Lane => ({
      ...lane,
      spans: spansOf(changes, id, start, end, resolution),
    });
    const band = (machine: 'gc' | 'stw', label: string): Lane =>
      draw(this.#singles[machine], 0, {
        kind: machine,
        id: 0,
        label,
        why: 'band',
        states: [...STATES[machine]],
      });
    const procs = busiest(this.#procs, MAX_PROC_LANES).sort((a, b) => a - b);
    const busy = busiest(this.#goroutines, MAX_GOROUTINE_LANES).filter((id) => !wanted.has(id));
    const goroutines = [...wanted, ...busy].slice(0, MAX_GOROUTINE_LANES);
    return {
      start,
      end,
      resolution,
      lanes: [
        band('gc', 'collections'),
        band('stw', 'stops of the world'),
        ...procs.map((id) =>
          draw(this.#procs, id, { kind: 'P', id, label: `P${id}`, why: 'P', states: [...STATES.P] }),
        ),
        ...goroutines.map((id) =>
          draw(this.#goroutines, id, {
            kind: 'goroutine',
            id,
            label: `G${id}`,
            why: wanted.has(id) ? 'diverges' : 'busiest',
            states: [...STATES.goroutine],
          }),
        ),
      ],
    };
  }
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

/**
 * Spans of one id: time is cut into buckets of `resolution` ns, each gets the
 * state that holds longest in it, and equal neighbours become one span. So a
 * lane has at most BUCKETS spans, and no state that lasts is lost.
 */
function spansOf(changes: Changes, id: number, start: number, end: number, resolution: number): number[] {
  const buckets = new Uint8Array(Math.ceil((end - start) / resolution) + 1);
  const longest = new Float64Array(buckets.length);
  const shares = new Map<number, Float64Array>();
  let state = 0;
  let since = start;
  for (let i = 0; i <= changes.count; i++) {
    if (i < changes.count && changes.id[i] !== id) continue;
    const until = i === changes.count ? end : Math.min(Math.max(changes.time[i] as number, since), end);
    if (state !== 0) fill(state, since - start, until - start, resolution, shares, buckets, longest);
    since = until;
    state = changes.state[i] as number;
  }
  return merge(buckets, start, end, resolution);
}

function fill(
  state: number,
  from: number,
  to: number,
  resolution: number,
  shares: Map<number, Float64Array>,
  buckets: Uint8Array,
  longest: Float64Array,
): void {
  let share = shares.get(state);
  if (share === undefined) {
    share = new Float64Array(buckets.length);
    shares.set(state, share);
  }
  for (let at = from; at < to; ) {
    const bucket = Math.floor(at / resolution);
    const next = Math.min(to, (bucket + 1) * resolution);
    const held = (share[bucket] as number) + (next - at);
    share[bucket] = held;
    if (held > (longest[bucket] as number)) {
      longest[bucket] = held;
      buckets[bucket] = state;
    }
    at = next;
  }
}

function merge(buckets: Uint8Array, start: number, end: number, resolution: number): number[] {
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
