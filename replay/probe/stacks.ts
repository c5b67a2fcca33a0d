/** Stacks and the caches of them: who has which range, who may copy whose, and on which stack all of it is done. */
import type { Divergence } from '../result.ts';
import { addressText } from './address-table.ts';
import { type Court, threadName } from './court.ts';
import type { Goroutines } from './goroutines.ts';
import { KIND } from './kinds.ts';
import { MIN_STACK, RANGE, Ranges } from './ranges.ts';
import { STACK, STACK_NAMES, wide } from './record.ts';
import type { Threads } from './threads.ts';
import { WORD, wordName } from './words.ts';

export class Stacks {
  readonly #court: Court;
  readonly #goroutines: Goroutines;
  readonly #threads: Threads;
  readonly #ranges = new Ranges();
  readonly #rows;

  constructor(court: Court, goroutines: Goroutines, threads: Threads) {
    this.#court = court;
    this.#goroutines = goroutines;
    this.#threads = threads;
    this.#rows = {
      alloc: court.row('stack/alloc'),
      free: court.row('stack/free'),
      size: court.row('stack/size'),
      system: court.row('stack/system-stack'),
      inUse: court.row('stack/free-in-use'),
      copyOwned: court.row('stack/copy-owned'),
      copy: court.row('stack/copy'),
      shrinkOwned: court.row('stack/shrink-owned'),
      grow: court.row('stack/grow'),
      g0: court.row('thread/g0-stack'),
      refill: court.row('stackcache/refill'),
      release: court.row('stackcache/release'),
      clear: court.row('stackcache/clear'),
    };
  }

  allocated(): void {
    const court = this.#court;
    const { record } = court;
    this.#onSystemStack(this.#rows.system, 'stackalloc');
    if (!this.#isSize()) return;
    const range = this.#ranges.keys.add(record.aLo, record.aHi);
    if (range < 0) return;
    court.count(this.#rows.alloc);
    const ranges = this.#ranges;
    const taken = ranges.isLive(range, court.epoch)
      ? range
      : ranges.overlapping(range, record.bLo, court.epoch);
    if (taken >= 0) this.#twice(taken);
    ranges.take(range, record.bLo, court.epoch, record.sequence);
  }

  freed(): void {
    const court = this.#court;
    const { record } = court;
    this.#onSystemStack(this.#rows.system, 'stackfree');
    if (!this.#isSize()) return;
    const range = this.#ranges.keys.add(record.aLo, record.aHi);
    if (range < 0) return;
    court.count(this.#rows.free);
    this.#mayBeFreed(range);
    this.#isUnused(range);
    this.#isDone(range);
    this.#ranges.bytes[range] = record.bLo;
    this.#ranges.give(range, court.epoch, record.sequence);
  }

  /** Kinds 17 to 19: a per-P cache is touched. */
  cacheTouched(): void {
    const { kind } = this.#court.record;
    const { refill, release, clear } = this.#rows;
    if (kind === KIND.stackcacherefill) this.#onSystemStack(refill, 'stackcacherefill');
    else if (kind === KIND.stackcacherelease) this.#onSystemStack(release, 'stackcacherelease');
    else this.#onSystemStack(clear, 'stackcache_clear');
  }

  copyBegins(): void {
    const { record } = this.#court;
    const goroutines = this.#goroutines;
    const g = goroutines.here();
    if (g < 0) return;
    this.#isHeld(g, this.#rows.copyOwned, 'copies the stack of');
    if (goroutines.status(g) === WORD.waiting) goroutines.shrunk[g] = record.sequence + 1;
    this.#hasStack(g);
  }

  copyEnds(): void {
    const g = this.#goroutines.here();
    if (g < 0) return;
    const before = (this.#goroutines.onStack[g] as number) - 1;
    // What it ran on is nobody's now; copystack frees it next.
    if (before >= 0 && this.#ranges.goroutine[before] === g + 1) this.#ranges.goroutine[before] = 0;
    this.#hasStack(g);
  }

  /** The record says that this goroutine's stack is that range: then it is in use, and no other's. */
  #hasStack(g: number): void {
    const court = this.#court;
    const ranges = this.#ranges;
    const range = ranges.keys.find(court.record.aLo, court.record.aHi);
    if (range < 0 || ranges.epoch[range] !== court.epoch) return;
    court.count(this.#rows.copy);
    const owner = (ranges.goroutine[range] as number) - 1;
    if (ranges.state[range] === RANGE.free) this.#notItsStack(g, range, 'free');
    else if (owner >= 0 && owner !== g)
      this.#notItsStack(g, range, `that of ${this.#goroutines.name(owner)}`);
    ranges.goroutine[range] = g + 1;
    this.#goroutines.onStack[g] = range + 1;
  }

  shrinks(): void {
    const g = this.#goroutines.here();
    if (g >= 0) this.#isHeld(g, this.#rows.shrinkOwned, 'shrinks the stack of');
  }

  grows(): void {
    const g = this.#goroutines.here();
    if (g >= 0) this.#isHeld(g, this.#rows.grow, 'grows the stack of');
  }

  /** A thread says where its g0's stack lies: if it was given out by stackalloc it is freed when the M is reaped. */
  ofThread(thread: number): void {
    const { bLo, bHi } = this.#court.record;
    const range = this.#ranges.keys.find(bLo, bHi);
    if (thread >= 0 && range >= 0 && this.#ranges.isLive(range, this.#court.epoch))
      this.#ranges.thread[range] = thread + 1;
  }

  #onSystemStack(row: number, what: string): void {
    const court = this.#court;
    const { record } = court;
    if (record.stack === STACK.unknown) return;
    court.count(row);
    if (record.stack === STACK.system) return;
    const where = STACK_NAMES[record.stack] as string;
    const g = this.#goroutines.here();
    court.object({
      row,
      subject: { kind: 'M', id: String(record.m) },
      observed: `${what} runs on ${where} of ${threadName(record.m)}${g < 0 ? '' : `, for ${this.#goroutines.name(g)}`}`,
      before: g < 0 ? [] : [this.#goroutines.fact(g)],
      allowed: court.only(row, `${what} runs on the system stack (g0)`, `it runs on ${where}`),
      shape: [what, where],
      involved: [
        [record.gpLo, record.gpHi],
        [record.aLo, record.aHi],
      ],
    });
  }

  #isSize(): boolean {
    const court = this.#court;
    const { record } = court;
    const row = this.#rows.size;
    const { bLo, bHi } = record;
    court.count(row);
    if (bHi === 0 && bLo >= MIN_STACK && (bLo & (bLo - 1)) === 0) return true;
    this.#object(row, `a stack at ${this.#address()} of ${wide(bLo, bHi)} bytes`, [], {
      text: `its size is a power of two, and at least ${MIN_STACK}`,
      why: 'it is not',
    });
    return false;
  }

  #twice(taken: number): void {
    const { bLo } = this.#court.record;
    this.#object(
      this.#rows.alloc,
      `stackalloc gives out ${bLo} bytes at ${this.#address()}, of which ${this.#text(taken)} is in use`,
      [this.#fact(taken)],
      { text: 'nothing of the range is in use', why: `${this.#text(taken)} is` },
      taken,
    );
  }

  /** It was given out by stackalloc, is so large, and was not freed since. */
  #mayBeFreed(range: number): void {
    const court = this.#court;
    const ranges = this.#ranges;
    const isKnown = ranges.epoch[range] === court.epoch;
    const why = isKnown
      ? this.#whyNotWhole(range)
      : court.complete(KIND.stackalloc, KIND.stackfree)
        ? 'stackalloc never gave it out'
        : undefined;
    if (why === undefined) return;
    this.#object(
      this.#rows.free,
      `stackfree gets ${court.record.bLo} bytes at ${this.#address()}: ${why}`,
      isKnown ? [this.#fact(range)] : [],
      { text: 'the range was given out by stackalloc, and not freed since', why },
      range,
    );
  }

  #whyNotWhole(range: number): string | undefined {
    const { bLo } = this.#court.record;
    if (this.#ranges.state[range] === RANGE.free) return 'it was freed before';
    const bytes = this.#ranges.bytes[range] as number;
    return bytes === bLo ? undefined : `stackalloc gave out ${bytes} bytes there`;
  }

  /** No goroutine that lives has it. */
  #isUnused(range: number): void {
    const goroutines = this.#goroutines;
    const g = (this.#ranges.goroutine[range] as number) - 1;
    if (g < 0 || this.#ranges.epoch[range] !== this.#court.epoch || !goroutines.isKnown(g)) return;
    this.#court.count(this.#rows.inUse);
    if (goroutines.status(g) === WORD.dead) return;
    const status = wordName(goroutines.word[g] as number);
    this.#object(
      this.#rows.inUse,
      `stackfree gets the stack of ${goroutines.name(g)} at ${this.#address()}, and that is ${status}`,
      [goroutines.fact(g), this.#fact(range)],
      {
        text: `${goroutines.name(g)} is dead, or has another stack`,
        why: `it is ${status}, and has this one`,
      },
      range,
    );
  }

  /** If a thread's g0 runs on it, that thread said that it needs it no more, and its M was reaped. */
  #isDone(range: number): void {
    const thread = (this.#ranges.thread[range] as number) - 1;
    if (thread < 0 || this.#ranges.epoch[range] !== this.#court.epoch || !this.#threads.isKnown(thread))
      return;
    this.#court.count(this.#rows.g0);
    if (this.#threads.isReaped(thread)) return;
    this.#object(
      this.#rows.g0,
      `stackfree gets the g0 stack of ${this.#threads.name(thread)} at ${this.#address()}, and that is ${this.#threads.stateName(thread)}`,
      [this.#threads.fact(thread), this.#fact(range)],
      { text: 'its M was reaped', why: `it is ${this.#threads.stateName(thread)}` },
      range,
    );
  }

  #isHeld(g: number, row: number, what: string): void {
    const court = this.#court;
    const goroutines = this.#goroutines;
    if (!goroutines.isKnown(g)) return;
    const word = wordName(goroutines.word[g] as number);
    court.count(row);
    court.facet(row, word);
    if (goroutines.isHeld(g)) return;
    const m = threadName(court.record.m);
    goroutines.blame(g, {
      row,
      subject: goroutines.subject(g),
      observed: `${m} ${what} ${goroutines.name(g)}, which is ${word}, ${goroutines.setText(g)}`,
      before: [goroutines.fact(g)],
      allowed: court.only(row, `${m} runs ${goroutines.name(g)}, or set its scan bit`, `it does neither`),
      shape: [word],
      involved: [goroutines.key(g)],
    });
  }

  #notItsStack(g: number, range: number, why: string): void {
    const goroutines = this.#goroutines;
    this.#object(
      this.#rows.copy,
      `the stack of ${goroutines.name(g)} is copied, and the one at ${this.#address()} is ${why}`,
      [goroutines.fact(g), this.#fact(range)],
      { text: `the stack is that of ${goroutines.name(g)}`, why: `it is ${why}` },
      range,
    );
  }

  #object(
    row: number,
    observed: string,
    before: Divergence['before'],
    guard: { text: string; why: string },
    range = -1,
  ): void {
    const { record } = this.#court;
    const involved: (readonly [number, number])[] = [[record.aLo, record.aHi]];
    if (range >= 0) involved.push(this.#ranges.key(range));
    this.#court.object({
      row,
      subject: { kind: 'stack', id: this.#address() },
      observed: `${observed} (${threadName(record.m)})`,
      before,
      allowed: this.#court.only(row, guard.text, guard.why),
      shape: [guard.text],
      involved,
    });
  }

  #fact(range: number): Divergence['before'][number] {
    const free = this.#ranges.state[range] === RANGE.free;
    const value = free ? 'free' : `in use, ${this.#ranges.bytes[range]} bytes`;
    return { name: `stack ${this.#text(range)}`, value, setBy: this.#ranges.setBy[range] as number };
  }

  #text(range: number): string {
    return this.#ranges.text(range);
  }

  #address(): string {
    const { aLo, aHi } = this.#court.record;
    return addressText(aLo, aHi);
  }
}
