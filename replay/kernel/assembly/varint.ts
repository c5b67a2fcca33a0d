/** Go's unsigned varints (LEB128, at most 64 bits). */

/** Where the last one read ended; 0 when it was cut off or longer than 64 bits. */
export let next: usize = 0;

/** Reads any varint in `[at, end)`. */
export function read(at: usize, end: usize): u64 {
  let value: u64 = 0;
  let shift: u64 = 0;
  for (let i = at; i < end; i++) {
    const byte = load<u8>(i);
    // The tenth byte holds the 64th bit and nothing else; Go refuses more.
    if (shift === 63 && byte > 1) break;
    value |= (<u64>(byte & 127)) << shift;
    if (byte < 128) {
      next = i + 1;
      return value;
    }
    shift += 7;
  }
  next = 0;
  return 0;
}
