/**
 * Each M's own rows in the order of the file: whose the stacks are that they have, and whether a goroutine or P
 * is stated once, and before anything else is said of it. replay/judge/rows.ts says what is asked of which type.
 */
import { args, argStart, kind } from './columns';
import { grown } from './memory';
import {
  NONE_WORD,
  ROW_FLAG_FOREIGN,
  ROW_FLAG_MAYLACK,
  ROW_FLAG_OFPROC,
  ROW_FLAG_SAYSWHATRUNS,
  ROW_FLAG_STATES,
  ROW_FLAGS,
  ROW_NUMBER,
  ROW_STACK,
  RUNS_GOROUTINE,
  RUNS_UNKNOWN,
  G_RUNNING,
} from './specs';
import { Keyed, Table } from './table';

// @ts-expect-error: decorators are AssemblyScript's
@external('env', 'seed')
declare const seed: u32;

/** By type, the four bytes of ROW. */
export const asked: usize = memory.data(1024);
/** Below this nothing is asked of a type, and it says at most what its M runs from now on. */
const MORE: u32 = 256;

/** Rows that are kept. */
export class Kept {
  at: usize = 0;
  count: u32 = 0;
  private room: u32 = 0;

  put(row: u32): void {
    if (this.count === this.room) {
      this.room = max<u32>(256, this.room * 2);
      this.at = grown(this.at, <f64>this.count * 4, <f64>this.room * 4);
    }
    store<u32>(this.at + (<usize>this.count << 2), row);
    this.count++;
  }
}

/** They have a stack which is nobody's, or lack that of the goroutine that runs. */
export const strays = new Kept();
/** They state what was stated before; and what a thread of C made, which may be stated again. */
export const again = new Kept();
export const foreign = new Kept();
/** They carry the first number of a goroutine or P; in the end, only those of what nothing stated. */
export const unstated = new Kept();

const goroutines = new Table<Keyed>(seed);
const procs = new Table<Keyed>(seed);

export function beginRows(): void {
  strays.count = again.count = foreign.count = unstated.count = 0;
  goroutines.clear();
  procs.clear();
}

/** The rows of a batch, whose M runs what RUNS says; and what it runs after them. */
export function seeRows(from: u32, to: u32, runs: u32): u32 {
  let now = runs;
  for (let row = from; row < to; row++) {
    const what = asked + (<usize>load<u8>(kind + row) << 2);
    const word = load<u32>(what);
    if (word === 0) continue;
    if (word < MORE) {
      now = word - 1;
      continue;
    }
    const words = args + (<usize>load<u32>(argStart + (<usize>row << 2)) << 2);
    const flags = <u32>load<u8>(what, ROW_FLAGS);
    const number = <u32>load<u8>(what, ROW_NUMBER);
    if (number !== 0 && load<u32>(words + (<usize>number << 2) - 4) === 1) unstated.put(row);
    const stack = <u32>load<u8>(what, ROW_STACK);
    if (stack !== 0 && now !== RUNS_UNKNOWN) {
      const has = load<u32>(words + (<usize>stack << 2) - 4) !== 0;
      const mayLack = !has && (flags & ROW_FLAG_MAYLACK) !== 0;
      if (has !== (now === RUNS_GOROUTINE) && !mayLack) strays.put(row);
    }
    const after = word & 0xff;
    if (after !== 0) now = after - 1;
    if ((flags & ROW_FLAG_STATES) === 0) continue;
    state(row, load<u32>(words), flags);
    if ((flags & ROW_FLAG_SAYSWHATRUNS) !== 0 && load<u32>(words, 8) === G_RUNNING) now = RUNS_GOROUTINE;
  }
  return now;
}

function state(row: u32, id: u32, flags: u32): void {
  if ((flags & ROW_FLAG_FOREIGN) !== 0) foreign.put(row);
  // A number that no word holds looks like any other such: nothing is asked of those.
  if (id >= NONE_WORD) return;
  const stated = (flags & ROW_FLAG_OFPROC) !== 0 ? procs : goroutines;
  if (stated.known(id) >= 0) again.put(row);
  else stated.add(id);
}

/** Once all batches were seen: leaves of the first numbers those whose goroutine or P nothing stated. */
export function endRows(): void {
  let left: u32 = 0;
  for (let i: u32 = 0; i < unstated.count; i++) {
    const row = load<u32>(unstated.at + (<usize>i << 2));
    const flags = <u32>load<u8>(asked + (<usize>load<u8>(kind + row) << 2), ROW_FLAGS);
    const stated = (flags & ROW_FLAG_OFPROC) !== 0 ? procs : goroutines;
    const id = load<u32>(args + (<usize>load<u32>(argStart + (<usize>row << 2)) << 2));
    if (id >= NONE_WORD || stated.known(id) >= 0) continue;
    store<u32>(unstated.at + (<usize>left << 2), row);
    left++;
  }
  unstated.count = left;
}
