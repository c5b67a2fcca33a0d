/**
 * What the judge knows of goroutines, Ps and Ms, in columns that JavaScript looks at too: replay/judge
 * says what stands in them (layout.ts where). Slots are given out, and the columns made longer, only here.
 */
import { grown, room } from './memory';
import {
  AT_DOUBT,
  AT_END,
  AT_HOLDER,
  AT_ID,
  AT_LASTGOID,
  AT_OTHER,
  AT_RANGE,
  AT_RANGEBY,
  AT_SERIAL,
  AT_SETBY,
  AT_SINCE,
  AT_STATE,
} from './specs';
import { Keyed, Table } from './table';

// @ts-expect-error: decorators are AssemblyScript's
@external('env', 'seed')
declare const seed: u32;

const NONE: i32 = -1;
/** In place of an id past 2^53, which comes as NaN and would equal nothing. */
const BEYOND: i64 = -2;
const FIRST: i32 = 64;

/** Goes up when columns have moved: what JavaScript sees of them must be taken anew. */
export let moves: u32 = 0;

function key(id: f64): i64 {
  return isNaN(id) ? BEYOND : <i64>id;
}

export class Slots {
  /** All columns, one behind the other, and how many slots each has room for. */
  block: usize = 0;
  room: i32 = 0;
  /** How many ids were ever added, since all was forgotten. */
  seen: i32 = 0;
  /** All ids that were ever added, f64, in their order: their place in it is their serial number. */
  ids: usize = 0;
  named: u32 = 0;
  private idRoom: u32 = 0;
  readonly index: Table<Keyed> = new Table<Keyed>(seed);

  // @ts-expect-error: decorators are AssemblyScript's
  @inline
  column(at: u32): usize {
    return this.block + <usize>this.room * at;
  }

  find(id: f64): i32 {
    return this.index.known(key(id));
  }

  /** Whether `add` would make columns longer. */
  // @ts-expect-error: decorators are AssemblyScript's
  @inline
  get full(): bool {
    return this.named === this.idRoom || (this.index.used === this.room && !this.index.hasFree);
  }

  /** Adds an id that is not there; its columns start clean. */
  add(id: f64, state: u32, setBy: f64): i32 {
    const slot = this.index.add(key(id));
    if (slot >= this.room) this.grow();
    if (this.named === this.idRoom) this.growIds();
    const wide = <usize>slot << 3;
    const word = <usize>slot << 2;
    store<f64>(this.column(AT_ID) + wide, id);
    store<f64>(this.column(AT_SETBY) + wide, setBy);
    store<f64>(this.column(AT_SINCE) + wide, -Infinity);
    store<f64>(this.column(AT_RANGEBY) + wide, -1);
    store<f64>(this.column(AT_LASTGOID) + wide, 0);
    store<u32>(this.column(AT_SERIAL) + word, this.named);
    store<i32>(this.column(AT_DOUBT) + word, 0);
    store<i32>(this.column(AT_HOLDER) + word, NONE);
    store<i32>(this.column(AT_OTHER) + word, 0);
    store<u8>(this.column(AT_STATE) + slot, state);
    store<u8>(this.column(AT_RANGE) + slot, 0);
    store<f64>(this.ids + (<usize>this.named << 3), id);
    this.named++;
    this.seen++;
    return slot;
  }

  remove(slot: i32): void {
    this.index.remove(slot);
  }

  /** All but the serial numbers. */
  forget(): void {
    this.index.clear();
    this.seen = 0;
  }

  private grow(): void {
    const before = this.room;
    const after = max(FIRST, before * 2);
    const block = room(<f64>after * AT_END);
    if (before > 0) {
      this.move(block, after, AT_ID, AT_SERIAL, 8);
      this.move(block, after, AT_SERIAL, AT_STATE, 4);
      this.move(block, after, AT_STATE, AT_END, 1);
      heap.free(this.block);
    }
    this.block = block;
    this.room = after;
    moves++;
  }

  /** The columns from one to another, each `width` bytes a slot. */
  private move(block: usize, after: i32, first: u32, end: u32, width: u32): void {
    for (let at = first; at < end; at += width)
      memory.copy(block + <usize>after * at, this.column(at), <usize>this.room * width);
  }

  private growIds(): void {
    const after = max<u32>(FIRST, this.idRoom * 2);
    this.ids = grown(this.ids, <f64>this.named * 8, <f64>after * 8);
    this.idRoom = after;
    moves++;
  }
}

export const goroutines = new Slots();
export const procs = new Slots();
export const threads = new Slots();

/** The program's open tasks, by their number. */
const tasks = new Table<Keyed>(seed);

export function isTaskOpen(id: f64): bool {
  return tasks.known(key(id)) >= 0;
}

export function setTask(id: f64, isOpen: bool): void {
  const slot = tasks.known(key(id));
  if (isOpen && slot < 0) tasks.add(key(id));
  else if (!isOpen && slot >= 0) tasks.remove(slot);
}

export function forgetTasks(): void {
  tasks.clear();
}

/** How many Ps run. */
export let procsRunning: i32 = 0;

// @ts-expect-error: decorators are AssemblyScript's
@inline
export function addRunning(n: i32): void {
  procsRunning += n;
}

export function setProcsRunning(n: i32): void {
  procsRunning = n;
}
