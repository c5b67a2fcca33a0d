import { describe, expect, test } from 'vitest';
import { type OrderedGeneration, Orderer } from '../../order/index.ts';
import { eventArgsText, eventName, openTrace, type TraceReader, VersionError, wireLines } from '../index.ts';
import { seeded } from '../testdata/record.ts';
import { V1Writer } from './testdata/write.ts';

async function read(bytes: Uint8Array): Promise<[TraceReader, OrderedGeneration | undefined]> {
  const reader = await openTrace(bytes);
  let history: OrderedGeneration | undefined;
  for await (const generation of reader.generations()) history = new Orderer().order(generation);
  return [reader, history];
}

/** `time m p g Name args`, in order. */
function told({ generation, event, p, g, time, count }: OrderedGeneration, withTime = true): string[] {
  return Array.from({ length: count }, (_, i) => {
    const row = event[i]!;
    const who = `m${generation.m(row)} p${p[i]} g${g[i]}`;
    const what = `${eventName(generation.columns.kind[row]!)} ${eventArgsText(generation, row)}`.trimEnd();
    return `${withTime ? `${time[i]} ` : ''}${who} ${what}`;
  });
}

async function lines(bytes: Uint8Array): Promise<string[]> {
  const [reader, history] = await read(bytes);
  expect(reader.damages).toEqual([]);
  expect(reader.keptBytes).toBe(bytes.length);
  return told(history!);
}

/** A tick is 4 ns; goroutine 1 starts the trace on P 0 of M 7, and goroutine 2 is older, too. */
function begun(version: 9 | 10 | 11 | 19 | 21 = 19): V1Writer {
  return new V1Writer(version)
    .batch(0, 1000)
    .event('GoCreate', [1, 0, 0])
    .event('GoCreate', [2, 0, 0])
    .event('GoWaiting', [2])
    .event('GoCreate', [3, 0, 0])
    .event('ProcStart', [7])
    .event('GoStart', [1, 1])
    .event('Gomaxprocs', [2, 0]);
}

const ended = (writer: V1Writer): Uint8Array => writer.frequency(250_000_000).bytes();

test('what was there when the trace began becomes statuses', async () => {
  expect(await lines(ended(begun()))).toEqual([
    '8 m-1 p0 g2 GoStatus g=2 m=-1 gstatus=waiting',
    '16 m7 p0 g-1 ProcStatus p=0 pstatus=running',
    '20 m7 p0 g1 GoStatus g=1 m=-1 gstatus=running',
    '24 m-1 p-1 g-1 GoStatus g=3 m=-1 gstatus=runnable',
  ]);
});

/** What the events after the beginning become. */
async function follows(
  write: (writer: V1Writer) => V1Writer,
  version: 9 | 10 | 11 | 19 | 21 = 19,
): Promise<string[]> {
  return (await lines(ended(write(begun(version))))).slice(4);
}

describe('an event', () => {
  test('that says what it is by its name has a reason in v2', async () => {
    const blocks = await follows((writer) => writer.event('GoUnblock', [2, 2, 0]).event('GoBlockNet', [0]));
    expect(blocks).toEqual([
      '28 m7 p0 g1 GoUnblock g=2 g_seq=2 stack=0',
      '32 m7 p0 g1 GoBlock reason_string="network" stack=0',
    ]);
    const stop = await follows((writer) => writer.event('STWStart', [1]).event('STWDone'));
    expect(stop[0]).toContain('STWBegin kind_string="GC sweep termination" stack=0');
    const newer = await follows((writer) => writer.event('STWStart', [9]), 21);
    expect(newer[0]).toContain('kind_string="GOMAXPROCS"');
    const older = await follows((writer) => writer.event('STWStart'), 9);
    expect(older[0]).toContain('kind_string="GC mark termination"');
  });

  test('of a goroutine past 2^32 names it exactly', async () => {
    const [g, seq] = [2 ** 40 + 1, 1];
    const events = await follows((writer) =>
      writer
        .event('GoCreate', [g, 0, 0])
        .event('GoSched', [0])
        .event('GoStart', [g, seq])
        .event('GoBlockRecv', [0])
        .batch(1, 1100)
        .event('ProcStart', [2 ** 31 - 1])
        .event('GoStart', [1, 2])
        .event('GoUnblock', [g, 2, 0])
        .event('HeapAlloc', [2n ** 60n + 1n]),
    );
    expect(events).toEqual([
      `28 m7 p0 g1 GoCreate new_g=${g} new_stack=0 stack=0`,
      '32 m7 p0 g1 GoStop reason_string="runtime.Gosched" stack=0',
      `36 m7 p0 g${g} GoStart g=${g} g_seq=1`,
      `40 m7 p0 g${g} GoBlock reason_string="chan receive" stack=0`,
      '400 m2147483647 p1 g-1 ProcStatus p=1 pstatus=running',
      '404 m2147483647 p1 g1 GoStart g=1 g_seq=2',
      `408 m2147483647 p1 g1 GoUnblock g=${g} g_seq=2 stack=0`,
      `412 m2147483647 p1 g1 HeapAlloc heapalloc_value=${2n ** 60n + 1n}`,
    ]);
  });

  test('of a timer, of the network, of the collector, of no P, is of a P that Go’s reader made up', async () => {
    const events = await follows((writer) =>
      writer
        .event('GoUnblock', [2, 2, 0])
        .event('GCStart', [0, 0])
        .event('GoBlockNet', [0])
        .event('GoStart', [2, 3])
        .event('GoUnblock', [1, 2, 0])
        .event('GoSysCall', [0])
        .event('GoSysBlock')
        .batch(-1, 1200)
        .event('GoSysExit', [2, 4, 0])
        .timers(1),
    );
    expect(events.map((line) => line.split(' ').slice(1, 5).join(' '))).toEqual([
      'm-1 p1000001 g1 GoUnblock',
      'm-1 p1000004 g1 GCBegin',
      'm7 p0 g1 GoBlock',
      'm7 p0 g2 GoStart',
      'm-1 p1000002 g2 GoUnblock',
      'm7 p0 g2 GoSyscallBegin',
      'm-1 p1000003 g2 GoSyscallEndBlocked',
    ]);
  });

  test('of the user keeps its words, inline ones too', async () => {
    const events = await follows((writer) =>
      writer
        .string(1, 'task "ü"')
        .event('UserTaskCreate', [5, 0, 1, 0])
        .event('UserTaskCreate', [6, 5, 1, 0])
        .event('UserRegion', [6, 0, 1, 0])
        .event('UserLog', [6, 1, 0])
        .value('said')
        .event('UserLog', [6, 0, 0])
        .value('')
        .event('UserRegion', [6, 1, 1, 0])
        .event('UserTaskEnd', [6, 0]),
    );
    expect(events.map((line) => line.slice(line.indexOf('User')))).toEqual([
      'UserTaskBegin task=5 parent_task=-1 name_string="task \\"ü\\"" stack=0',
      'UserTaskBegin task=6 parent_task=5 name_string="task \\"ü\\"" stack=0',
      'UserRegionBegin task=6 name_string="task \\"ü\\"" stack=0',
      'UserLog task=6 key_string="task \\"ü\\"" value_string="said" stack=0',
      'UserLog task=6 key_string="" value_string="" stack=0',
      'UserRegionEnd task=6 name_string="task \\"ü\\"" stack=0',
      'UserTaskEnd task=6 stack=0',
    ]);
  });
});

describe('a syscall', () => {
  test('that did not block takes a nanosecond', async () => {
    const events = await follows((writer) => writer.event('GoSysCall', [0]).event('HeapAlloc', [1]));
    expect(events.slice(0, 2)).toEqual([
      '28 m7 p0 g1 GoSyscallBegin p_seq=0 stack=0',
      '29 m7 p0 g1 GoSyscallEnd',
    ]);
  });

  test('that blocked ends when its end was, not when that was written', async () => {
    const events = await follows((writer) =>
      writer
        .event('GoSysCall', [0])
        .event('GoSysBlock')
        .event('HeapAlloc', [1], 10)
        .event('HeapAlloc', [2], 10)
        .batch(-1, 1100)
        .event('GoSysExit', [1, 2, 1020]),
    );
    expect(events).toEqual([
      '28 m7 p0 g1 GoSyscallBegin p_seq=0 stack=0',
      '72 m7 p0 g-1 HeapAlloc heapalloc_value=1',
      '76 m-1 p1000003 g1 GoSyscallEndBlocked',
      '112 m7 p0 g-1 HeapAlloc heapalloc_value=2',
    ]);
  });

  test('blocks although a CPU sample falls into it, unlike with Go’s reader', async () => {
    const events = await follows((writer) =>
      writer
        .event('GoSysCall', [0])
        .event('GoSysBlock', [], 3)
        .batch(0, 1100)
        .event('CPUSample', [1010, 0, 1, 0]),
    );
    expect(events).toEqual([
      '28 m7 p0 g1 GoSyscallBegin p_seq=0 stack=0',
      '36 m-1 p0 g1 CPUSample m=-1 p=0 g=1 stack=0',
    ]);
  });
});

test('a clock that goes back moves no event: times are made to rise', async () => {
  const events = await follows((writer) =>
    writer.event('HeapAlloc', [1], 50).event('HeapAlloc', [2], -20).event('HeapAlloc', [3], 100),
  );
  expect(events.map((line) => line.replace(/ .*=/, ' '))).toEqual(['224 1', '225 2', '544 3']);
});

test('what only a later release writes is refused', async () => {
  const tasks = ended(begun(10).event('UserTaskEnd', [1, 0]));
  const [reader] = await read(tasks);
  expect(reader.damage).toMatchObject({ code: 'event-type' });
});

test('there is no wire text of it, and the error says what there is', async () => {
  const text = wireLines(ended(begun())).next();
  await expect(text).rejects.toBeInstanceOf(VersionError);
  await expect(text).rejects.toMatchObject({
    found: 'go 1.19',
    advice: expect.stringContaining('--format text'),
  });
});

/** Two Ps, a stack, logs, a sample. */
function whole(): Uint8Array {
  return begun()
    .string(1, 'main.f')
    .string(2, 'f.go')
    .event('GoUnblock', [2, 2, 1])
    .event('GoSysCall', [1])
    .event('GoSysBlock')
    .batch(1, 1020)
    .event('ProcStart', [8])
    .event('GoStart', [3, 1])
    .event('GoSched', [1])
    .event('GoStart', [2, 3])
    .event('UserLog', [0, 1, 1])
    .value('a log')
    .event('GoBlockSelect', [1])
    .event('GoStartLabel', [1, 3, 3], 50)
    .batch(-1, 1060)
    .event('GoSysExit', [1, 2, 1050])
    .batch(0, 1015)
    .event('ProcStop')
    .string(3, 'label')
    .batch(0, 1100)
    .event('CPUSample', [1030, 1, 2, 1])
    .frequency(250_000_000)
    .batch(0, 1200)
    .stack(1, [4096, 1, 2, 7])
    .bytes();
}

/** The same, but a P's batch stands before the one that began the trace, as when buffers are flushed in the order of Ps. */
function inOtherOrder(): Uint8Array {
  const bytes = whole();
  const [from, to, end] = batchesOf(bytes);
  return Uint8Array.from([
    ...bytes.subarray(0, from),
    ...bytes.subarray(to, end),
    ...bytes.subarray(from, to),
    ...bytes.subarray(end),
  ]);
}

/** Where the first three batches begin, found by their first bytes: type, P, and the ticks of `whole`. */
function batchesOf(bytes: Uint8Array): number[] {
  const text = String.fromCharCode(...bytes);
  return [
    [0, 1000],
    [1, 1020],
    [-1, 1060],
  ].map(([p, ticks]) => {
    const batch = new V1Writer(19).batch(p!, ticks!).bytes().subarray(16);
    return text.indexOf(String.fromCharCode(...batch));
  });
}

async function cutAnywhere(_: string, intact: Uint8Array): Promise<void> {
  const expected = told((await read(intact))[1]!);
  const untimed = told((await read(intact))[1]!, false);
  for (let size = 17; size < intact.length; size++) {
    const [reader, history] = await read(intact.subarray(0, size));
    expect([size, reader.damages.length, reader.damage?.code]).toEqual([size, 1, 'truncated']);
    const { lostBytes, missingBytes } = reader.damage!;
    expect([size, reader.keptBytes + lostBytes - missingBytes]).toEqual([size, size]);
    expect(missingBytes).toBeGreaterThan(0);
    if (history === undefined) continue;
    expect(history.generation.partial).toBe(true);
    const { tickAssumed } = history.generation;
    const kept = told(history, !tickAssumed);
    const all = tickAssumed ? untimed : expected;
    let at = -1;
    // A string that was cut off is no other string.
    for (const line of kept.map((each) => each.replace('(string 3)', 'label'))) {
      const found = all.indexOf(line, at + 1);
      expect([size, line, found]).not.toEqual([size, line, -1]);
      at = found;
    }
  }
}

describe('damage', () => {
  const intact = whole();

  test.each([
    ['in the order of time', intact],
    ['in another order', inOtherOrder()],
  ])(
    'a file with batches %s, cut anywhere, gives events that the whole file has, and says what is lost',
    cutAnywhere,
  );

  test('the intact trace has none', async () => {
    const [reader, history] = await read(intact);
    expect([reader.damages, history!.count]).toEqual([[], 17]);
    expect(history!.generation.stack(1)).toEqual([{ pc: 4096n, func: 'main.f', file: 'f.go', line: 7 }]);
  });

  test('what nothing makes possible is left out, with all that stands behind it', async () => {
    const bytes = ended(begun().event('GoUnblock', [2, 9, 0]).event('HeapAlloc', [1]));
    const [reader, history] = await read(bytes);
    expect(history!.count).toBe(4);
    expect(reader.damages).toEqual([
      expect.objectContaining({ code: 'event-order', lostEvents: 2, exact: true, missingBytes: 0 }),
    ]);
    expect(reader.damage!.message).toContain('GoUnblock');
    expect(reader.keptBytes + reader.damage!.lostBytes).toBe(bytes.length);
  });

  test('times further apart than a double counts are not certain, nor what else they put in order', async () => {
    // Seeds 4930 and 12802 of `npm run corrupt` overwrote a time of a Go 1.9 trace.
    const bytes = ended(
      begun()
        .event('HeapAlloc', [1], 2 ** 52)
        .event('HeapAlloc', [2], 2 ** 52),
    );
    const [reader, history] = await read(bytes);
    expect(history).toBeUndefined();
    expect(reader.damages).toEqual([expect.objectContaining({ code: 'time-range', exact: true })]);
    expect(reader.keptBytes + reader.damage!.lostBytes).toBe(bytes.length);
  });

  test('any bytes decode or say why not', async () => {
    for (let seed = 1; seed <= 600; seed++) {
      const random = seeded(seed);
      const copy = intact.slice();
      for (let i = 0; i <= seed % 4; i++) {
        copy[16 + Math.floor(random() * (copy.length - 16))] = Math.floor(random() * 256);
      }
      const [reader, history] = await read(copy).catch((error: unknown) => {
        throw new Error(`seed ${seed}`, { cause: error });
      });
      const lost = reader.damages.reduce(
        (sum, { lostBytes, missingBytes }) => sum + lostBytes - missingBytes,
        0,
      );
      expect([seed, reader.damages.length < 2, reader.keptBytes + lost]).toEqual([seed, true, copy.length]);
      if (history === undefined) continue;
      const { columns, count } = history.generation;
      expect([seed, columns.time.subarray(0, count).every(Number.isFinite)]).toEqual([seed, true]);
      told(history);
    }
  });
});
