import { describe, expect, test } from 'vitest';
import {
  type Generation,
  openTrace,
  type TraceReader,
  type TraceVersion,
  type WireTrace,
  writeWire,
} from './index.ts';
import { batch, event, generation, sample, status, text } from './testdata/sample.ts';

/** As Go writes them: ten bytes for a batch's size. */
function padded(trace: WireTrace): WireTrace {
  for (const { batches } of trace.generations) {
    for (const [i, each] of batches.entries()) batches[i] = { ...each, widths: [1, 1, 1, 10] };
  }
  return trace;
}

const EVENTS = [...status(), event('GoUnblock', { g: 2, g_seq: 1, stack: 1 })];

/** Where a batch was searched for, the end of a generation is believed only behind the longest text. */
const FILLING = Array.from({ length: 600 }, () => event('ProcStop'));

const four = (version: 22 | 25 | 26) =>
  padded(
    sample(version, ...[1, 2, 3, 4].map((number) => generation(version, number, EVENTS, EVENTS, FILLING))),
  );

async function read(bytes: Uint8Array): Promise<[TraceReader, Generation[]]> {
  const reader = await openTrace(bytes);
  const generations: Generation[] = [];
  for await (const one of reader.generations()) generations.push(one);
  return [reader, generations];
}

/** `number`, `count`, and `p` or `g` for partial and after a gap. */
const summary = (generations: Generation[]) =>
  generations.map(
    ({ number, count, partial, afterGap }) => `${number}:${count}${partial ? 'p' : ''}${afterGap ? 'g' : ''}`,
  );

/** Nothing is lost silently. */
function expectAdded({ damages, keptBytes }: TraceReader, bytes: Uint8Array): void {
  const lost = damages.reduce((sum, { lostBytes, missingBytes }) => sum + lostBytes - missingBytes, 0);
  expect(keptBytes + lost).toBe(bytes.length);
}

/** File offset of a batch: of the `index`th of the `nth` generation, counted from 0. */
async function offsetOf(bytes: Uint8Array, nth: number, index: number): Promise<number> {
  const [, generations] = await read(bytes);
  return generations[nth]!.batches[index]!.offset;
}

describe.each([22, 25, 26] as const)('a go 1.%i trace', (version) => {
  test('with a batch that no longer begins as one loses the rest of its generation only', async () => {
    const bytes = writeWire(four(version));
    const at = await offsetOf(bytes, 1, 1);
    bytes[at] = 77;
    const [reader, generations] = await read(bytes);
    expect(summary(generations)).toEqual(['1:608', '2:4p', '3:608g', '4:608']);
    expect(reader.damages).toMatchObject([{ code: 'batch-type', offset: at, generation: 2, exact: false }]);
    expect(reader.damage!.message).toMatch(
      /^expected a batch, found event type 77 .*; reading goes on at byte \d+$/,
    );
    expectAdded(reader, bytes);
  });

  test('with a batch that claims another generation loses what cannot be sure of its place', async () => {
    const bytes = writeWire(four(version));
    const at = await offsetOf(bytes, 2, 1);
    bytes[at + 1] = 9;
    const [reader, generations] = await read(bytes);
    expect(summary(generations)).toEqual(['1:608', '2:608', '3:4p', '4:608g']);
    expect(reader.damages).toMatchObject([
      { code: 'generation-order', generation: 3, exact: true, lostEvents: 604 },
    ]);
    expectAdded(reader, bytes);
  });

  test('with a batch that says it is longer than it is keeps what stands in it', async () => {
    const bytes = writeWire(four(version));
    const [, sound] = await read(bytes);
    const { data, size } = sound[1]!.batches[0]!;
    bytes[data - 10] = 0x80 | (size + 20);
    const [reader, generations] = await read(bytes);
    expect(summary(generations)).toEqual(['1:608', '2:4p', '3:608g', '4:608']);
    // Nothing is unreadable: the batch behind it begins where it should.
    expect(reader.damages).toMatchObject([{ lostEvents: 604, exact: true, ms: [2, 3] }]);
    expectAdded(reader, bytes);
  });

  test('is not led on by a text that looks like a batch', async () => {
    const trace = four(version);
    // A text of a program that logs traces: the end of this generation and the beginning of the next.
    const ended = version === 26;
    const tiny = (number: number) => batch(number, 1, 1000, [event('ProcStop')]);
    const lure = padded({
      version,
      generations: [
        { number: 2, batches: [tiny(2)], ended },
        { number: 3, batches: [tiny(3), tiny(3)], ended },
      ],
    });
    const bytesOfLure = writeWire(lure).subarray(16);
    trace.generations[1]!.batches.splice(
      1,
      0,
      padded(
        sample(version, {
          number: 2,
          ended: false,
          batches: [
            batch(2, 3, 1003, [
              { name: 'Strings', args: {} },
              { ...text(9, ''), data: bytesOfLure },
            ]),
          ],
        }),
      ).generations[0]!.batches[0]!,
    );
    const bytes = writeWire(trace);
    bytes[await offsetOf(bytes, 1, 1)] = 77;
    const [reader, generations] = await read(bytes);
    expect(summary(generations)).toEqual(['1:608', '2:4p', '3:608g', '4:608']);
    expectAdded(reader, bytes);
  });

  test('whose events name what it does not hold keeps them, and says so', async () => {
    for (const [code, args] of [
      ['stack-missing', { reason_string: 1, stack: 7 }],
      ['string-missing', { reason_string: 2 ** 33, stack: 1 }],
    ] as const) {
      const trace = padded(sample(version, generation(version, 1, [...status(), event('GoBlock', args)])));
      const bytes = writeWire(trace);
      const [reader, generations] = await read(bytes);
      // Before 1.26 a last generation whose tables stand behind its clocks may have been cut off.
      expect(reader.damages).toMatchObject([{ lostEvents: 0, generation: 1 }]);
      if (version === 26) expect(reader.damage).toMatchObject({ code, lostBytes: 0, exact: true });
      expect(summary(generations)).toEqual(['1:4p']);
      expectAdded(reader, bytes);
    }
  });
});

test('an end mark that was overwritten costs a byte, and no event', async () => {
  const bytes = writeWire(four(26));
  const at = (await offsetOf(bytes, 2, 0)) - 1;
  bytes[at] = 0;
  const [reader, generations] = await read(bytes);
  expect(summary(generations)).toEqual(['1:608', '2:608', '3:608g', '4:608']);
  expect(reader.damages).toMatchObject([
    { code: 'batch-type', offset: at, lostBytes: 1, lostEvents: 0, exact: true },
  ]);
  expectAdded(reader, bytes);
});

test.each([22, 23] as const)(
  'a go 1.%i file that is cut in its first generation keeps the events; a tick is taken for 64 ns',
  async (version: TraceVersion) => {
    const trace = padded(sample(version, generation(version, 1, EVENTS)));
    trace.generations[0]!.batches.splice(1);
    const [reader, generations] = await read(writeWire(trace));
    expect(generations[0]).toMatchObject({ count: 4, partial: true, tickAssumed: true });
    expect(Array.from(generations[0]!.columns.time.subarray(0, 4))).toEqual([64, 128, 192, 256]);
    expect(reader.damages).toMatchObject([
      { code: 'truncated', lostBytes: 1, missingBytes: 1, exact: false },
    ]);
    expect(reader.damage!.message).toContain('a tick is taken for 64 ns');
  },
);

test('two threads that are damaged are two damages, each with what its thread lost', async () => {
  const trace = padded(sample(26, generation(26, 1, EVENTS, EVENTS, EVENTS)));
  const { batches } = trace.generations[0]!;
  batches.splice(3, 0, ...padded(sample(26, generation(26, 1, EVENTS))).generations[0]!.batches.slice(0, 1));
  const bytes = writeWire(trace);
  const [, [sound]] = await read(bytes);
  for (const index of [0, 1]) bytes[sound!.offsetOf(sound!.batches[index]!.last - 1)] = 200;
  const [reader, generations] = await read(bytes);
  // Thread 1 wrote another batch, which its damage costs too.
  expect(summary(generations)).toEqual(['1:10p']);
  expect(reader.damages).toMatchObject([
    { code: 'event-type', ms: [1], lostEvents: 4, exact: false },
    { code: 'event-type', ms: [2], lostEvents: 0, exact: false },
  ]);
  expect(reader.damage!.message).toContain('of what thread 1 wrote, the rest of generation 1 is lost');
  expectAdded(reader, bytes);
});

test('bytes of events that read as batches of another generation are not taken for them', async () => {
  const stops = (count: number) => Array.from({ length: count }, () => event('ProcStop'));
  // From its time on, such a log reads as the header of a batch of generation 20, that ends behind the next one's type.
  const log = (m: number, time: number, size: number) =>
    event('UserLog', { task: 20, key_string: m, value_string: time, stack: size });
  const looks = [log(6, 15, 23), ...stops(11), log(27, 12, 25), ...stops(12), log(7, 9, 25), ...stops(40)];
  const trace = padded(sample(22, ...[1, 2].map((number) => generation(22, number, EVENTS, looks, FILLING))));
  const bytes = writeWire(trace);
  const [, sound] = await read(bytes);
  const [first, second] = sound[0]!.batches;
  bytes[first!.data - 10] = 0x80 | (second!.data + 1 - first!.data);
  const [reader, generations] = await read(bytes);
  expect(generations.map(({ number, count, partial }) => [number, count, partial])).toEqual([
    [1, 4, true],
    [2, 4 + looks.length + FILLING.length, true],
  ]);
  expectAdded(reader, bytes);
});

test('events that repeat, and read as one batch after another, are not taken for batches of before the trace', async () => {
  // From its time on each reads as a batch of generation 20 that ends where the next but one does so.
  const looks = Array.from({ length: 60 }, () =>
    event('UserLog', { task: 20, key_string: 1, value_string: 3, stack: 7 }),
  );
  const trace = padded(
    sample(26, ...[1, 2, 3].map((number) => generation(26, number, EVENTS, looks, FILLING))),
  );
  const bytes = writeWire(trace);
  const [, sound] = await read(bytes);
  const [first, second] = sound[1]!.batches;
  bytes[first!.data - 10] = 0x80 | (second!.data + 1 - first!.data);
  const [reader, generations] = await read(bytes);
  expect(generations.map(({ number }) => number)).toEqual([1, 2, 3]);
  expectAdded(reader, bytes);
});
