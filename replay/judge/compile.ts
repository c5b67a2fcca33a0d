/**
 * Rows made fast: for each event type, the steps to try, with names turned into
 * numbers once. The judge reads these and never looks at a row's strings.
 */
import { EVENT_SPECS } from '../decode/index.ts';
import { type Effect, type Facet, type Machine, type Row, STATES, type SubjectRole } from '../model/index.ts';
import { NEED } from './needs.ts';

export interface Step {
  readonly row: Row;
  /** Position of the row in the model, for counting. */
  readonly index: number;
  readonly machine: Machine;
  readonly subject: SubjectRole;
  /** Bit n is set when state n of the machine is allowed before. */
  readonly from: number;
  /** State after, or -1 for none. */
  readonly to: number;
  /** Bits of NEED. */
  readonly needs: number;
  readonly effect: Effect;
  readonly facet: Facet | undefined;
  /** 1 for each interned reason that selects the step; undefined where none is asked for. */
  readonly reasons: Uint8Array | undefined;
}

/** Steps by event type, in the order of the model's rows; undefined for events that no row is about. */
export type Program = readonly (readonly Step[] | undefined)[];

/** `intern` numbers reasons, small ones first. */
export function compile(rows: readonly Row[], intern: (text: string) => number): Program {
  const types = new Map(EVENT_SPECS.map((spec) => [spec.name as string, spec.type]));
  const program: Step[][] = [];
  rows.forEach((row, index) => {
    const type = types.get(row.on);
    if (type === undefined) throw new RangeError(`row ${row.id} is about ${row.on}, which is no event`);
    const steps = program[type] ?? [];
    program[type] = steps;
    steps.push(compileRow(row, index, intern));
  });
  return program;
}

function compileRow(row: Row, index: number, intern: (text: string) => number): Step {
  const states: readonly string[] = STATES[row.machine];
  const bit = (state: string): number => 1 << stateIndex(states, state, row.id);
  return {
    row,
    index,
    machine: row.machine,
    subject: row.subject,
    from: row.from.reduce((mask, state) => mask | bit(state), 0),
    to: row.to === undefined ? -1 : stateIndex(states, row.to, row.id),
    needs: row.needs.reduce((mask, need) => mask | NEED[need], 0),
    effect: row.effect,
    facet: row.facet,
    reasons: row.reasons === undefined ? undefined : selection(row.reasons.map(intern)),
  };
}

function selection(reasons: readonly number[]): Uint8Array {
  const selected = new Uint8Array(Math.max(...reasons) + 1);
  for (const reason of reasons) selected[reason] = 1;
  return selected;
}

function stateIndex(states: readonly string[], state: string, row: string): number {
  const index = states.indexOf(state);
  if (index < 0) throw new RangeError(`row ${row} names ${state}, which is no state of its machine`);
  return index;
}
