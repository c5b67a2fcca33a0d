import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STATES } from './model/index.ts';
import { populationOf } from './population.ts';
import { Told } from './testdata/told.ts';

const [DEAD, RUNNABLE, RUNNING] = ['dead', 'runnable', 'running'].map((state) =>
  STATES.goroutine.indexOf(state as (typeof STATES.goroutine)[number]),
) as [number, number, number];
const PARTS = 120;

function counted(told: Told, end: number) {
  const { goroutines, start } = told.history(end);
  const counts = populationOf(goroutines, { start, end })!;
  return (state: string) => counts.means[counts.states.indexOf(state)]!;
}

test('goroutines are counted from when they come to when they are dead', () => {
  const told = new Told();
  told.goroutine(1, RUNNABLE, 0);
  told.goroutine(2, RUNNABLE, 30);
  told.goroutine(1, RUNNING, 60);
  told.goroutine(1, DEAD, 90);
  const of = counted(told, 120);
  expect(of('runnable')).toEqual([...Array(30).fill(1), ...Array(30).fill(2), ...Array(60).fill(1)]);
  expect(of('running')).toEqual([...Array(60).fill(0), ...Array(30).fill(1), ...Array(30).fill(0)]);
});

test('a part of the time has the mean of what was in it', () => {
  const told = new Told();
  told.goroutine(1, RUNNING, 0);
  for (let time = 0; time < 12_000; time += 100) told.goroutine(2, time % 200 === 0 ? RUNNING : DEAD, time);
  expect(new Set(counted(told, 12_000)('running'))).toEqual(new Set([2, 1]));
  expect(new Set(counted(told, 24_000)('running').slice(0, 60))).toEqual(new Set([1.5]));
});

test('where nothing changes nothing is said', () => {
  expect(populationOf(new Told().history(100).goroutines, { start: 0, end: 100 })).toBeUndefined();
});

test('the means add up to the time that goroutines were in a state, whatever the order of their changes', () => {
  const change = fc.record({
    id: fc.integer({ min: 0, max: 9 }),
    state: fc.integer({ min: 1, max: 5 }),
    after: fc.integer({ min: -50, max: 5000 }),
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 200 }), (changes) => {
      const told = new Told();
      const [end, sums, states] = [1_000_000, new Map<number, number>(), new Map<number, number>()];
      const since = new Map<number, number>();
      let time = 0;
      const settle = (id: number, at: number): void => {
        const state = states.get(id) ?? 0;
        sums.set(state, (sums.get(state) ?? 0) + at - (since.get(id) ?? 0));
        since.set(id, at);
      };
      let latest = 0;
      for (const { id, state, after } of changes) {
        time = Math.max(0, time + after);
        told.goroutine(id, state, time);
        latest = Math.min(end, Math.max(latest, time));
        settle(id, latest);
        states.set(id, state);
      }
      for (const id of states.keys()) settle(id, end);
      const of = counted(told, end);
      for (const name of ['running', 'runnable', 'syscall', 'waiting'] as const) {
        const total = of(name).reduce((sum, mean) => sum + mean * (end / PARTS), 0);
        // Each mean is rounded to a tenth.
        expect(Math.abs(total - (sums.get(STATES.goroutine.indexOf(name)) ?? 0))).toBeLessThan(0.051 * end);
      }
    }),
  );
});
