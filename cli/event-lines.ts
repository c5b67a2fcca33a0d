import type { EventView } from '../replay/result.ts';
import {
  eventArgsText,
  eventName,
  frameText,
  type Generation,
  NONE,
  type OrderedGeneration,
  specOf,
} from '../replay/trace/index.ts';
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

export function contextOf({ m, p, g }: Pick<EventView, 'm' | 'p' | 'g'>): string {
  return `M${id(m)} P${id(p)} G${id(g)}`;
}

function id(number: number): string {
  return number < 0 ? '-' : String(number);
}

/**
 * Writes events as lines. Millions of them have a few thousand different stacks,
 * so what a stack comes to is kept as long as its generation.
 */
export class EventLines {
  #generation: Generation | undefined;
  readonly #stacks = new Map<number, StackText>();

  /** One event in Go's words: when, who, what, and the innermost frame. */
  text(ordered: OrderedGeneration, position: number): string {
    const { generation } = ordered;
    const event = ordered.event[position]!;
    const time = secondsText(generation.columns.time[event]!).padStart(13);
    const who = contextOf({ m: generation.m(event), p: ordered.p[position]!, g: ordered.g[position]! });
    const args = eventArgsText(generation, event);
    const what = `${eventName(generation.columns.kind[event]!)}${args === '' ? '' : ` ${args}`}`;
    return `${time}  ${who.padEnd(12)}  ${what}${this.#stackOf(generation, event).innermost}`;
  }

  /** The same event as JSON text of an `EventView`; `index` is its position in the whole history. */
  json(ordered: OrderedGeneration, position: number, index: number): string {
    const { generation } = ordered;
    const event = ordered.event[position]!;
    const kind = generation.columns.kind[event]!;
    return (
      `{"index":${index},"generation":${generation.number},"time":${generation.columns.time[event]}` +
      `,"m":${number(generation.m(event))},"p":${number(ordered.p[position]!)},"g":${number(ordered.g[position]!)}` +
      `,"name":"${eventName(kind)}","args":${JSON.stringify(eventArgsText(generation, event))}` +
      `,"stack":${this.#stackOf(generation, event).json},"offset":${generation.offsetOf(event)}}`
    );
  }

  #stackOf(generation: Generation, event: number): StackText {
    const at = specOf(generation.columns.kind[event]!)?.stack ?? -1;
    if (at < 1) return NO_STACK;
    if (generation !== this.#generation) this.#stacks.clear();
    this.#generation = generation;
    const stack = generation.arg(event, at - 1);
    const known = this.#stacks.get(stack);
    if (known !== undefined) return known;
    const made = stackText(generation, stack);
    this.#stacks.set(stack, made);
    return made;
  }
}

interface StackText {
  /** The innermost frame as a text line ends with it; empty where there is none. */
  readonly innermost: string;
  /** All frames as a JSON array. */
  readonly json: string;
}

const NO_STACK: StackText = { innermost: '', json: '[]' };

function stackText(generation: Generation, stack: number): StackText {
  if (stack === NONE) return NO_STACK;
  const frames = generation.stack(stack).map(frameText);
  const [first] = frames;
  return {
    innermost: first === undefined ? '' : `  (${printable(first)})`,
    json: JSON.stringify(frames),
  };
}

/** JSON has no NaN, which an ID past 2^53 in a damaged trace comes to. */
function number(value: number): string {
  return Number.isNaN(value) ? 'null' : String(value);
}

/** Nanoseconds as seconds with nine digits, exactly. */
export function secondsText(ns: number): string {
  const whole = Math.trunc(ns / 1e9);
  const rest = Math.abs(ns - whole * 1e9);
  const sign = ns < 0 && whole === 0 ? '-' : '';
  return `${sign}${whole}.${String(rest).padStart(9, '0')}`;
}
