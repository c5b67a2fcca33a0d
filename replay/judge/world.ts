/**
 * The model's state while a history is judged: who is in which state, who
 * holds whom, and which event made it so. Columns, not objects: a trace can
 * have a million goroutines. They lie in the memory of a kernel, whose lane
 * takes the steps that most events are.
 *
 * `setBy` holds an event's position in the whole replay; -1 is "before the
 * trace". `slot` -1 is "none" everywhere.
 */
import type { Kernel } from '../kernel/index.ts';
import { STATES } from '../model/index.ts';
import { COLUMN, SLOTS } from './layout.ts';
import { PROC, TASK, THREAD } from './states.ts';

export { GOROUTINE, PROC, RANGE_OFF } from './states.ts';

export const NO_SLOT = -1;

/** Things of one kind, numbered by Go, kept in slots that are reused after death. */
export class Slots {
  #kernel: Kernel | undefined;
  readonly #kind: number;
  readonly #moved: () => void;
  /** Place in `ids`. */
  serial!: Uint32Array;
  id!: Float64Array;
  state!: Uint8Array;
  setBy!: Float64Array;
  /** Number of the finding that made what is known of this thing doubtful, 0 for none. */
  doubt!: Int32Array;
  /** Time of the last that is known to have happened to it; of an M, of the last event that it wrote. */
  since!: Float64Array;

  /** `moved` is called when columns may lie elsewhere. */
  constructor(kind: number, moved: () => void) {
    this.#kind = kind;
    this.#moved = moved;
  }

  /** Looks at the columns where they are now. */
  view(kernel: Kernel): void {
    this.#kernel = kernel;
    this.serial = kernel.words(...this.place(kernel, COLUMN.serial));
    this.id = kernel.doubles(...this.place(kernel, COLUMN.id));
    this.state = kernel.bytes(...this.place(kernel, COLUMN.state));
    this.setBy = kernel.doubles(...this.place(kernel, COLUMN.setBy));
    this.doubt = kernel.ints(...this.place(kernel, COLUMN.doubt));
    this.since = kernel.doubles(...this.place(kernel, COLUMN.since));
  }

  /** Address and length of a column. */
  protected place(kernel: Kernel, column: number): [address: number, length: number] {
    const { slotsBlock, slotsRoom } = kernel.exports;
    const room = slotsRoom(this.#kind);
    return [slotsBlock(this.#kind) + room * column, room];
  }

  /** Highest slot ever used, plus one. */
  get used(): number {
    return this.#kernel?.exports.slotsUsed(this.#kind) ?? 0;
  }

  /** How many different ids were ever added. */
  get seen(): number {
    return this.#kernel?.exports.slotsSeen(this.#kind) ?? 0;
  }

  /** Ids in the order in which they were added, also those of what died since. */
  get ids(): Float64Array {
    const kernel = this.#kernel;
    if (kernel === undefined) return new Float64Array(0);
    return kernel.doubles(kernel.exports.slotsIds(this.#kind), kernel.exports.slotsNamed(this.#kind));
  }

  find(id: number): number {
    return this.#kernel?.exports.findSlot(this.#kind, id) ?? NO_SLOT;
  }

  /** Adds an id that is not there, in the given state; its columns start clean. */
  add(id: number, state: number, setBy: number): number {
    const slot = (this.#kernel as Kernel).exports.addSlot(this.#kind, id, state, setBy);
    this.#moved();
    return slot;
  }

  remove(slot: number): void {
    this.#kernel?.exports.removeSlot(this.#kind, slot);
  }

  forget(): void {
    this.#kernel?.exports.forgetSlots(this.#kind);
  }
}

class Goroutines extends Slots {
  /** The M that it runs on or that is in a system call with it. */
  m!: Int32Array;
  /** Interned reason of the wait it is in. */
  wait!: Int32Array;
  assist!: Uint8Array;
  assistBy!: Float64Array;
  /** Number of the function that it began with (functions.ts), 0 where that is not known. */
  begun!: Float64Array;

  override view(kernel: Kernel): void {
    super.view(kernel);
    this.m = kernel.ints(...this.place(kernel, COLUMN.holder));
    this.wait = kernel.ints(...this.place(kernel, COLUMN.other));
    this.assist = kernel.bytes(...this.place(kernel, COLUMN.range));
    this.assistBy = kernel.doubles(...this.place(kernel, COLUMN.rangeBy));
    this.begun = kernel.doubles(...this.place(kernel, COLUMN.begun));
  }
}

class Procs extends Slots {
  m!: Int32Array;
  sweep!: Uint8Array;
  sweepBy!: Float64Array;
  /** The last goroutine that was made on it. */
  lastGoid!: Float64Array;

  override view(kernel: Kernel): void {
    super.view(kernel);
    this.m = kernel.ints(...this.place(kernel, COLUMN.holder));
    this.sweep = kernel.bytes(...this.place(kernel, COLUMN.range));
    this.sweepBy = kernel.doubles(...this.place(kernel, COLUMN.rangeBy));
    this.lastGoid = kernel.doubles(...this.place(kernel, COLUMN.lastGoid));
  }
}

class Threads extends Slots {
  p!: Int32Array;
  g!: Int32Array;

  override view(kernel: Kernel): void {
    super.view(kernel);
    this.p = kernel.ints(...this.place(kernel, COLUMN.holder));
    this.g = kernel.ints(...this.place(kernel, COLUMN.other));
  }

  override add(id: number, state: number, setBy: number): number {
    const slot = super.add(id, state, setBy);
    this.g[slot] = NO_SLOT;
    return slot;
  }
}

/** A machine that exists once: the collector, the world. */
export interface Single {
  state: number;
  setBy: number;
}

/** Of the world, while it is stopped. */
export const STOPPED = STATES.stw.indexOf('stopped');

/** What of a collection was seen: nothing, its begin, the stop for its sweep termination, and that this ended. */
export const CYCLE = { unknown: 0, begun: 1, stopped: 2, marking: 3 } as const;

/** The stop of the world that is in force, for the rules about who may end it. */
export interface Stopper extends Single {
  g: number;
  m: number;
  kind: number;
}

/** What exists once, as it is before anything was seen. */
class Singles {
  gc: Single = { state: 0, setBy: -1 };
  stw: Stopper = { state: 0, setBy: -1, g: NO_SLOT, m: NO_SLOT, kind: 0 };
  /** CYCLE. */
  cycle = 0;
  /** When the last collection ended. */
  gcEnded = Number.NEGATIVE_INFINITY;
  /** -1 until the trace says it. */
  gomaxprocs = -1;
  gomaxprocsBy = -1;
  /** Hears of each M that takes or loses its P, and of THREAD which it is now. */
  told: (m: number, state: number) => void = () => {};
  /** The event that is judged now: what binds and unbinds is put down to it. */
  now = -1;
}

export class World extends Singles {
  readonly goroutines = new Goroutines(SLOTS.goroutines, () => this.look());
  readonly procs = new Procs(SLOTS.procs, () => this.look());
  readonly threads = new Threads(SLOTS.threads, () => this.look());
  /** How many ns an event may be too early without a word; infinite where times accuse nobody. */
  tolerance = Number.POSITIVE_INFINITY;
  /** How many it may be too early and be no more than suspicious. */
  apart = Number.POSITIVE_INFINITY;
  /** The interned reason of a wait that nobody ends. */
  forever = -1;
  /** That of what is stopped in the middle of anything, and whose stack may lack frames then. */
  preempted = -1;
  #kernel: Kernel | undefined;
  #seen: ArrayBuffer | undefined;
  #moves = 0;

  /** Where the columns lie; undefined until there is anything to put there. */
  get kernel(): Kernel | undefined {
    return this.#kernel;
  }

  liveIn(kernel: Kernel): void {
    this.#kernel = kernel;
    this.#seen = undefined;
    this.look();
  }

  /** Takes the views of the columns anew where these have moved, or the memory has grown. */
  look(): void {
    const kernel = this.#kernel;
    if (kernel === undefined) return;
    const moves = kernel.exports.moves.value as number;
    if (moves === this.#moves && kernel.buffer === this.#seen) return;
    this.#moves = moves;
    this.#seen = kernel.buffer;
    for (const slots of [this.goroutines, this.procs, this.threads]) slots.view(kernel);
  }

  /** After missing generations nothing known from before still holds. */
  forget(): void {
    for (const slots of [this.goroutines, this.procs, this.threads]) slots.forget();
    this.#kernel?.exports.setProcsRunning(0);
    this.#kernel?.exports.forgetTasks();
    Object.assign(this, new Singles());
  }

  /** How many Ps are in state running. */
  get procsRunning(): number {
    return this.#kernel?.exports.procsRunning.value as number;
  }

  /** TASK. */
  taskState(id: number): number {
    return this.#kernel?.exports.isTaskOpen(id) ? TASK.open : TASK.closed;
  }

  setTask(id: number, state: number): void {
    this.#kernel?.exports.setTask(id, state === TASK.open ? 1 : 0);
    this.look();
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
    if (before !== NO_SLOT && before !== m) this.told(before, THREAD.without);
    this.told(m, THREAD.holding);
  }

  unbindP(m: number): void {
    const p = this.threads.p[m] as number;
    if (p === NO_SLOT) return;
    this.procs.m[p] = NO_SLOT;
    this.threads.p[m] = NO_SLOT;
    this.threads.setBy[m] = this.now;
    this.told(m, THREAD.without);
  }

  setProc(p: number, state: number, setBy: number): void {
    const was = this.procs.state[p] === PROC.running ? 1 : 0;
    const is = state === PROC.running ? 1 : 0;
    if (was !== is) this.#kernel?.exports.setProcsRunning(this.procsRunning + is - was);
    this.procs.state[p] = state;
    this.procs.setBy[p] = setBy;
  }
}
