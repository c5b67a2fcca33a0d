/** What `gotwin events` makes of the wanted events of a generation, in its own thread or in a worker. */
import type { Place, Task } from '../replay/parallel/index.ts';
import type { OrderedGeneration } from '../replay/trace/index.ts';
import { countAll, type EventPart, noKinds, oddities } from './event-counts.ts';
import { type EventFilter, EventLines, wanted } from './event-lines.ts';
import type { EventSettings } from './event-settings.ts';

/** Characters that travel at once: a message costs more than a write. */
const PIECE = 1 << 18;

/** Adds the wanted events of a history to the counts of their kinds, up to `most`; how many they were. */
export function countKinds(
  history: OrderedGeneration,
  filter: EventFilter | undefined,
  most: number,
  kinds: Float64Array,
): number {
  if (filter === undefined) return countAll(history, kinds);
  const { kind } = history.generation.columns;
  let events = 0;
  for (let position = 0; position < history.count && events < most; position++) {
    if (!wanted(history, position, filter)) continue;
    events++;
    kinds[kind[history.event[position]!]!]!++;
  }
  return events;
}

export const task: Task<EventPart, EventSettings> = (history, place, { format, filter }) => {
  if (format !== 'none') return lines(history, place, format, filter ?? {});
  const content = noKinds();
  const events = countKinds(history, filter, Number.POSITIVE_INFINITY, content);
  return [{ events, content, ...oddities(history) }];
};

function* lines(
  history: OrderedGeneration,
  place: Place,
  format: 'text' | 'json',
  filter: EventFilter,
): Generator<EventPart, void, void> {
  const writer = new EventLines();
  let [events, content] = [0, ''];
  for (let position = 0; position < history.count; position++) {
    if (!wanted(history, position, filter)) continue;
    events++;
    const line =
      format === 'text'
        ? writer.text(history, position)
        : writer.json(history, position, place.events + position);
    content += `${line}\n`;
    if (content.length < PIECE) continue;
    yield { events, content, unplaced: 0, forced: 0 };
    [events, content] = [0, ''];
  }
  yield { events, content, ...oddities(history) };
}
