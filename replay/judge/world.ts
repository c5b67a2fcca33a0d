/**
 * The model's state while a history is judged: who is in which state, who
 * holds whom, and which event made it so. Columns, not objects: a trace can
 * have a million goroutines.
 *
 * `setBy` holds an event's position in the whole replay; -1 is "before the
 * trace". `slot` -1 is "none" everywhere.
 */
import type { STATES } from '../model/index.ts';
import { IdTable } from './id-table.ts';

export const NO_SLOT = -1;

/** Indexes of states that code, not a table, has to name. */
export const GOROUTINE = {
  undetermined: 0,
  dead: 1,
  runnable: 2,
  running: 3,
  syscall: 4,
  waiting: 5,
} as const satisfies Record<(typeof STATES.goroutine)[number], number>;

export const PROC = {
  undetermined: 0,
  idle: 1,
  running: 2,
  syscall: 3,
  abandoned: 4,
} as const satisfies Record<(typeof STATES.P)[number], number>;

/** The sweep of a P, the assist of a goroutine: not known, or known to be off. */
const RANGE_UNDETERMINED = 0;
export const RANGE_OFF = 1;

/** Things of one kind, numbered by Go, kept in slots that are reused after death. */
export class Slots {
  readonly #slotOf = new IdTable();
  readonly #free: number[] = [];
  /** Highest slot ever used, plus one. */
  used = 0;
  /** How many different ids were ever added. */
  seen = 0;
  /** Ids in the order in which they were added, also those of what died since. */
  ids: number[] = [];
  /** Place in `ids`. */
  serial = new Uint32Array(64);
  id = new Float64Array(64);
  state = new Uint8Array(64);
  setBy = new Float64Array(64);
  /** Number of the finding that made what is known of this thing doubtful, 0 for none. */
  doubt = new Int32Array(64);

  find(id: number): number {
    return this.#slotOf.find(id);
  }

  /** Adds an id that is not there, in the given state; its columns start clean. */
  add(id: number, state: number, setBy: number): number {
    const slot = this.#free.pop() ?? this.used++;
    if (slot >= this.id.length) this.grow(this.id.length * 2);
    this.#slotOf.set(id, slot);
    this.seen++;
    this.serial[slot] = this.ids.length;
    this.ids.push(id);
    this.id[slot] = id;
    this.state[slot] = state;
    this.setBy[slot] = setBy;
    this.doubt[slot] = 0;
    return slot;
  }

  remove(slot: number): void {
    this.#slotOf.delete(this.id[slot] as number);
    this.#free.push(slot);
  }

  protected grow(size: number): void {
    this.id = widen(this.id, size);
    this.serial = widen(this.serial, size);
    this.state = widen(this.state, size);
    this.setBy = widen(this.setBy, size);
    this.doubt = widen(this.doubt, size);
  }
}

/** A longer copy of a column; new cells are 0. */
function widen<T extends Uint8Array | Int32Array | Uint32Array | Float64Array>(column: T, size: number): T {
  const wider = new (column.constructor as new (length: number) => T)(size);
  wider.set(column);
  return wider;
}

class Goroutines extends Slots {
  /** The M that it runs on or that is in a system call with it. */
  m = new Int32Array(64).fill(NO_SLOT);
  /** Interned reason of the wait it is in. */
  wait = new Int32Array(64);
  assist = new Uint8Array(64);
  assistBy = new Float64Array(64);
  /** Time of the last that is known to have happened to it. */
  since = new Float64Array(64);

  override add(id: number, state: number, setBy: number): number {
    const slot = super.add(id, state, setBy);
    this.m[slot] = NO_SLOT;
    this.since[slot] = Number.NEGATIVE_INFINITY;
    this.wait[slot] = 0;
    this.assist[slot] = RANGE_UNDETERMINED;
    this.assistBy[slot] = -1;
    return slot;
  }

  protected override grow(size: number): void {
    super.grow(size);
    this.m = widen(this.m, size);
    this.wait = widen(this.wait, size);
    this.assist = widen(this.assist, size);
    this.assistBy = widen(this.assistBy, size);
    this.since = widen(this.since, size);
  }
}

class Procs extends Slots {
  m = new Int32Array(64).fill(NO_SLOT);
  sweep = new Uint8Array(64);
  sweepBy = new Float64Array(64);
  /** As of goroutines. */
  since = new Float64Array(64);
  /** The last goroutine that was made on it. */
  lastGoid = new Float64Array(64);

  override add(id: number, state: number, setBy: number): number {
    const slot = super.add(id, state, setBy);
    this.m[slot] = NO_SLOT;
    this.since[slot] = Number.NEGATIVE_INFINITY;
    this.lastGoid[slot] = 0;
    this.sweep[slot] = RANGE_UNDETERMINED;
    this.sweepBy[slot] = -1;
    return slot;
  }

  protected override grow(size: number): void {
    super.grow(size);
    this.m = widen(this.m, size);
    this.sweep = widen(this.sweep, size);
    this.sweepBy = widen(this.sweepBy, size);
    this.since = widen(this.since, size);
    this.lastGoid = widen(this.lastGoid, size);
  }
}

class Threads extends Slots {
  p = new Int32Array(64).fill(NO_SLOT);
  g = new Int32Array(64).fill(NO_SLOT);
  /** Time of the last event that it wrote. */
  since = new Float64Array(64);

  override add(id: number, state: number, setBy: number): number {
    const slot = super.add(id, state, setBy);
    this.since[slot] = Number.NEGATIVE_INFINITY;
    this.p[slot] = NO_SLOT;
    this.g[slot] = NO_SLOT;
    return slot;
  }

  protected override grow(size: number): void {
    super.grow(size);
    this.p = widen(this.p, size);
    this.g = widen(this.g, size);
    this.since = widen(this.since, size);
  }
}

/** A machine that exists once: the collector, the world. */
export interface Single {
  state: number;
  setBy: number;
}

/** What of a collection was seen: nothing, its begin, the stop for its sweep termination, and that this ended. */
export const CYCLE = { unknown: 0, begun: 1, stopped: 2, marking: 3 } as const;

/** The stop of the world that is in force, for the rules about who may end it. */
export interface Stopper extends Single {
  g: number;
  m: number;
  kind: number;
}

export class World {
  goroutines = new Goroutines();
  procs = new Procs();
  threads = new Threads();
  gc: Single = { state: 0, setBy: -1 };
  stw: Stopper = { state: 0, setBy: -1, g: NO_SLOT, m: NO_SLOT, kind: 0 };
  /** CYCLE. */
  cycle = 0;
  /** When the last collection ended. */
  gcEnded = Number.NEGATIVE_INFINITY;
  /** How many ns an event may be too early; infinite where times accuse nobody. */
  tolerance = Number.POSITIVE_INFINITY;
  /** The interned reason of a wait that nobody ends. */
  forever = -1;
  /** Open tasks and the event that opened each. */
  readonly tasks = new Map<number, number>();
  /** -1 until the trace says it. */
  gomaxprocs = -1;
  gomaxprocsBy = -1;
  /** How many Ps are in state running. */
  procsRunning = 0;
  /** The event that is judged now: what binds and unbinds is put down to it. */
  now = -1;

  /** After missing generations nothing known from before still holds. */
  forget(): void {
    const { goroutines, procs, forever, tolerance } = this;
    Object.assign(this, new World(), { forever, tolerance });
    this.goroutines.ids = goroutines.ids;
    this.procs.ids = procs.ids;
  }

  /** The M's slot, made when it is first heard of. */
  thread(id: number): number {
    const slot = this.threads.find(id);
    return slot === NO_SLOT ? this.threads.add(id, 0, -1) : slot;
  }

  bindG(m: number, g: number): void {
    this.unbindG(m);
    const before = this.goroutines.m[g] as number;
    if (before !== NO_SLOT) this.threads.g[before] = NO_SLOT;
    this.threads.g[m] = g;
    this.threads.setBy[m] = this.now;
    this.goroutines.m[g] = m;
  }

  unbindG(m: number): void {
    const g = this.threads.g[m] as number;
    if (g === NO_SLOT) return;
    this.goroutines.m[g] = NO_SLOT;
    this.threads.g[m] = NO_SLOT;
    this.threads.setBy[m] = this.now;
  }

  bindP(m: number, p: number): void {
    this.unbindP(m);
    const before = this.procs.m[p] as number;
    if (before !== NO_SLOT) this.threads.p[before] = NO_SLOT;
    this.threads.p[m] = p;
    this.threads.setBy[m] = this.now;
    this.procs.m[p] = m;
  }

  unbindP(m: number): void {
    const p = this.threads.p[m] as number;
    if (p === NO_SLOT) return;
    this.procs.m[p] = NO_SLOT;
    this.threads.p[m] = NO_SLOT;
    this.threads.setBy[m] = this.now;
  }

  setProc(p: number, state: number, setBy: number): void {
    if (this.procs.state[p] === PROC.running) this.procsRunning--;
    if (state === PROC.running) this.procsRunning++;
    this.procs.state[p] = state;
    this.procs.setBy[p] = setBy;
  }
}
