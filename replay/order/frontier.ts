/** The Ms that can be tried, as a heap by the time of their next event. */
export class Frontier {
  size = 0;
  #times: Float64Array;
  #slots: Int32Array;

  constructor(capacity: number) {
    this.#times = new Float64Array(Math.max(capacity, 1));
    this.#slots = new Int32Array(Math.max(capacity, 1));
  }

  /** The M with the earliest event. */
  get top(): number {
    return this.#slots[0]!;
  }

  get topTime(): number {
    return this.size > 0 ? this.#times[0]! : Number.POSITIVE_INFINITY;
  }

  push(slot: number, time: number): void {
    const times = this.#times;
    const slots = this.#slots;
    let i = this.size++;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (times[parent]! <= time) break;
      times[i] = times[parent]!;
      slots[i] = slots[parent]!;
      i = parent;
    }
    times[i] = time;
    slots[i] = slot;
  }

  /** Gives the top a later time. */
  retime(time: number): void {
    this.#sink(this.#slots[0]!, time);
  }

  pop(): void {
    const last = --this.size;
    if (last > 0) this.#sink(this.#slots[last]!, this.#times[last]!);
  }

  #sink(slot: number, time: number): void {
    const times = this.#times;
    const slots = this.#slots;
    const size = this.size;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && times[child + 1]! < times[child]!) child++;
      if (times[child]! >= time) break;
      times[i] = times[child]!;
      slots[i] = slots[child]!;
      i = child;
    }
    times[i] = time;
    slots[i] = slot;
  }
}
