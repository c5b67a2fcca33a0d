/** Which arguments of which events name a string or a stack. */
import { EVENT_SPECS } from './specs.ts';

/** Marks a reference to a stack; the bits below are the argument's number, counted from 1 after the time. */
export const STACK = 8;
export const ARGUMENT = STACK - 1;
/** No event names more than three entries of the tables. */
export const MOST = 3;

/** By type and then by reference: STACK and argument; 0 for none. */
export const REFERENCES: Uint8Array = references();

function references(): Uint8Array {
  const table = new Uint8Array(256 * MOST);
  for (const { type, kinds, place } of EVENT_SPECS) {
    if (place !== 'timed' && place !== 'sample') continue;
    let next = type * MOST;
    for (const [i, kind] of kinds.entries()) {
      if (kind === 'stack') table[next++] = STACK | i;
      else if (kind === 'string') table[next++] = i;
    }
  }
  return table;
}
