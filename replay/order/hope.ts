/**
 * Whether what an M waits for can still come in this generation. Asked only
 * when something is wrong already, so the index behind it is made on demand.
 */
import type { Generation } from '../decode/generation.ts';
import { EV } from '../decode/specs.ts';
import { type CompiledGuards, WAIT_GC, WAIT_GOROUTINE, WAIT_PROC } from './guards.ts';
import type { OrderState, SubjectKind } from './state.ts';

/** Kinds that give a goroutine or P its first number, by the prefix of their keys. */
const FIRST: Readonly<Record<number, string>> = {
  [EV.GoStatus]: 'g',
  [EV.GoStatusStack]: 'g',
  [EV.GoCreate]: 'g',
  [EV.GoCreateBlocked]: 'g',
  [EV.GoCreateSyscall]: 'g',
  [EV.ProcStatus]: 'p',
};

/** Of the index's keys. */
const PREFIX: Readonly<Record<SubjectKind, string>> = { goroutine: 'g', P: 'p' };

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

  /** False only when nothing that is left could let the head of `m` pass. */
  left(kind: number, row: number, m: number): boolean {
    const state = this.#state;
    const wait = this.#guards.wait[kind]!;
    if (wait === WAIT_GC) return this.#any(`c/${state.arg(row, 0) - 1}`);
    if (wait === WAIT_GOROUTINE) return this.#canCome('goroutine', row, m);
    if (wait === WAIT_PROC && this.#canCome('P', row, m)) return true;
    // The M's own P has to go: only a thief can take it.
    const held = state.held('P', m);
    return held >= 0 && this.#any(`p${state.id('P', held)}/${state.seq('P', held) + 1}`);
  }

  #canCome(of: SubjectKind, row: number, m: number): boolean {
    const state = this.#state;
    const slot = state.slot(of, row, 0);
    const before = state.arg(row, 1) - 1;
    const key = `${PREFIX[of]}${state.id(of, slot)}`;
    // Whoever runs it may yet stop it, or enter a syscall with it. Asked first, since it needs no index.
    if (this.#heldByOther(of, slot, m) || this.#any(`${key}/first`)) return true;
    if (before === state.seq(of, slot)) return false;
    return this.#any(`${key}/${before}`) || (of === 'P' && this.#any(`s/${before}`));
  }

  #heldByOther(of: SubjectKind, slot: number, m: number): boolean {
    const state = this.#state;
    for (let other = 0; other < state.threads; other++) {
      if (other !== m && state.held(of, other) === slot && state.pending(other, state.head(other)))
        return true;
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
    const m = this.#state.thread(this.#generation.m(row));
    return m >= 0 && this.#state.pending(m, row);
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
    const of = wait === WAIT_GOROUTINE ? PREFIX.goroutine : PREFIX.P;
    return `${of}${state.arg(row, 0)}/${state.arg(row, 1)}`;
  }
}
