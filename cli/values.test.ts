import { describe, expect, test } from 'vitest';
import {
  architectures,
  duration,
  goDuration,
  goroutineId,
  list,
  positive,
  releases,
  settings,
} from './values.ts';

describe('durations are written as Go writes them', () => {
  test.each([
    ['300ms', 300],
    ['10s', 10_000],
    ['1m30s', 90_000],
    ['1.5s', 1500],
    ['2h', 7_200_000],
    ['2000us', 2],
  ])('%s is %d ms', (text, ms) => {
    expect(duration(text)).toBe(ms);
  });

  test.each(['', '10', 's', '10 s', '10sec', '-1s', '1s2', 'abc', '0s', '0.5us'])('%j is refused', (text) => {
    expect(() => duration(text)).toThrow(/unit|at least/);
  });

  test('what is passed to a fixture comes back as the same duration', () => {
    for (const ms of [300, 1000, 90_000, 1500]) expect(duration(goDuration(ms))).toBe(ms);
  });
});

test('releases lose the prefix go and double mentions', () => {
  expect(releases('1.22,go1.26.8,1.22,1.27rc1')).toEqual(['1.22', '1.26.8', '1.27rc1']);
  for (const text of ['2.0', 'latest', '1.26.', '1', '1.22,,1.26']) expect(() => releases(text)).toThrow();
});

test('an architecture is a word, whether it exists is for the toolchain to say', () => {
  expect(architectures('amd64,sparc')).toEqual(['amd64', 'sparc']);
  expect(() => architectures('linux/amd64')).toThrow(/GOARCH/);
});

test('settings for GODEBUG are pairs; a value may hold an equals sign', () => {
  expect(settings('a=1,b=x=y')).toEqual({ a: '1', b: 'x=y' });
  expect(() => settings('a')).toThrow(/name=value/);
  expect(() => settings('=1')).toThrow(/name=value/);
});

test('numbers are whole and positive; a goroutine may be written as Go people do', () => {
  expect(positive('3')).toBe(3);
  for (const text of ['0', '-1', '1.5', '1e3', '', 'x']) expect(() => positive(text)).toThrow();
  expect(goroutineId('G7')).toBe(7);
  expect(() => goroutineId('seven')).toThrow();
  expect(list(' a , b ')).toEqual(['a', 'b']);
});
