/**
 * Which gctrace line is which cycle of the trace. The trace may begin after the
 * first cycle and end before the last, and its clock stands at an unknown
 * distance from the text's. But both number the cycles without a gap, so one
 * number (the shift) says it all; a shift is possible if one distance between
 * the clocks suits every cycle that both saw, and the rest lies outside of the trace.
 */
import type { TraceFacts, TraceGcCycle } from './facts.ts';
import { span } from './rules-gc.ts';
import type { GcLine } from './snapshot.ts';

export interface Alignment {
  /** Number in the text of the trace's cycle 0. */
  readonly shift: number;
  /** Nanoseconds to add to the text's clock, from and to: what all cycles admit. */
  readonly clock: readonly [number, number];
}

export interface Alignments {
  readonly possible: readonly Alignment[];
  /** Where nothing is possible: the shift that went furthest, and the number in the text at which it broke. */
  readonly best: { readonly shift: number; readonly n: number } | undefined;
}

/** Nanoseconds by which the trace's clock may run ahead: a burst of events takes a tick for each. */
const TRACE_SLACK = 1e6;

const MS = 1e6;

export function align(lines: readonly GcLine[], facts: TraceFacts): Alignments {
  const byNumber = new Map(lines.map((line) => [line.n, line] as const));
  const last = lines.reduce((max, line) => Math.max(max, line.n), 0);
  const possible: Alignment[] = [];
  let best: Alignments['best'];
  let depth = -1;
  // Of the trace's last cycle alone the line may be missing: it is printed before the next cycle can begin.
  for (let shift = 1; shift <= last + 2 - facts.gcCycles.length; shift++) {
    const result = tryShift(shift, byNumber, facts);
    if ('clock' in result) possible.push(result);
    else if (result.depth > depth) {
      depth = result.depth;
      best = { shift, n: result.n };
    }
  }
  return { possible, best };
}

type Bounds = { from: number; to: number };

function tryShift(
  shift: number,
  byNumber: ReadonlyMap<number, GcLine>,
  facts: TraceFacts,
): Alignment | { depth: number; n: number } {
  const bounds: Bounds = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  const { gcCycles } = facts;
  for (let i = 0; i < gcCycles.length; i++) {
    const line = byNumber.get(shift + i);
    if (line !== undefined) narrow(bounds, line, gcCycles[i] as TraceGcCycle, TRACE_SLACK);
    if (bounds.from > bounds.to) return { depth: i, n: shift + i };
  }
  const before = byNumber.get(shift - 1);
  if (before !== undefined) bounds.to = Math.min(bounds.to, facts.startNs - endsAfter(before) + TRACE_SLACK);
  if (bounds.from > bounds.to) return { depth: gcCycles.length, n: shift - 1 };
  const after = byNumber.get(shift + gcCycles.length);
  if (after !== undefined)
    bounds.from = Math.max(bounds.from, facts.endNs - startsBefore(after) - TRACE_SLACK);
  if (bounds.from > bounds.to) return { depth: gcCycles.length, n: shift + gcCycles.length };
  return { shift, clock: [bounds.from, bounds.to] };
}

/**
 * EvGCBegin comes before the reading of tSweepTerm, and EvGCEnd between those of
 * tMarkTerm and tEnd; the line gives all of these, cut off.
 */
function narrow(bounds: Bounds, line: GcLine, cycle: TraceGcCycle, TRACE_SLACK: number): void {
  const { beginNs = Number.NaN, endNs = Number.NaN } = cycle;
  if (!Number.isNaN(beginNs)) bounds.from = Math.max(bounds.from, beginNs - startsBefore(line) - TRACE_SLACK);
  if (Number.isNaN(endNs)) return;
  const whole = line.clock.reduce((sum, phase) => sum + span(phase)[1], 0) * MS;
  bounds.from = Math.max(bounds.from, endNs - startsBefore(line) - whole - TRACE_SLACK);
  bounds.to = Math.min(bounds.to, endNs - endsAfter(line) + TRACE_SLACK);
}

/** Nanoseconds on the text's clock before which tSweepTerm lies. */
const startsBefore = (line: GcLine): number => (line.atSeconds * 1000 + 1) * MS;

/** Nanoseconds on the text's clock after which tMarkTerm, and so EvGCEnd, lies. */
const endsAfter = (line: GcLine): number =>
  (line.atSeconds * 1000 + line.clock[0].value + line.clock[1].value) * MS;
