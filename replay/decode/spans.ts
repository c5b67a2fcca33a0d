/**
 * Whole generations cut out of a trace. What a generation says of the time before it stands in the generation
 * itself, so a run of them is a sound trace, as a flight recorder's is.
 */
import { HEADER_SIZE, readFrame, readWireHeader } from './frame.ts';

/** Where a generation stands in its file, its end mark included. */
export interface Span {
  readonly number: number;
  readonly from: number;
  readonly to: number;
}

/** The generations of a trace that is framed as Go frames it; throws FormatError and VersionError otherwise. */
export function spansOf(bytes: Uint8Array): Span[] {
  readWireHeader(bytes.subarray(0, HEADER_SIZE));
  const spans: { number: number; from: number; to: number }[] = [];
  for (let at = HEADER_SIZE; at < bytes.length; ) {
    const open = spans.at(-1);
    const { generation, end } = readFrame(bytes, 0, at, bytes.length, open?.number ?? 0);
    // An end mark names no generation: it belongs to the one before.
    if (open !== undefined && (generation === 0 || generation === open.number)) open.to = end;
    else spans.push({ number: generation, from: at, to: end });
    at = end;
  }
  return spans;
}

/** The trace that holds these generations of `bytes` only. */
export function traceOf(bytes: Uint8Array, spans: readonly Span[]): Uint8Array {
  return joined([bytes.subarray(0, HEADER_SIZE), ...spans.map(({ from, to }) => bytes.subarray(from, to))]);
}

/** The parts one after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
