import { expect, test } from 'vitest';
import { KNOWN, ROOT, States } from './store.ts';

test('a state is added once, and is what it was when it is loaded again, through every growth', () => {
  const states = new States(3);
  const made = Array.from({ length: 20_000 }, (_, n) => Uint32Array.of(n % 7, Math.imul(n, 0x9e37_79b9), n));
  expect(made.map((state, n) => states.add(state, n - 1, n & 0xffff))).toEqual([...made.keys()]);
  expect(new Set(made.map((state) => states.add(state, ROOT, 0)))).toEqual(new Set([KNOWN]));
  expect(states.count).toBe(made.length);
  const into = new Uint32Array(3);
  const wrong = made.filter((state, n) => {
    states.load(n, into);
    return `${into}` !== `${state}` || states.parent(n) !== n - 1 || states.via(n) !== (n & 0xffff);
  });
  expect(wrong).toEqual([]);
});

test('states that differ in one word are two', () => {
  const states = new States(2);
  expect(states.add(Uint32Array.of(0, 0), ROOT, 0)).toBe(0);
  expect(states.add(Uint32Array.of(1, 0), ROOT, 0)).toBe(1);
  expect(states.add(Uint32Array.of(0, 1), ROOT, 0)).toBe(2);
  expect(states.add(Uint32Array.of(0, 1), ROOT, 0)).toBe(KNOWN);
});
