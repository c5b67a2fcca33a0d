/** Records found by an id of 64 bits: goroutines, Ps and Ms. */
import { grown } from './memory';

/** What every record begins with. */
@unmanaged
export class Keyed {
  id: i64;
  /** Of a record that was removed: slot + 2 of the next such, 1 after the last. LIVE of all others. */
  nextFree: i32;
}

const LIVE: i32 = 0;

/** Bits of an id that are its own hash. */
const LOW_BITS: u64 = 20;

/** Every bit of a number, and the seed, into every bit of the result: multiply and shift, twice. */
function mixed(x: u64, seed: u32): u32 {
  let h = (x ^ (x >> 23)) * ((<u64>seed << 32) | 0x9e3779b1);
  h = (h ^ (h >> 29)) * (<u64>seed | 0xbf58476d00000000);
  return <u32>(h >> 32) ^ <u32>(h >> 17);
}

/** A table of records of one class, whose size is a power of two. */
export class Table<T> {
  records: usize = 0;
  used: i32 = 0;
  private room: i32 = 0;
  /** By hash: slot + 1, or 0. Open addressing with linear probing. */
  private index: usize = 0;
  private mask: u32 = 0;
  /** The first slot that was freed, + 1; 0 when none is. */
  private free: i32 = 0;

  constructor(private readonly seed: u32) {}

  // @ts-expect-error: decorators are AssemblyScript's
  @inline
  at(slot: i32): usize {
    return this.records + <usize>slot * offsetof<T>();
  }

  /**
   * Ids count up, so neighbours stay neighbours. What is above their low bits,
   * which a hostile trace may choose, is mixed with a seed that it cannot know.
   */
  // @ts-ignore: decorators are AssemblyScript's
  @inline
  private hash(id: i64): u32 {
    const high = <u64>id >> LOW_BITS;
    return (<u32>id ^ (high === 0 ? 0 : mixed(high, this.seed))) & this.mask;
  }

  /** The slot of an id; -1 when there is none. Mostly it stands where its hash says. */
  // @ts-ignore: decorators are AssemblyScript's
  @inline
  known(id: i64): i32 {
    if (this.index === 0) return -1;
    const h = this.hash(id);
    const slot = this.entry(h);
    return slot >= 0 && changetype<Keyed>(this.at(slot)).id !== id ? this.probe(h, id) : slot;
  }

  /** Whether there is room for records at all. */
  // @ts-ignore: decorators are AssemblyScript's
  @inline
  get any(): bool {
    return this.index !== 0;
  }

  /** The slot of an id, if it stands where its hash says; else -1. Only where there is `any`. */
  // @ts-ignore: decorators are AssemblyScript's
  @inline
  near(id: i64): i32 {
    const slot = this.entry(this.hash(id));
    return slot >= 0 && changetype<Keyed>(this.at(slot)).id === id ? slot : -1;
  }

  /** Whether a record that was removed left its slot to the next. */
  // @ts-ignore: decorators are AssemblyScript's
  @inline
  get hasFree(): bool {
    return this.free !== 0;
  }

  private probe(from: u32, id: i64): i32 {
    let h = from;
    let slot: i32;
    do {
      h = (h + 1) & this.mask;
      slot = this.entry(h);
    } while (slot >= 0 && changetype<Keyed>(this.at(slot)).id !== id);
    return slot;
  }

  /** The slot that stands at a place of the index, -1 for none. */
  // @ts-expect-error: decorators are AssemblyScript's
  @inline
  private entry(h: u32): i32 {
    return load<i32>(this.index + ((<usize>h) << 2)) - 1;
  }

  // @ts-expect-error: decorators are AssemblyScript's
  @inline
  private setEntry(h: u32, slot: i32): void {
    store<i32>(this.index + ((<usize>h) << 2), slot + 1);
  }

  /** A record for an id that has none, all zero but for that. */
  add(id: i64): i32 {
    let slot = this.free - 1;
    if (slot >= 0) {
      this.free = changetype<Keyed>(this.at(slot)).nextFree - 1;
    } else {
      if (this.used === this.room) this.grow();
      slot = this.used++;
    }
    memory.fill(this.at(slot), 0, offsetof<T>());
    changetype<Keyed>(this.at(slot)).id = id;
    this.enter(slot, id);
    return slot;
  }

  private enter(slot: i32, id: i64): void {
    let h = this.hash(id);
    while (this.entry(h) >= 0) h = (h + 1) & this.mask;
    this.setEntry(h, slot);
  }

  private grow(): void {
    const room = max(64, this.room * 2);
    this.records = grown(this.records, <f64>this.used * offsetof<T>(), <f64>room * offsetof<T>());
    this.room = room;
    if (this.index !== 0) heap.free(this.index);
    // A quarter full at most, so that an id mostly stands where its hash says.
    const entries = <usize>room * 4;
    this.index = heap.alloc(entries << 2);
    memory.fill(this.index, 0, entries << 2);
    this.mask = <u32>entries - 1;
    // Only a full table grows, so every slot is in use.
    for (let slot = 0; slot < this.used; slot++) this.enter(slot, changetype<Keyed>(this.at(slot)).id);
  }

  /** Forgets a record. What stood behind it in the index moves up, as linear probing asks. */
  remove(slot: i32): void {
    const record = changetype<Keyed>(this.at(slot));
    let hole = this.hash(record.id);
    for (;;) {
      const found = this.entry(hole);
      // Two Ms may hold one goroutine, where a trace makes no sense, and both may end it.
      if (found < 0) return;
      if (found === slot) break;
      hole = (hole + 1) & this.mask;
    }
    let h = hole;
    for (;;) {
      h = (h + 1) & this.mask;
      const other = this.entry(h);
      if (other < 0) break;
      const wanted = this.hash(changetype<Keyed>(this.at(other)).id);
      // It may fill the hole unless its own place lies between the hole and where it stands.
      if (((h - wanted) & this.mask) < ((h - hole) & this.mask)) continue;
      this.setEntry(hole, other);
      hole = h;
    }
    this.setEntry(hole, -1);
    record.nextFree = this.free + 1;
    this.free = slot + 1;
  }

  clear(): void {
    this.used = 0;
    this.free = 0;
    if (this.index !== 0) memory.fill(this.index, 0, (<usize>this.mask + 1) << 2);
  }

  /** Bytes that `save` writes. */
  get size(): usize {
    return 8 + <usize>this.used * offsetof<T>();
  }

  /** Writes the records, each with its slot; where they end. */
  save(to: usize): usize {
    store<i32>(to, this.used);
    store<i32>(to, this.free, 4);
    memory.copy(to + 8, this.records, <usize>this.used * offsetof<T>());
    return to + this.size;
  }

  /** Takes the records that another table saved, in their slots; where they end. */
  load(from: usize): usize {
    this.clear();
    const used = load<i32>(from);
    while (this.room < used) this.grow();
    this.used = used;
    this.free = load<i32>(from, 4);
    memory.copy(this.records, from + 8, <usize>used * offsetof<T>());
    for (let slot = 0; slot < used; slot++) {
      const record = changetype<Keyed>(this.at(slot));
      // Another kernel hashes otherwise, so only the records come along.
      if (record.nextFree === LIVE) this.enter(slot, record.id);
    }
    return from + this.size;
  }
}
