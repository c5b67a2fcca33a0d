/** The judge of the probe layer: every record, in the order of its number, is given to the machines that it concerns. */
import { RECORD_BYTES } from '../../collector/index.ts';
import type { FineRow } from '../model/index.ts';
import { Court } from './court.ts';
import { Damages } from './damages.ts';
import type { Functions } from './functions.ts';
import { Goroutines } from './goroutines.ts';
import type { Header } from './header.ts';
import { KIND } from './kinds.ts';
import { Lifecycle } from './lifecycle.ts';
import { Procs } from './procs.ts';
import { type CurrentRecord, NO_THREAD } from './record.ts';
import { type Block, isWhole, WORD } from './records.ts';
import { Stacks } from './stacks.ts';
import { Threads } from './threads.ts';
import { Waits } from './waits.ts';

export class ProbeJudge {
  readonly court: Court;
  readonly goroutines: Goroutines;
  readonly threads: Threads;
  readonly procs: Procs;
  readonly stacks: Stacks;
  readonly lifecycle: Lifecycle;
  readonly waits: Waits;
  readonly damages: Damages;
  /** Records read, whatever they hold. */
  records = 0;
  /** The last record read. */
  last: CurrentRecord | undefined;
  /** Records by kind. */
  readonly kinds = new Float64Array(256);
  /** What a throw or fatal error said first: what comes after it is not judged. */
  died: CurrentRecord | undefined;

  constructor(rows: readonly FineRow[], header: Header, functions: Functions | undefined) {
    this.court = new Court(rows, header, functions);
    this.damages = new Damages(header);
    this.goroutines = new Goroutines(this.court);
    this.waits = new Waits(this.court, this.goroutines);
    this.threads = new Threads(this.court);
    this.procs = new Procs(this.court, this.damages);
    this.stacks = new Stacks(this.court, this.goroutines, this.threads);
    this.lifecycle = new Lifecycle(this.court, this.goroutines);
  }

  /** Threads that recorded something. */
  get threadCount(): number {
    return this.damages.ms.reduce((sum, seen) => sum + seen, 0);
  }

  judge(block: Block): void {
    this.#each(block);
    if (this.records > 0) this.last = Object.assign(this.last ?? this.court.record.copy(), this.court.record);
  }

  /**
   * Nothing but the loop: V8 optimises it while it runs, before it has seen what comes after, and code
   * behind the loop would throw that away at the end of every block.
   */
  #each(block: Block): void {
    const { words, count, sequence, offset } = block;
    const { record } = this.court;
    const { kinds, ms } = this.damages;
    for (let slot = 0; slot < count; slot++) {
      const at = slot * WORD.size;
      const number = sequence + slot;
      if (!isWhole(words, at, number, kinds)) {
        this.damages.slot(words, at, number, offset + slot * RECORD_BYTES);
        this.court.epoch++;
        continue;
      }
      record.read(words, at, number, offset + slot * RECORD_BYTES);
      this.records++;
      this.kinds[record.kind] = (this.kinds[record.kind] as number) + 1;
      if (record.m !== NO_THREAD) ms[record.m] = 1;
      if (this.died === undefined) this.#hear(record);
    }
  }

  #hear(record: CurrentRecord): void {
    switch (record.kind) {
      case KIND.gstatus:
        this.goroutines.changed();
        this.waits.end();
        break;
      case KIND.gstatuswait:
        this.waits.begins();
        break;
      case KIND.gnew:
        this.lifecycle.made();
        break;
      case KIND.goexit1:
        this.lifecycle.exitBegins();
        break;
      case KIND.goexit0:
        this.lifecycle.ends();
        break;
      case KIND.gdestroy:
        this.lifecycle.destroyed();
        break;
      case KIND.gfput:
        this.lifecycle.put();
        break;
      case KIND.ready:
        this.lifecycle.readied();
        break;
      case KIND.execute:
        this.lifecycle.executed();
        break;
      case KIND.netpollready:
        this.lifecycle.polled();
        break;
      case KIND.stackalloc:
        this.stacks.allocated();
        break;
      case KIND.stackfree:
        this.stacks.freed();
        break;
      case KIND.stackcacherefill:
      case KIND.stackcacherelease:
      case KIND.stackcacheclear:
        this.stacks.cacheTouched();
        break;
      case KIND.copystackbegin:
        this.stacks.copyBegins();
        break;
      case KIND.copystackend:
        this.stacks.copyEnds();
        break;
      case KIND.shrinkstack:
        this.stacks.shrinks();
        break;
      case KIND.newstack:
        this.stacks.grows();
        break;
      default:
        this.#hearRarer(record);
    }
  }

  #hearRarer(record: CurrentRecord): void {
    switch (record.kind) {
      case KIND.allocmbegin:
        this.threads.makingBegins();
        break;
      case KIND.allocm:
        this.threads.made();
        break;
      case KIND.mstart:
        this.stacks.ofThread(this.threads.started());
        break;
      case KIND.mexit:
        this.threads.exits();
        break;
      case KIND.freemadd:
        this.stacks.ofThread(this.threads.listed());
        break;
      case KIND.exitthread:
        this.threads.done();
        break;
      case KIND.reapkeep:
        this.threads.kept();
        break;
      case KIND.reap:
        this.threads.reaped();
        break;
      case KIND.pstatus:
        this.procs.statusChanged();
        break;
      case KIND.wirep:
        this.procs.wired();
        this.lifecycle.wired();
        break;
      case KIND.releasep:
        this.procs.released();
        break;
      case KIND.stw:
        this.lifecycle.stopped();
        break;
      case KIND.startworld:
        this.lifecycle.starts();
        break;
      case KIND.throw:
      case KIND.fatal:
        this.died = record.copy();
        break;
      case KIND.begin:
      case KIND.clock:
      case KIND.end:
        this.court.clock.pair(record);
    }
  }
}
