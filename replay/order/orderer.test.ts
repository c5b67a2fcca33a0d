import { describe, expect, test } from 'vitest';
import { eventName, openTrace, type WireEvent, type WireTrace, writeWire } from '../decode/index.ts';
import { event, generation, sample, status } from '../decode/testdata/sample.ts';
import { type OrderedGeneration, Orderer } from './index.ts';

async function order(trace: WireTrace | Uint8Array): Promise<OrderedGeneration[]> {
  const reader = await openTrace(trace instanceof Uint8Array ? trace : writeWire(trace));
  const orderer = new Orderer();
  const ordered: OrderedGeneration[] = [];
  for await (const one of reader.generations()) ordered.push(orderer.order(one));
  return ordered;
}

/** `M1 P0 G1 GoBlock`, in the order of the history. */
function history({ generation: gen, count, event: rows, p, g }: OrderedGeneration): string[] {
  return Array.from({ length: count }, (_, i) => {
    const row = rows[i]!;
    return `M${gen.m(row)} P${p[i]} G${g[i]} ${eventName(gen.columns.kind[row]!)}`;
  });
}

const block: WireEvent = event('GoBlock', { reason_string: 0, stack: 0 });
const unblock = (g: number, seq: number) => event('GoUnblock', { g, g_seq: seq, stack: 0 });
const start = (g: number, seq: number) => event('GoStart', { g, g_seq: seq });
const late = (one: WireEvent, dt: number): WireEvent => ({ ...one, args: { ...one.args, dt } });
const idle = event('ProcStatus', { p: 1, pstatus: 2 });

async function one(...ms: WireEvent[][]): Promise<OrderedGeneration> {
  return (await order(sample(26, generation(26, 1, ...ms))))[0]!;
}

describe('the history', () => {
  test('puts a cause before its effect, whatever the clocks of their Ms say', async () => {
    const ordered = await one(
      [...status(), idle, late(unblock(2, 1), 500)],
      [late(event('ProcStart', { p: 1, p_seq: 1 }), 100), start(2, 2), block],
    );
    expect(history(ordered)).toEqual([
      'M1 P-1 G-1 ProcStatus',
      'M1 P0 G-1 GoStatus',
      'M1 P0 G1 GoStatus',
      'M1 P0 G1 ProcStatus',
      'M2 P-1 G-1 ProcStart',
      'M1 P0 G1 GoUnblock',
      'M2 P1 G-1 GoStart',
      'M2 P1 G2 GoBlock',
    ]);
    expect(ordered.forced).toEqual([]);
    const times = Array.from(ordered.time);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  });

  test('numbers decide between events that states alone would let pass', async () => {
    const ordered = await one(
      [...status(), idle, late(unblock(2, 1), 500)],
      [late(event('ProcStart', { p: 1, p_seq: 1 }), 100), start(2, 2), block],
      // Its clock runs ahead of the others.
      [late(unblock(2, 3), 50)],
    );
    expect(history(ordered).filter((text) => text.includes('GoUnblock'))).toEqual([
      'M1 P0 G1 GoUnblock',
      'M3 P-1 G-1 GoUnblock',
    ]);
    expect(ordered.forced).toEqual([]);
  });

  test('a switch hands the M from one goroutine to the other, and takes three times', async () => {
    const ordered = await one([...status(), event('GoSwitch', { g: 2, g_seq: 1 }), late(block, 0)]);
    expect(history(ordered).slice(3)).toEqual(['M1 P0 G1 GoSwitch', 'M1 P0 G2 GoBlock']);
    expect(ordered.time[4]! - ordered.time[3]!).toBe(3);
  });

  test('a syscall that lost its P waits for the thief; an M may steal from itself', async () => {
    const begin = event('GoSyscallBegin', { p_seq: 1, stack: 0 });
    const steal = event('ProcSteal', { p: 0, p_seq: 2, m: 1 });
    const ended = event('GoSyscallEndBlocked');
    const others = await one([...status(), begin, ended], [late(steal, 900)]);
    expect(history(others).slice(3)).toEqual([
      'M1 P0 G1 GoSyscallBegin',
      'M2 P-1 G-1 ProcSteal',
      'M1 P-1 G1 GoSyscallEndBlocked',
    ]);
    const self = await one([...status(), begin, steal, ended]);
    expect(history(self).slice(4)).toEqual(['M1 P0 G1 ProcSteal', 'M1 P-1 G1 GoSyscallEndBlocked']);
    expect([others.forced, self.forced]).toEqual([[], []]);
  });

  test('a callback that ends leaves its P to whoever steals it', async () => {
    const ordered = await one(
      [
        event('ProcStatus', { p: 0, pstatus: 3 }),
        event('GoCreateSyscall', { new_g: 9 }),
        event('GoDestroySyscall'),
      ],
      [late(event('ProcSteal', { p: 0, p_seq: 1, m: 77 }), 50), event('ProcStart', { p: 0, p_seq: 2 })],
    );
    expect(history(ordered).slice(1)).toEqual([
      'M1 P0 G-1 GoCreateSyscall',
      'M1 P0 G9 GoDestroySyscall',
      'M2 P-1 G-1 ProcSteal',
      'M2 P-1 G-1 ProcStart',
    ]);
    expect(ordered.forced).toEqual([]);
  });

  test('carries over generations, where each subject’s numbers begin again behind its status', async () => {
    const first = generation(26, 1, [...status(), unblock(2, 1), block]);
    const again = [
      event('ProcStatus', { p: 0, pstatus: 1 }),
      event('GoStatus', { g: 2, m: 0xffffffffffffffffn, gstatus: 1 }),
    ];
    const [, second] = await order(sample(26, first, generation(26, 2, [...again, start(2, 1)])));
    expect(history(second!).at(-1)).toBe('M1 P0 G-1 GoStart');
    expect(second!.forced).toEqual([]);
  });

  test('CPU samples go in by their time', async () => {
    const gen = generation(26, 1, status());
    const samples: WireEvent[] = [
      { name: 'CPUSamples', args: {} },
      { name: 'CPUSample', args: { time: 1003, m: 1, p: 0, g: 0, stack: 1 } },
      { name: 'CPUSample', args: { time: 1001, m: 1, p: 0, g: 1, stack: 1 } },
    ];
    gen.batches.push({ generation: 1, m: 0, time: 1000, experiment: 0, events: samples, widths: [] });
    const [ordered] = await order(sample(26, gen));
    expect(history(ordered!).map((text) => text.split(' ').at(-1))).toEqual([
      'ProcStatus',
      'CPUSample',
      'GoStatus',
      'GoStatus',
      'CPUSample',
    ]);
    expect(Array.from(ordered!.g)).toEqual([-1, 1, -1, 1, -1]);
  });
});

describe('what can never come is let through, once, with an account', () => {
  const tail = [start(2, 3), block];
  const m2 = (...events: WireEvent[]) => [late(event('ProcStart', { p: 1, p_seq: 1 }), 100), ...events];

  test('a lost GoUnblock', async () => {
    const ordered = await one([...status(), idle, block], m2(start(2, 2), block, unblock(1, 1), start(1, 2)));
    expect(ordered.forced).toEqual([
      {
        position: 6,
        since: 6,
        waits: [
          { kind: 'state', subject: { kind: 'goroutine', id: 2 }, expected: 'runnable', found: 'waiting' },
          {
            kind: 'sequence',
            subject: { kind: 'goroutine', id: 2 },
            expected: 'sequence 1',
            found: 'sequence 2',
          },
        ],
      },
    ]);
    expect(ordered.count).toBe(10);
  });

  test('a number that was used already, at once and in its place', async () => {
    const ordered = await one(
      [...status(), unblock(2, 1), unblock(2, 1), block],
      [late(event('STWEnd'), 5000)],
    );
    expect(ordered.forced.map(({ position }) => position)).toEqual([4]);
    expect(history(ordered).at(-1)).toContain('STWEnd');
  });

  test('a start of a goroutine that runs elsewhere, and of one that nobody knows', async () => {
    const ordered = await one([...status(), idle], m2(start(1, 1), block, start(99, 1), ...tail));
    expect(ordered.forced.map(({ waits }) => waits.map((wait) => wait.found))).toEqual([
      ['running'],
      ['unknown', 'sequence 1'],
      ['waiting', 'sequence 3'],
    ]);
  });

  test('a lost steal is one defect, not three', async () => {
    const begin = event('GoSyscallBegin', { p_seq: 1, stack: 0 });
    const ordered = await one(
      [...status(), begin, event('GoSyscallEndBlocked'), event('ProcStart', { p: 0, p_seq: 4 })],
      [late(event('ProcStart', { p: 0, p_seq: 3 }), 900), event('ProcStop')],
    );
    expect(ordered.forced).toHaveLength(1);
    expect(ordered.forced[0]!.waits[0]).toMatchObject({ kind: 'owner', found: 'syscall' });
  });

  test('an end of GC without a begin, and a gap in its numbers', async () => {
    const gc = (name: 'GCBegin' | 'GCEnd', seq: number) =>
      event(name, name === 'GCEnd' ? { gc_seq: seq } : { gc_seq: seq, stack: 0 });
    const without = await one([...status(), gc('GCEnd', 7), gc('GCBegin', 8)]);
    expect(without.forced.map(({ waits }) => waits[0]!.expected)).toEqual(['a GC that began']);
    const gap = await one([...status(), gc('GCBegin', 1), gc('GCEnd', 4), gc('GCBegin', 5)]);
    expect(gap.forced.map(({ waits }) => waits[0])).toEqual([
      { kind: 'sequence', subject: { kind: 'gc', id: -1 }, expected: 'sequence 2', found: 'sequence 4' },
    ]);
  });

  test('a syscall whose P carries the wrong number does not wait, but is reported', async () => {
    const ordered = await one([...status(), event('GoSyscallBegin', { p_seq: 5, stack: 0 })]);
    expect(ordered.forced.map(({ position, waits }) => [position, waits[0]!.expected])).toEqual([
      [3, 'sequence 1'],
    ]);
  });

  test('in a partial generation nothing is: what it waits for may be in the lost part', async () => {
    const bytes = writeWire(
      sample(26, generation(26, 1, [...status(), idle, block], m2(start(2, 2), block))),
    );
    const [ordered] = await order(bytes.subarray(0, -1));
    expect(ordered!.generation.partial).toBe(true);
    expect([ordered!.forced.length, ordered!.count, ordered!.unplaced]).toEqual([0, 6, 2]);
  });

  test('after a lost generation nothing known before still holds', async () => {
    const [, third] = await order(
      sample(
        26,
        generation(26, 1, [...status(), block]),
        generation(26, 3, [...status(), unblock(2, 1), block]),
      ),
    );
    expect(third!.forced).toEqual([]);
  });
});

test('thousands of Ms that all wait for nothing end soon', async () => {
  const ms = Array.from({ length: 3000 }, (_, m) =>
    Array.from({ length: 10 }, (_, i) => start(5000 + m, 7 + 2 * (i % 3))),
  );
  const ordered = await one(...ms);
  expect(ordered.count).toBe(30_000);
  expect(ordered.forced.length).toBeGreaterThan(20_000);
});

test('events that fit nothing change nothing, and events without a thread bind nothing', async () => {
  const none = generation(26, 1, [
    block,
    event('GoSyscallEnd'),
    event('ProcStop'),
    event('GoDestroySyscall'),
  ]);
  none.batches[0]!.m = 0xffffffffffffffffn;
  none.batches[0]!.events.push(...status(), event('GoDestroy'), start(2 ** 40, 2 ** 40), start(3, 1));
  const [ordered] = await order(sample(26, none));
  expect(ordered!.count).toBe(10);
  expect(new Set(ordered!.g)).toEqual(new Set([-1]));
});
