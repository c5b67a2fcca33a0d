/** What is made of each generation, in a worker or not. */
import type { OrderedGeneration } from '../order/index.ts';

/** Where a generation stands in the whole history. */
export interface Place {
  /** Events of the history before it. */
  readonly events: number;
  /** Generations before it. */
  readonly generations: number;
}

/**
 * Makes values of a generation that can be sent from thread to thread. The
 * generation is good only until it returns; `settings` are the caller's own.
 */
export type Task<T, S> = (history: OrderedGeneration, place: Place, settings: S) => Iterable<T>;

/** The task that a module exports by the name `task`. */
export async function taskOf<T, S>(module: string): Promise<Task<T, S>> {
  const { task }: { task?: unknown } = await import(module);
  if (typeof task !== 'function') throw new TypeError(`${module} exports no function task`);
  return task as Task<T, S>;
}
