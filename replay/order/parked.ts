/** The Ms whose next event waits, by what it waits for. */

export interface Parked {
  readonly m: number;
  /** Time of the waiting event. */
  readonly time: number;
  /** Position of the history at which it began to wait. */
  readonly since: number;
}

export class ParkedMs {
  /** In the order of parking, which is nearly that of time. */
  readonly #all = new Set<Parked>();
  /** By key of the state (`OrderState.await`); may still hold some that left. */
  readonly #waiting = new Map<number, Parked[]>();
  #earliest: number | undefined = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#all.size;
  }

  /** The earliest waiting event; infinity when there is none. */
  get earliest(): number {
    if (this.#earliest === undefined) {
      this.#earliest = Number.POSITIVE_INFINITY;
      for (const { time } of this.#all) this.#earliest = Math.min(this.#earliest, time);
    }
    return this.#earliest;
  }

  add(parked: Parked, key: number): void {
    this.#all.add(parked);
    if (this.#earliest !== undefined) this.#earliest = Math.min(this.#earliest, parked.time);
    this.await(parked, key);
  }

  /** Lets it wait for something else. */
  await(parked: Parked, key: number): void {
    const others = this.#waiting.get(key);
    if (others === undefined) this.#waiting.set(key, [parked]);
    else others.push(parked);
  }

  remove(parked: Parked): void {
    this.#all.delete(parked);
    if (parked.time === this.#earliest) this.#earliest = undefined;
  }

  /** Those that wait for this key, which they no longer do. */
  take(key: number): Parked[] {
    const parked = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    return parked.filter((one) => this.#all.has(one));
  }

  first(): Parked | undefined {
    for (const parked of this.#all) return parked;
    return undefined;
  }

  byTime(): Parked[] {
    return [...this.#all].sort((a, b) => a.time - b.time);
  }
}
