/** What the execution trace says of the subjects that both layers know, event by event in its order. */
import { EV, GO_STATUS } from '../decode/index.ts';
import { STW_REASONS } from '../model/index.ts';
import type { OrderedGeneration } from '../order/index.ts';
import { GC, type Ledger, PROC, PROCS, UNKNOWN_FIGURE, WORLD } from './ledger.ts';
import type { ProbeSide } from './probe-side.ts';
import { STATE } from './states.ts';

const NOBODY = -1;

const STATE_OF_STATUS: Readonly<Record<number, number>> = {
  [GO_STATUS.runnable]: STATE.runnable,
  [GO_STATUS.running]: STATE.running,
  [GO_STATUS.syscall]: STATE.syscall,
  [GO_STATUS.waiting]: STATE.waiting,
};

/** By event: what becomes of the goroutine that wrote it. */
const OWN_STATE = new Uint8Array(256);
OWN_STATE[EV.GoBlock] = STATE.waiting;
OWN_STATE[EV.GoDestroy] = STATE.none;
OWN_STATE[EV.GoSyscallBegin] = STATE.syscall;
OWN_STATE[EV.GoSyscallEnd] = STATE.running;
OWN_STATE[EV.GoSyscallEndBlocked] = STATE.runnable;

export class TraceSide {
  /** Nanoseconds of nanotime at the event that comes next. */
  time = Number.NEGATIVE_INFINITY;
  /** Events that were written without any change of status behind them. */
  readonly pretended = { yields: 0 };
  /** Goroutines that only the trace can name: those of threads that C made. */
  foreign = 0;
  /** Goroutines that were there when tracing began. */
  began = 0;
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
    const { generation } = ordered;
    const { kind, time } = generation.columns;
    for (; this.#position < this.#count; this.#position++) {
      const row = ordered.event[this.#position] as number;
      this.time = this.#base + (time[row] as number);
      if (this.time > until) return true;
      const thread = generation.m(row);
      this.#hear(kind[row] as number, row, ordered.g[this.#position] as number, thread, ordered);
    }
    return false;
  }

  #hear(kind: number, row: number, g: number, thread: number, { generation }: OrderedGeneration): void {
    const own = OWN_STATE[kind] as number;
    if (own !== STATE.unknown) this.#tell(g, own, thread);
    else if (kind === EV.GoStart) this.#started(generation.arg(row, 0), thread);
    else if (kind === EV.GoUnblock) this.#tell(generation.arg(row, 0), STATE.runnable, thread);
    else this.#hearRarer(kind, row, g, thread);
  }

  #hearRarer(kind: number, row: number, g: number, thread: number): void {
    const { generation } = this.#ordered as OrderedGeneration;
    switch (kind) {
      case EV.GoCreate:
        this.#created(generation.arg(row, 0), STATE.runnable, thread);
        break;
      case EV.GoCreateBlocked:
        this.#created(generation.arg(row, 0), STATE.waiting, thread);
        break;
      case EV.GoStop:
        this.#yielded(g, thread);
        break;
      case EV.GoStatus:
      case EV.GoStatusStack:
        this.#status(generation.arg(row, 0), generation.arg(row, 2));
        break;
      case EV.GoSwitch:
      case EV.GoSwitchDestroy:
        this.#tell(g, kind === EV.GoSwitch ? STATE.waiting : STATE.none, thread);
        this.#tell(generation.arg(row, 0), STATE.running, thread);
        break;
      case EV.GoCreateSyscall:
        this.#leaveOut(generation.arg(row, 0));
        break;
      case EV.GoDestroySyscall:
        this.#named.delete(g);
        break;
      default:
        this.#hearOfOthers(kind, row, g, thread);
    }
  }

  /** Ps, the world and the collector. */
  #hearOfOthers(kind: number, row: number, g: number, thread: number): void {
    const { generation, p } = this.#ordered as OrderedGeneration;
    switch (kind) {
      case EV.ProcStart:
        this.#tellProc(generation.arg(row, 0), PROC.starts, thread);
        break;
      case EV.ProcStop:
        this.#tellProc(p[this.#position] as number, PROC.stops, thread);
        break;
      case EV.ProcSteal:
        this.#tellProc(generation.arg(row, 0), PROC.isTaken, thread);
        break;
      case EV.ProcsChange:
        this.#changed(generation.arg(row, 0));
        break;
      case EV.STWBegin:
        this.#stopper = g;
        this.#add(this.#probe.world, WORLD.stops, this.#reason(row), thread);
        break;
      case EV.STWEnd:
        this.#stopper = NOBODY;
        this.#add(this.#probe.world, WORLD.starts, UNKNOWN_FIGURE, thread);
        break;
      case EV.GCBegin:
        this.#tellGc(GC.begins, thread);
        break;
      case EV.GCEnd:
        this.#tellGc(GC.ends, thread);
        break;
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
    if (goid !== this.#stopper || goid === NOBODY) {
      this.#tell(goid, STATE.runnable, thread);
      return;
    }
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
    if (subject < 0) {
      this.#leaveOut(goid);
      return;
    }
    this.#named.add(goid);
    this.began++;
    ledger.opens(subject, STATE_OF_STATUS[status] ?? STATE.unknown, this.#probe.openOf(goid));
    ledger.settle(subject);
  }

  /** The probe names a goroutine where it is created as others are; those of C's threads are not. */
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
    if (id >= 0 && this.#probe.comparesProcs) this.#add(this.#probe.proc(id), what, UNKNOWN_FIGURE, thread);
  }

  /** Every generation says it again. */
  #changed(gomaxprocs: number): void {
    if (gomaxprocs === this.#gomaxprocs || !this.#probe.comparesProcs) return;
    this.#gomaxprocs = gomaxprocs;
    this.#add(this.#probe.procs, PROCS.changes, gomaxprocs, NOBODY);
  }

  #tellGc(what: number, thread: number): void {
    if (this.#probe.comparesGc) this.#add(this.#probe.gc, what, UNKNOWN_FIGURE, thread);
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
