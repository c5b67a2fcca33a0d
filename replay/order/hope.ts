/**
 * Whether what an M waits for can still come in this generation. Asked only
 * when something is wrong already, so the index behind it is made on demand.
 */
import { EV, type Generation } from '../decode/index.ts';
import { type CompiledGuards, WAIT_GC, WAIT_GOROUTINE, WAIT_PROC } from './guards.ts';
import type { OrderState } from './state.ts';

/** Kinds that give a goroutine or P its first number, by the prefix of their keys. */
const FIRST: Readonly<Record<number, string>> = {
  [EV.GoStatus]: 'g',
  [EV.GoStatusStack]: 'g',
  [EV.GoCreate]: 'g',
  [EV.GoCreateBlocked]: 'g',
  [EV.GoCreateSyscall]: 'g',
  [EV.ProcStatus]: 'p',
};

export class Hope {
  readonly #generation: Generation;
  readonly #state: OrderState;
  readonly #guards: CompiledGuards;
  #index: Map<string, number[]> | undefined;

  constructor(generation: Generation, state: OrderState, guards: CompiledGuards) {
    this.#generation = generation;
    this.#state = state;
    this.#guards = guards;
  }

  /** The number that the event carries is not above the last one: numbers never go back. */
  static past(kind: number, row: number, state: OrderState, guards: CompiledGuards): boolean {
    const wait = guards.wait[kind]!;
    if (wait === WAIT_GC) return state.arg(row, 0) <= state.gcSeq;
    if (wait !== WAIT_GOROUTINE && wait !== WAIT_PROC) return false;
    const subjects = wait === WAIT_GOROUTINE ? state.gs : state.ps;
    return state.arg(row, 1) <= subjects.seq[subjects.slot(state.arg(row, 0))]!;
  }

  /** False only when nothing that is left could let the head of `m` pass. */
  left(kind: number, row: number, m: number): boolean {
    const { gs, ps, threads } = this.#state;
    const wait = this.#guards.wait[kind]!;
    if (wait === WAIT_GC) return this.#any(`c/${this.#state.arg(row, 0) - 1}`);
    if (wait === WAIT_GOROUTINE) return this.#canCome('g', gs.slot(this.#state.arg(row, 0)), row, m);
    if (wait === WAIT_PROC && this.#canCome('p', ps.slot(this.#state.arg(row, 0)), row, m)) return true;
    // The M's own P has to go: only a thief can take it.
    const p = threads.p[m]!;
    return p >= 0 && this.#any(`p${ps.ids[p]}/${ps.seq[p]! + 1}`);
  }

  #canCome(prefix: 'g' | 'p', slot: number, row: number, m: number): boolean {
    const { gs, ps } = this.#state;
    const subjects = prefix === 'g' ? gs : ps;
    const id = subjects.ids[slot];
    const before = this.#state.arg(row, 1) - 1;
    if (this.#any(`${prefix}${id}/first`)) return true;
    // Whoever runs it may yet stop it, or enter a syscall with it.
    if (this.#heldByOther(prefix, slot, m)) return true;
    if (before === subjects.seq[slot]) return false;
    return this.#any(`${prefix}${id}/${before}`) || (prefix === 'p' && this.#any(`s/${before}`));
  }

  #heldByOther(prefix: 'g' | 'p', slot: number, m: number): boolean {
    const { threads } = this.#state;
    const held = prefix === 'g' ? threads.g : threads.p;
    for (let other = held.indexOf(slot); other >= 0; other = held.indexOf(slot, other + 1)) {
      if (other !== m && threads.pending(other, threads.row[other]!)) return true;
    }
    return false;
  }

  #any(key: string): boolean {
    this.#index ??= this.#build();
    const rows = this.#index.get(key);
    if (rows === undefined) return false;
    // Placed rows never come back, so they need not be looked at again.
    while (rows.length > 0 && !this.#pending(rows.at(-1)!)) rows.pop();
    return rows.length > 0;
  }

  #pending(row: number): boolean {
    const slot = this.#state.threads.known(this.#generation.m(row));
    return slot !== undefined && this.#state.threads.pending(slot, row);
  }

  #build(): Map<string, number[]> {
    const index = new Map<string, number[]>();
    const { kind, count } = this.#generation.columns;
    for (let row = count - 1; row >= 0; row--) {
      const key = this.#key(kind[row]!, row);
      if (key === undefined) continue;
      const rows = index.get(key);
      if (rows === undefined) index.set(key, [row]);
      else rows.push(row);
    }
    return index;
  }

  #key(kind: number, row: number): string | undefined {
    const state = this.#state;
    const first = FIRST[kind];
    if (first !== undefined) return `${first}${state.arg(row, 0)}/first`;
    if (kind === EV.GoSyscallBegin) return `s/${state.arg(row, 0)}`;
    const wait = this.#guards.wait[kind]!;
    if (wait === WAIT_GC) return `c/${state.arg(row, 0)}`;
    if (wait !== WAIT_GOROUTINE && wait !== WAIT_PROC) return undefined;
    return `${wait === WAIT_GOROUTINE ? 'g' : 'p'}${state.arg(row, 0)}/${state.arg(row, 1)}`;
  }
}
