import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BatchRows } from './batch-rows.ts';

test('every row is found in its batch, however long the batches are, also where some have no rows', () => {
  const sizes = fc.array(fc.oneof(fc.constant(0), fc.nat(3), fc.nat(5000)), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(sizes, (lengths) => {
      let rows = 0;
      const batches = lengths.map((length) => {
        const first = rows;
        rows += length;
        return { first, last: rows };
      });
      const found = new BatchRows(batches);
      for (const [number, { first, last }] of batches.entries()) {
        if (first === last) continue;
        for (const row of [first, (first + last) >> 1, last - 1]) expect(found.of(row)).toBe(number);
      }
    }),
  );
});
