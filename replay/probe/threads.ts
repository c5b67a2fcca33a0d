/** Threads by the address of their M: made, started, exiting, listed, done with their stack, reaped. */
import { FREE_WAIT, THREAD_STATES } from '../model/index.ts';
import type { Divergence } from '../result.ts';
import { Addressed, FIRST_COLUMNS, grow } from './address-table.ts';
import { type Court, threadName } from './court.ts';
import { NO_THREAD } from './record.ts';

const STATE = Object.fromEntries(THREAD_STATES.map((name, index) => [name, index])) as Record<
  (typeof THREAD_STATES)[number],
  number
>;
/** m.freeWait of a thread that still needs its stack. */
const FREE_M_WAIT = FREE_WAIT.indexOf('freeMWait');

export class Threads extends Addressed {
  /** Index into THREAD_STATES. */
  state = new Uint8Array(FIRST_COLUMNS);
  epoch = new Int32Array(FIRST_COLUMNS);
  setBy = new Float64Array(FIRST_COLUMNS);
  /** The number of the M, + 1. */
  id = new Float64Array(FIRST_COLUMNS);
  /** Record in which a walk of the list last kept it. */
  keptBy = new Float64Array(FIRST_COLUMNS);
  readonly #court: Court;
  readonly #rows;
  /** Done with their stack and not reaped. */
  #exited: number[] = [];
  /** By the recording M: where its call of allocm began, + 1. */
  readonly #begun = new Float64Array(0x10000);

  constructor(court: Court) {
    super();
    this.#court = court;
    this.#rows = {
      make: court.row('thread/make'),
      start: court.row('thread/start'),
      exit: court.row('thread/exit'),
      list: court.row('thread/list'),
      done: court.row('thread/done'),
      reap: court.row('thread/reap'),
      keep: court.row('thread/keep'),
      reaped: court.row('thread/reaped-in-the-end'),
    };
  }

  /** The M that the record names. */
  here(): number {
    const { aLo, aHi } = this.#court.record;
    return this.keys.add(aLo, aHi);
  }

  isKnown(thread: number): boolean {
    return thread >= 0 && this.epoch[thread] === this.#court.epoch;
  }

  isReaped(thread: number): boolean {
    return this.state[thread] === STATE.reaped;
  }

  makingBegins(): void {
    const { m, sequence } = this.#court.record;
    if (m !== NO_THREAD) this.#begun[m] = sequence + 1;
  }

  made(): void {
    const { m, bLo, bHi, sequence } = this.#court.record;
    const thread = this.#step(this.#rows.make);
    if (thread >= 0) this.id[thread] = bHi === 0 ? bLo + 1 : 0;
    const begun = (this.#begun[m] as number) - 1;
    this.#begun[m] = 0;
    if (m !== NO_THREAD && begun >= 0 && sequence > begun) this.#walked(begun);
  }

  started(): number {
    return this.#step(this.#rows.start);
  }

  exits(): void {
    this.#step(this.#rows.exit);
  }

  listed(): number {
    return this.#step(this.#rows.list);
  }

  done(): void {
    const thread = this.#step(this.#rows.done);
    if (thread >= 0) this.#exited.push(thread);
  }

  reaped(): void {
    const { bLo } = this.#court.record;
    const before = this.here();
    if (before < 0) return;
    const fact = this.fact(before);
    this.#step(this.#rows.reap);
    this.#exited = this.#exited.filter((each) => each !== before);
    if (bLo !== FREE_M_WAIT) return;
    this.#object(this.#rows.reap, before, `is reaped while its flag says ${FREE_WAIT[bLo]}`, fact, {
      text: 'its freeWait is not freeMWait',
      why: 'it is',
    });
  }

  kept(): void {
    const { bLo, sequence } = this.#court.record;
    const thread = this.here();
    if (thread < 0) return;
    this.keptBy[thread] = sequence;
    this.#court.count(this.#rows.keep);
    if (bLo === FREE_M_WAIT) return;
    const flag = FREE_WAIT[bLo] ?? String(bLo);
    this.#object(
      this.#rows.keep,
      thread,
      `stays on the list, though its flag says ${flag}`,
      this.fact(thread),
      {
        text: 'its freeWait is freeMWait',
        why: `it is ${flag}`,
      },
    );
  }

  name(thread: number): string {
    const id = (this.id[thread] as number) - 1;
    return id >= 0 ? `M${id}` : `the M at ${this.text(thread)}`;
  }

  stateName(thread: number): string {
    return this.isKnown(thread) ? (THREAD_STATES[this.state[thread] as number] as string) : 'unknown';
  }

  fact(thread: number): Divergence['before'][number] {
    const name = `${this.name(thread)} state`;
    if (!this.isKnown(thread)) return { name, value: 'unknown' };
    return { name, value: this.stateName(thread), setBy: this.setBy[thread] as number };
  }

  protected override grown(capacity: number): void {
    this.state = grow(this.state, capacity);
    this.epoch = grow(this.epoch, capacity);
    this.setBy = grow(this.setBy, capacity);
    this.id = grow(this.id, capacity);
    this.keptBy = grow(this.keptBy, capacity);
  }

  /** Takes the M that the record names through a row; what is not known of it may be anything. */
  #step(index: number): number {
    const court = this.#court;
    const thread = this.here();
    const row = court.rows[index];
    if (thread < 0 || row === undefined) return -1;
    court.count(index);
    const from = this.stateName(thread);
    if (from !== 'unknown' && !row.from?.includes(from))
      this.#object(index, thread, `becomes ${row.to}, and was ${from}`, this.fact(thread), {
        text: `it is ${row.from?.filter((state) => state !== 'unknown').join(' or ')}`,
        why: `it is ${from}`,
      });
    this.state[thread] = STATE[row.to as keyof typeof STATE];
    this.epoch[thread] = court.epoch;
    this.setBy[thread] = court.record.sequence;
    return thread;
  }

  /**
   * A call of allocm is over. An M was on the list, and past the list's lock, when
   * its thread's last word was recorded; if that was before the call began, then the
   * call's walk, or one that held the lock until then, has come by it.
   */
  #walked(begun: number): void {
    const court = this.#court;
    for (const thread of this.#exited) {
      if (!this.isKnown(thread) || (this.setBy[thread] as number) > begun) continue;
      court.count(this.#rows.reaped);
      if ((this.keptBy[thread] as number) > begun) continue;
      this.#exited = this.#exited.filter((each) => each !== thread);
      const by = threadName(court.record.m);
      const what = `was done with its stack before ${by} began to make an M, and was neither reaped nor kept by then`;
      this.#object(this.#rows.reaped, thread, what, this.fact(thread), {
        text: `${by} reaps it, or finds that its thread still needs the stack`,
        why: `it did neither`,
      });
    }
  }

  #object(
    row: number,
    thread: number,
    what: string,
    fact: Divergence['before'][number],
    guard: { text: string; why: string },
  ): void {
    const court = this.#court;
    court.object({
      row,
      subject: { kind: 'M', id: this.name(thread).replace(/^M/, '') },
      observed: `${this.name(thread)} ${what} (${threadName(court.record.m)})`,
      before: [fact],
      allowed: court.only(row, guard.text, guard.why),
      shape: [what.replace(/M?\d+/g, '')],
      involved: [this.key(thread)],
    });
  }
}
