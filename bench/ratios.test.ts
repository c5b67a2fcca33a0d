import { expect, test } from 'vitest';
import { interleave, ratiosOf, spreadOf } from './ratios.ts';

test('the median is the middle value, or half-way between the two in the middle', () => {
  expect(spreadOf([3, 1, 10])).toEqual({ median: 3, min: 1, max: 10 });
  expect(spreadOf([4, 1, 10, 2])).toEqual({ median: 3, min: 1, max: 10 });
  expect(spreadOf([5])).toEqual({ median: 5, min: 5, max: 5 });
  expect(spreadOf([]).median).toBeNaN();
});

test('numbers are sorted as numbers', () => {
  expect(spreadOf([9, 10, 100])).toEqual({ median: 10, min: 9, max: 100 });
});

test('a ratio is made within a pair, so a slow moment of the machine takes nothing from it', () => {
  const pairs = [
    { ours: 1, theirs: 2 },
    { ours: 10, theirs: 20 },
    { ours: 1, theirs: 3 },
  ];
  expect(ratiosOf(pairs, (seconds) => seconds)).toEqual({ median: 2, min: 2, max: 3 });
});

test('both sides run in turns, and who begins changes', async () => {
  const order: string[] = [];
  let clock = 0;
  const run = (side: string) => async () => {
    order.push(side);
    return { side, at: clock++ };
  };
  const pairs = await interleave(3, run('ours'), run('theirs'));
  expect(order).toEqual(['ours', 'theirs', 'theirs', 'ours', 'ours', 'theirs']);
  expect(pairs.map(({ ours, theirs }) => [ours.side, theirs.side])).toEqual([
    ['ours', 'theirs'],
    ['ours', 'theirs'],
    ['ours', 'theirs'],
  ]);
  expect(pairs.map(({ ours, theirs }) => [ours.at, theirs.at])).toEqual([
    [0, 1],
    [3, 2],
    [4, 5],
  ]);
});
