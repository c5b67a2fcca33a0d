import { describe, expect, test } from 'vitest';
import {
  eventArgsText,
  FormatError,
  type Generation,
  openTrace,
  parseWire,
  type TraceReader,
  VersionError,
  type WireTrace,
  wireLines,
  writeWire,
} from './index.ts';
import { batch, event, generation, sample, status, tables, text } from './testdata/sample.ts';

async function readAll(bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<[TraceReader, Generation[]]> {
  const reader = await openTrace(bytes);
  const generations: Generation[] = [];
  for await (const one of reader.generations()) generations.push(one);
  return [reader, generations];
}

const read = (trace: WireTrace): Promise<[TraceReader, Generation[]]> => readAll(writeWire(trace));

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const ascii = (header: string): Uint8Array => new TextEncoder().encode(header);

describe('headers', () => {
  test('what is no trace is named', async () => {
    await expect(openTrace(new Uint8Array())).rejects.toMatchObject({ code: 'empty', offset: 0 });
    await expect(openTrace(ascii('PNG, maybe, or text'))).rejects.toMatchObject({ code: 'not-a-trace' });
    await expect(openTrace(ascii('go 1.26 tr'))).rejects.toMatchObject({ code: 'truncated', offset: 10 });
  });

  test('a version too old or too new names what was found and what is supported', async () => {
    const old = openTrace(ascii('go 1.8 trace\0\0\0\0'));
    await expect(old).rejects.toBeInstanceOf(VersionError);
    await expect(old).rejects.toMatchObject({
      found: 'go 1.8',
      supported: expect.arrayContaining(['go 1.9', 'go 1.22']),
    });
    // The names are of formats: Go 1.24 writes that of Go 1.23, and no release is missing from the list.
    await expect(old).rejects.toThrow(/^this trace has the format go 1\.8: .*; supported formats: go 1\.9, /);
    await expect(openTrace(ascii('go 1.5 trace\0\0\0\0'))).rejects.toThrow('Go 1.8 and before');
    await expect(openTrace(ascii('go 1.27 trace\0\0\0'))).rejects.toThrow('newer than this reader knows');
  });

  test('a header and nothing else is a trace without generations', async () => {
    const [reader, generations] = await readAll(ascii('go 1.26 trace\0\0\0'));
    expect([generations, reader.damage]).toEqual([[], undefined]);
  });
});

describe.each([22, 23, 25, 26] as const)('a sound go 1.%i trace', (version) => {
  const trace = sample(
    version,
    generation(version, 3, [...status(), event('GoUnblock', { g: 2, g_seq: 1, stack: 1 })]),
    generation(version, 4, [event('HeapAlloc', { heapalloc_value: 2n ** 60n })]),
  );

  test('reads, in chunks of any size', async () => {
    const bytes = writeWire(trace);
    for (const size of [1, 7, 100, bytes.length]) {
      const [reader, [first, second]] = await readAll(chunks(bytes, size));
      expect(reader.damages).toEqual([]);
      expect(reader.base).toBe(64000n);
      expect([first!.number, first!.count, second!.number, second!.count]).toEqual([3, 4, 4, 1]);
    }
  });

  test('gives arguments, times, stacks and strings', async () => {
    const [, [first, second]] = await read(trace);
    expect(eventArgsText(first!, 3)).toBe('g=2 g_seq=1 stack=1');
    expect(eventArgsText(first!, 2)).toBe('g=2 m=-1 gstatus=waiting');
    expect(Array.from(first!.columns.time.subarray(0, 4))).toEqual([64, 128, 192, 256]);
    expect(first!.stack(first!.arg(3, 2))).toEqual([{ pc: 4096n, func: 'main.f', file: 'f.go', line: 7 }]);
    expect([first!.string(1), first!.string(9), first!.strings.has(9)]).toEqual([
      'main.f',
      '(string 9)',
      false,
    ]);
    expect(first!.clock).toEqual(version < 25 ? undefined : { time: 64, mono: 1000n, sec: 2n, nsec: 3 });
    expect(second!.arg(0, 0)).toBeNaN();
    expect(second!.wideArg(0, 0)).toBe(2n ** 60n);
    expect(eventArgsText(second!, 0)).toBe(`heapalloc_value=${2n ** 60n}`);
  });

  test('comes back byte by byte from the objects', () => {
    const bytes = writeWire(trace);
    expect(writeWire(parseWire(bytes))).toEqual(bytes);
  });

  test('prints as wire text', async () => {
    let lines = '';
    for await (const piece of wireLines(writeWire(trace))) lines += piece;
    expect(lines).toContain('GoUnblock dt=1 g=2 g_seq=1 stack=1\n');
    expect(lines).toContain('Stack id=1 nframes=1\n\tpc=4096 func=1 file=2 line=7\n');
    expect(lines).toContain('String id=1\n\tdata="main.f"\n');
  });
});

describe('time', () => {
  test('is exact on a machine that is up for a century', async () => {
    const start = 2n ** 56n + 64n;
    const moved = generation(26, 1, [event('ProcsChange', { procs_value: 2, stack: 0 })]);
    for (const one of moved.batches) one.time = start;
    moved.batches[0]!.time = start + 32n;
    const [reader, [first]] = await read(sample(26, moved));
    expect(reader.base).toBe((start / 16n) * 16n * 64n);
    expect(first!.columns.time[0]).toBe(32 * 64 + 64);
  });

  test('more than 104 days from the first is no time', async () => {
    const far = generation(26, 1, [{ name: 'ProcStop', args: { dt: 2n ** 50n } }]);
    const [{ damage }] = await read(sample(26, far));
    expect(damage).toMatchObject({ code: 'time-range', lostEvents: 1 });
  });
});

describe('damage', () => {
  const events = [...status(), event('GoUnblock', { g: 2, g_seq: 1, stack: 1 })];
  const good = (number: number) => generation(26, number, events);

  async function damageOf(second: ReturnType<typeof generation>): Promise<[TraceReader, Generation[]]> {
    return read(sample(26, good(1), second, good(3)));
  }

  test('keeps what it does not touch: other threads, other generations, and what its thread wrote before', async () => {
    const broken = good(2);
    broken.batches.splice(1, 0, batch(2, 2, 1001, [event('ProcStop'), event('Frequency')]));
    const bytes = writeWire(sample(26, good(1), broken, good(3)));
    const [reader, generations] = await readAll(bytes);
    expect(generations.map(({ number, count, partial }) => [number, count, partial])).toEqual([
      [1, 4, false],
      [2, 5, true],
      [3, 4, false],
    ]);
    expect(reader.damages).toMatchObject([
      {
        code: 'event-type',
        generation: 2,
        lostEvents: 0,
        lostBytes: 2,
        missingBytes: 0,
        exact: false,
        ms: [2],
      },
    ]);
    expect(reader.damage!.message).toContain('Frequency');
    expect(reader.keptBytes).toBe(bytes.length - 2);
  });

  test.each([
    ['string-duplicate', [{ name: 'Strings', args: {} } as const, text(1, 'again')]],
    ['string-size', [{ name: 'Strings', args: {} } as const, text(9, 'x'.repeat(1025))]],
    ['table-entry', [{ name: 'Strings', args: {} } as const, event('ProcStop')]],
    [
      'sync-duplicate',
      [{ name: 'Sync', args: {} } as const, { name: 'Frequency', args: { freq: 1 } } as const],
    ],
    ['sync-entry', [{ name: 'Sync', args: {} } as const, event('ProcStop')]],
    [
      'stack-string',
      [
        { name: 'Stacks', args: {} } as const,
        { name: 'Stack', args: { id: 5 }, frames: [{ pc: 1, func: 77, file: 1, line: 1 }] } as const,
      ],
    ],
  ])('%s', async (code, entries) => {
    const broken = good(2);
    broken.batches.push(batch(2, 0, 1000, entries as never));
    const [reader, generations] = await damageOf(broken);
    expect(reader.damage).toMatchObject({ code, generation: 2 });
    expect(generations.map(({ partial, afterGap }) => [partial, afterGap])).toEqual([
      [false, false],
      [true, false],
      [false, true],
    ]);
  });

  test('a generation without a frequency is not whole', async () => {
    const [reader] = await damageOf({ ...good(2), batches: good(2).batches.slice(0, -1) });
    expect(reader.damage).toMatchObject({ code: 'sync-missing', generation: 2 });
  });

  test('a lost generation is a gap, and what follows is read and marked', async () => {
    for (const version of [22, 26] as const) {
      const [reader, generations] = await read(
        sample(version, generation(version, 1, events), generation(version, 3, events)),
      );
      expect(reader.damages).toMatchObject([{ code: 'generation-gap', generation: 2, exact: false }]);
      expect(generations.map(({ number, afterGap, partial }) => [number, afterGap, partial])).toEqual([
        [1, false, false],
        [3, true, false],
      ]);
    }
  });

  test('one wrong generation number is no gap', async () => {
    const trace = sample(22, generation(22, 1, events), generation(22, 2, events));
    trace.generations[1]!.batches[1]!.generation = 90;
    const [reader] = await read(trace);
    expect(reader.damage).toMatchObject({ code: 'generation-order', generation: 2 });
  });

  test('events of a later release than the header’s are refused by name', async () => {
    const [reader] = await read(sample(22, generation(22, 1, [event('GoSwitch', { g: 1, g_seq: 1 })])));
    expect(reader.damage).toMatchObject({ code: 'event-type' });
    expect(reader.damage!.message).toContain('GoSwitch');
  });
});

describe('a file cut short', () => {
  test.each([22, 23, 25, 26] as const)(
    'go 1.%i: anywhere, it never claims that nothing was lost',
    async (version) => {
      const events = [...status(), event('GoUnblock', { g: 2, g_seq: 1, stack: 1 })];
      const first = writeWire(sample(version, generation(version, 1, events)));
      const bytes = writeWire(
        sample(version, generation(version, 1, events), generation(version, 2, events)),
      );
      for (let size = 17; size < bytes.length; size++) {
        if (size === first.length) continue;
        const [reader, generations] = await readAll(bytes.subarray(0, size));
        const { damage } = reader;
        expect([size, damage?.code, damage?.exact]).toEqual([size, 'truncated', false]);
        expect(damage!.lostBytes).toBeGreaterThan(0);
        // Before 1.26 only the next batch's header says that a generation was whole; here it is 6 bytes long.
        const whole = first.length + (version >= 26 ? 0 : 5);
        expect(generations.filter(({ partial }) => !partial)).toHaveLength(size > whole ? 1 : 0);
      }
    },
  );

  test('at the end of a batch, a 1.26 generation still lacks its end mark', async () => {
    const bytes = writeWire(sample(26, generation(26, 1, status())));
    const [reader, [only]] = await readAll(bytes.subarray(0, -1));
    expect(reader.damage).toMatchObject({ code: 'truncated', lostBytes: 1, exact: false });
    expect([only!.partial, only!.count]).toEqual([true, 3]);
  });
});

test('wire text stops with a FormatError where the file stops making sense', async () => {
  const bytes = writeWire(sample(26, generation(26, 1, status())));
  let lines = '';
  const reading = (async () => {
    for await (const piece of wireLines(bytes.subarray(0, 60))) lines += piece;
  })();
  await expect(reading).rejects.toBeInstanceOf(FormatError);
  expect(lines.startsWith('EventBatch gen=1 m=1 time=1000 size=')).toBe(true);
});

test('a batch that an edit made too large becomes two, with the same times', async () => {
  const many = Array.from({ length: 40_000 }, () => event('ProcStop'));
  const [reader, [only]] = await read(sample(26, generation(26, 1, many)));
  expect(reader.damages).toEqual([]);
  expect(only!.count).toBe(40_000);
  expect(only!.columns.time[39_999]).toBe(40_000 * 64);
  expect(tables(26, 1)).toHaveLength(3);
});
