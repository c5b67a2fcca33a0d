import {
  type EventView,
  eventArgsText,
  eventName,
  frameText,
  NONE,
  type OrderedGeneration,
  specOf,
} from '../replay/index.ts';
import { contextOf } from './divergence-text.ts';
import { printable } from './paint.ts';

/** Which events are wanted; everything where a field is absent. */
export interface EventFilter {
  /** Nanoseconds since the trace's beginning, inclusive. */
  readonly from?: number | undefined;
  /** Exclusive. */
  readonly to?: number | undefined;
  readonly goroutine?: number | undefined;
}

/** Whether the event at a position of the history is wanted. Makes no object: it is asked for every event. */
export function wanted(ordered: OrderedGeneration, position: number, filter: EventFilter): boolean {
  const event = ordered.event[position]!;
  const time = ordered.generation.columns.time[event]!;
  if (filter.from !== undefined && time < filter.from) return false;
  if (filter.to !== undefined && time >= filter.to) return false;
  return filter.goroutine === undefined || concerns(ordered, position, filter.goroutine);
}

/** It runs on the goroutine, or an argument names it. */
function concerns(ordered: OrderedGeneration, position: number, goroutine: number): boolean {
  if (ordered.g[position] === goroutine) return true;
  const { generation } = ordered;
  const event = ordered.event[position]!;
  const kinds = specOf(generation.columns.kind[event]!)?.kinds ?? [];
  // The table counts `dt`, which the columns do not hold.
  return kinds.some((kind, at) => kind === 'g' && generation.arg(event, at - 1) === goroutine);
}

/** One event in Go's words: when, who, what, and the innermost frame. */
export function textLine(ordered: OrderedGeneration, position: number): string {
  const { generation } = ordered;
  const event = ordered.event[position]!;
  const time = (generation.columns.time[event]! / 1e9).toFixed(9).padStart(13);
  const who = contextOf({ m: generation.m(event), p: ordered.p[position]!, g: ordered.g[position]! });
  const what = `${eventName(generation.columns.kind[event]!)} ${eventArgsText(generation, event)}`.trimEnd();
  const top = framesOf(ordered, position)[0];
  return printable(`${time}  ${who.padEnd(12)}  ${what}${top === undefined ? '' : `  (${top})`}`);
}

/** The same event as an object of the documented shape. */
export function eventView(ordered: OrderedGeneration, position: number, index: number): EventView {
  const { generation } = ordered;
  const event = ordered.event[position]!;
  return {
    index,
    generation: generation.number,
    time: generation.columns.time[event]!,
    m: generation.m(event),
    p: ordered.p[position]!,
    g: ordered.g[position]!,
    name: eventName(generation.columns.kind[event]!),
    args: eventArgsText(generation, event),
    stack: framesOf(ordered, position),
    offset: generation.offsetOf(event),
  };
}

function framesOf({ generation, event }: OrderedGeneration, position: number): string[] {
  const row = event[position]!;
  const at = specOf(generation.columns.kind[row]!)?.stack ?? -1;
  if (at < 1) return [];
  const id = generation.arg(row, at - 1);
  return id === NONE ? [] : generation.stack(id).map(frameText);
}
