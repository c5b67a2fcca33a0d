/** PCSP tables, which say how deep a function's frame is in each stretch of its code. */

/** A stretch of code by its end, in bytes from the function's beginning, and the bytes of stack in use there. */
export interface Stretch {
  readonly end: number;
  readonly depth: number;
}

/**
 * Pairs of a change of depth, zigzag, and the length of a stretch in units of the shortest instruction. Throws
 * RangeError where the table ends within a number.
 */
export function readPcsp(table: Uint8Array, codeUnit: number): Stretch[] {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = table[at++];
      if (byte === undefined) throw new RangeError('a PCSP table that ends within a number');
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new RangeError('a number in a PCSP table that is too long');
  };
  const stretches: Stretch[] = [];
  let depth = -1;
  let end = 0;
  while (at < table.length) {
    const change = varint();
    if (change === 0 && stretches.length > 0) break;
    depth += change % 2 === 0 ? change / 2 : -(change + 1) / 2;
    end += varint() * codeUnit;
    stretches.push({ end, depth });
  }
  return stretches;
}
