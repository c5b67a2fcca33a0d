/** Events as a person reads them. Objects are made here and nowhere else in the judge. */
import {
  eventArgsText,
  eventName,
  frameText,
  type Generation,
  NONE,
  type StackFrame,
  specOf,
} from '../decode/index.ts';
import type { OrderedGeneration } from '../order/index.ts';
import type { EventView } from '../result.ts';
import type { Moment } from './moment.ts';

/** Frames beyond this many are left out of a report: the innermost ones tell the story. */
const MAX_FRAMES = 32;

export function viewOf(ordered: OrderedGeneration, position: number, index: number): EventView {
  const { generation } = ordered;
  const event = ordered.event[position] as number;
  const { kind, time } = generation.columns;
  return {
    index,
    generation: generation.number,
    time: time[event] as number,
    m: generation.m(event),
    p: ordered.p[position] as number,
    g: ordered.g[position] as number,
    name: eventName(kind[event] as number),
    args: eventArgsText(generation, event),
    stack: stackOf(generation, event),
    offset: generation.offsetOf(event),
  };
}

/** `func file:line`, innermost first. */
function stackOf(generation: Generation, event: number): string[] {
  return framesOf(generation, event).slice(0, MAX_FRAMES).map(frameText);
}

/** Names of the functions on the stack of the event that is judged, innermost first. */
export function functionsOf({ generation, event }: Moment): string[] {
  return generation === undefined ? [] : framesOf(generation, event).map((frame) => frame.func);
}

function framesOf(generation: Generation, event: number): readonly StackFrame[] {
  const stack = specOf(generation.columns.kind[event] as number)?.stack ?? -1;
  if (stack < 1) return [];
  // The table counts `dt` as the first argument; the columns do not hold it.
  const id = generation.arg(event, stack - 1);
  return id === NONE || id === 0 ? [] : generation.stack(id);
}
