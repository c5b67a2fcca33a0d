/**
 * What is asked of each M's own rows, in the order of the file and before the judge sees their history: whose the
 * stacks are (stacks.ts), and which rows say a status or begin to count (statements.ts). In one pass, since
 * every row of a trace is looked at.
 */
import {
  EV,
  type EventColumns,
  type EventName,
  type Generation,
  GO_STATUS,
  specOf,
} from '../decode/index.ts';
import { AFTER, RUNS, STACKED } from './stacks.ts';
import { NUMBERED, STATING } from './statements.ts';

/** Rows of one generation. */
export interface Rows {
  /** They say a status, or make a goroutine. */
  readonly stating: readonly number[];
  /** They carry the first number of a goroutine or P. */
  readonly first: readonly number[];
  /** They have a stack which is nobody's, or lack that of the goroutine that runs. */
  readonly strays: readonly number[];
}

/** By type: 1 + what the M runs after it, 1 + the place of its number, 1 + the place of its stack, and what it says. */
const ACTION = new Uint16Array(256);
const BITS = 7;
const NUMBER = 3;
const STACK = 6;
const STATES = 1 << 9;
const STATUS = 1 << 10;

for (const [name, runs] of Object.entries(AFTER)) act(name as EventName, 1 + runs);
for (const [name, argument] of NUMBERED) act(name, (1 + placeOf(name, argument)) << NUMBER);
for (const name of STACKED) act(name, (specOf(EV[name])?.stack ?? 1) << STACK);
for (const name of STATING) act(name, STATES);
for (const name of ['GoStatus', 'GoStatusStack'] as const) act(name, STATUS);

function act(name: EventName, action: number): void {
  ACTION[EV[name]] = (ACTION[EV[name]] as number) | action;
}

/** Counted after `dt`, as the columns count. */
function placeOf(name: EventName, argument: string): number {
  return specOf(EV[name])?.args.slice(1).indexOf(argument) ?? -1;
}

/** Follows each M through a trace. */
export class RowWatch {
  /** What it runs, by the M's number. */
  #runs = new Map<number, number>();

  see(generation: Generation): Rows {
    if (generation.afterGap) this.#runs.clear();
    const rows = { stating: [], first: [], strays: [] };
    for (const { kind, m, first, last } of generation.batches) {
      if (kind !== 'events') continue;
      const runs = follow(generation.columns, first, last, this.#runs.get(m) ?? RUNS.unknown, rows);
      // What is written without an M is of none.
      if (m >= 0) this.#runs.set(m, runs);
    }
    // Of an M whose batch was cut off nothing is known any more.
    if (generation.partial) this.#runs.clear();
    return rows;
  }
}

type Growing = { readonly [K in keyof Rows]: number[] };

function follow(
  { kind, args, argStart }: EventColumns,
  from: number,
  to: number,
  runs: number,
  rows: Growing,
) {
  let now = runs;
  for (let row = from; row < to; row++) {
    const action = ACTION[kind[row] as number] as number;
    if (action === 0) continue;
    const at = argStart[row] as number;
    const [after, number, stack] = [action & BITS, (action >> NUMBER) & BITS, (action >> STACK) & BITS];
    if (number !== 0 && args[at + number - 1] === 1) rows.first.push(row);
    if (stack !== 0 && now !== RUNS.unknown) {
      const has = args[at + stack - 1] !== 0;
      if (has !== (now === RUNS.goroutine)) rows.strays.push(row);
    }
    if (after !== 0) now = after - 1;
    if (action < STATES) continue;
    if ((action & STATES) !== 0) rows.stating.push(row);
    if ((action & STATUS) !== 0 && args[at + 2] === GO_STATUS.running) now = RUNS.goroutine;
  }
  return now;
}
