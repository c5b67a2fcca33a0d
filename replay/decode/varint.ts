/**
 * Go's unsigned varints (LEB128, at most 64 bits). Doubles carry them exactly
 * up to 2^53; only past that is a BigInt made.
 */
import { type FormatCode, FormatError } from './errors.ts';

/** ^uint64(0), Go's "none" for a goroutine, a P or an M. */
export const NONE_BITS = 0xffffffffffffffffn;
/** What an argument that is NONE_BITS reads as. */
export const NONE = -1;

/** Why no varint could be read. */
export type VarintFault = 'ok' | 'cut' | 'overlong';

/** Where `readVarint` leaves what it read: one object, so that reading allocates nothing. */
export interface VarintSlot {
  /** The value; NaN when only `wide` holds it. */
  value: number;
  /** Set past 2^53. */
  wide: bigint | undefined;
  /** Index of the byte after it. */
  next: number;
  fault: VarintFault;
}

export function varintSlot(): VarintSlot {
  return { value: 0, wide: undefined, next: 0, fault: 'ok' };
}

/** Reads any varint in `bytes[at, end)` into `slot`; true when one was there. */
export function readVarint(bytes: Uint8Array, at: number, end: number, slot: VarintSlot): boolean {
  let value = 0;
  let scale = 1;
  for (let i = at; i < end; i++) {
    const byte = bytes[i]!;
    // Seven bytes carry 49 bits; the eighth may pass what a double holds.
    if (i - at === 7) return readWide(bytes, at, end, slot);
    value += (byte & 127) * scale;
    if (byte < 128) {
      slot.value = value;
      slot.wide = undefined;
      slot.next = i + 1;
      slot.fault = 'ok';
      return true;
    }
    scale *= 128;
  }
  return fail(slot, end, 'cut');
}

function readWide(bytes: Uint8Array, at: number, end: number, slot: VarintSlot): boolean {
  let bits = 0n;
  for (let i = at, shift = 0n; i < end; i++, shift += 7n) {
    const byte = bytes[i]!;
    // The tenth byte holds the 64th bit and nothing else; Go refuses more.
    if (i - at === 9 && byte > 1) return fail(slot, i, 'overlong');
    bits |= BigInt(byte & 127) << shift;
    if (byte < 128) {
      const exact = bits <= BigInt(Number.MAX_SAFE_INTEGER);
      slot.value = exact ? Number(bits) : Number.NaN;
      slot.wide = exact ? undefined : bits;
      slot.next = i + 1;
      slot.fault = 'ok';
      return true;
    }
  }
  return fail(slot, end, 'cut');
}

function fail(slot: VarintSlot, next: number, fault: VarintFault): false {
  slot.next = next;
  slot.fault = fault;
  slot.value = Number.NaN;
  slot.wide = undefined;
  return false;
}

/** What float64(uint64) gives in Go: Number(bigint) rounds to nearest even too. */
export function slotAsDouble(slot: VarintSlot): number {
  return slot.wide === undefined ? slot.value : Number(slot.wide);
}

/** Reads the small structures (headers, tables): each method throws a FormatError that says where. */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  /** File offset of `bytes[0]`. */
  readonly base: number;
  readonly generation: number;
  at: number;
  readonly slot: VarintSlot = varintSlot();

  constructor(bytes: Uint8Array, at: number, end: number, base: number, generation: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.base = base;
    this.generation = generation;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  byte(): number {
    return this.bytes[this.at++]!;
  }

  /** Leaves the value in `slot`. */
  read(): VarintSlot {
    if (!readVarint(this.bytes, this.at, this.end, this.slot)) {
      const cut = this.slot.fault === 'cut';
      throw this.error(
        cut ? 'event-cut' : 'varint',
        cut ? 'a number runs past the end of its batch' : 'a number is longer than 64 bits',
      );
    }
    this.at = this.slot.next;
    return this.slot;
  }

  /** Passes over so many numbers. */
  skip(count: number): void {
    const { bytes, end } = this;
    let at = this.at;
    for (let left = count; left > 0; left--) {
      const start = at;
      while (at < end && bytes[at]! > 127) at++;
      at++;
      // The tenth byte may be too large, and the end may have come: `read` knows what to say.
      if (at - start < 10 && at <= end) continue;
      this.at = start;
      this.read();
    }
    this.at = at;
  }

  /** A number for which nothing past 2^53 makes sense. */
  number(code: FormatCode, what: string): number {
    const { value, wide } = this.read();
    if (wide !== undefined) throw this.error(code, `${what} is ${wide}`);
    return value;
  }

  bigint(): bigint {
    const { value, wide } = this.read();
    return wide ?? BigInt(value);
  }

  error(code: FormatCode, what: string): FormatError {
    return new FormatError(code, this.base + this.at, this.generation, what);
  }
}
