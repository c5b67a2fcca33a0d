/**
 * Which thread of the trace each M of the probe is. The trace names threads by the
 * system's numbers, the probe Ms by the runtime's: that they are the same shows by
 * what both are told to have done.
 */

/** Numbers of Ms in the probe's records are 16 bits; the last says that there is none. */
export const MS = 0x10000;

/** Pairs after which it is taken for certain which thread an M is. */
const CERTAIN = 2;
/** How often it may turn out otherwise before it was certain: a pair may be wrong because its subject is out of step. */
const CHANGES = 1;

/** A pair that does not fit those before it. */
export interface Mismatch {
  readonly why: 'thread' | 'gone thread';
  readonly m: number;
  /** The two threads that the M would have to be, or a thread and the M that has been it since. */
  readonly threads: readonly [number, number];
  /** The thread is known as another M: then either may be right about itself, and their subject out of step. */
  readonly isAnother: boolean;
}

export class Threads {
  /** By M, 0 where it is not known. */
  readonly of = new Float64Array(MS);
  readonly #pairs = new Uint32Array(MS);
  readonly #changes = new Uint8Array(MS);
  readonly #mOf = new Map<number, number>();
  readonly #isGone = new Uint8Array(MS);

  get known(): number {
    return this.of.reduce((sum, thread) => sum + (thread === 0 ? 0 : 1), 0);
  }

  /** Takes note that both layers tell the same deed, one of this M and the other of this thread. */
  pair(m: number, thread: number): Mismatch | undefined {
    if (m < 0 || m >= MS - 1 || thread <= 0) return undefined;
    const known = this.of[m] as number;
    if (known === thread && this.#isGone[m] === 0) {
      this.#pairs[m] = (this.#pairs[m] as number) + 1;
      return undefined;
    }
    if (known === 0 || this.#isOpen(m)) {
      this.#meet(m, thread);
      return undefined;
    }
    const since = this.#mOf.get(thread) ?? -1;
    return known === thread
      ? { why: 'gone thread', m, threads: [thread, since], isAnother: false }
      : { why: 'thread', m, threads: [known, thread], isAnother: since >= 0 && since !== m };
  }

  #isOpen(m: number): boolean {
    if ((this.#pairs[m] as number) >= CERTAIN || (this.#changes[m] as number) >= CHANGES) return false;
    this.#changes[m] = (this.#changes[m] as number) + 1;
    return true;
  }

  /** Systems give a thread's number again when it has exited: then the M that was that thread is gone. */
  #meet(m: number, thread: number): void {
    const before = this.#mOf.get(thread);
    if (before !== undefined && before !== m) this.#isGone[before] = 1;
    this.#mOf.set(thread, m);
    this.of[m] = thread;
    this.#isGone[m] = 0;
    this.#pairs[m] = 1;
  }
}
