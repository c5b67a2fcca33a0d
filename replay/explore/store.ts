/**
 * The states met so far: words in one array, found again by open addressing in
 * another, each with the state that it was reached from and the step that led here.
 * Nothing in here is an object of one state.
 */

const FIRST_STATES = 1 << 12;
/** What a state without a parent has as one. */
export const ROOT = -1;
/** What `add` answers for a state that was met before. */
export const KNOWN = -1;

export class States {
  count = 0;
  readonly #words: number;
  #data: Uint32Array;
  #parent = new Int32Array(FIRST_STATES);
  #via = new Uint16Array(FIRST_STATES);
  /** By twos: a state's number, + 1, and its hash; a power of two long, at most half full. */
  #table = new Int32Array(FIRST_STATES * 4);

  constructor(words: number) {
    this.#words = words;
    this.#data = new Uint32Array(FIRST_STATES * words);
  }

  parent(state: number): number {
    return this.#parent[state] as number;
  }

  via(state: number): number {
    return this.#via[state] as number;
  }

  load(state: number, into: Uint32Array): void {
    const words = this.#words;
    const data = this.#data;
    const from = state * words;
    for (let i = 0; i < words; i++) into[i] = data[from + i] as number;
  }

  /** The number of a state that is new, or KNOWN. */
  add(state: Uint32Array, parent: number, via: number): number {
    const hashed = hash(state, this.#words);
    let slot = this.#slot(state, hashed);
    if (slot < 0) return KNOWN;
    if (this.count === this.#parent.length) {
      this.#grow();
      slot = this.#free(hashed);
    }
    const number = this.count++;
    const from = number * this.#words;
    for (let i = 0; i < this.#words; i++) this.#data[from + i] = state[i] as number;
    this.#parent[number] = parent;
    this.#via[number] = via;
    this.#table[slot] = number + 1;
    this.#table[slot + 1] = hashed;
    return number;
  }

  /** The free slot for a state, or -1 where it is there. */
  #slot(state: Uint32Array, hashed: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    for (let slot = (hashed << 1) & mask; ; slot = (slot + 2) & mask) {
      const number = table[slot] as number;
      if (number === 0) return slot;
      if (table[slot + 1] === hashed && this.#is(state, number - 1)) return -1;
    }
  }

  /** The free slot for a state that is known not to be there. */
  #free(hashed: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    let slot = (hashed << 1) & mask;
    while (table[slot] !== 0) slot = (slot + 2) & mask;
    return slot;
  }

  #is(state: Uint32Array, number: number): boolean {
    const data = this.#data;
    const from = number * this.#words;
    for (let i = 0; i < this.#words; i++) if (data[from + i] !== state[i]) return false;
    return true;
  }

  #grow(): void {
    const states = this.#parent.length * 2;
    this.#data = copied(new Uint32Array(states * this.#words), this.#data);
    this.#parent = copied(new Int32Array(states), this.#parent);
    this.#via = copied(new Uint16Array(states), this.#via);
    const before = this.#table;
    this.#table = new Int32Array(states * 4);
    for (let at = 0; at < before.length; at += 2)
      if (before[at] !== 0) {
        const hashed = before[at + 1] as number;
        const slot = this.#free(hashed);
        this.#table[slot] = before[at] as number;
        this.#table[slot + 1] = hashed;
      }
  }
}

function copied<A extends Uint32Array | Int32Array | Uint16Array>(larger: A, from: A): A {
  larger.set(from);
  return larger;
}

/** Multiply and mix, word by word (the constants are MurmurHash3's). */
function hash(state: Uint32Array, words: number): number {
  let h = words;
  for (let i = 0; i < words; i++) {
    let k = Math.imul(state[i] as number, 0xcc9e2d51);
    k = (k << 15) | (k >>> 17);
    h ^= Math.imul(k, 0x1b873593);
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
