/**
 * The common shape of a step, for the loop that sees every event: one row about
 * one goroutine, and at most one about the P of its M. Compiled from the same
 * rows as the steps; an event that is not of that shape, or that does not fit, is
 * the judge's general way.
 */
import type { Program, Step } from './compile.ts';

export interface Lanes {
  /** By event type: 1 where the lane is open. */
  readonly open: Uint8Array;
  /** By event type: 1 where the event names the goroutine, 0 where it runs on the M. */
  readonly named: Uint8Array;
  /** States of the goroutine before, as bits; its state after. */
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  /** Bits of NEED, of all rows together. */
  readonly needs: Uint8Array;
  /** Which way the M's goroutine changes: BIND, UNBIND, or neither. */
  readonly binds: Uint8Array;
  /** FACET: what the event's reason is for. */
  readonly facet: Uint8Array;
  readonly reasons: readonly (Uint8Array | undefined)[];
  /** The row's place in the model, and that of the P's row, or NO_ROW. */
  readonly row: Uint16Array;
  readonly procRow: Uint16Array;
  /** States of the P before, as bits; its state after. */
  readonly procFrom: Uint8Array;
  readonly procTo: Uint8Array;
}

export const BIND = 1;
export const UNBIND = 2;
export const FACET = { none: 0, reason: 1, wait: 2 } as const;
export const NO_ROW = 0xffff;

export function compileLanes(program: Program, dead: number): Lanes {
  const bytes = () => new Uint8Array(256);
  const reasons: (Uint8Array | undefined)[] = [];
  const lanes = {
    open: bytes(),
    named: bytes(),
    from: bytes(),
    to: bytes(),
    needs: bytes(),
    binds: bytes(),
    facet: bytes(),
    reasons,
    row: new Uint16Array(256),
    procRow: new Uint16Array(256).fill(NO_ROW),
    procFrom: bytes(),
    procTo: bytes(),
  };
  program.forEach((steps, type) => {
    const [step, proc, ...more] = steps ?? [];
    reasons[type] = step?.reasons;
    if (step === undefined || more.length > 0 || !suits(step, dead)) return;
    if (proc !== undefined && !suitsProc(proc)) return;
    lanes.open[type] = 1;
    lanes.named[type] = step.subject === 'named' ? 1 : 0;
    lanes.from[type] = step.from;
    lanes.to[type] = step.to;
    lanes.needs[type] = step.needs | (proc?.needs ?? 0);
    lanes.binds[type] = step.effect === 'bind G' ? BIND : step.effect === 'unbind G' ? UNBIND : 0;
    lanes.facet[type] = step.facet === 'reason' || step.facet === 'wait' ? FACET[step.facet] : FACET.none;
    lanes.row[type] = step.index;
    if (proc === undefined) return;
    lanes.procRow[type] = proc.index;
    lanes.procFrom[type] = proc.from;
    lanes.procTo[type] = proc.to;
  });
  return lanes;
}

/** A goroutine that is there before and after. */
function suits(step: Step, dead: number): boolean {
  const { machine, subject, effect, to, from, facet } = step;
  if (machine !== 'goroutine' || (subject !== 'self' && subject !== 'named')) return false;
  if (effect !== 'none' && effect !== 'bind G' && effect !== 'unbind G') return false;
  return to >= 0 && to !== dead && (from & (1 << dead)) === 0 && facet !== 'kind';
}

function suitsProc({ machine, subject, effect, to, facet, reasons }: Step): boolean {
  const plain = facet === undefined && reasons === undefined && effect === 'none';
  return machine === 'P' && subject === 'own' && to >= 0 && plain;
}
