import { describe, expect, test } from 'vitest';
import { EV, GO_STATUS } from '../decode/index.ts';
import { CapacityError, Kernel, RUN } from './index.ts';

/** A kernel that waits for nothing. */
function kernel(): Kernel {
  return new Kernel();
}

/** Gives a kernel rows of `GoCreate g` and `GoDestroy` on one M, and orders them. */
function order(k: Kernel, events: readonly (readonly [kind: number, ...args: bigint[]])[]): number {
  const { exports } = k;
  const words = events.reduce((sum, [, ...args]) => sum + args.length, 0);
  exports.clear(events.length);
  exports.reserve(events.length, words);
  k.reserve(events.length);
  let word = 0;
  for (const [row, [kind, ...args]] of events.entries()) {
    k.bytes(exports.kind.value, events.length)[row] = kind;
    k.doubles(exports.time.value, events.length)[row] = row;
    k.words(exports.argStart.value, events.length + 1)[row] = word;
    for (const arg of args) {
      const wide = arg >= 0xfffffffen;
      if (wide) exports.addWide(word, arg);
      k.words(exports.args.value, words)[word++] = wide ? 0xffffffff : Number(arg);
    }
  }
  k.words(exports.argStart.value, events.length + 1)[events.length] = word;
  exports.setCounts(events.length, word);
  exports.begin(-1, 1e9);
  exports.addBatch(7, 0, events.length);
  return exports.run();
}

/** The goroutine that M 7 ran before each event. */
function contexts(k: Kernel): number[] {
  return [...k.doubles(k.exports.g.value, k.exports.position.value)];
}

const running = (g: bigint) => [EV.GoStatus, g, 7n, BigInt(GO_STATUS.running)] as const;

describe('the table of goroutines', () => {
  test.each([
    ['that count up', (i: number) => BigInt(i + 1)],
    ['a power of two apart, which an unseeded hash would put on one place', (i: number) => BigInt(i) << 20n],
    ['past 32 bits', (i: number) => (1n << 32n) * BigInt(i + 1)],
    ['that differ in their highest bits only', (i: number) => (BigInt(i) << 40n) | 7n],
    ['past 53 bits', (i: number) => (1n << 53n) + BigInt(i) * 1024n],
  ])('keeps 5,000 ids %s apart, and forgets those that ended', (_, id) => {
    const k = kernel();
    const count = 5000;
    const live = Array.from({ length: count }, (_unused, i) => [EV.GoCreate, id(i), 0n, 0n] as const);
    expect(order(k, live)).toBe(RUN.done);
    // Each odd one runs and ends; the even ones must still be found, the odd ones no longer.
    const ends = live.flatMap(([, g], i) => (i % 2 === 1 ? [running(g), [EV.GoDestroy] as const] : []));
    expect(order(k, ends)).toBe(RUN.done);
    expect(contexts(k)).toEqual(live.flatMap(([, g], i) => (i % 2 === 1 ? [-1, Number(g)] : [])));
    const all = live.map(([, g]) => [EV.GoCreate, g, 0n, 0n] as const);
    expect(order(k, all)).toBe(RUN.done);
    const statuses = live.map((_unused, row) => k.exports.statusOf(false, k.exports.argSlot(false, row, 0)));
    expect(statuses.every((status) => status === GO_STATUS.runnable)).toBe(true);
    expect(new Set(live.map((_unused, row) => k.exports.argSlot(false, row, 0))).size).toBe(count);
  });

  test('lets a goroutine that two Ms claim to run end twice', () => {
    const k = kernel();
    order(k, [running(5n), [EV.GoDestroy], running(5n), [EV.GoDestroy], [EV.GoDestroy]]);
    expect(contexts(k)).toEqual([-1, 5, -1, 5, -1]);
  });
});

test('what does not fit is an error that says so', () => {
  expect(() => kernel().exports.clear(200_000_000)).toThrow(CapacityError);
});

test('room that was kept free does not detach what is looked at', () => {
  const k = kernel();
  k.exports.clear(1000);
  k.reserve(1000);
  const { buffer } = k;
  const creates = Array.from({ length: 1000 }, (_, i) => [EV.GoCreate, BigInt(i), 0n, 0n] as const);
  expect(order(k, creates)).toBe(RUN.done);
  expect(k.buffer).toBe(buffer);
});
