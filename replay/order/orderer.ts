/**
 * Puts the events of all Ms into one history, by what the format promises: each
 * M's own order, the sequence numbers, and the states that they go with. Of the
 * events that may come next, the earliest does.
 */
import { EV, type Generation } from '../decode/index.ts';
import { type Forced, unmetWaits } from './forced.ts';
import { Frontier } from './frontier.ts';
import { type CompiledGuards, compileGuards } from './guards.ts';
import { Hope } from './hope.ts';
import { type Parked, ParkedMs } from './parked.ts';
import { sortedSamples } from './samples.ts';
import { OrderState, READY } from './state.ts';
import { UNBOUND } from './threads.ts';

// Constants of this module cost nothing in the hot loop; properties of a large table do.
const { GoSyscallBegin, GoDestroySyscall, GoSwitch, GoSwitchDestroy } = EV;

export interface OrderedGeneration {
  readonly generation: Generation;
  /** Events placed; fewer than the generation has only where that is partial. */
  readonly count: number;
  /** By position in the history: the row of the generation's columns. All four may be longer than `count`. */
  readonly event: Uint32Array;
  /** The P of the M that wrote it, before the event takes effect; -1 for none. */
  readonly p: Int32Array;
  /** The goroutine bound to that M, before the event takes effect; -1 for none. */
  readonly g: Float64Array;
  /** Time as Go's reader emits it, ns since the trace's base: each later than the one before. */
  readonly time: Float64Array;
  /** Events that nothing in the generation could make ready, in the order of the history. */
  readonly forced: readonly Forced[];
  /** Rows without a place: what a partial generation's missing rest would have made ready. */
  readonly unplaced: number;
}

/** An M that waits this many events long is asked whether there is any hope. */
const PATIENCE = 4096;
const NEVER = Number.POSITIVE_INFINITY;
/** With more Ms waiting than this, only the earliest is looked at: hostile traces must end too. */
const MANY = 64;

/** Orders the generations of one trace, one after the other. */
export class Orderer {
  readonly #guards: CompiledGuards = compileGuards();
  #state = new OrderState(this.#guards);
  /** The last time emitted. */
  #last = Number.NEGATIVE_INFINITY;
  readonly #reuse: boolean;
  #history = new History(0);

  /** With `reuse`, as for `openTrace`: what was ordered is good only until the next generation is. */
  constructor(options: { readonly reuse?: boolean } = {}) {
    this.#reuse = options.reuse === true;
  }

  /** Never fails, whatever the events are. */
  order(generation: Generation): OrderedGeneration {
    if (generation.afterGap) this.#state = new OrderState(this.#guards);
    // Go's reader emits a Sync event first, which takes a time of its own.
    const sync = Math.max(generation.startTime, this.#last + 1);
    const fits = this.#reuse && this.#history.event.length >= generation.count;
    if (!fits) this.#history = new History(generation.count);
    const run = new Run(generation, this.#state, this.#guards, sync, this.#history);
    run.run();
    this.#last = run.last;
    return run.result();
  }
}

/** The columns of an ordered generation. */
class History {
  readonly event: Uint32Array;
  readonly p: Int32Array;
  readonly g: Float64Array;
  readonly time: Float64Array;

  constructor(count: number) {
    this.event = new Uint32Array(count);
    this.p = new Int32Array(count);
    this.g = new Float64Array(count);
    this.time = new Float64Array(count);
  }
}

/** The ordering of one generation. */
class Run {
  /** The last time emitted. */
  last: number;
  readonly #generation: Generation;
  readonly #state: OrderState;
  readonly #guards: CompiledGuards;
  readonly #frontier: Frontier;
  readonly #hope: Hope;
  readonly #parked = new ParkedMs();
  #nextDoubt = PATIENCE;
  readonly #samples: Uint32Array;
  #sample = 0;
  readonly #event: Uint32Array;
  readonly #p: Int32Array;
  readonly #g: Float64Array;
  readonly #time: Float64Array;
  /** The times as the Ms wrote them, by row. */
  readonly #raw: Float64Array;
  readonly #forced: Forced[] = [];
  #position = 0;

  constructor(
    generation: Generation,
    state: OrderState,
    guards: CompiledGuards,
    last: number,
    history: History,
  ) {
    this.#generation = generation;
    this.#state = state;
    this.#guards = guards;
    this.last = last;
    this.#raw = generation.columns.time;
    this.#hope = new Hope(generation, state, guards);
    const ms = state.begin(generation);
    this.#frontier = new Frontier(ms.length);
    for (const m of ms) this.#frontier.push(m, this.#headTime(m));
    this.#samples = sortedSamples(generation);
    this.#event = history.event;
    this.#p = history.p;
    this.#g = history.g;
    this.#time = history.time;
  }

  run(): void {
    const frontier = this.#frontier;
    const state = this.#state;
    const { kind, time } = this.#generation.columns;
    const { threads } = state;
    let sampleTime = this.#sampleTime();
    for (;;) {
      if (sampleTime !== NEVER && sampleTime < frontier.topTime && sampleTime < this.#parked.earliest) {
        this.#placeSample();
        sampleTime = this.#sampleTime();
        continue;
      }
      if (frontier.size === 0) {
        if (this.#parked.size === 0 || this.#generation.partial) break;
        this.#force(this.#mostHopeless());
        continue;
      }
      const m = frontier.top;
      const row = threads.row[m]!;
      const type = kind[row]!;
      const blocked = state.blockedOn(type, row, m);
      if (blocked !== READY) {
        this.#park(blocked, type, row, m);
        continue;
      }
      if (type === GoSyscallBegin) this.#checkAtOnce(type, row, m);
      this.#place(type, row, m);
      if (threads.next(m)) frontier.retime(time[threads.row[m]!]!);
      else this.#finish(m);
      if (state.woken.length > 0) this.#wake();
      if (this.#position >= this.#nextDoubt) this.#doubt();
    }
  }

  result(): OrderedGeneration {
    const count = this.#position;
    return {
      generation: this.#generation,
      count,
      event: this.#event,
      p: this.#p,
      g: this.#g,
      time: this.#time,
      forced: this.#forced,
      unplaced: this.#generation.count - count,
    };
  }

  #headTime(m: number): number {
    return this.#raw[this.#state.threads.row[m]!]!;
  }

  #finish(m: number): void {
    this.#state.threads.finish(m);
    this.#frontier.pop();
  }

  /** Gives the event its place, with what its M held, and lets it take effect. */
  #place(type: number, row: number, m: number, forced = false): void {
    const state = this.#state;
    const position = this.#position++;
    const p = state.threads.p[m]!;
    const g = state.threads.g[m]!;
    // A cgo callback that ends with a P is two events to Go's reader, the first a ProcSteal.
    if (type === GoDestroySyscall && p !== UNBOUND) this.#emit(row);
    this.#event[position] = row;
    this.#p[position] = p === UNBOUND ? -1 : state.ps.ids[p]!;
    this.#g[position] = g === UNBOUND ? -1 : state.gs.ids[g]!;
    this.#time[position] = this.#emit(row);
    // And a switch is three: unblock, block or destroy, start.
    if (type === GoSwitch || type === GoSwitchDestroy) this.last += 2;
    if (forced) state.release(type, m);
    state.apply(type, row, m);
  }

  #emit(row: number): number {
    const raw = this.#raw[row]!;
    this.last = raw > this.last ? raw : this.last + 1;
    return this.last;
  }

  #sampleTime(): number {
    if (this.#sample === this.#samples.length) return NEVER;
    return this.#generation.columns.time[this.#samples[this.#sample]!]!;
  }

  #placeSample(): void {
    const row = this.#samples[this.#sample++]!;
    const position = this.#position++;
    const g = this.#generation.arg(row, 2);
    this.#event[position] = row;
    this.#p[position] = this.#generation.arg(row, 1);
    // A sample says 0 where an event says "none".
    this.#g[position] = g === 0 ? -1 : g;
    this.#time[position] = this.#emit(row);
  }

  /** Takes the top M out of the frontier until what it waits for changes. */
  #park(blocked: number, type: number, row: number, m: number): void {
    const state = this.#state;
    const parked = { m, time: this.#frontier.topTime, since: this.#position };
    this.#frontier.pop();
    this.#parked.add(parked, state.await(blocked));
    if (Hope.past(type, row, state, this.#guards)) this.#force(parked);
  }

  /** Puts the Ms whose head became ready back into the frontier. */
  #wake(): void {
    const { woken } = this.#state;
    for (const key of woken) {
      for (const parked of this.#parked.take(key)) this.#retry(parked);
    }
    woken.length = 0;
  }

  #retry(parked: Parked): void {
    const state = this.#state;
    const row = state.threads.row[parked.m]!;
    const blocked = state.blockedOn(this.#generation.columns.kind[row]!, row, parked.m);
    if (blocked !== READY) {
      this.#parked.await(parked, state.await(blocked));
      return;
    }
    this.#parked.remove(parked);
    this.#frontier.push(parked.m, parked.time);
  }

  /** Looks at Ms that have waited long: without hope, the event's place is here and not at the end. */
  #doubt(): void {
    this.#nextDoubt = this.#position + PATIENCE;
    if (this.#parked.size === 0 || this.#parked.size > MANY || this.#generation.partial) return;
    const long = this.#parked.byTime().filter(({ since }) => this.#position - since >= PATIENCE);
    const hopeless = long.find(({ m }) => !this.#hopeful(m));
    if (hopeless !== undefined) this.#force(hopeless);
  }

  #hopeful(m: number): boolean {
    const row = this.#state.threads.row[m]!;
    return this.#hope.left(this.#generation.columns.kind[row]!, row, m);
  }

  /** The earliest without hope, else the earliest. */
  #mostHopeless(): Parked {
    if (this.#parked.size > MANY) return this.#parked.first()!;
    const order = this.#parked.byTime();
    return order.find(({ m }) => !this.#hopeful(m)) ?? order[0]!;
  }

  /** Lets a waiting head pass, and takes what it implies for true from here on. */
  #force(parked: Parked): void {
    const { threads } = this.#state;
    const { m } = parked;
    this.#parked.remove(parked);
    const row = threads.row[m]!;
    const type = this.#generation.columns.kind[row]!;
    const waits = unmetWaits(type, row, m, this.#state, this.#guards);
    this.#forced.push({ position: this.#position, since: parked.since, waits });
    this.#place(type, row, m, true);
    if (threads.next(m)) this.#frontier.push(m, this.#headTime(m));
    else threads.finish(m);
    this.#wake();
  }

  /** GoSyscallBegin never waits, but its number must fit. */
  #checkAtOnce(type: number, row: number, m: number): void {
    const p = this.#state.threads.p[m]!;
    if (p === UNBOUND || this.#state.arg(row, 0) === this.#state.ps.seq[p]! + 1) return;
    const waits = unmetWaits(type, row, m, this.#state, this.#guards);
    if (waits.length > 0) this.#forced.push({ position: this.#position, since: this.#position, waits });
  }
}
