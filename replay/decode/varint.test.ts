import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cursor, readVarint, slotAsDouble, varintSlot } from './varint.ts';

function encode(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Uint8Array.from([...bytes, Number(rest)]);
}

const uint64 = fc.oneof(
  fc.bigInt(0n, 2n ** 64n - 1n),
  fc.integer({ min: 0, max: 63 }).chain((bit) => fc.bigInt(2n ** BigInt(bit) - 1n, 2n ** BigInt(bit))),
  fc.bigInt(2n ** 53n - 3n, 2n ** 53n + 3n),
);

test('every 64-bit number reads back exactly, as a bigint only past 2^53', () => {
  fc.assert(
    fc.property(uint64, fc.integer({ min: 0, max: 9 }), (value, before) => {
      const bytes = Uint8Array.from([...new Uint8Array(before), ...encode(value), 1]);
      const slot = varintSlot();
      expect(readVarint(bytes, before, bytes.length, slot)).toBe(true);
      expect(slot.wide ?? BigInt(slot.value)).toBe(value);
      expect(slot.wide === undefined).toBe(value <= BigInt(Number.MAX_SAFE_INTEGER));
      expect(slot.next).toBe(bytes.length - 1);
      expect(slotAsDouble(slot)).toBe(Number(value));
    }),
  );
});

test('a number that stops short is cut, one of more than 64 bits is overlong', () => {
  const slot = varintSlot();
  expect(readVarint(Uint8Array.of(128, 128), 0, 2, slot)).toBe(false);
  expect(slot.fault).toBe('cut');
  expect(readVarint(new Uint8Array(12).fill(255), 0, 12, slot)).toBe(false);
  expect(slot.fault).toBe('overlong');
  expect(readVarint(Uint8Array.of(...new Uint8Array(9).fill(255), 2), 0, 10, slot)).toBe(false);
  expect(slot.fault).toBe('overlong');
});

test('passing over numbers ends where reading them does', () => {
  fc.assert(
    fc.property(fc.array(uint64, { maxLength: 9 }), (values) => {
      const bytes = Uint8Array.from(values.flatMap((value) => [...encode(value)]));
      const cursor = new Cursor(bytes, 0, bytes.length, 0, 1);
      cursor.skip(values.length);
      expect(cursor.at).toBe(bytes.length);
      expect(() => cursor.skip(1)).toThrow('runs past');
    }),
  );
});
