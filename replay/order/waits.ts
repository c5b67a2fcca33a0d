/** What is told of an event that had to be let through. Types alone: they are published, and the kernel is not. */
export type WaitKind = 'sequence' | 'state' | 'owner';

export interface WaitSubject {
  readonly kind: 'goroutine' | 'P' | 'gc';
  /** NONE (-1) where the event names none and none is bound, and for gc. */
  readonly id: number;
}

/** One wait that nothing in the generation could end. */
export interface UnmetWait {
  readonly kind: WaitKind;
  readonly subject: WaitSubject;
  /** `sequence 7`, `runnable`, `an M without a P`. */
  readonly expected: string;
  /** `sequence 5`, `waiting`, `P 3`. */
  readonly found: string;
}

export interface Forced {
  /** Index in the ordered history. */
  readonly position: number;
  /** Where its M began to wait: from there on other Ms may have run ahead of it. */
  readonly since: number;
  readonly waits: readonly UnmetWait[];
}
