import { expect, test } from 'vitest';
import { Tally, timeText } from './board.ts';

const piece = (cost: number) => ({ title: '', cost, work: () => Promise.reject(new Error('not run')) });

test('a guess follows from what was done in this call, and there is none before that', () => {
  const pieces = [100, 100, 100, 100, 400, 400].map(piece);
  const tally = new Tally(pieces);
  tally.ended(pieces[0]!, false);
  for (const each of pieces.slice(1, 3)) tally.ended(each, true);
  expect(tally.headline(60_000)).toBe('3 of 6 cells');
  tally.ended(pieces[3]!, true);
  // 300 took two minutes, and 800 are left.
  expect(tally.headline(120_000)).toBe('4 of 6 cells, about 5 min left');
  for (const each of pieces.slice(4)) tally.ended(each, true);
  expect(tally.headline(120_000)).toBe('6 of 6 cells');
});

test.each([
  [59_000, 'less than a minute'],
  [90_000, 'about 2 min'],
  [3 * 3_600_000, 'about 3 h'],
])('%i ms is %s', (ms, text) => {
  expect(timeText(ms)).toBe(text);
});
