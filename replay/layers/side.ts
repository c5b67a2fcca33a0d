/**
 * What one layer said and the other has not said yet: a queue for each subject.
 * Numbers in columns; what was taken out makes room for what comes, so memory
 * follows the distance between the layers, not the length of the run.
 */

import { grow } from '../probe/address-table.ts';

const FIRST = 1024;
const NONE = -1;

export class Side {
  /** By subject: its oldest and newest entry, and how many there are. */
  head = new Int32Array(FIRST).fill(NONE);
  tail = new Int32Array(FIRST).fill(NONE);
  length = new Int32Array(FIRST);
  /** By entry: what happened; a figure that goes with it; the thread; where it stands in its layer; when. */
  what = new Uint8Array(FIRST);
  figure = new Float64Array(FIRST);
  thread = new Float64Array(FIRST);
  at = new Float64Array(FIRST);
  time = new Float64Array(FIRST);
  #next = new Int32Array(FIRST);
  #free = NONE;
  #used = 0;
  /** Entries of all subjects, and the most that there ever were. */
  waiting = 0;
  most = 0;

  push(subject: number, what: number, figure: number, thread: number, at: number, time: number): void {
    const entry = this.#take();
    this.what[entry] = what;
    this.figure[entry] = figure;
    this.thread[entry] = thread;
    this.at[entry] = at;
    this.time[entry] = time;
    this.#next[entry] = NONE;
    const last = this.tail[subject] as number;
    if (last === NONE) this.head[subject] = entry;
    else this.#next[last] = entry;
    this.tail[subject] = entry;
    this.length[subject] = (this.length[subject] as number) + 1;
    this.waiting++;
    if (this.waiting > this.most) this.most = this.waiting;
  }

  /** Puts an entry before all others: what was taken for told before the beginning came after it. */
  pushFront(subject: number, what: number, thread: number, at: number, time: number): void {
    const first = this.head[subject] as number;
    this.head[subject] = NONE;
    const last = this.tail[subject] as number;
    this.tail[subject] = NONE;
    this.push(subject, what, 0, thread, at, time);
    const entry = this.head[subject] as number;
    this.#next[entry] = first;
    if (first !== NONE) this.tail[subject] = last;
  }

  /** Takes out the oldest. */
  pop(subject: number): void {
    const entry = this.head[subject] as number;
    const next = this.#next[entry] as number;
    this.head[subject] = next;
    if (next === NONE) this.tail[subject] = NONE;
    this.length[subject] = (this.length[subject] as number) - 1;
    this.#next[entry] = this.#free;
    this.#free = entry;
    this.waiting--;
  }

  clear(subject: number): void {
    while (this.head[subject] !== NONE) this.pop(subject);
  }

  /** The oldest entries of a subject. */
  first(subject: number, count: number): number[] {
    const entries: number[] = [];
    let entry = this.head[subject] as number;
    for (; entry !== NONE && entries.length < count; entry = this.#next[entry] as number) entries.push(entry);
    return entries;
  }

  /** Makes room for subjects up to this number. */
  reach(subjects: number): void {
    const before = this.head.length;
    if (subjects <= before) return;
    this.head = grow(this.head, subjects).fill(NONE, before);
    this.tail = grow(this.tail, subjects).fill(NONE, before);
    this.length = grow(this.length, subjects);
  }

  #take(): number {
    if (this.#free !== NONE) {
      const entry = this.#free;
      this.#free = this.#next[entry] as number;
      return entry;
    }
    if (this.#used === this.what.length) this.#grow(this.#used * 2);
    return this.#used++;
  }

  #grow(capacity: number): void {
    this.what = grow(this.what, capacity);
    this.figure = grow(this.figure, capacity);
    this.thread = grow(this.thread, capacity);
    this.at = grow(this.at, capacity);
    this.time = grow(this.time, capacity);
    this.#next = grow(this.#next, capacity);
  }
}
