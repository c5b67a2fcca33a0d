/** Wire events one by one: what stands in the bytes, with nothing made of it. */
import { FormatError } from './errors.ts';
import {
  EV,
  type EventSpec,
  eventName,
  MAX_BATCH_SIZE,
  MAX_FRAMES,
  specOf,
  type TraceVersion,
} from './specs.ts';
import type { Cursor } from './varint.ts';

/** An argument as it stands in the file; a bigint only past 2^53. */
export type WireNumber = number | bigint;

/** Numbers in a stack's frame: pc, func, file, line. */
export const FRAME_FIELDS = ['pc', 'func', 'file', 'line'] as const;

/** The spec of the event at the cursor, which moves past its type. */
export function readSpec(cursor: Cursor, version: TraceVersion): EventSpec {
  const at = cursor.base + cursor.at;
  const type = cursor.byte();
  const spec = specOf(type);
  if (spec !== undefined && spec.since <= version) return spec;
  const what = `event type ${type} (${eventName(type)}) in a go 1.${version} trace`;
  throw new FormatError('event-type', at, cursor.generation, what);
}

/** How many numbers follow an event's own arguments. */
export function extraNumbers(spec: EventSpec, second: WireNumber | undefined, cursor: Cursor): number {
  if (spec.type !== EV.Stack) return 0;
  if (second !== undefined && second <= MAX_FRAMES) return Number(second) * FRAME_FIELDS.length;
  throw cursor.error('stack-size', `a stack of ${second} frames`);
}

export function readNumber(cursor: Cursor): WireNumber {
  const { value, wide } = cursor.read();
  return wide ?? value;
}

/** The raw bytes behind an event that has some. */
export function readData(cursor: Cursor): Uint8Array {
  const size = cursor.number('string-size', 'a length');
  if (size > MAX_BATCH_SIZE) throw cursor.error('string-size', `${size} bytes of data`);
  if (cursor.at + size > cursor.end) throw cursor.error('event-cut', 'data runs past its batch');
  const data = cursor.bytes.subarray(cursor.at, cursor.at + size);
  cursor.at += size;
  return data;
}
