/**
 * The record that is being judged, in fields that are overwritten by the next; kept
 * whole only for what is shown. The halves of its words are signed: so V8 holds each
 * as a small integer, where half of the addresses would cost an object each.
 */
import { KIND_NAMES } from './kinds.ts';
import { WORD } from './records.ts';

/** The id of an M that has none, or a larger one than a record holds. */
export const NO_THREAD = 0xffff;

/** Which stack a record was written on. */
export const STACK = { unknown: 0, system: 1, signal: 2, user: 3 } as const;
export const STACK_NAMES = ['an unknown stack', 'the system stack (g0)', 'the signal stack', 'a user stack'];

/** Two halves as one number; past 2^53 it is rounded. */
export function wide(lo: number, hi: number): number {
  return (hi >>> 0) * 0x1_0000_0000 + (lo >>> 0);
}

export class CurrentRecord {
  sequence = 0;
  offset = 0;
  ticksLo = 0;
  ticksHi = 0;
  gpLo = 0;
  gpHi = 0;
  aLo = 0;
  aHi = 0;
  bLo = 0;
  bHi = 0;
  kind = 0;
  /** Of STACK. */
  stack = 0;
  /** -1 is none. */
  p = -1;
  m = NO_THREAD;
  /** Of its goroutine at that moment, where somebody found out; a g is used by one goroutine after another. */
  goid = -1;

  read(words: Int32Array, at: number, sequence: number, offset: number): void {
    this.sequence = sequence;
    this.offset = offset;
    this.ticksLo = words[at + WORD.ticks] as number;
    this.ticksHi = words[at + WORD.ticks + 1] as number;
    this.gpLo = words[at + WORD.gp] as number;
    this.gpHi = words[at + WORD.gp + 1] as number;
    this.aLo = words[at + WORD.a] as number;
    this.aHi = words[at + WORD.a + 1] as number;
    this.bLo = words[at + WORD.b] as number;
    this.bHi = words[at + WORD.b + 1] as number;
    const tag = words[at + WORD.tag] as number;
    this.kind = tag & 0xff;
    this.stack = (tag >>> 8) & 3;
    this.p = (tag >>> 16) - 1;
    this.m = (words[at + WORD.thread] as number) & 0xffff;
  }

  /** Of its kind. */
  get name(): string {
    return KIND_NAMES[this.kind] ?? `kind ${this.kind}`;
  }

  copy(): CurrentRecord {
    return Object.assign(new CurrentRecord(), this);
  }
}
