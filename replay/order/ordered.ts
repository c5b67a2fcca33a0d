/** A generation with its history. */
import type { Generation } from '../decode/generation.ts';
import type { Forced } from './waits.ts';

export interface OrderedGeneration {
  readonly generation: Generation;
  /** Events placed; fewer than the generation has only where that is partial. */
  readonly count: number;
  /** By position in the history: the row of the generation's columns. All four may be longer than `count`. */
  readonly event: Uint32Array;
  /** The P of the M that wrote it, before the event takes effect; -1 for none. */
  readonly p: Int32Array;
  /** The goroutine bound to that M, before the event takes effect; -1 for none. */
  readonly g: Float64Array;
  /** Time as Go's reader emits it, ns since the trace's base: each later than the one before. */
  readonly time: Float64Array;
  /** Events that nothing in the generation could make ready, in the order of the history. */
  readonly forced: readonly Forced[];
  /** Rows without a place: what a partial generation's missing rest would have made ready. */
  readonly unplaced: number;
}
