/** Goroutines by the address of their g: the status word, who changed it, and on which thread each runs. */
import type { Divergence } from '../result.ts';
import { Addressed, FIRST_COLUMNS, grow } from './address-table.ts';
import { type Court, type Objection, threadName } from './court.ts';
import { declaredIn } from './functions.ts';
import { NO_THREAD, wide } from './record.ts';
import { NO_ROW, Transitions } from './transitions.ts';
import { SCAN, WORD, wordName, wordOf } from './words.ts';

const THREADS = 0x10000;

export class Goroutines extends Addressed {
  word = new Uint8Array(FIRST_COLUMNS);
  /** Of the status word; what is older is not known. */
  epoch = new Int32Array(FIRST_COLUMNS);
  /** Number of the record that set it, the call site it came from, the M that did. */
  setBy = new Float64Array(FIRST_COLUMNS);
  site = new Int32Array(FIRST_COLUMNS);
  setOn = new Uint16Array(FIRST_COLUMNS);
  #setTicksLo = new Int32Array(FIRST_COLUMNS);
  #setTicksHi = new Int32Array(FIRST_COLUMNS);
  /** The M that it runs on, or ran on last. */
  runsOn = new Uint16Array(FIRST_COLUMNS);
  /** 0 where it is not known. */
  goid = new Float64Array(FIRST_COLUMNS);
  /** The finding that makes what is known of it doubtful, or 0. */
  doubt = new Int32Array(FIRST_COLUMNS);
  /** The record of its last goexit1, + 1; 0 once it is dead. */
  exiting = new Float64Array(FIRST_COLUMNS);
  /** The record of a copy of its stack while it waited, + 1. */
  shrunk = new Float64Array(FIRST_COLUMNS);
  /** The range that it runs on, + 1, as far as copies of its stack have told. */
  onStack = new Int32Array(FIRST_COLUMNS);
  /** By M: the goroutine that became running on it last, + 1. */
  readonly current = new Int32Array(THREADS);
  readonly #court: Court;
  readonly #transitions: Transitions;
  readonly #chain: number;
  readonly #ownThread: number;
  readonly #scanOwner: number;
  readonly #one: number;

  constructor(court: Court) {
    super();
    this.#court = court;
    this.#transitions = new Transitions(court);
    this.#chain = court.row('status/chain');
    this.#ownThread = court.row('status/own-thread');
    this.#scanOwner = court.row('status/scan-owner');
    this.#one = court.row('schedule/one-goroutine');
  }

  /** The record's goroutine, or -1. */
  here(): number {
    const { gpLo, gpHi } = this.#court.record;
    return this.keys.add(gpLo, gpHi);
  }

  isKnown(g: number): boolean {
    return g >= 0 && this.epoch[g] === this.#court.epoch;
  }

  /** The status without its scan bit; -1 where it is not known. */
  status(g: number): number {
    return this.isKnown(g) ? (this.word[g] as number) & (SCAN - 1) : -1;
  }

  /** Whether the thread of this record holds the goroutine's scan bit, or runs it, or copies its stack; true where that is not known. */
  isHeld(g: number): boolean {
    if (!this.isKnown(g)) return true;
    const word = this.word[g] as number;
    const { m } = this.#court.record;
    if (word >= SCAN && word !== (WORD.running | SCAN)) return same(m, this.setOn[g] as number);
    const runs = (word & (SCAN - 1)) === WORD.running || word === WORD.copystack;
    return runs && same(m, this.runsOn[g] as number);
  }

  changed(): void {
    const court = this.#court;
    const { record } = court;
    const g = this.here();
    if (g < 0) return;
    const from = wordOf(record.aHi);
    const to = wordOf(record.aLo);
    const site = court.sites.keys.add(record.bLo, record.bHi);
    const row = this.#transitions.row(from, to, site);
    const known = this.isKnown(g);
    let well = row !== NO_ROW;
    if (well) court.count(row);
    else this.#forbidden(g, from, to, site);
    if (known) {
      court.count(this.#chain);
      if (this.word[g] !== from) {
        well = false;
        this.#broken(g, from, to, site);
      } else if (!this.#isByOwner(g, from, to)) well = false;
    }
    this.#set(g, from, to, site);
    if (well) this.doubt[g] = 0;
  }

  /** Puts a finding down to the one that made this goroutine doubtful, if there is one. */
  blame(g: number, objection: Objection): void {
    const doubt = this.doubt[g] as number;
    if (doubt !== 0) this.#court.consequence(doubt);
    else this.doubt[g] = this.#court.object(objection);
  }

  named(g: number): void {
    const { aLo, aHi } = this.#court.record;
    const id = wide(aLo, aHi);
    if (g >= 0 && Number.isSafeInteger(id)) this.goid[g] = id;
  }

  name(g: number): string {
    const id = this.goid[g] as number;
    return id > 0 ? `G${id}` : `the goroutine at ${this.text(g)}`;
  }

  subject(g: number): Objection['subject'] {
    const id = this.goid[g] as number;
    return { kind: 'goroutine', id: id > 0 ? String(id) : this.text(g) };
  }

  /** The status before this record, as a fact with the record that set it. */
  fact(g: number): Divergence['before'][number] {
    if (!this.isKnown(g)) return { name: `${this.name(g)} status`, value: 'unknown' };
    const value = `${wordName(this.word[g] as number)}, ${this.setText(g)}`;
    return { name: `${this.name(g)} status`, value, setBy: this.setBy[g] as number };
  }

  /** Who set the status, and where: `by park_m on M3`. */
  setText(g: number): string {
    if (!this.isKnown(g)) return 'nobody knows by whom';
    const by = this.#court.functionOf(this.site[g] as number);
    return `by ${shortName(by)} on ${threadName(this.setOn[g] as number)}`;
  }

  /** When the status was set, for a clock to tell. */
  setAt(g: number): { ticksLo: number; ticksHi: number } {
    return { ticksLo: this.#setTicksLo[g] as number, ticksHi: this.#setTicksHi[g] as number };
  }

  protected override grown(capacity: number): void {
    this.word = grow(this.word, capacity);
    this.epoch = grow(this.epoch, capacity);
    this.setBy = grow(this.setBy, capacity);
    this.site = grow(this.site, capacity);
    this.setOn = grow(this.setOn, capacity);
    this.#setTicksLo = grow(this.#setTicksLo, capacity);
    this.#setTicksHi = grow(this.#setTicksHi, capacity);
    this.runsOn = grow(this.runsOn, capacity);
    this.goid = grow(this.goid, capacity);
    this.doubt = grow(this.doubt, capacity);
    this.exiting = grow(this.exiting, capacity);
    this.shrunk = grow(this.shrunk, capacity);
    this.onStack = grow(this.onStack, capacity);
  }

  #set(g: number, from: number, to: number, site: number): void {
    const { record, epoch } = this.#court;
    const wasKnown = this.isKnown(g);
    if (to === WORD.running && from !== (WORD.running | SCAN)) this.#runs(g);
    else if (!wasKnown) this.runsOn[g] = NO_THREAD;
    if (to === WORD.dead) this.exiting[g] = 0;
    this.word[g] = to;
    this.epoch[g] = epoch;
    this.setBy[g] = record.sequence;
    this.site[g] = site;
    this.setOn[g] = record.m;
    this.#setTicksLo[g] = record.ticksLo;
    this.#setTicksHi[g] = record.ticksHi;
  }

  /** The goroutine begins to run on the thread of this record, on which no other may. */
  #runs(g: number): void {
    const court = this.#court;
    const { m } = court.record;
    this.runsOn[g] = m;
    if (m === NO_THREAD) return;
    const other = (this.current[m] as number) - 1;
    this.current[m] = g + 1;
    court.count(this.#one);
    if (other < 0 || other === g || !this.isKnown(other)) return;
    if (((this.word[other] as number) & (SCAN - 1)) !== WORD.running || this.runsOn[other] !== m) return;
    this.blame(g, {
      row: this.#one,
      subject: { kind: 'M', id: String(m) },
      observed: `${this.name(g)} becomes running on M${m}, on which ${this.name(other)} still runs`,
      before: [this.fact(other), this.fact(g)],
      allowed: court.only(this.#one, `no other goroutine runs on M${m}`, `${this.name(other)} does`),
      shape: ['two running'],
      involved: [this.key(g), this.key(other)],
    });
  }

  /** A running goroutine is its own thread's to change; a scan bit is for who set it to clear. */
  #isByOwner(g: number, from: number, to: number): boolean {
    const court = this.#court;
    const { m } = court.record;
    if (from >= SCAN) return this.#isBy(g, this.#scanOwner, this.setOn[g] as number, 'set its scan bit');
    if (to === (from | SCAN) || (from !== WORD.running && from !== WORD.copystack)) return true;
    court.count(this.#ownThread);
    return (
      same(m, this.runsOn[g] as number) || this.#isBy(g, this.#ownThread, this.runsOn[g] as number, 'runs it')
    );
  }

  #isBy(g: number, row: number, owner: number, what: string): boolean {
    const court = this.#court;
    const { m, aHi, aLo } = court.record;
    if (row === this.#scanOwner) court.count(row);
    if (same(m, owner)) return true;
    const change = `${wordName(wordOf(aHi))} to ${wordName(wordOf(aLo))}`;
    this.blame(g, {
      row,
      subject: this.subject(g),
      observed: `${threadName(m)} changes ${this.name(g)} from ${change}, and M${owner} is the one that ${what}`,
      before: [this.fact(g)],
      allowed: court.only(row, `M${owner} changes it`, `${threadName(m)} does`),
      shape: [change],
      involved: [this.key(g)],
    });
    return false;
  }

  /** No row allows it; where one would, had another function done it, the word is as certain as before. */
  #forbidden(g: number, from: number, to: number, site: number): void {
    const court = this.#court;
    const physical = court.functionOf(site);
    const by = shortName(physical);
    const lesser = this.#transitions.isPair(from, to);
    const objection: Objection = {
      row: this.#transitions.broken(from, to),
      subject: this.subject(g),
      observed: `${by} on ${threadName(court.record.m)} changes ${this.name(g)} from ${wordName(from)} to ${wordName(to)}`,
      before: [this.fact(g)],
      allowed: this.#transitions.alternatives(from, to, by),
      // Where only who did it is wrong, who did it is the witness.
      shape: [wordName(from), wordName(to), ...(lesser ? [declaredIn(physical)] : [])],
      lesser,
      involved: [this.key(g)],
    };
    if (lesser && this.doubt[g] === 0) court.object(objection);
    else this.blame(g, objection);
  }

  #broken(g: number, from: number, to: number, site: number): void {
    const court = this.#court;
    const known = wordName(this.word[g] as number);
    const by = shortName(court.functionOf(site));
    this.blame(g, {
      row: this.#chain,
      subject: this.subject(g),
      observed: `${by} on ${threadName(court.record.m)} changes ${this.name(g)} from ${wordName(from)} to ${wordName(to)}; the change before left it ${known}`,
      before: [this.fact(g)],
      allowed: court.only(this.#chain, `it is changed from ${known}`, `it is changed from ${wordName(from)}`),
      shape: [known, wordName(from), wordName(to)],
      involved: [this.key(g)],
    });
  }
}

/** Whether two Ms are the same one; true where either has no number. */
export function same(a: number, b: number): boolean {
  return a === b || a === NO_THREAD || b === NO_THREAD;
}

/** `runtime.park_m` as `park_m`: everything here is of package runtime. */
export function shortName(physical: string): string {
  return physical === '' ? 'a function that is not known' : physical.replace(/^runtime\./, '');
}
