/**
 * Both layers' histories, subject by subject: what one said waits until the other
 * says the same, and then both are crossed out. Order between subjects plays no
 * part, so it does not matter by how much the layers' clocks or threads are apart.
 *
 * That one of them is silent where it should have spoken shows in two ways: what it
 * says next of the subject is something else, or it has already told of a later deed
 * of the same thread, and a thread does one thing after the other.
 */
import { grow } from '../probe/address-table.ts';
import { Side } from './side.ts';
import { STATE } from './states.ts';
import { type Mismatch, MS, Threads } from './threads.ts';

export const SUBJECT = { goroutine: 0, proc: 1, world: 2, gc: 3, procs: 4 } as const;

/** What happened to a P. */
export const PROC = { starts: 1, stops: 2, isTaken: 3 } as const;
/** What happened to the world; a stop's figure is its reason. */
export const WORLD = { stops: 1, starts: 2 } as const;
/** GOMAXPROCS: the figure is its new value. */
export const PROCS = { changes: 1 } as const;
export const GC = { begins: 1, ends: 2 } as const;

/**
 * Up to here one M does both, the deed and the telling of it, with nothing between that could move it. Who
 * starts the collector says so first, and may be on another M when it has stopped the world.
 */
const LAST_OF_ONE_M = SUBJECT.world;

const KINDS = Object.values(SUBJECT);

/** Figures that a layer does not know. */
export const UNKNOWN_FIGURE = 0;

const FIRST = 1024;
/** Matched changes that are remembered of a subject, four bits each. */
const REMEMBERED = 8;
/** Entries of one subject that wait before it is asked whether the other layer has passed them. */
const PATIENCE = 32;
/** Entries shown of each layer where they part. */
const SHOWN = 6;
const NO_THREAD = -1;
/** Subjects that part are told one by one up to here. */
const MAX_PARTINGS = 100;

/** One entry, taken out of its columns for a person. */
export interface Entry {
  readonly what: number;
  readonly figure: number;
  readonly thread: number;
  readonly at: number;
  readonly time: number;
}

/** An entry of a subject that is watched, and whose it is. */
export interface Seen extends Entry {
  readonly layer: 'trace' | 'probe';
}

/** Where the layers part. */
export interface Parting {
  why: 'differ' | 'only the probe' | 'only the trace' | 'began otherwise' | 'out of step' | Mismatch['why'];
  readonly kind: number;
  readonly id: number;
  /** What both said before, oldest first. */
  readonly before: readonly number[];
  readonly trace: readonly Entry[];
  readonly probe: readonly Entry[];
  /** Of a subject that was watched: the last that both layers said, in the order of time. */
  readonly seen: readonly Seen[];
  readonly threads?: Mismatch['threads'];
  consequences: number;
}

export class Ledger {
  readonly trace = new Side();
  readonly probe = new Side();
  readonly partings: Parting[] = [];
  /** Partings beyond those that are kept. */
  beyond = 0;
  /** Changes that both layers showed, by kind of subject. */
  readonly compared = new Float64Array(KINDS.length);
  /** Of goroutines: from state to state. */
  readonly changes = new Float64Array(64);
  /** Pairs by the binary logarithm of the nanoseconds between them. */
  readonly apart = new Float64Array(64);
  farthest = 0;
  /** Set when no more of the trace will come: then only what it said is still waited for. */
  traceIsOver = false;
  readonly threads = new Threads();
  readonly #comparesThreads: boolean;
  /** The first parting that was told of an M's thread. */
  readonly #toldOf = new Map<number, number>();
  /** Subjects by kind that had at least one change in both layers. */
  readonly subjects = new Float64Array(KINDS.length);

  readonly #goroutines = new Map<number, number>();
  #kind = new Uint8Array(FIRST);
  #id = new Float64Array(FIRST);
  #memory = new Uint32Array(FIRST);
  #parting = new Int32Array(FIRST);
  /** Set while the trace has a goroutine that left its syscall without a P, and the probe has it running. */
  #owed = new Uint8Array(FIRST);
  #seen = new Uint8Array(FIRST);
  /** The parting that was told when a change of it was another thread's, or 0. */
  #astray = new Int32Array(FIRST);
  #free: number[] = [];
  #used = 0;
  /** What was said of the subjects that parted when this run was read before. */
  readonly #watched: ReadonlyMap<string, Seen[]>;
  /**
   * By kind of subject: the last that each M did of what both layers told. Not one for all kinds: Go 1.26
   * makes a goroutine running, takes a P, and tells of the P first.
   */
  readonly #lastOfM = KINDS.map(() => new Float64Array(MS).fill(-1));
  readonly #lastOfThread = KINDS.map(() => new Map<number, number>());

  /** `threads`: an M is one thread as long as it lives. Those that C's threads borrow are not. */
  constructor(threads: boolean, watched: readonly string[] = []) {
    this.#comparesThreads = threads;
    this.#watched = new Map(watched.map((key) => [key, []]));
  }

  /** The goroutine's subject, made now if there is none. */
  goroutine(goid: number): number {
    const known = this.#goroutines.get(goid);
    if (known !== undefined) return known;
    const subject = this.subject(SUBJECT.goroutine, goid);
    this.#goroutines.set(goid, subject);
    return subject;
  }

  find(goid: number): number {
    return this.#goroutines.get(goid) ?? -1;
  }

  subject(kind: number, id: number): number {
    const subject = this.#free.pop() ?? this.#used++;
    if (subject >= this.#kind.length) this.#grow(subject * 2);
    this.#kind[subject] = kind;
    this.#id[subject] = id;
    this.#memory[subject] = 0;
    this.#parting[subject] = 0;
    this.#owed[subject] = 0;
    this.#seen[subject] = 0;
    this.#astray[subject] = 0;
    return subject;
  }

  /** The states that the probe had the subject in when the comparing began: the last one, and the one before it. */
  begin(subject: number, state: number, before: number = STATE.unknown): void {
    this.#memory[subject] = (before << 4) | state;
  }

  /**
   * What the trace says first of a goroutine: it begins in this state. The first `open` entries of
   * the probe were written while tracing was being switched on, so the trace may know of them or not.
   */
  opens(subject: number, state: number, open: number): void {
    const { probe } = this;
    const before = ((this.#memory[subject] as number) >>> 4) & 0xf;
    for (let left = open; left > 0 && this.#state(subject) !== state; left--) {
      const entry = probe.head[subject] as number;
      if (entry < 0) break;
      this.#touch(subject, probe.what[entry] as number);
      probe.pop(subject);
    }
    if (this.#state(subject) === state) return;
    // Go 1.26 makes it running before it knows whether tracing is on, and the trace tells of that as still in the syscall.
    if (
      open === 0 &&
      before === STATE.syscall &&
      state === before &&
      this.#state(subject) === STATE.running
    ) {
      this.#memory[subject] = STATE.syscall;
      probe.pushFront(subject, STATE.running, NO_THREAD, 0, Number.NaN);
    } else this.#part(subject, 'began otherwise');
  }

  traced(subject: number, what: number, figure: number, thread: number, at: number, time: number): void {
    if (this.#isParted(subject)) return;
    if (this.#watched.size > 0) this.#watch(subject, { layer: 'trace', what, figure, thread, at, time });
    this.trace.push(subject, what, figure, thread, at, time);
    this.settle(subject);
    if ((this.trace.length[subject] as number) % PATIENCE === PATIENCE - 1) this.#lookBack(subject);
  }

  probed(subject: number, what: number, figure: number, thread: number, at: number, time: number): void {
    if (this.#watched.size > 0) this.#watch(subject, { layer: 'probe', what, figure, thread, at, time });
    if (this.#isParted(subject) || (this.traceIsOver && (this.trace.head[subject] as number) < 0)) return;
    this.probe.push(subject, what, figure, thread, at, time);
    this.settle(subject);
    if ((this.probe.length[subject] as number) % PATIENCE === PATIENCE - 1) this.#lookBack(subject);
  }

  /** Crosses out what both said. */
  settle(subject: number): void {
    const { trace, probe } = this;
    for (;;) {
      const p = probe.head[subject] as number;
      const t = trace.head[subject] as number;
      if ((this.#owed[subject] as number) !== 0) {
        if (p < 0) return;
        if (!this.#settleDebt(subject, p, t)) return;
        continue;
      }
      if (p < 0 || t < 0) return;
      if (!this.#fits(subject, p, t)) {
        this.#part(subject, 'differ');
        return;
      }
      if (!this.#isInStep(subject, p, t)) return;
      this.#cross(subject, p, t);
      if (this.#isOver(subject)) {
        this.#forget(subject);
        return;
      }
    }
  }

  idOf(subject: number): number {
    return this.#id[subject] as number;
  }

  /** A goroutine that ended before the comparing began. */
  end(subject: number): void {
    this.#forget(subject);
  }

  /** Begins again: what the probe told belongs to another trace. */
  forgetProbed(): void {
    for (let subject = 0; subject < this.#used; subject++) this.probe.clear(subject);
  }

  /** Nothing more can be said of it: what one layer has, the other cannot show. */
  drop(subject: number): void {
    this.#parting[subject] = -1;
    this.#clear(subject);
  }

  /**
   * At the end: whatever waits and was passed. What was not may have been under way when the
   * program ended, since some events come before the change that they tell of.
   */
  close(): void {
    for (let subject = 0; subject < this.#used; subject++) {
      if (!this.#isParted(subject)) this.#lookBack(subject);
    }
  }

  /** After a syscall the trace may tell of a moment without a P where the status word shows none. */
  #settleDebt(subject: number, p: number, t: number): boolean {
    const { trace, probe } = this;
    if (probe.what[p] === STATE.sentBack) {
      this.#touch(subject, STATE.runnable);
      if (this.#comparesThreads) this.#note(subject, p);
      probe.pop(subject);
    } else {
      if (t < 0) return false;
      if (trace.what[t] !== STATE.running) {
        this.#part(subject, 'differ');
        return false;
      }
      this.#touch(subject, STATE.running);
      trace.pop(subject);
    }
    this.#owed[subject] = 0;
    return true;
  }

  #fits(subject: number, p: number, t: number): boolean {
    const { trace, probe } = this;
    const said = probe.what[p] as number;
    const told = trace.what[t] as number;
    if (this.#kind[subject] !== SUBJECT.goroutine) {
      const [a, b] = [probe.figure[p], trace.figure[t]];
      return said === told && (a === b || a === UNKNOWN_FIGURE || b === UNKNOWN_FIGURE);
    }
    if (said === told || (said === STATE.sentBack && told === STATE.runnable)) return true;
    return said === STATE.running && told === STATE.runnable && this.#state(subject) === STATE.syscall;
  }

  /** Takes a pair out. */
  #cross(subject: number, p: number, t: number): void {
    const { trace, probe } = this;
    const kind = this.#kind[subject] as number;
    const what = trace.what[t] as number;
    if (this.#comparesThreads && kind <= LAST_OF_ONE_M) {
      this.#note(subject, p);
      (this.#lastOfThread[kind] as Map<number, number>).set(trace.thread[t] as number, trace.at[t] as number);
    }
    this.#measure(Math.abs((probe.time[p] as number) - (trace.time[t] as number)));
    this.compared[kind] = (this.compared[kind] as number) + 1;
    if (kind === SUBJECT.goroutine) {
      const change = this.#state(subject) * 8 + what;
      this.changes[change] = (this.changes[change] as number) + 1;
      if (probe.what[p] === STATE.running && what === STATE.runnable) this.#owed[subject] = 1;
    }
    if (this.#seen[subject] === 0) this.subjects[kind] = (this.subjects[kind] as number) + 1;
    this.#seen[subject] = 1;
    this.#touch(subject, what);
    probe.pop(subject);
    trace.pop(subject);
  }

  #note(subject: number, entry: number): void {
    const last = this.#lastOfM[this.#kind[subject] as number] as Float64Array;
    const m = this.probe.thread[entry] as number;
    if (m >= 0 && m < MS) last[m] = Math.max(last[m] as number, this.probe.at[entry] as number);
  }

  /**
   * Whether the same M does what both tell. Where another does twice, and both are known, the subject itself is out of
   * step: one layer has a pair of changes that the other has not, and what follows looks alike but for who does it.
   */
  #isInStep(subject: number, p: number, t: number): boolean {
    if (!this.#comparesThreads || (this.#kind[subject] as number) > LAST_OF_ONE_M) return true;
    const wrong = this.threads.pair(this.probe.thread[p] as number, this.trace.thread[t] as number);
    if (wrong === undefined) return true;
    const before = this.#astray[subject] as number;
    if (wrong.isAnother && before !== 0) {
      this.#part(subject, 'out of step', wrong.threads);
      return false;
    }
    const told = this.#tellThread(subject, wrong);
    if (wrong.isAnother) this.#astray[subject] = told;
    return true;
  }

  /** Tells of each M once: what is wrong with it is seen wherever it does anything. */
  #tellThread(subject: number, { why, m, threads }: Mismatch): number {
    const before = this.#toldOf.get(m);
    if (before !== undefined) {
      (this.partings[before - 1] as Parting).consequences++;
      return before;
    }
    this.#tell(subject, why, threads);
    this.#toldOf.set(m, this.partings.length);
    return this.partings.length;
  }

  #measure(apart: number): void {
    if (!(apart >= 0)) return;
    if (apart > this.farthest) this.farthest = apart;
    const bucket = apart < 1 ? 0 : Math.min(63, Math.floor(Math.log2(apart)) + 1);
    this.apart[bucket] = (this.apart[bucket] as number) + 1;
  }

  /** Whether what waits was passed by the other layer: it told of a later deed of the same thread. */
  #lookBack(subject: number): void {
    const { trace, probe } = this;
    const kind = this.#kind[subject] as number;
    const p = probe.head[subject] as number;
    const t = trace.head[subject] as number;
    if (p >= 0 && t < 0) {
      const last = (this.#lastOfM[kind] as Float64Array)[probe.thread[p] as number] ?? -1;
      if (last > (probe.at[p] as number)) this.#part(subject, 'only the probe');
    } else if (t >= 0 && p < 0) {
      const last = (this.#lastOfThread[kind] as Map<number, number>).get(trace.thread[t] as number) ?? -1;
      if (last > (trace.at[t] as number)) this.#part(subject, 'only the trace');
    }
  }

  #state(subject: number): number {
    return (this.#memory[subject] as number) & 0xf;
  }

  #touch(subject: number, what: number): void {
    this.#memory[subject] = ((this.#memory[subject] as number) << 4) | what;
  }

  #isParted(subject: number): boolean {
    const parting = this.#parting[subject] as number;
    if (parting === 0) return false;
    const told = this.partings[parting - 1];
    if (told !== undefined) told.consequences++;
    return true;
  }

  #part(subject: number, why: Parting['why'], threads?: Mismatch['threads']): void {
    const before = this.#astray[subject] as number;
    const told = this.partings[before - 1];
    if (told !== undefined && told.kind === this.#kind[subject] && told.id === this.#id[subject]) {
      // It was out of step already when another thread seemed to do what it did.
      told.why = 'out of step';
      this.#parting[subject] = before;
    } else {
      this.#tell(subject, why, threads);
      this.#parting[subject] = this.partings.length;
    }
    this.#clear(subject);
  }

  #tell(subject: number, why: Parting['why'], threads?: Mismatch['threads']): void {
    if (this.partings.length >= MAX_PARTINGS) {
      this.beyond++;
      return;
    }
    this.partings.push({
      why,
      kind: this.#kind[subject] as number,
      id: this.#id[subject] as number,
      before: this.#remembered(subject),
      trace: entriesOf(this.trace, subject),
      probe: entriesOf(this.probe, subject),
      seen: this.#seenOf(subject),
      ...(threads === undefined ? {} : { threads }),
      consequences: 0,
    });
  }

  #remembered(subject: number): number[] {
    const memory = this.#memory[subject] as number;
    const states = Array.from(
      { length: REMEMBERED },
      (_, i) => (memory >>> (4 * (REMEMBERED - 1 - i))) & 0xf,
    );
    return states.slice(states.findIndex((state) => state !== 0));
  }

  #watch(subject: number, seen: Seen): void {
    const kept = this.#watched.get(keyOf(this.#kind[subject] as number, this.#id[subject] as number));
    if (kept === undefined || (this.#parting[subject] as number) !== 0) return;
    kept.push(seen);
    if (kept.length > SHOWN * 4) kept.shift();
  }

  #seenOf(subject: number): Seen[] {
    const kept = this.#watched.get(keyOf(this.#kind[subject] as number, this.#id[subject] as number)) ?? [];
    return [...kept].sort((a, b) => a.time - b.time);
  }

  #isOver(subject: number): boolean {
    return (
      this.#kind[subject] === SUBJECT.goroutine &&
      this.#state(subject) === STATE.none &&
      (this.trace.head[subject] as number) < 0 &&
      (this.probe.head[subject] as number) < 0
    );
  }

  /** A goroutine that both layers saw end: its id never comes again. */
  #forget(subject: number): void {
    this.#goroutines.delete(this.#id[subject] as number);
    this.#free.push(subject);
  }

  #clear(subject: number): void {
    this.trace.clear(subject);
    this.probe.clear(subject);
  }

  #grow(capacity: number): void {
    this.#kind = grow(this.#kind, capacity);
    this.#id = grow(this.#id, capacity);
    this.#memory = grow(this.#memory, capacity);
    this.#parting = grow(this.#parting, capacity);
    this.#owed = grow(this.#owed, capacity);
    this.#seen = grow(this.#seen, capacity);
    this.#astray = grow(this.#astray, capacity);
    this.trace.reach(capacity);
    this.probe.reach(capacity);
  }
}

/** Names a subject beyond one reading. */
export function keyOf(kind: number, id: number): string {
  return `${kind} ${id}`;
}

function entriesOf(side: Side, subject: number): Entry[] {
  return side.first(subject, SHOWN).map((entry) => ({
    what: side.what[entry] as number,
    figure: side.figure[entry] as number,
    thread: side.thread[entry] as number,
    at: side.at[entry] as number,
    time: side.time[entry] as number,
  }));
}
