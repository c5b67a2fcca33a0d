/** Changes of state as columns, and the spans that a lane shows of them. Flat triples: start, end, state. */

/** Changes kept; what comes later is not drawn. 17 bytes each. */
const MAX_CHANGES = 8_000_000;

export class Changes {
  count = 0;
  /** Time of the first change that was not kept: from there on nothing is known. */
  until = Number.POSITIVE_INFINITY;
  #size = 1024;
  id = new Float64Array(this.#size);
  time = new Float64Array(this.#size);
  state = new Uint8Array(this.#size);

  add(id: number, time: number, state: number): void {
    if (this.count === MAX_CHANGES) {
      this.until = Math.min(this.until, time);
      return;
    }
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

/** The changes of each of these ids, found in one pass. */
export function changesOf(all: Changes, ids: readonly number[]): Changes[] {
  const each = ids.map(() => new Changes());
  for (const one of each) one.until = all.until;
  const place = new Map(ids.map((id, i) => [id, each[i] as Changes]));
  for (let i = 0; i < all.count; i++) {
    place.get(all.id[i] as number)?.add(all.id[i] as number, all.time[i] as number, all.state[i] as number);
  }
  return each;
}

/** Each change as it was. */
export function exactSpans(changes: Changes, start: number, end: number): number[] {
  const spans: number[] = [];
  const last = Math.min(end, changes.until);
  for (let i = 0; i < changes.count; i++) {
    const from = Math.max(start, changes.time[i] as number);
    const to = i + 1 < changes.count ? (changes.time[i + 1] as number) : last;
    if (to > from) spans.push(from, Math.min(to, last), changes.state[i] as number);
  }
  return spans;
}

/**
 * Time is cut into buckets of `resolution` ns, each gets the state that holds
 * longest in it, and equal neighbours become one span. So however many changes
 * there are, the spans fit a screen, and no state that lasts is lost.
 */
export function roundedSpans(changes: Changes, start: number, end: number, resolution: number): number[] {
  const buckets = new Buckets(Math.ceil((end - start) / resolution) + 1, resolution);
  const last = Math.min(end, changes.until);
  let state = 0;
  let since = start;
  for (let i = 0; i <= changes.count; i++) {
    const until = i === changes.count ? last : Math.min(Math.max(changes.time[i] as number, since), last);
    if (state !== 0) buckets.fill(state, since - start, until - start);
    since = until;
    state = changes.state[i] as number;
  }
  return merge(buckets.state, start, end, resolution);
}

class Buckets {
  /** The state that holds longest in each bucket; 0 for none. */
  readonly state: Uint8Array;
  readonly #resolution: number;
  readonly #longest: Float64Array;
  /** By state: how long it holds in each bucket. */
  readonly #held: Float64Array[] = [];

  constructor(count: number, resolution: number) {
    this.state = new Uint8Array(count);
    this.#longest = new Float64Array(count);
    this.#resolution = resolution;
  }

  fill(state: number, from: number, to: number): void {
    const held = this.#held[state] ?? new Float64Array(this.state.length);
    this.#held[state] = held;
    for (let at = from; at < to; ) {
      const bucket = Math.floor(at / this.#resolution);
      const next = Math.min(to, (bucket + 1) * this.#resolution);
      const sum = (held[bucket] as number) + (next - at);
      held[bucket] = sum;
      if (sum > (this.#longest[bucket] as number)) {
        this.#longest[bucket] = sum;
        this.state[bucket] = state;
      }
      at = next;
    }
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
