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
import { NUMBERED, STATING, type Statements } from './statements.ts';

export interface Rows extends Statements {
  /** They have a stack which is nobody's, or lack that of the goroutine that runs. */
  readonly strays: readonly number[];
}

/** By type, what the M runs after it, and no more: most rows are done with then. NOTHING, or MORE where more is asked. */
const ACTION = new Uint8Array(256);
const NOTHING = 0;
const MORE = 255;
/** By type: 1 + what the M runs after it, 1 + the place of its number, 1 + the place of its stack; 0 for none. */
const [AFTERWARDS, NUMBER, STACK] = [new Uint8Array(256), new Uint8Array(256), new Uint8Array(256)];
/** By type: 1 for those that say a status or make a goroutine, STATUS for those that say what the M runs. */
const STATES = new Uint8Array(256);
const STATUS = 2;

for (const [name, runs] of Object.entries(AFTER)) AFTERWARDS[EV[name as EventName]] = 1 + runs;
for (const [name, argument] of NUMBERED) NUMBER[EV[name]] = 1 + placeOf(name, argument);
for (const name of STACKED) STACK[EV[name]] = specOf(EV[name])?.stack ?? 0;
for (const name of STATING) STATES[EV[name]] = 1;
for (const name of ['GoStatus', 'GoStatusStack'] as const) STATES[EV[name]] = STATUS;
for (let type = 0; type < 256; type++)
  ACTION[type] = NUMBER[type] || STACK[type] || STATES[type] ? MORE : (AFTERWARDS[type] as number);

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
    const type = kind[row] as number;
    const action = ACTION[type] as number;
    if (action === NOTHING) continue;
    if (action !== MORE) {
      now = action - 1;
      continue;
    }
    const at = argStart[row] as number;
    const number = NUMBER[type] as number;
    if (number !== 0 && args[at + number - 1] === 1) rows.first.push(row);
    const stack = STACK[type] as number;
    // A wake leaves out the frames of who wakes. Without frame pointers (every architecture but amd64 and arm64, and
    // GODEBUG=tracefpunwindoff=1) they are left out before the stack is kept, and nothing may remain of a shallow one.
    if (stack !== 0 && now !== RUNS.unknown) {
      const has = args[at + stack - 1] !== 0;
      if (has !== (now === RUNS.goroutine) && (has || type !== EV.GoUnblock)) rows.strays.push(row);
    }
    const after = AFTERWARDS[type] as number;
    if (after !== 0) now = after - 1;
    const states = STATES[type] as number;
    if (states === 0) continue;
    rows.stating.push(row);
    if (states === STATUS && args[at + 2] === GO_STATUS.running) now = RUNS.goroutine;
  }
  return now;
}
