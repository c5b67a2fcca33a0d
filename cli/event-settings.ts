/** What the options of `gotwin events` come to, for whoever lists: this thread or a worker. */
import type { Call } from './command.ts';
import type { EventFilter } from './event-lines.ts';
import type { EventFormat } from './options.ts';

export type ListingFormat = Exclude<EventFormat, 'wire'>;

/** What a worker is told. */
export interface EventSettings {
  readonly format: ListingFormat;
  /** Undefined where every event is wanted. */
  readonly filter: EventFilter | undefined;
}

export function settingsOf(format: ListingFormat, { options }: Call): EventSettings {
  const { from, to, goroutine } = options;
  const all = [from, to, goroutine].every((value) => value === undefined);
  return { format, filter: all ? undefined : { from: from && from * 1e6, to: to && to * 1e6, goroutine } };
}

/** The module that makes of a generation what these settings ask for; counting alone loads less. */
export function taskFor({ format, filter }: EventSettings): URL {
  // Beside this module, in dist/cli and in the bundle.
  return format === 'none' && filter === undefined
    ? new URL('./event-counts.js', import.meta.url)
    : new URL('./event-task.js', import.meta.url);
}
