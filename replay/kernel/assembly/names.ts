/** Which events name a string or stack that their generation does not hold. */
import { argStart, args, count, kind } from './columns';
import { grown } from './memory';

/** References of an event: STACK and the argument's number, counted from 1 after the time; 0 for none. */
const MOST: u32 = 3;
const STACK: u32 = 8;
const ARGUMENT: u32 = STACK - 1;

/** By type and then by reference. */
export const references: usize = memory.data(768);

/** A flag for each ID that is held: the strings', then the stacks'. */
let flags: usize = 0;
let room: u32 = 0;
let strings: u32 = 0;
let stacks: u32 = 0;

/** Room for so many flags, which JavaScript fills in. */
export function reserveFlags(stringFlags: u32, stackFlags: u32): usize {
  strings = stringFlags;
  stacks = stackFlags;
  if (strings + stacks > room) {
    room = (strings + stacks) * 2;
    if (flags !== 0) heap.free(flags);
    flags = grown(0, 0, <f64>room);
  }
  return flags;
}

/** The first row from `row` on with a reference that has no flag; `count` when there is none. */
export function unnamed(row: u32): u32 {
  const rows = count;
  const kinds = kind;
  const starts = argStart;
  const words = args;
  for (let at = row; at < rows; at++) {
    const first = references + <u32>load<u8>(kinds + at) * MOST;
    for (let i: u32 = 0; i < MOST; i++) {
      const reference = <u32>load<u8>(first + i);
      if (reference === 0) break;
      const index = load<u32>(starts + ((<usize>at) << 2)) + (reference & ARGUMENT) - 1;
      const id = load<u32>(words + ((<usize>index) << 2));
      const held = reference >= STACK;
      if (id >= (held ? stacks : strings) || load<u8>(flags + (held ? strings + id : id)) === 0) return at;
    }
  }
  return rows;
}
