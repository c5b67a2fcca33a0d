import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HEADER, probeKinds, RECORD_BYTES } from '../../collector/index.ts';
import { KIND, KIND_NAMES } from './kinds.ts';
import { isWhole, kindsIn, WORD } from './records.ts';
import { judgeProbe } from './replay.ts';
import { at, fileOf, pc, source, status, type Written } from './small-records.ts';

const clock = (n: number): Written => ({ kind: 'clock', a: n, b: n });
const clocks = (count: number): Written[] => Array.from({ length: count }, (_, n) => clock(n));

async function replay(bytes: Uint8Array, chunk?: number) {
  return judgeProbe({
    records: source(bytes, chunk),
    functions: undefined,
    release: 'go1.26',
    hungMs: undefined,
  });
}

function changed(bytes: Uint8Array, offset: number, ...values: number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, offset);
  return copy;
}

describe('a file of records', () => {
  test.each([1, 47, 48, 4096, 5000, 1 << 20])('is read in chunks of %i bytes', async (chunk) => {
    const { records, torn, damages } = await replay(fileOf(clocks(5000)), chunk);
    expect({ records, torn, damages }).toEqual({ records: 5000, torn: 0, damages: [] });
  });

  test('says how many records lay beyond its window', async () => {
    const { records, beyond, damages } = await replay(fileOf(clocks(100), { capacity: 64, next: 100 }));
    expect({ records, beyond, damages }).toEqual({ records: 64, beyond: 36, damages: [] });
  });

  test('that is a ring is read from its oldest record on', async () => {
    // The clock knows order: were the newest read first, its rate would be negative.
    const { records, beyond, duration, torn } = await replay(
      fileOf(clocks(10_000), { mode: 'ring', capacity: 4096 + 13 }),
    );
    expect({ records, beyond, torn }).toEqual({ records: 4109, beyond: 10_000 - 4109, torn: 0 });
    expect(duration).toBeGreaterThan(0);
  });

  test('that is a ring not yet full is read from its beginning', async () => {
    const { records, beyond } = await replay(fileOf(clocks(10), { mode: 'ring', capacity: 64 }));
    expect({ records, beyond }).toEqual({ records: 10, beyond: 0 });
  });

  test('tells records that were begun and not ended, in both modes', async () => {
    const linear = changed(fileOf(clocks(10)), at(9), 0, 0, 0, 0);
    expect(await replay(linear)).toMatchObject({ records: 9, torn: 1, damages: [] });
    // In a ring the slot still holds the record of the round before.
    const ring = changed(fileOf(clocks(20), { mode: 'ring', capacity: 8 }), at(19 % 8), 12);
    expect(await replay(ring)).toMatchObject({ records: 7, torn: 1, damages: [] });
  });

  test('knows nothing for certain behind a record that is missing', async () => {
    const gp = 0xc000_0000_1000;
    const change = (from: number, to: number): Written => ({
      kind: 'gstatus',
      gp,
      a: (BigInt(from) << 32n) | BigInt(to),
    });
    const records = [change(0, 6), change(6, 1), clock(2), change(2, 4)];
    expect((await replay(fileOf(records))).divergences).toHaveLength(1);
    expect((await replay(changed(fileOf(records), at(2), 0))).divergences).toEqual([]);
  });
});

describe('a file that the probe cannot have written', () => {
  const good = fileOf(clocks(10));
  const NONE = new Uint8Array(16);
  const bad: Record<string, readonly [code: string, bytes: Uint8Array]> = {
    'is empty': ['header', new Uint8Array(0)],
    'ends in its header': ['header', good.subarray(0, 4000)],
    'begins otherwise': ['header', changed(good, 0, 0x58)],
    'is of a format to come': ['version', changed(good, 8, 2)],
    'has records of another size': ['record-size', changed(good, 12, 40)],
    'has a mode that there is not': ['mode', changed(good, 24, 7)],
    'has room for nothing': ['count', changed(good, 16, 0)],
    'claims more records than can be counted': ['count', changed(good, 22, 0xff, 0xff)],
    'claims more numbers than can be counted': ['count', changed(good, 134, 0xff, 0xff)],
    'ends before its records do': ['cut', good.subarray(0, at(7) + 5)],
    'holds a kind that there is not': ['kind', changed(good, at(3) + 40, 200)],
    'holds the kind zero': ['kind', changed(good, at(3) + 40, 0)],
    'holds a record in the slot of another': ['commit-mark', changed(good, at(3), 9)],
    'holds a kind that was not asked for': [
      'kind',
      changed(good, HEADER.mask, ...NONE).fill(5, at(3) + 40, at(3) + 41),
    ],
    'holds more torn records than its Ms can have left': [
      'torn',
      fileOf(clocks(500)).fill(0, at(1), at(131 + 1)),
    ],
    'holds nothing but records that nobody wrote to their end': ['torn', fileOf(clocks(500)).fill(0, at(0))],
    'has records behind the last number': ['count', changed(fileOf(clocks(20)), HEADER.next, 10)],
    'has records, and a header that knows of none': ['count', changed(good, HEADER.next, 0)],
    'is a ring with records behind the last number': [
      'count',
      changed(fileOf(clocks(20), { mode: 'ring', capacity: 64 }), HEADER.next, 10),
    ],
    'names a P by a number that no P has': ['proc', fileOf([{ kind: 'wirep', a: -1n & 0xffff_ffffn }])],
    'names a P by more than a number': ['proc', fileOf([{ kind: 'pstatus', a: 1n << 40n }])],
    'has bits set that no recorder sets': ['spare-bits', changed(good, at(3) + 41, 0x81)],
  };
  test.each(Object.entries(bad))('%s', async (_, [code, bytes]) => {
    const { divergences } = await replay(bytes);
    expect(divergences.map(({ rule, class: kind }) => `${rule} ${kind}`)).toEqual([
      `probe/${code} malformed`,
    ]);
  });

  test('is told from one that is still being written', async () => {
    const bytes = fileOf(clocks(20));
    let readings = 0;
    const { damages, records } = await judgeProbe({
      // The header is read before the records are.
      records: () => source(readings++ === 0 ? changed(bytes, HEADER.next, 10) : bytes)(),
      functions: undefined,
      release: 'go1.26',
      hungMs: undefined,
    });
    expect({ damages, records }).toEqual({ damages: [], records: 10 });
  });

  test('is not one whose Ms were all interrupted, nor one that asked for few kinds', async () => {
    const torn = fileOf(clocks(500)).fill(0, at(1), at(130 + 1));
    expect(await replay(torn)).toMatchObject({ torn: 130, damages: [] });
    // Marks of the clock are recorded whatever is asked for.
    expect(await replay(changed(good, HEADER.mask, ...NONE))).toMatchObject({ records: 10, damages: [] });
  });

  test('never makes the replay throw, whatever its bytes', async () => {
    const records = Object.keys(KIND).map(
      (kind): Written => ({ kind: kind as keyof typeof KIND, gp: 4096, a: 4096 }),
    );
    const file = fileOf([...records, ...records]);
    const edit = fc.tuple(fc.nat(file.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { maxLength: 40 }), fc.nat(file.length), async (edits, length) => {
        const bytes = file.slice(0, length);
        for (const [offset, value] of edits) if (offset < length) bytes[offset] = value;
        const { records: read, torn } = await replay(bytes);
        expect(read + torn).toBeLessThanOrEqual(records.length * 2);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

test('kinds are those that the collector records', () => {
  expect(KIND).toEqual(Object.fromEntries(probeKinds().map(({ kind, number }) => [kind, number])));
  expect(KIND_NAMES.filter((name) => name !== undefined)).toEqual(Object.keys(KIND));
  expect(KIND_NAMES[0]).toBeUndefined();
});

test('a record is whole where its number is written, however large that is', () => {
  const words = new Int32Array(RECORD_BYTES / 4);
  words[WORD.tag] = KIND.clock;
  const kinds = kindsIn({ mask: new Uint32Array(4) });
  for (const number of [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 45]) {
    new DataView(words.buffer).setBigUint64(0, BigInt(number) + 1n, true);
    expect([number, isWhole(words, 0, number, kinds), isWhole(words, 0, number + 1, kinds)]).toEqual([
      number,
      true,
      false,
    ]);
  }
});

test('the slice of a finding has no record that was not written to its end', async () => {
  const gp = 0xc000_0010_0000;
  const bad = [
    status(gp, 'idle', 'dead', pc('runtime.newproc1')),
    status(gp, 'dead', 'runnable', pc('runtime.newproc1')),
    status(gp, 'waiting', 'copystack', pc('runtime.scanstack')),
    status(gp, 'copystack', 'running', pc('runtime.execute')),
    status(gp, 'waiting', 'copystack', pc('runtime.scanstack')),
  ];
  const { divergences } = await replay(changed(fileOf(bad), at(1), 0));
  const shown = divergences.map(({ slice }) => slice.map(({ event }) => event.index));
  expect(shown[0]).toEqual([0, 2]);
});
