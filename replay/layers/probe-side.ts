/**
 * What the probes' records say, in the words of the execution trace: of every
 * goroutine its coarse states, of every P who takes and leaves it, stops of the
 * world and phases of the collector. Everything finer is left out here.
 */
import type { Release } from '../model/index.ts';
import { START_TRACE } from '../model/index.ts';
import { AddressTable, grow } from '../probe/address-table.ts';
import type { Clock } from '../probe/clock.ts';
import { KIND } from '../probe/kinds.ts';
import { CurrentRecord, wide } from '../probe/record.ts';
import { type Block, isWhole, type Kinds, WORD } from '../probe/records.ts';
import { wordOf } from '../probe/words.ts';
import { GC, type Ledger, PROC, PROCS, SUBJECT, UNKNOWN_FIGURE, WORLD } from './ledger.ts';
import { SITE, type Sites } from './sites.ts';
import { COARSE_OF_STATUS, COPYSTACK, PREEMPTED, STATE } from './states.ts';

const NO_SUBJECT = -1;
const NO_THREAD = -1;
const STATUS = 15;
const MAX_PROCS = 1 << 16;

/** P statuses as the records have them. */
const P_STATUS = { idle: 0, running: 1, syscall: 2, gcstop: 3, dead: 4 } as const;
const GC_OFF = 0;
const GC_MARK = 1;

/** Kinds of which the trace has a counterpart. */
const TOLD = new Uint8Array(256);
for (const kind of [KIND.gstatus, KIND.gnew, KIND.pstatus, KIND.wirep, KIND.releasep]) TOLD[kind] = 1;
for (const kind of [KIND.stw, KIND.startworld, KIND.gcphase]) TOLD[kind] = 1;

const BEFORE = 0;
const STARTING = 1;
const TRACED = 2;

export class ProbeSide {
  /** Nanoseconds of nanotime at the record read last. */
  time = Number.NEGATIVE_INFINITY;
  /** Records that were missing where one should have been: what follows cannot be laid beside the trace. */
  torn = false;
  /** What the trace leaves out by design, as often as it was seen. */
  readonly hidden = { scanned: 0, copied: 0, sentBack: 0, slowSwitch: 0, kept: 0 };
  /** Subjects that there is one of. */
  readonly world: number;
  readonly gc: number;
  readonly procs: number;
  readonly comparesProcs: boolean;
  readonly comparesGc: boolean;
  readonly #ledger: Ledger;
  readonly #sites: Sites;
  readonly #clock: Clock;
  readonly #base: number;
  readonly #from: number;
  readonly #hasSyscallP: boolean;
  readonly #kinds: Kinds;
  readonly #record = new CurrentRecord();
  #phase = BEFORE;
  /** By the number of a g: the coarse state, the one before, the subject, and an id that came before the creation. */
  #state = new Uint8Array(1024);
  #before = new Uint8Array(1024);
  /** Set while it waits only for a scan of its stack. */
  #scanned = new Uint8Array(1024);
  #subject = new Int32Array(1024).fill(NO_SUBJECT);
  #goid = new Float64Array(1024);
  readonly #gs = new AddressTable((capacity) => this.#grow(capacity));
  /** Entries of a goroutine that were written while tracing was being switched on. */
  readonly #open = new Map<number, number>();
  readonly #byId = new Map<number, Proc>();
  /** Ps that there are, and how many the ledger was told of. */
  #live = 0;
  #told = 0;
  #sequence = 0;

  constructor(parts: {
    ledger: Ledger;
    sites: Sites;
    clock: Clock;
    release: Release;
    /** Which kinds of records there are: what was not asked for says nothing of the rest. */
    has: (...kinds: number[]) => boolean;
    /** Those of which a record is whole. */
    kinds: Kinds;
    comparesProcs: boolean;
    /** Nanotime before which tracing cannot have been switched on. */
    from: number;
  }) {
    this.#ledger = parts.ledger;
    this.#sites = parts.sites;
    this.#clock = parts.clock;
    this.#kinds = parts.kinds;
    this.#base = parts.clock.base;
    this.#from = parts.from;
    this.#hasSyscallP = parts.release < 'go1.26';
    this.comparesProcs = parts.comparesProcs && parts.has(KIND.pstatus, KIND.wirep, KIND.releasep);
    this.comparesGc = parts.has(KIND.gcphase);
    this.world = parts.ledger.subject(SUBJECT.world, 0);
    this.gc = parts.ledger.subject(SUBJECT.gc, 0);
    this.procs = parts.ledger.subject(SUBJECT.procs, 0);
  }

  /** Whether the world was stopped to switch tracing on, and runs again. */
  get traced(): boolean {
    return this.#phase === TRACED;
  }

  /** How many entries of a goroutine the trace may know or not. */
  openOf(goid: number): number {
    return this.#open.get(goid) ?? 0;
  }

  /** The P's subject. */
  proc(id: number): number {
    return this.#proc(id).subject;
  }

  /** Reads on from a slot of the block until a record is later than `until`; the slot that it came to. */
  read(block: Block, slot: number, until: number): number {
    const { words, count, sequence } = block;
    const record = this.#record;
    for (; slot < count; slot++) {
      if (this.time > until) return slot;
      const at = slot * WORD.size;
      const number = sequence + slot;
      if (!isWhole(words, at, number, this.#kinds)) {
        this.torn = true;
        return slot;
      }
      record.read(words, at, number, 0);
      this.#sequence = number;
      if ((TOLD[record.kind] as number) === 0) continue;
      this.time = this.#base + this.#clock.nanoseconds(record);
      this.#hear(record);
    }
    return slot;
  }

  #hear(record: CurrentRecord): void {
    switch (record.kind) {
      case KIND.gstatus:
        this.#status(record);
        break;
      case KIND.gnew:
        this.#named(record);
        break;
      case KIND.pstatus:
        this.#procStatus(record);
        break;
      case KIND.wirep:
        this.#wired(record);
        break;
      case KIND.releasep:
        this.#released(record);
        break;
      case KIND.stw:
        this.#stopped(record);
        break;
      case KIND.startworld:
        this.#runs(record);
        break;
      case KIND.gcphase:
        this.#gcPhase(record);
        break;
    }
  }

  #status(record: CurrentRecord): void {
    const g = this.#gs.add(record.gpLo, record.gpHi);
    if (g < 0) return;
    const to = wordOf(record.aLo) & STATUS;
    const next = COARSE_OF_STATUS[to] ?? STATE.unknown;
    if (to === COPYSTACK) this.hidden.copied++;
    if (next === STATE.unknown) return;
    const state = this.#state[g] as number;
    // What the record says of itself counts too: told twice, it is a change that the trace does not have.
    if (next === state && this.#isStill(record, g, next)) return;
    const shown = this.#shown(record, state, next, to);
    if (shown === STATE.unknown) {
      this.#scanned[g] = next === STATE.waiting ? 1 : 0;
      return;
    }
    this.#before[g] = state;
    this.#state[g] = next;
    if (state === STATE.none || state === STATE.unknown) {
      this.#begins(record, g, next);
      return;
    }
    const subject = this.#subject[g] as number;
    if (next === STATE.none) this.#subject[g] = NO_SUBJECT;
    if (subject === NO_SUBJECT) return;
    if (this.#phase === BEFORE) {
      if (next === STATE.none) this.#ledger.end(subject);
      return;
    }
    if (this.#phase === STARTING) this.#noteOpen(subject);
    this.#ledger.probed(subject, shown, UNKNOWN_FIGURE, record.m, record.sequence, this.time);
  }

  /** Whether a record leaves a goroutine in the state that it has: a scan bit, a copied stack, a wait for a scan that is over. */
  #isStill({ aHi }: CurrentRecord, g: number, next: number): boolean {
    const from = COARSE_OF_STATUS[wordOf(aHi) & STATUS] ?? STATE.unknown;
    const wasScanned = this.#scanned[g] === 1;
    this.#scanned[g] = 0;
    return from === next || from === STATE.unknown || (wasScanned && from === STATE.waiting);
  }

  /** What the trace has of a change, or `unknown` where it has nothing. */
  #shown(record: CurrentRecord, state: number, next: number, to: number): number {
    if (next === STATE.waiting && state === STATE.running && to !== PREEMPTED) {
      if (this.#sites.at(record.bLo, record.bHi) !== SITE.other) return next;
      this.hidden.scanned++;
      return STATE.unknown;
    }
    if (next === STATE.runnable && state === STATE.waiting) {
      if (this.#sites.at(record.bLo, record.bHi) !== SITE.switches) return next;
      this.hidden.slowSwitch++;
      return STATE.unknown;
    }
    if (next === STATE.runnable && state === STATE.running) {
      if (this.#sites.at(record.bLo, record.bHi) !== SITE.findsNoP) return next;
      this.hidden.sentBack++;
      return STATE.sentBack;
    }
    return next;
  }

  /** A goroutine is created. Its id may have been recorded just before, or comes next. */
  #begins(record: CurrentRecord, g: number, state: number): void {
    const goid = this.#goid[g] as number;
    this.#goid[g] = 0;
    if (goid === 0) {
      // Nobody else can touch it before its id is recorded: the one entry is made then.
      this.#subject[g] = NO_SUBJECT;
      return;
    }
    this.#bear(record, g, goid, state);
  }

  #named(record: CurrentRecord): void {
    const g = this.#gs.add(record.gpLo, record.gpHi);
    if (g < 0) return;
    const goid = wide(record.aLo, record.aHi);
    const state = this.#state[g] as number;
    if (state === STATE.none || state === STATE.unknown) this.#goid[g] = goid;
    else if ((this.#subject[g] as number) === NO_SUBJECT) this.#bear(record, g, goid, state);
  }

  #bear(record: CurrentRecord, g: number, goid: number, state: number): void {
    const ledger = this.#ledger;
    const isKnown = ledger.find(goid) >= 0;
    const subject = ledger.goroutine(goid);
    this.#subject[g] = subject;
    if (this.#phase === BEFORE) return;
    if (!isKnown) ledger.begin(subject, STATE.none);
    if (this.#phase === STARTING) this.#noteOpen(subject);
    ledger.probed(subject, state, UNKNOWN_FIGURE, record.m, record.sequence, this.time);
  }

  #noteOpen(subject: number): void {
    const goid = this.#ledger.idOf(subject);
    this.#open.set(goid, (this.#open.get(goid) ?? 0) + 1);
  }

  #stopped(record: CurrentRecord): void {
    const isStart = record.aLo === START_TRACE;
    if (this.#phase === BEFORE && isStart) this.#beginsTrace();
    if (this.#phase === BEFORE) return;
    this.#tellProcs();
    this.#ledger.probed(this.world, WORLD.stops, record.aLo + 1, record.m, record.sequence, this.time);
  }

  /** Ps come and go one by one while the world is stopped: how many there are shows when it stops again. */
  #tellProcs(): void {
    if (!this.comparesProcs || this.#live === this.#told) return;
    this.#told = this.#live;
    this.#ledger.probed(this.procs, PROCS.changes, this.#live, NO_THREAD, this.#sequence, this.time);
  }

  /** All goroutines stand still, but for those that netpoll readies and that come out of syscalls. */
  #beginsTrace(): void {
    this.#phase = STARTING;
    for (let g = 0; g < this.#gs.size; g++) {
      const subject = this.#subject[g] as number;
      if (subject !== NO_SUBJECT)
        this.#ledger.begin(subject, this.#state[g] as number, this.#before[g] as number);
    }
  }

  #runs(record: CurrentRecord): void {
    if (this.#phase === BEFORE) return;
    if (this.#phase === STARTING) {
      // Switched on earlier than the recorded trace: that was another one.
      if (this.time < this.#from) {
        this.#forgetTrace();
        return;
      }
      this.#phase = TRACED;
    }
    this.#ledger.probed(this.world, WORLD.starts, UNKNOWN_FIGURE, record.m, record.sequence, this.time);
  }

  #forgetTrace(): void {
    this.#phase = BEFORE;
    this.#open.clear();
    this.#ledger.forgetProbed();
  }

  #gcPhase({ aLo: phase, bLo: old, m, sequence }: CurrentRecord): void {
    if (this.#phase === BEFORE) return;
    if (phase === GC_MARK && old === GC_OFF)
      this.#ledger.probed(this.gc, GC.begins, UNKNOWN_FIGURE, m, sequence, this.time);
    else if (phase === GC_OFF && old !== GC_OFF)
      this.#ledger.probed(this.gc, GC.ends, UNKNOWN_FIGURE, m, sequence, this.time);
  }

  #proc(id: number): Proc {
    let proc = this.#byId.get(id);
    if (proc === undefined) {
      proc = new Proc(this.#ledger.subject(SUBJECT.proc, id));
      if (this.#byId.size < MAX_PROCS) this.#byId.set(id, proc);
    }
    return proc;
  }

  #tellProc(proc: Proc, what: number, record: CurrentRecord): void {
    if (this.#phase === TRACED && this.comparesProcs)
      this.#ledger.probed(proc.subject, what, UNKNOWN_FIGURE, record.m, record.sequence, this.time);
  }

  #wired(record: CurrentRecord): void {
    const proc = this.#proc(record.aLo);
    const tookBack = proc.tookBack;
    proc.tookBack = false;
    proc.owner = record.m;
    if (tookBack) this.hidden.kept++;
    else this.#tellProc(proc, PROC.starts, record);
  }

  #released(record: CurrentRecord): void {
    const proc = this.#proc(record.aLo);
    if (proc.owner < 0) return;
    const isOwn = proc.owner === record.m;
    if (this.#hasSyscallP) {
      // It stops, or its M goes into a syscall and may keep it: the next status says which.
      proc.isLeaving = true;
      return;
    }
    proc.owner = -1;
    this.#tellProc(proc, isOwn ? PROC.stops : PROC.isTaken, record);
  }

  #procStatus(record: CurrentRecord): void {
    const proc = this.#proc(record.aLo);
    const [from, to] = [record.bHi, record.bLo];
    const isDead = (status: number): boolean => status === P_STATUS.dead;
    if (!proc.isLive && !isDead(to)) this.#live++;
    if (proc.isLive && isDead(to)) this.#live--;
    proc.isLive = !isDead(to);
    if (this.#hasSyscallP) this.#procStatusOld(proc, from, to, record);
  }

  /** To Go 1.25 a P has a status of its own while its M is in a syscall. */
  #procStatusOld(proc: Proc, from: number, to: number, record: CurrentRecord): void {
    if (proc.isLeaving) {
      proc.isLeaving = false;
      if (to === P_STATUS.syscall) return;
      proc.owner = -1;
      this.#tellProc(proc, PROC.stops, record);
    } else if (from === P_STATUS.syscall) {
      if (to === P_STATUS.idle && proc.owner === record.m) {
        proc.tookBack = true;
        return;
      }
      proc.owner = -1;
      this.#tellProc(proc, PROC.isTaken, record);
    }
  }

  #grow(capacity: number): void {
    const used = this.#state.length;
    this.#state = grow(this.#state, capacity);
    this.#before = grow(this.#before, capacity);
    this.#scanned = grow(this.#scanned, capacity);
    this.#subject = grow(this.#subject, capacity).fill(NO_SUBJECT, used);
    this.#goid = grow(this.#goid, capacity);
  }
}

/** What is known of a P. */
class Proc {
  readonly subject: number;
  /** The M that has it, also in a syscall; -1 is none. */
  owner = -1;
  isLive = false;
  /** Unwired, and not yet idle or in a syscall. */
  isLeaving = false;
  /** Taken back by the M that had it in its syscall. */
  tookBack = false;

  constructor(subject: number) {
    this.subject = subject;
  }
}
