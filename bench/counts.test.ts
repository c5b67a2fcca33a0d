import { expect, test } from 'vitest';
import { disagreement } from './counts.ts';

const ours = (kinds: Record<string, number>) => {
  const events = Object.values(kinds).reduce((sum, n) => sum + n, 0);
  return { events, generations: 1, kinds };
};

test('a switch between goroutines is three events to Go’s reader', () => {
  const counts = ours({ GoStart: 5, GoSwitch: 2, GoSwitchDestroy: 1 });
  expect(disagreement(counts, { events: 5 + 3 * 3, syncs: 2 })).toBeUndefined();
  expect(disagreement(counts, { events: 8, syncs: 2 })).toContain('should make 14; it made 8');
});

test('one event more or less is seen', () => {
  const counts = ours({ GoStart: 5 });
  expect(disagreement(counts, { events: 4, syncs: 0 })).toBeDefined();
  expect(disagreement(counts, { events: 5, syncs: 0 })).toBeUndefined();
  expect(disagreement(counts, { events: 6, syncs: 0 })).toBeDefined();
});

test('the end of a call from C is one event or two', () => {
  const counts = ours({ GoDestroySyscall: 2 });
  const agrees = [1, 2, 3, 4, 5].filter((events) => !disagreement(counts, { events, syncs: 0 }));
  expect(agrees).toEqual([2, 3, 4]);
});
