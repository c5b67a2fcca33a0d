/** Changes of state as columns, and the spans that a lane shows of them. Flat triples: start, end, state. */

/** Changes kept; what comes later is not drawn. 13 bytes each. */
const MAX_CHANGES = 8_000_000;

/** Changes in a piece of the columns: pieces are added, so that nothing is ever copied. */
const PIECE = 1 << 16;

class Piece {
  readonly serial = new Uint32Array(PIECE);
  readonly time = new Float64Array(PIECE);
  readonly state = new Uint8Array(PIECE);
}

/** The changes of all things of one kind, each named by its serial number. */
export class Changes {
  count = 0;
  /** Time of the first change that was not kept: from there on nothing is known. */
  until = Number.POSITIVE_INFINITY;
  readonly #pieces: Piece[] = [];
  #piece = new Piece();

  add(serial: number, time: number, state: number): void {
    if (this.count === MAX_CHANGES) {
      this.until = Math.min(this.until, time);
      return;
    }
    const at = this.count & (PIECE - 1);
    if (at === 0) {
      this.#piece = new Piece();
      this.#pieces.push(this.#piece);
    }
    this.#piece.serial[at] = serial;
    this.#piece.time[at] = time;
    this.#piece.state[at] = state;
    this.count++;
  }

  /** By serial number, of which there are so many: how many changes. */
  counts(serials: number): Uint32Array {
    const counts = new Uint32Array(serials);
    for (const [piece, size] of this.#all()) {
      const { serial } = piece;
      for (let i = 0; i < size; i++) counts[serial[i]!]!++;
    }
    return counts;
  }

  /** The spans of each of these ids, in one pass; `all` has the id of each serial number. */
  rounded(ids: readonly number[], all: readonly number[], frame: Frame): number[][] {
    const lanes = ids.map(() => new Rounding(frame, this.until));
    const laneOf = new Map(ids.map((id, i) => [id, i]));
    const place = Int16Array.from(all, (id) => laneOf.get(id) ?? -1);
    for (const [{ serial, time, state }, size] of this.#all()) {
      for (let i = 0; i < size; i++) {
        const lane = place[serial[i] as number] as number;
        if (lane >= 0) (lanes[lane] as Rounding).add(time[i] as number, state[i] as number);
      }
    }
    return lanes.map((lane) => lane.spans());
  }

  *#all(): Generator<[piece: Piece, size: number], void> {
    for (const [i, piece] of this.#pieces.entries()) yield [piece, Math.min(PIECE, this.count - i * PIECE)];
  }
}

/** The changes of the one collector, or the one world: few enough for plain arrays. */
export class SingleChanges {
  readonly time: number[] = [];
  readonly state: number[] = [];

  get count(): number {
    return this.time.length;
  }

  add(time: number, state: number): void {
    if (this.count === MAX_CHANGES) return;
    this.time.push(time);
    this.state.push(state);
  }
}

/** From when to when a timeline goes, and how long its shortest span is, in ns. */
export interface Frame {
  readonly start: number;
  readonly end: number;
  readonly resolution: number;
}

/** Each change as it was. */
export function exactSpans(changes: SingleChanges, { start, end }: Frame): number[] {
  const spans: number[] = [];
  for (let i = 0; i < changes.count; i++) {
    const from = Math.max(start, changes.time[i] as number);
    const to = i + 1 < changes.count ? (changes.time[i + 1] as number) : end;
    if (to > from) spans.push(from, Math.min(to, end), changes.state[i] as number);
  }
  return spans;
}

export function roundedSpans(changes: SingleChanges, frame: Frame): number[] {
  const rounding = new Rounding(frame, Number.POSITIVE_INFINITY);
  for (let i = 0; i < changes.count; i++) rounding.add(changes.time[i] as number, changes.state[i] as number);
  return rounding.spans();
}

/** States that a machine may have, at most. */
const STATES = 8;

/**
 * Time is cut into buckets of `resolution` ns, each gets the state that holds
 * longest in it, and equal neighbours become one span. So however many changes
 * there are, the spans fit a screen, and no state that lasts is lost.
 */
class Rounding {
  readonly #frame: Frame;
  readonly #last: number;
  /** By state, then by bucket: how long it holds there. */
  readonly #held: Float64Array;
  readonly #buckets: number;
  #state = 0;
  #since: number;
  /** The bucket that `#since` is in, and where it ends. */
  #bucket = 0;
  #bucketEnd: number;

  constructor(frame: Frame, until: number) {
    this.#frame = frame;
    this.#last = Math.min(frame.end, until);
    this.#buckets = Math.ceil((frame.end - frame.start) / frame.resolution) + 1;
    this.#held = new Float64Array(STATES * this.#buckets);
    this.#since = frame.start;
    this.#bucketEnd = frame.start + frame.resolution;
  }

  /** From this time on it is in this state. Times that go back count as the last one. */
  add(time: number, state: number): void {
    const until = time < this.#last ? time : this.#last;
    if (until > this.#since) {
      if (until <= this.#bucketEnd && this.#state !== 0) {
        const at = this.#state * this.#buckets + this.#bucket;
        this.#held[at] = (this.#held[at] as number) + (until - this.#since);
        this.#since = until;
      } else this.#fill(until);
    }
    this.#state = state;
  }

  #fill(until: number): void {
    const { start, resolution } = this.#frame;
    while (this.#since < until) {
      this.#bucket = Math.floor((this.#since - start) / resolution);
      this.#bucketEnd = start + (this.#bucket + 1) * resolution;
      const next = Math.min(until, this.#bucketEnd);
      const at = this.#state * this.#buckets + this.#bucket;
      if (this.#state !== 0) this.#held[at] = (this.#held[at] as number) + (next - this.#since);
      this.#since = next;
    }
  }

  spans(): number[] {
    this.add(this.#last, 0);
    const longest = new Uint8Array(this.#buckets);
    for (let bucket = 0; bucket < this.#buckets; bucket++) longest[bucket] = this.#longest(bucket);
    return merge(longest, this.#frame);
  }

  /** 0 where none holds. */
  #longest(bucket: number): number {
    let longest = 0;
    let most = 0;
    for (let state = 1; state < STATES; state++) {
      const held = this.#held[state * this.#buckets + bucket] as number;
      if (held > most) {
        most = held;
        longest = state;
      }
    }
    return longest;
  }
}

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
