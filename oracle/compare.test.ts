import { expect, test } from 'vitest';
import { Comparison, type Mismatch } from './compare.ts';

/** What a comparison of two listings ends with, and how much of them it found equal. */
function compare(ours: readonly string[], theirs: readonly string[]) {
  const comparison = new Comparison();
  const both = Math.min(ours.length, theirs.length);
  let mismatch: Mismatch | undefined;
  for (let i = 0; i < both && mismatch === undefined; i++) mismatch = comparison.add(ours[i]!, theirs[i]!);
  mismatch ??= comparison.end(ours[both], theirs[both]);
  return { mismatch, ties: comparison.ties };
}

const line = (time: number, m: number, what = 'x'): string => `${time} Metric m=${m} p=0 g=1 ${what}`;

test('the same listing twice is equal', () => {
  const listing = [line(5, 1), line(6, 2), line(9, 1)];
  expect(compare(listing, [...listing])).toEqual({ mismatch: undefined, ties: 0 });
});

test('events of several Ms may change places where each time is the next nanosecond', () => {
  const ours = [line(1, 3), line(5, 1, 'a'), line(6, 1, 'b'), line(7, 2), line(9, 2)];
  const theirs = [line(1, 3), line(5, 2), line(6, 1, 'a'), line(7, 1, 'b'), line(9, 2)];
  expect(compare(ours, theirs)).toEqual({ mismatch: undefined, ties: 3 });
});

test.each([
  ['a time', [line(1, 1)], [line(2, 1)], 1, 'the times differ'],
  ['an argument', [line(1, 1), line(2, 1, 'a')], [line(1, 1), line(2, 1, 'b')], 2, 'the events differ'],
  [
    'an event that both have, but at another time',
    [line(1, 1), line(5, 2)],
    [line(1, 2), line(5, 1)],
    1,
    'the events differ',
  ],
  [
    'the order of one M’s events',
    [line(1, 1, 'a'), line(2, 1, 'b')],
    [line(1, 1, 'b'), line(2, 1, 'a')],
    1,
    'one M’s events are in another order',
  ],
  ['a missing end', [line(1, 1), line(2, 1)], [line(1, 1)], 2, 'one of the two goes on'],
] as const)('%s that differs is found, with its place', (_, ours, theirs, position, why) => {
  expect(compare(ours, theirs).mismatch).toMatchObject({ position, why });
});

test('what differs is shown with its own time, however late it is known', () => {
  const ours = [line(5, 1, 'a'), line(6, 2), line(20, 1)];
  const theirs = [line(5, 2), line(6, 1, 'b'), line(20, 1)];
  expect(compare(ours, theirs).mismatch).toEqual({
    position: 1,
    why: 'the events differ',
    ours: line(5, 1, 'a'),
    theirs: line(5, 2),
  });
});
