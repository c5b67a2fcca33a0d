/** The judge of the probe layer: every record, in the order of its number, is given to the machines that it concerns. */
import type { FineRow } from '../model/index.ts';
import { Court } from './court.ts';
import type { Functions } from './functions.ts';
import { Goroutines } from './goroutines.ts';
import type { Header, ProbeDamage } from './header.ts';
import { KIND, KIND_NAMES } from './kinds.ts';
import { Lifecycle } from './lifecycle.ts';
import { Procs } from './procs.ts';
import { type CurrentRecord, NO_THREAD } from './record.ts';
import { type Block, WORD } from './records.ts';
import { RECORD_BYTES } from './header.ts';
import { Stacks } from './stacks.ts';
import { Threads } from './threads.ts';

/** Bits of a record's tag that no recorder sets. */
const SPARE_BITS = 0xf800;
/** Damages told one by one. */
const MAX_DAMAGES = 20;

export class ProbeJudge {
  readonly court: Court;
  readonly goroutines: Goroutines;
  readonly threads: Threads;
  readonly procs: Procs;
  readonly stacks: Stacks;
  readonly lifecycle: Lifecycle;
  readonly damages: ProbeDamage[] = [];
  /** Records read, whatever they hold. */
  records = 0;
  /** Numbers that were handed out, and whose record was not written to its end. */
  torn = 0;
  /** The last record read. */
  last: CurrentRecord | undefined;
  /** Records by kind. */
  readonly kinds = new Float64Array(256);
  /** What a throw or fatal error said first: what comes after it is not judged. */
  died: CurrentRecord | undefined;
  readonly #ms = new Uint8Array(0x10000);

  constructor(rows: readonly FineRow[], header: Header, functions: Functions | undefined) {
    this.court = new Court(rows, header, functions);
    this.goroutines = new Goroutines(this.court);
    this.threads = new Threads(this.court);
    this.procs = new Procs(this.court);
    this.stacks = new Stacks(this.court, this.goroutines, this.threads);
    this.lifecycle = new Lifecycle(this.court, this.goroutines);
  }

  /** Threads that recorded something. */
  get threadCount(): number {
    return this.#ms.reduce((sum, seen) => sum + seen, 0);
  }

  judge(block: Block): void {
    const { words, count, sequence, offset } = block;
    const { record } = this.court;
    for (let slot = 0; slot < count; slot++) {
      const at = slot * WORD.size;
      const number = sequence + slot;
      if (!this.#isWritten(words, at, number, offset + slot * RECORD_BYTES)) continue;
      record.read(words, at, number, offset + slot * RECORD_BYTES);
      this.records++;
      this.kinds[record.kind] = (this.kinds[record.kind] as number) + 1;
      if (record.m !== NO_THREAD) this.#ms[record.m] = 1;
      if (this.died === undefined) this.#hear(record);
    }
    if (this.records > 0) this.last = Object.assign(this.last ?? record.copy(), record);
  }

  /** A record's number is written last; where it is missing so may be anything that the record would have told. */
  #isWritten(words: Uint32Array, at: number, number: number, offset: number): boolean {
    const [lo, hi] = [words[at] as number, words[at + 1] as number];
    const mark = number + 1;
    const tag = words[at + WORD.tag] as number;
    if (lo === mark >>> 0 && hi === Math.floor(mark / 0x1_0000_0000)) {
      if (KIND_NAMES[tag & 0xff] !== undefined && (tag & SPARE_BITS) === 0) return true;
      const isKind = KIND_NAMES[tag & 0xff] !== undefined;
      this.#damaged(
        isKind ? 'spare-bits' : 'kind',
        offset,
        isKind
          ? `record ${number} has bits that no recorder sets`
          : `record ${number} is of kind ${tag & 0xff}, which there is not`,
      );
    } else {
      const claimed = hi * 0x1_0000_0000 + lo - 1;
      // Zero, or of an earlier round of the ring: the number was handed out, and the writer did not come to its end.
      if (claimed < number) this.torn++;
      else this.#damaged('commit-mark', offset, `the slot of record ${number} holds record ${claimed}`);
    }
    this.court.epoch++;
    return false;
  }

  #damaged(code: ProbeDamage['code'], offset: number, message: string): void {
    if (this.damages.length < MAX_DAMAGES) this.damages.push({ code, offset, message });
  }

  #hear(record: CurrentRecord): void {
    switch (record.kind) {
      case KIND.gstatus:
        return this.goroutines.changed();
      case KIND.gstatuswait:
        return this.goroutines.waiting();
      case KIND.gnew:
        return this.lifecycle.made();
      case KIND.goexit1:
        return this.lifecycle.exitBegins();
      case KIND.goexit0:
        return this.lifecycle.ends();
      case KIND.gdestroy:
        return this.lifecycle.destroyed();
      case KIND.gfput:
        return this.lifecycle.put();
      case KIND.ready:
        return this.lifecycle.readied();
      case KIND.execute:
        return this.lifecycle.executed();
      case KIND.netpollready:
        return this.lifecycle.polled();
      case KIND.stackalloc:
        return this.stacks.allocated();
      case KIND.stackfree:
        return this.stacks.freed();
      case KIND.stackcacherefill:
      case KIND.stackcacherelease:
      case KIND.stackcacheclear:
        return this.stacks.cacheTouched();
      case KIND.copystackbegin:
        return this.stacks.copyBegins();
      case KIND.copystackend:
        return this.stacks.copyEnds();
      case KIND.shrinkstack:
        return this.stacks.shrinks();
      case KIND.newstack:
        return this.stacks.grows();
      default:
        return this.#hearRarer(record);
    }
  }

  #hearRarer(record: CurrentRecord): void {
    switch (record.kind) {
      case KIND.allocmbegin:
        return this.threads.makingBegins();
      case KIND.allocm:
        return this.threads.made();
      case KIND.mstart:
        return this.stacks.ofThread(this.threads.started());
      case KIND.mexit:
        return this.threads.exits();
      case KIND.freemadd:
        return this.stacks.ofThread(this.threads.listed());
      case KIND.exitthread:
        return this.threads.done();
      case KIND.reapkeep:
        return this.threads.kept();
      case KIND.reap:
        return this.threads.reaped();
      case KIND.pstatus:
        return this.procs.statusChanged();
      case KIND.wirep:
        this.procs.wired();
        return this.lifecycle.wired();
      case KIND.releasep:
        return this.procs.released();
      case KIND.stw:
        return this.lifecycle.stopped();
      case KIND.startworld:
        return this.lifecycle.starts();
      case KIND.throw:
      case KIND.fatal:
        this.died = record.copy();
        return;
      case KIND.begin:
      case KIND.clock:
      case KIND.end:
        return this.court.clock.pair(record);
    }
  }
}
