/**
 * Puts the events of all Ms into one history, by what the format promises: each
 * M's own order, the sequence numbers, and the states that they go with. Of the
 * events that may come next, the earliest does.
 *
 * The kernel does it; it comes back where every M waits, or one waits in vain.
 */
// Not through decode's index.ts: a worker loads no more than it needs, since its start counts.
import type { EventColumns } from '../decode/columns.ts';
import type { Generation, Settled } from '../decode/generation.ts';
import { KernelColumns, loadColumns } from '../decode/kernel-columns.ts';
import { Kernel, RUN } from '../kernel/index.ts';
import { unmetWaits } from './forced.ts';
import { type CompiledGuards, compileGuards } from './guards.ts';
import { Hope } from './hope.ts';
import { KernelHistory } from './kernel-history.ts';
import type { OrderedGeneration } from './ordered.ts';
import { sortedSamples } from './samples.ts';
import { OrderState } from './state.ts';
import type { Forced } from './waits.ts';

/** An M that waits this many events long is asked whether there is any hope. */
const PATIENCE = 4096;
const LONGEST_PATIENCE = PATIENCE * 32;
/** With more Ms waiting than this, only the earliest is looked at: hostile traces must end too. */
const MANY = 64;

/**
 * Rows of all Ms together that are looked at for a cause to wait: few at first,
 * since where clocks differ it stands at the head of an M whose clock is ahead.
 */
const AHEAD = [1 << 12, 1 << 16, 1 << 20];

/** Of a saved state: see the kernel's token.ts. */
const HEAD = 16;
const LAST = 8;
const NO_SEQ = -(2n ** 63n);

const GUARDS_BY_TYPE = compileGuards();

/** Orders the generations of one trace, one after the other. */
export class Orderer {
  /** The last time emitted. */
  #last = Number.NEGATIVE_INFINITY;
  #kernel: Kernel | undefined;
  readonly #reuse: boolean;
  /** What `restore` was given, until the next generation comes. */
  #restored: Uint8Array | undefined;

  /** With `reuse`, as for `openTrace`: what was ordered is good only until the next generation is. */
  constructor(options: { readonly reuse?: boolean } = {}) {
    this.#reuse = options.reuse === true;
  }

  /**
   * All that the next generation's order rests on, as bytes: an orderer in
   * another thread that is given them by `restore` goes on where this one is.
   */
  save(): Uint8Array {
    const state = this.#restored?.slice() ?? this.#saved();
    new DataView(state.buffer).setFloat64(LAST, this.#last, true);
    return state;
  }

  #saved(): Uint8Array {
    const kernel = this.#kernel;
    if (kernel !== undefined) {
      const size = kernel.exports.saveState();
      return kernel.bytes(kernel.exports.token.value, size).slice();
    }
    const head = new Uint8Array(HEAD);
    new DataView(head.buffer).setBigInt64(0, NO_SEQ, true);
    return head;
  }

  /** Forgets what was ordered and goes on from what `save` gave. */
  restore(state: Uint8Array): void {
    this.#restored = state;
    this.#last = new DataView(state.buffer, state.byteOffset).getFloat64(LAST, true);
  }

  #load(kernel: Kernel, state: Uint8Array): void {
    const address = kernel.exports.reserveToken(state.length);
    kernel.bytes(address, state.length).set(state);
    kernel.exports.loadState(state.length);
    this.#restored = undefined;
  }

  /** Never fails, whatever the events are, but for want of memory (CapacityError). */
  order(generation: Generation): OrderedGeneration {
    // Go's reader emits a Sync event first, which takes a time of its own.
    const sync = Math.max(generation.startTime, this.#last + 1);
    const { columns, settled } = generation;
    if (settled !== undefined) return this.#settled(generation, settled, sync);
    const kernel = this.#kernelOf(columns);
    if (this.#restored !== undefined) this.#load(kernel, this.#restored);
    if (generation.afterGap) kernel.exports.forgetAll();
    if (!(columns instanceof KernelColumns && columns.kernel === kernel)) {
      kernel.reserve(columns.count);
      loadColumns(kernel, columns);
    }
    const run = new Run(kernel, generation, sync);
    const forced = run.run();
    this.#last = kernel.exports.last.value;
    return this.#history(kernel, generation, forced);
  }

  /** The kernel to order these columns in: their own, or that of the generations before. */
  #kernelOf(columns: EventColumns): Kernel {
    const known = this.#kernel;
    if (known === undefined) this.#kernel = kernelFor(this, columns);
    else if (known.reads && !(columns instanceof KernelColumns && columns.kernel === known)) {
      // What a reader keeps there is not ours to overwrite with the columns of another.
      this.#restored ??= this.#saved();
      known.owner = undefined;
      this.#kernel = newKernel(this, new Kernel());
    }
    return this.#kernel as Kernel;
  }

  #history(kernel: Kernel, generation: Generation, forced: readonly Forced[]): OrderedGeneration {
    const history = new KernelHistory(kernel, generation, forced);
    if (this.#reuse) return history;
    const { count, event, p, g, time, unplaced } = history;
    return {
      generation,
      forced,
      count,
      event: event.slice(),
      p: p.slice(),
      g: g.slice(),
      time: time.slice(),
      unplaced,
    };
  }

  /** What came in the order of the history stays as it is, but for the times. */
  #settled(generation: Generation, { p, g }: Settled, sync: number): OrderedGeneration {
    const { count, columns } = generation;
    const event = new Uint32Array(count);
    const time = new Float64Array(count);
    let last = sync;
    for (let row = 0; row < count; row++) {
      const raw = columns.time[row]!;
      last = raw > last ? raw : last + 1;
      event[row] = row;
      time[row] = last;
    }
    this.#last = last;
    return { generation, count, event, p, g, time, forced: [], unplaced: 0 };
  }
}

/** The kernel that the columns were read into, unless another orderer has its state there; else a new one. */
function kernelFor(owner: Orderer, columns: EventColumns): Kernel {
  const own = columns instanceof KernelColumns && columns.kernel.owner === undefined;
  return newKernel(owner, own ? columns.kernel : new Kernel());
}

function newKernel(owner: Orderer, kernel: Kernel): Kernel {
  kernel.owner = owner;
  kernel.bytes(kernel.exports.waits.value, 256).set(GUARDS_BY_TYPE.wait);
  kernel.bytes(kernel.exports.states.value, 256).set(GUARDS_BY_TYPE.states);
  return kernel;
}

/** The ordering of one generation. */
class Run {
  readonly #kernel: Kernel;
  readonly #generation: Generation;
  readonly #guards: CompiledGuards = GUARDS_BY_TYPE;
  readonly #state: OrderState;
  #patience = PATIENCE;
  readonly #hope: Hope;
  readonly #forced: Forced[] = [];
  /** Of heads that waited long: the event that they wait for. */
  readonly #causes = new Map<number, { readonly m: number; readonly row: number }>();

  constructor(kernel: Kernel, generation: Generation, sync: number) {
    this.#kernel = kernel;
    this.#generation = generation;
    this.#state = new OrderState(kernel.exports, generation);
    this.#hope = new Hope(generation, this.#state, this.#guards);
    const { exports } = kernel;
    const samples = sortedSamples(generation);
    exports.begin(sync, PATIENCE);
    for (const { kind, m, first, last } of generation.batches) {
      if (kind === 'events' && first < last) exports.addBatch(m, first, last);
    }
    const address = exports.reserveSamples(samples.length);
    kernel.words(address, samples.length).set(samples);
  }

  run(): Forced[] {
    const { exports } = this.#kernel;
    for (let why = exports.run(); why !== RUN.done; why = exports.run()) {
      if (why === RUN.stuck) {
        if (this.#generation.partial) break;
        this.#force(this.#mostHopeless());
      } else if (why === RUN.past) this.#force(exports.stopped.value);
      else if (why === RUN.atOnce) this.#pass(exports.stopped.value);
      else this.#doubt();
    }
    return this.#forced;
  }

  get #position(): number {
    return this.#kernel.exports.position.value;
  }

  /** The Ms that wait, in the order in which they began to, which is nearly that of time. */
  *#waiters(): Generator<number, void> {
    const { exports } = this.#kernel;
    for (let m = exports.firstWaiter(); m >= 0; m = exports.waiterAfter(m)) yield m;
  }

  #byTime(ms: number[]): number[] {
    const { time } = this.#generation.columns;
    return ms.sort((a, b) => time[this.#state.head(a)]! - time[this.#state.head(b)]!);
  }

  /** Looks at Ms that have waited long: without hope, the event's place is here and not at the end. */
  #doubt(): void {
    const { exports } = this.#kernel;
    const now = this.#position;
    exports.setDoubt(now + this.#patience);
    const waiters = exports.waiters();
    if (waiters === 0 || waiters > MANY || this.#generation.partial) return;
    const long = [...this.#waiters()].filter((m) => now - exports.waitsSince(m) >= this.#patience);
    if (long.length === 0) return;
    const hopeless = this.#byTime(long).find((m) => !this.#hasCause(m) && !this.#hopeful(m));
    if (hopeless !== undefined) this.#force(hopeless);
    // Where Ms are right to wait, as where their clocks differ, they are asked less often.
    this.#patience = hopeless === undefined ? Math.min(this.#patience * 2, LONGEST_PATIENCE) : PATIENCE;
  }

  /**
   * Whether what a head waits for is seen not far ahead, as it is where the Ms'
   * clocks differ. What was seen once is good until it is placed.
   */
  #hasCause(m: number): boolean {
    const { exports } = this.#kernel;
    const head = this.#state.head(m);
    const seen = this.#causes.get(head);
    if (seen !== undefined && this.#state.pending(seen.m, seen.row)) return true;
    for (const rows of AHEAD) {
      const row = exports.cause(m, Math.ceil(rows / this.#state.threads));
      if (row < 0) continue;
      this.#causes.set(head, { m: exports.causeM.value, row });
      return true;
    }
    return false;
  }

  #hopeful(m: number): boolean {
    const row = this.#state.head(m);
    return this.#hope.left(this.#generation.columns.kind[row]!, row, m);
  }

  /** The earliest without hope, else the earliest. */
  #mostHopeless(): number {
    const { exports } = this.#kernel;
    if (exports.waiters() > MANY) return exports.firstWaiter();
    const order = this.#byTime([...this.#waiters()]);
    return order.find((m) => !this.#hopeful(m)) ?? order[0]!;
  }

  /** Lets a waiting head pass, with an account of what it waited for. */
  #force(m: number): void {
    const { exports } = this.#kernel;
    this.#forced.push({ position: this.#position, since: exports.waitsSince(m), waits: this.#waits(m) });
    exports.force(m);
  }

  /** Lets an event pass that waits for nothing, but whose number does not fit. */
  #pass(m: number): void {
    const waits = this.#waits(m);
    if (waits.length > 0) this.#forced.push({ position: this.#position, since: this.#position, waits });
    this.#kernel.exports.pass();
  }

  #waits(m: number): ReturnType<typeof unmetWaits> {
    const row = this.#state.head(m);
    return unmetWaits(this.#generation.columns.kind[row]!, row, m, this.#state, this.#guards);
  }
}
