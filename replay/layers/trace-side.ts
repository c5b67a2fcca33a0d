/** What the execution trace says of the subjects that both layers know, event by event in its order. */
import { EV, GO_STATUS } from '../decode/index.ts';
import type { OrderedGeneration } from '../order/index.ts';
import { GC, type Ledger, PROC, UNKNOWN_FIGURE, WORLD } from './ledger.ts';
import type { ProbeSide } from './probe-side.ts';
import { STATE } from './states.ts';
import { STW_REASONS } from './stw-reasons.ts';

const NOBODY = -1;

const STATE_OF_STATUS: Readonly<Record<number, number>> = {
  [GO_STATUS.runnable]: STATE.runnable,
  [GO_STATUS.running]: STATE.running,
  [GO_STATUS.syscall]: STATE.syscall,
  [GO_STATUS.waiting]: STATE.waiting,
};

export class TraceSide {
  /** Nanoseconds of nanotime at the event that comes next. */
  time = Number.NEGATIVE_INFINITY;
  /** Events that were written without any change of status behind them. */
  readonly pretended = { yields: 0 };
  /** Goroutines that only the trace can name: those of threads that C made. */
  foreign = 0;
  readonly #ledger: Ledger;
  readonly #probe: ProbeSide;
  #base = 0;
  #ordered: OrderedGeneration | undefined;
  #count = 0;
  #position = 0;
  /** Events of the generations before. */
  #earlier = 0;
  /** What is known of each goroutine that the trace has named and that has not ended. */
  readonly #named = new Set<number>();
  /** Who stopped the world, and whether it pretends to have yielded meanwhile. */
  #stopper = NOBODY;
  #pretends = NOBODY;
  #gomaxprocs = UNKNOWN_FIGURE;
  #reasons = new Map<number, number>();

  constructor(ledger: Ledger, probe: ProbeSide) {
    this.#ledger = ledger;
    this.#probe = probe;
  }

  /** Takes the next generation, up to `count` events; `base` is the nanotime from which its times count. */
  take(ordered: OrderedGeneration, count: number, base: number): void {
    this.#earlier += this.#count;
    this.#ordered = ordered;
    this.#count = count;
    this.#position = 0;
    this.#base = base;
    this.#reasons = new Map();
  }

  /** Reads on until an event is later than `until`; false at the end of the generation. */
  read(until: number): boolean {
    const ordered = this.#ordered as OrderedGeneration;
    const { kind, time, batch } = ordered.generation.columns;
    const { batches } = ordered.generation;
    for (; this.#position < this.#count; this.#position++) {
      const row = ordered.event[this.#position] as number;
      this.time = this.#base + (time[row] as number);
      if (this.time > until) return true;
      const thread = batches[batch[row] as number]?.m ?? NOBODY;
      this.#hear(kind[row] as number, row, ordered.g[this.#position] as number, thread, ordered);
    }
    return false;
  }

  #hear(kind: number, row: number, g: number, thread: number, { generation }: OrderedGeneration): void {
    switch (kind) {
      case EV.GoCreate:
        return this.#created(generation.arg(row, 0), STATE.runnable, thread);
      case EV.GoCreateBlocked:
        return this.#created(generation.arg(row, 0), STATE.waiting, thread);
      case EV.GoStart:
        return this.#started(generation.arg(row, 0), thread);
      case EV.GoUnblock:
        return this.#tell(generation.arg(row, 0), STATE.runnable, thread);
      case EV.GoBlock:
        return this.#tell(g, STATE.waiting, thread);
      case EV.GoStop:
        return this.#yielded(g, thread);
      case EV.GoDestroy:
        return this.#tell(g, STATE.none, thread);
      case EV.GoSyscallBegin:
        return this.#tell(g, STATE.syscall, thread);
      case EV.GoSyscallEnd:
        return this.#tell(g, STATE.running, thread);
      case EV.GoSyscallEndBlocked:
        return this.#tell(g, STATE.runnable, thread);
      case EV.GoStatus:
      case EV.GoStatusStack:
        return this.#status(generation.arg(row, 0), generation.arg(row, 2));
      default:
        return this.#hearRarer(kind, row, g, thread);
    }
  }

  #hearRarer(kind: number, row: number, g: number, thread: number): void {
    const { generation, p } = this.#ordered as OrderedGeneration;
    switch (kind) {
      case EV.GoSwitch:
      case EV.GoSwitchDestroy:
        this.#tell(g, kind === EV.GoSwitch ? STATE.waiting : STATE.none, thread);
        return this.#tell(generation.arg(row, 0), STATE.running, thread);
      case EV.GoCreateSyscall:
        return this.#leaveOut(generation.arg(row, 0));
      case EV.GoDestroySyscall:
        this.#named.delete(g);
        return;
      case EV.ProcStart:
        return this.#tellProc(generation.arg(row, 0), PROC.starts, thread);
      case EV.ProcStop:
        return this.#tellProc(p[this.#position] as number, PROC.stops, thread);
      case EV.ProcSteal:
        return this.#tellProc(generation.arg(row, 0), PROC.isTaken, thread);
      case EV.ProcsChange:
        this.#gomaxprocs = generation.arg(row, 0);
        return;
      case EV.STWBegin:
        this.#stopper = g;
        return this.#add(this.#probe.world, WORLD.stops, this.#reason(row), thread);
      case EV.STWEnd:
        this.#stopper = NOBODY;
        return this.#add(this.#probe.world, WORLD.starts, this.#gomaxprocs, thread);
      case EV.GCBegin:
        return this.#add(this.#probe.gc, GC.begins, UNKNOWN_FIGURE, thread);
      case EV.GCEnd:
        return this.#add(this.#probe.gc, GC.ends, UNKNOWN_FIGURE, thread);
    }
  }

  #created(goid: number, state: number, thread: number): void {
    const ledger = this.#ledger;
    this.#named.add(goid);
    if (ledger.find(goid) < 0) ledger.begin(ledger.goroutine(goid), STATE.none);
    else ledger.opens(ledger.goroutine(goid), STATE.none, this.#probe.openOf(goid));
    this.#add(ledger.goroutine(goid), state, UNKNOWN_FIGURE, thread);
  }

  /** GOMAXPROCS may take away the P that its caller runs on, and says that it yielded and was started again (procresize). */
  #yielded(goid: number, thread: number): void {
    if (goid !== this.#stopper || goid === NOBODY) return this.#tell(goid, STATE.runnable, thread);
    this.#pretends = goid;
    this.pretended.yields++;
  }

  #started(goid: number, thread: number): void {
    if (goid === this.#pretends) this.#pretends = NOBODY;
    else this.#tell(goid, STATE.running, thread);
  }

  /** The first status of a goroutine says where it stood when tracing was switched on. */
  #status(goid: number, status: number): void {
    if (this.#named.has(goid)) return;
    const ledger = this.#ledger;
    const subject = ledger.find(goid);
    if (subject < 0) return this.#leaveOut(goid);
    this.#named.add(goid);
    ledger.opens(subject, STATE_OF_STATUS[status] ?? STATE.unknown, this.#probe.openOf(goid));
    ledger.settle(subject);
  }

  #leaveOut(goid: number): void {
    this.foreign++;
    this.#named.add(goid);
    this.#ledger.drop(this.#ledger.goroutine(goid));
  }

  #tell(goid: number, state: number, thread: number): void {
    if (goid < 0) return;
    if (state === STATE.none) this.#named.delete(goid);
    this.#add(this.#ledger.goroutine(goid), state, UNKNOWN_FIGURE, thread);
  }

  #tellProc(id: number, what: number, thread: number): void {
    if (id >= 0) this.#add(this.#probe.proc(id), what, UNKNOWN_FIGURE, thread);
  }

  #add(subject: number, what: number, figure: number, thread: number): void {
    this.#ledger.traced(subject, what, figure, thread, this.#earlier + this.#position, this.time);
  }

  /** The runtime's number of the reason and one more, so that 0 says that it is not known. */
  #reason(row: number): number {
    const { generation } = this.#ordered as OrderedGeneration;
    const id = generation.arg(row, 0);
    let reason = this.#reasons.get(id);
    if (reason === undefined) {
      reason = (STW_REASONS as readonly string[]).indexOf(generation.string(id)) + 1;
      this.#reasons.set(id, reason);
    }
    return reason;
  }
}
