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
}

/** A type number is a byte. */
const KINDS = 256;

/** Counts by kind. */
export function noKinds(): Float64Array {
  return new Float64Array(KINDS);
}

/** Adds all events of a history to the counts of their kinds; how many they are. */
export function countAll(
  { generation, event, count, unplaced }: OrderedGeneration,
  kinds: Float64Array,
): number {
  const { kind } = generation.columns;
  if (unplaced === 0) for (let row = 0; row < count; row++) kinds[kind[row]!]!++;
  else for (let position = 0; position < count; position++) kinds[kind[event[position]!]!]!++;
  return count;
}

/** All events of each generation, counted. */
export const task: Task<EventPart, unknown> = (history) => {
  const content = noKinds();
  return [{ events: countAll(history, content), content, unplaced: history.unplaced }];
};
