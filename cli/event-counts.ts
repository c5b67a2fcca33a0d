/** Counts of a generation's events, made in a worker too: it imports no code, so that it is loaded at once. */
import type { Task } from '../replay/parallel/index.ts';
import type { OrderedGeneration } from '../replay/trace/index.ts';

/** What a worker sends: a generation, or part of it. */
export interface EventPart {
  /** Wanted events in it. */
  readonly events: number;
  /** Their lines, or how many there are of each kind. */
  readonly content: string | Float64Array;
  /** Events of its generation without a place; said once. */
  readonly unplaced: number;
  /** Events of its generation that had to be let through; said once. */
  readonly forced: number;
}

/** A type number is a byte. */
const KINDS = 256;

/** Counts by kind. */
export function noKinds(): Float64Array {
  return new Float64Array(KINDS);
}

/** Counters of one kind that take turns: an addition to the same place has to wait for the last. */
const turns = new Uint32Array(KINDS * 4);

/** Adds all events of a history to the counts of their kinds; how many they are. */
export function countAll(
  { generation, event, count, unplaced }: OrderedGeneration,
  kinds: Float64Array,
): number {
  const { kind } = generation.columns;
  turns.fill(0);
  for (let i = 0; i < count; i++) {
    const row = unplaced === 0 ? i : event[i]!;
    turns[(kind[row]! << 2) | (i & 3)]!++;
  }
  for (const [i, n] of turns.entries()) if (n > 0) kinds[i >> 2]! += n;
  return count;
}

/** What a reader must be told of the order of a generation. */
export function oddities({ unplaced, forced }: OrderedGeneration): Pick<EventPart, 'unplaced' | 'forced'> {
  return { unplaced, forced: forced.length };
}

/** All events of each generation, counted. */
export const task: Task<EventPart, unknown> = (history) => {
  const content = noKinds();
  return [{ events: countAll(history, content), content, ...oddities(history) }];
};
