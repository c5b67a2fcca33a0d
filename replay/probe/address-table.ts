/**
 * Addresses as small numbers: an open-addressing table over typed arrays, keyed
 * by the two halves of a 64-bit word, so that no record makes an object. What is
 * known of an address lies in columns under its number; numbers are never given
 * back, so a table grows with the addresses that a program uses, not with the
 * records that name them.
 */

const FIRST_SIZE = 1024;

/** No runtime has so many goroutines, threads or stacks that fit in memory beside them; a hostile file may claim it. */
const MAX_KEYS = 1 << 22;

export class AddressTable {
  /** Distinct addresses seen, which are numbered from 0. */
  size = 0;
  lo = new Int32Array(FIRST_SIZE);
  hi = new Int32Array(FIRST_SIZE);
  /** Number + 1 of the address that has a place; 0 is free. Twice as many places as numbers. */
  #places = new Int32Array(FIRST_SIZE * 2);
  #lastLo = 0;
  #lastHi = 0;
  #last = -1;
  readonly #grown: (capacity: number) => void;

  /** `grown` is told how many numbers must fit into the columns that go with the table. */
  constructor(grown: (capacity: number) => void) {
    this.#grown = grown;
  }

  /** The address's number, or -1. The halves are signed, as records have them. */
  find(lo: number, hi: number): number {
    if (lo === this.#lastLo && hi === this.#lastHi && this.#last >= 0) return this.#last;
    const places = this.#places;
    const mask = places.length - 1;
    let place = hash(lo, hi) & mask;
    for (;;) {
      const number = (places[place] as number) - 1;
      if (number < 0) return -1;
      if (this.lo[number] === lo && this.hi[number] === hi) {
        this.#lastLo = lo;
        this.#lastHi = hi;
        this.#last = number;
        return number;
      }
      place = (place + 1) & mask;
    }
  }

  /** The address's number, given to it now if it had none; -1 for null, and where the table is full. */
  add(lo: number, hi: number): number {
    const found = this.find(lo, hi);
    if (found >= 0) return found;
    if ((lo === 0 && hi === 0) || this.size >= MAX_KEYS) return -1;
    if (this.size === this.lo.length) this.#grow();
    const number = this.size++;
    this.lo[number] = lo;
    this.hi[number] = hi;
    this.#place(number);
    return number;
  }

  /** As a person reads it. */
  text(number: number): string {
    return addressText(this.lo[number] as number, this.hi[number] as number);
  }

  #grow(): void {
    const capacity = this.lo.length * 2;
    this.lo = grow(this.lo, capacity);
    this.hi = grow(this.hi, capacity);
    this.#places = new Int32Array(capacity * 2);
    for (let number = 0; number < this.size; number++) this.#place(number);
    this.#grown(capacity);
  }

  #place(number: number): void {
    const mask = this.#places.length - 1;
    let place = hash(this.lo[number] as number, this.hi[number] as number) & mask;
    while (this.#places[place] !== 0) place = (place + 1) & mask;
    this.#places[place] = number + 1;
  }
}

/**
 * What is known of things that have an address. It has a table rather than being
 * one: the code of all tables sees objects of one shape, which is what makes it fast.
 */
export abstract class Addressed {
  readonly keys = new AddressTable((capacity) => this.grown(capacity));

  /** Makes the columns as long. */
  protected abstract grown(capacity: number): void;

  /** The address as a person reads it. */
  text(number: number): string {
    return this.keys.text(number);
  }

  /** The two halves of the address. */
  key(number: number): readonly [number, number] {
    return [this.keys.lo[number] as number, this.keys.hi[number] as number];
  }
}

/** How many numbers a new table has room for, which its columns begin with. */
export const FIRST_COLUMNS = FIRST_SIZE;

type Column = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/** A longer column with the same beginning. */
export function grow<C extends Column>(column: C, capacity: number): C {
  const longer = new (column.constructor as new (length: number) => C)(capacity);
  longer.set(column);
  return longer;
}

/** 64 bits as hexadecimal, as Go prints a pointer. */
export function addressText(lo: number, hi: number): string {
  const low = (lo >>> 0).toString(16);
  return hi === 0 ? `0x${low}` : `0x${(hi >>> 0).toString(16)}${low.padStart(8, '0')}`;
}

/** Addresses are aligned, so their low bits say nothing: the product carries every bit upwards, the shift back. */
function hash(lo: number, hi: number): number {
  const mixed = Math.imul(lo ^ Math.imul(hi, 0x9e3779b1), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
