/** What ordering remembers of Ms, and where in the generation each of them is. */
import type { Generation } from '../decode/index.ts';
import { NONE } from '../decode/index.ts';

/** The row of an M that has none left: above every row. */
const PLACED = 0x7fffffff;

/** No G or P bound. */
export const UNBOUND = -1;

/** The rows of one M in one generation: runs of rows, one run a batch, read in the order of the file. */
interface Rows {
  readonly first: number[];
  readonly last: number[];
  /** Index of the run being read. */
  run: number;
}

export class Threads {
  /** By slot: slot of the bound goroutine and P, or UNBOUND. */
  g = new Int32Array(16).fill(UNBOUND);
  p = new Int32Array(16).fill(UNBOUND);
  /** By slot: the next row to place, and the end of its run. */
  row = new Int32Array(16);
  end = new Int32Array(16);
  /** The slot of events without a thread, -1 before there was one. */
  none = -1;
  readonly #slots = new Map<number, number>();
  readonly #rows: Rows[] = [];

  /** The slot of a thread; every event without one shares a slot, to which nothing is ever bound. */
  slot(m: number): number {
    const known = this.#slots.get(m);
    if (known !== undefined) return known;
    const slot = this.#slots.size;
    this.#slots.set(m, slot);
    if (m === NONE) this.none = slot;
    this.#rows.push({ first: [], last: [], run: 0 });
    if (slot === this.g.length) this.#grow();
    return slot;
  }

  /** The slot of a thread that was met before. */
  known(m: number): number | undefined {
    return this.#slots.get(m);
  }

  /** Takes the batches of a generation; returns the slots that have rows. */
  load(generation: Generation): number[] {
    for (const rows of this.#rows) {
      rows.first.length = 0;
      rows.last.length = 0;
      rows.run = 0;
    }
    const slots = new Set<number>();
    for (const { kind, m, first, last } of generation.batches) {
      if (kind !== 'events' || first === last) continue;
      const slot = this.slot(m);
      const rows = this.#rows[slot]!;
      rows.first.push(first);
      rows.last.push(last);
      slots.add(slot);
    }
    for (const slot of slots) this.#enter(slot, 0);
    return [...slots];
  }

  /** Moves on to the next row; false when the M has no more. */
  next(slot: number): boolean {
    const row = this.row[slot]! + 1;
    if (row < this.end[slot]!) {
      this.row[slot] = row;
      return true;
    }
    const rows = this.#rows[slot]!;
    return rows.run + 1 < rows.first.length && this.#enter(slot, rows.run + 1);
  }

  /** Whether a row of that M was not placed yet. */
  pending(slot: number, row: number): boolean {
    const rows = this.#rows[slot]!;
    // Runs of an M ascend, since batches are in file order.
    return rows.first.length > 0 && row >= this.row[slot]! && row < rows.last.at(-1)!;
  }

  /** Marks all rows of an M as placed. */
  finish(slot: number): void {
    this.row[slot] = PLACED;
  }

  #enter(slot: number, run: number): true {
    const rows = this.#rows[slot]!;
    rows.run = run;
    this.row[slot] = rows.first[run]!;
    this.end[slot] = rows.last[run]!;
    return true;
  }

  #grow(): void {
    const size = this.g.length * 2;
    const { g, p, row, end } = this;
    this.g = new Int32Array(size).fill(UNBOUND);
    this.g.set(g);
    this.p = new Int32Array(size).fill(UNBOUND);
    this.p.set(p);
    this.row = new Int32Array(size);
    this.row.set(row);
    this.end = new Int32Array(size);
    this.end.set(end);
  }
}
