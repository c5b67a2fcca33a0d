/** What ordering remembers of goroutines and Ps: a state and a sequence number each. */

/** Ids below this are looked up in an array; goroutine ids count up from 1. */
const DENSE_LIMIT = 1 << 22;

/** The state of a subject that the trace has not told of yet. */
export const UNKNOWN = 0;

/** Subjects in slots, so that the hot loop reads typed arrays and no object. */
export class Subjects {
  /** By slot: the status number of the trace (GO_STATUS, PROC_STATUS). */
  status = new Uint8Array(64);
  /** By slot: the last sequence number of this generation; NaN until a status or a creation set it. */
  seq = new Float64Array(64).fill(Number.NaN);
  /** By slot: the id. */
  ids = new Float64Array(64);
  /** By slot: 1 when an M may wait for a change here. */
  waited = new Uint8Array(64);
  #used = 0;
  #dense = new Int32Array(1024);
  readonly #sparse = new Map<number, number>();
  readonly #free: number[] = [];

  /** The slot of an id, made when there is none. */
  slot(id: number): number {
    if (id >= 0 && id < this.#dense.length) {
      const slot = this.#dense[id]! - 1;
      if (slot >= 0) return slot;
    }
    return this.#find(id);
  }

  /** Forgets a subject that ended. */
  remove(slot: number): void {
    const id = this.ids[slot]!;
    if (id >= 0 && id < this.#dense.length) this.#dense[id] = 0;
    this.#sparse.delete(id);
    this.status[slot] = UNKNOWN;
    this.seq[slot] = Number.NaN;
    this.#free.push(slot);
  }

  /** A new generation: numbers start again behind the status that each subject will get. */
  resetSequences(): void {
    this.seq.fill(Number.NaN);
  }

  #find(id: number): number {
    const known = this.#sparse.get(id);
    if (known !== undefined) return known;
    const slot = this.#free.pop() ?? this.#grow();
    this.ids[slot] = id;
    if (id >= 0 && id < DENSE_LIMIT) this.#denseSet(id, slot);
    else this.#sparse.set(id, slot);
    return slot;
  }

  #denseSet(id: number, slot: number): void {
    if (id >= this.#dense.length) {
      const larger = new Int32Array(Math.min(DENSE_LIMIT, Math.max(id + 1, this.#dense.length * 2)));
      larger.set(this.#dense);
      this.#dense = larger;
    }
    this.#dense[id] = slot + 1;
  }

  #grow(): number {
    if (this.#used === this.status.length) {
      const size = this.#used * 2;
      const { status, seq, ids, waited } = this;
      this.status = new Uint8Array(size);
      this.status.set(status);
      this.seq = new Float64Array(size).fill(Number.NaN);
      this.seq.set(seq);
      this.ids = new Float64Array(size);
      this.ids.set(ids);
      this.waited = new Uint8Array(size);
      this.waited.set(waited);
    }
    return this.#used++;
  }
}
