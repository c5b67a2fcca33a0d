/** Which events name a string or stack that their generation does not hold. */
import { argStart, args, count, kind } from './columns';
import { grown } from './memory';
import { ARGUMENT, MOST, STACK } from './specs';

/** By type and then by reference, as decode/references.ts has them. */
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

/** Whether an event whose words begin at `words` names something that has no flag. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function namesUnheld(type: u32, words: usize): bool {
  const first = references + type * MOST;
  for (let i: u32 = 0; i < MOST; i++) {
    const reference = <u32>load<u8>(first + i);
    if (reference === 0) break;
    const id = load<u32>(words + (<usize>(reference & ARGUMENT) << 2) - 4);
    const stack = reference >= STACK;
    if (id >= (stack ? stacks : strings) || load<u8>(flags + (stack ? strings + id : id)) === 0) return true;
  }
  return false;
}

/** The first row from `row` on that names what has no flag; `count` when there is none. */
export function unnamed(row: u32): u32 {
  for (let at = row; at < count; at++) {
    const words = args + (<usize>load<u32>(argStart + (<usize>at << 2)) << 2);
    if (namesUnheld(load<u8>(kind + at), words)) return at;
  }
  return count;
}
