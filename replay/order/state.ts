/**
 * Ordering's own memory, as the kernel keeps it: what goroutines, Ps and Ms were
 * last seen to be. It is kept apart from the model on purpose: the history must
 * not depend on what is judged by it. Looked at from here only where something
 * is wrong, and by slots, since ids may be any 64 bits.
 */
import type { Generation } from '../decode/index.ts';
import type { KernelExports } from '../kernel/index.ts';

/** Which of the kernel's two tables of subjects. */
export type SubjectKind = 'goroutine' | 'P';

export class OrderState {
  readonly #kernel: KernelExports;
  readonly #generation: Generation;

  constructor(kernel: KernelExports, generation: Generation) {
    this.#kernel = kernel;
    this.#generation = generation;
  }

  /** An argument of an event; NONE (-1) for none, NaN past 2^53. */
  arg(row: number, n: number): number {
    return this.#generation.arg(row, n);
  }

  /** The slot of the subject that an argument names. */
  slot(kind: SubjectKind, row: number, n: number): number {
    return this.#kernel.argSlot(kind === 'P', row, n);
  }

  /** The status number of the trace (GO_STATUS, PROC_STATUS), 0 for what the trace has not told of yet. */
  status(kind: SubjectKind, slot: number): number {
    return this.#kernel.statusOf(kind === 'P', slot);
  }

  /** The last sequence number of this generation; NaN until a status or a creation set it. */
  seq(kind: SubjectKind, slot: number): number {
    return this.#kernel.seqOf(kind === 'P', slot);
  }

  id(kind: SubjectKind, slot: number): number {
    return this.#kernel.idOf(kind === 'P', slot);
  }

  /** Number of the last GC event; NaN before the first. */
  get gcSeq(): number {
    return this.#kernel.gcNumber();
  }

  /** Slot of the goroutine or P that is bound to an M; -1 for none. */
  held(kind: SubjectKind, m: number): number {
    return this.#kernel.held(kind === 'P', m);
  }

  /** How many Ms have a slot. */
  get threads(): number {
    return this.#kernel.threads();
  }

  /** The slot of an M; -1 for one that the trace has not told of. */
  thread(m: number): number {
    return this.#kernel.threadSlot(m);
  }

  /** The next row of an M. */
  head(m: number): number {
    return this.#kernel.headRow(m);
  }

  /** Whether a row of that M has no place yet. */
  pending(m: number, row: number): boolean {
    return this.#kernel.isPending(m, row) !== 0;
  }
}
