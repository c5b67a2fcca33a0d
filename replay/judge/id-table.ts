/**
 * Go's ids to slots: open addressing over typed arrays, since the judge looks up one at nearly every event. An id
 * that leaves gives its place back, so the table grows with what lives at one time.
 */

const FIRST_SIZE = 128;

/** What stands for an id past 2^53, which reads as NaN and would equal nothing. */
const BEYOND = -2;

export class IdTable {
  #ids = new Float64Array(FIRST_SIZE);
  /** Slot + 1 of the id that has the place; 0 is free. */
  #slots = new Int32Array(FIRST_SIZE);
  #mask = FIRST_SIZE - 1;
  #size = 0;
  /** So that no trace can be made to collide. */
  readonly #seed = Math.trunc(Math.random() * 2 ** 31);

  /** The id's slot, or -1. */
  find(id: number): number {
    const slots = this.#slots;
    const ids = this.#ids;
    const mask = this.#mask;
    const key = Number.isNaN(id) ? BEYOND : id;
    for (let place = this.#home(key); ; place = (place + 1) & mask) {
      const slot = slots[place]! - 1;
      if (slot < 0 || ids[place] === key) return slot;
    }
  }

  /** Gives an id a slot, whether it had one or not. */
  set(id: number, slot: number): void {
    if (this.#size * 2 >= this.#slots.length) this.#grow();
    const key = Number.isNaN(id) ? BEYOND : id;
    let place = this.#home(key);
    while (this.#slots[place] !== 0 && this.#ids[place] !== key) place = (place + 1) & this.#mask;
    if (this.#slots[place] === 0) this.#size++;
    this.#ids[place] = key;
    this.#slots[place] = slot + 1;
  }

  delete(id: number): void {
    const key = Number.isNaN(id) ? BEYOND : id;
    let place = this.#home(key);
    while (this.#slots[place] !== 0 && this.#ids[place] !== key) place = (place + 1) & this.#mask;
    if (this.#slots[place] === 0) return;
    this.#size--;
    this.#close(place);
  }

  /** Moves up what stands behind a place that became free, as far as it may go: a search ends at the first free one. */
  #close(free: number): void {
    const mask = this.#mask;
    for (let place = (free + 1) & mask; this.#slots[place] !== 0; place = (place + 1) & mask) {
      const home = this.#home(this.#ids[place]!);
      if (((place - home) & mask) < ((place - free) & mask)) continue;
      this.#ids[free] = this.#ids[place]!;
      this.#slots[free] = this.#slots[place]!;
      free = place;
    }
    this.#slots[free] = 0;
  }

  #grow(): void {
    const ids = this.#ids;
    const slots = this.#slots;
    this.#ids = new Float64Array(ids.length * 2);
    this.#slots = new Int32Array(slots.length * 2);
    this.#mask = slots.length * 2 - 1;
    this.#size = 0;
    for (let place = 0; place < slots.length; place++)
      if (slots[place] !== 0) this.set(ids[place]!, slots[place]! - 1);
  }

  #home(id: number): number {
    const low = id | 0;
    const mixed = Math.imul(low ^ this.#seed ^ Math.imul((id / 2 ** 32) | 0, 0x85ebca6b), 0x9e3779b1);
    return (mixed ^ (mixed >>> 15)) & this.#mask;
  }
}
