import { expect, test } from 'vitest';
import { type EventName, type WireEvent, writeWire } from '../decode/index.ts';
import { event, generation, sample, status } from '../decode/testdata/sample.ts';
import { V1Writer } from '../decode/v1/testdata/write.ts';
import { EV, EventCursor, NONE, Orderer, openTrace, type Trace } from './index.ts';

const LARGE = 2n ** 60n;
const late = (one: WireEvent, dt: number): WireEvent => ({ ...one, args: { ...one.args, dt } });

/** M 1 readies goroutine 2, which M 2 starts: M 2's batch comes second in the file, and its clock runs ahead. */
function small(): Promise<Trace> {
  const idle = event('ProcStatus', { p: 1, pstatus: 2 });
  const m1 = [...status(), idle, late(event('GoUnblock', { g: 2, g_seq: 1, stack: 1 }), 500)];
  const m2 = [
    late(event('ProcStart', { p: 1, p_seq: 1 }), 100),
    event('GoStart', { g: 2, g_seq: 2 }),
    event('GoCreate', { new_g: 3, new_stack: 1, stack: 0 }),
    event('UserTaskBegin', { task: LARGE, parent_task: 1, name_string: 1, stack: 1 }),
    event('GoBlock', { reason_string: 2, stack: 1 }),
  ];
  return openTrace(writeWire(sample(26, generation(26, 1, m1, m2))));
}

async function cursor(order: 'file' | 'history'): Promise<EventCursor> {
  for await (const one of await small()) {
    return new EventCursor().over(order === 'file' ? one : new Orderer().order(one));
  }
  throw new Error('no generation');
}

/** On the first event of a kind. */
async function on(kind: EventName): Promise<EventCursor> {
  const found = await cursor('history');
  while (found.next()) if (found.kind === EV[kind]) return found;
  throw new Error(`no ${kind}`);
}

test('in file order each M tells its own story, as it wrote it, and P and G are not known', async () => {
  const event = await cursor('file');
  const told: string[] = [];
  while (event.next())
    told.push(`${event.m} ${event.name} ${event.position} ${event.row} ${event.p} ${event.g}`);
  expect(told).toEqual([
    '1 ProcStatus 0 0 -1 -1',
    '1 GoStatus 1 1 -1 -1',
    '1 GoStatus 2 2 -1 -1',
    '1 ProcStatus 3 3 -1 -1',
    '1 GoUnblock 4 4 -1 -1',
    '2 ProcStart 5 5 -1 -1',
    '2 GoStart 6 6 -1 -1',
    '2 GoCreate 7 7 -1 -1',
    '2 UserTaskBegin 8 8 -1 -1',
    '2 GoBlock 9 9 -1 -1',
  ]);
  expect(event.time).toBe(event.writtenTime);
});

test('in the history causes come first, times only grow, and P and G are who it happened to', async () => {
  const event = await cursor('history');
  const told: string[] = [];
  let last = Number.NEGATIVE_INFINITY;
  while (event.next()) {
    told.push(`${event.m} ${event.name} ${event.p} ${event.g} ${event.row}`);
    expect(event.time).toBeGreaterThan(last);
    last = event.time;
  }
  expect(told.slice(-6)).toEqual([
    '2 ProcStart -1 -1 5',
    '1 GoUnblock 0 1 4',
    '2 GoStart 1 -1 6',
    '2 GoCreate 1 2 7',
    '2 UserTaskBegin 1 2 8',
    '2 GoBlock 1 2 9',
  ]);
  // By the clocks of the two Ms the goroutine was started 400 ticks before it was readied.
  const [readied, started] = [event.seek(5).writtenTime, event.seek(6).writtenTime];
  expect([event.name, started < readied, event.time > readied]).toEqual(['GoStart', true, true]);
});

test('arguments have Go’s names and places, and strings and stacks are what they refer to', async () => {
  const block = await on('GoBlock');
  expect([block.argCount, block.arg('reason_string'), block.arg(1)]).toEqual([2, 2, 1]);
  expect(block.string('reason_string')).toBe('f.go');
  expect(block.stack()).toEqual([{ pc: 4096n, func: 'main.f', file: 'f.go', line: 7 }]);
  expect(block.argsText()).toBe('reason_string="f.go" stack=1');
  expect([block.has('stack'), block.has('g'), block.has('dt')]).toEqual([true, false, false]);
  expect(block.spec?.text).toBe('the goroutine blocked');
  const create = await on('GoCreate');
  expect([create.stack(), create.stack('new_stack').length]).toEqual([[], 1]);
});

test('numbers are exact as far as a double is, and past that as bigint', async () => {
  const task = await on('UserTaskBegin');
  expect(task.arg('task')).toBeNaN();
  expect(task.wideArg('task')).toBe(LARGE);
  const status = (await cursor('history')).seek(2);
  expect([status.name, status.arg('m'), status.wideArg('m')]).toEqual(['GoStatus', NONE, 2n ** 64n - 1n]);
});

test('asking for what an event does not have is an error that says what it has', async () => {
  const block = await on('GoBlock');
  expect(() => block.arg('g')).toThrow(
    new RangeError('GoBlock has no argument g; its arguments: reason_string, stack'),
  );
  for (const place of [2, -1, 0.5, Number.NaN]) expect(() => block.arg(place)).toThrow(RangeError);
  expect(() => block.string('stack')).toThrow('argument stack of GoBlock is no string');
  expect(() => block.stack('reason_string')).toThrow('is no stack');
  for (const position of [-1, 10, 0.5]) expect(() => block.seek(position)).toThrow(RangeError);
});

test('before the first event there is nothing to ask for, and that is said', async () => {
  const asked: readonly ((event: EventCursor) => unknown)[] = [
    ...(['kind', 'name', 'time', 'writtenTime', 'm', 'p', 'g', 'offset', 'spec', 'argCount'] as const).map(
      (field) => (event: EventCursor) => event[field],
    ),
    (event) => event.has('g'),
    (event) => event.arg(0),
    (event) => event.arg('g'),
    (event) => event.wideArg(0),
    (event) => event.string(0),
    (event) => event.stack(),
    (event) => event.argsText(),
  ];
  for (const ask of asked) {
    expect(() => ask(new EventCursor())).toThrow(
      new RangeError('the cursor is over no events yet: call over'),
    );
    for (const order of ['file', 'history'] as const) {
      const event = await cursor(order);
      expect(() => ask(event)).toThrow(new RangeError('the cursor stands before the first event: call next'));
    }
  }
  expect(() => new EventCursor().generation).toThrow(RangeError);
});

test('stays on the last event at the end, and begins anew over other events', async () => {
  const event = await cursor('file');
  while (event.next());
  expect([event.next(), event.name, event.position]).toEqual([false, 'GoBlock', 9]);
  event.over(event.generation);
  expect([event.position, event.next(), event.name]).toEqual([-1, true, 'ProcStatus']);
});

test('traces of before Go 1.22 stand in the order of the history, and know P and G there', async () => {
  const bytes = new V1Writer(19)
    .batch(0, 1000)
    .event('GoCreate', [1, 0, 0])
    .event('ProcStart', [7])
    .event('GoStart', [1, 1])
    .event('GoBlockNet', [0])
    .frequency(250_000_000)
    .bytes();
  const told: string[][] = [];
  for await (const one of await openTrace(bytes)) {
    for (const events of [one, new Orderer().order(one)]) {
      const event = new EventCursor().over(events);
      const lines: string[] = [];
      while (event.next()) lines.push(`${event.m} ${event.p} ${event.g} ${event.name}`);
      told.push(lines);
    }
  }
  expect(told[0]?.at(-1)).toBe('7 0 1 GoBlock');
  expect(told[1]).toEqual(told[0]);
});
