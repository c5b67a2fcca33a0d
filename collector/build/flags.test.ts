import { expect, test } from 'vitest';
import { isFlag, lastValue, wordsOf } from './flags.ts';

test.each([
  ['', undefined],
  ['-mod=mod -ldflags=-s', '-s'],
  ["-ldflags=-s '-ldflags=-X main.v=1 -w' -race", '-X main.v=1 -w'],
  ['"-ldflags=-X main.v=1"', '-X main.v=1'],
  ['--ldflags=-s -ldflagsx=1', '-s'],
])('of the flags in GOFLAGS the last of a name counts, quoted or not: %s', (goflags, value) => {
  expect(lastValue(wordsOf(goflags), 'ldflags')).toBe(value);
});

test('a flag is known by its whole name, with one dash or two', () => {
  expect(
    ['-overlay=a', '--overlay=a', '-overlay', '-overlays=a'].map((flag) => isFlag(flag, 'overlay')),
  ).toEqual([true, true, false, false]);
});
