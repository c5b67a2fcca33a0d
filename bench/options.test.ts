import { expect, test } from 'vitest';
import { HELP, readOptions } from './options.ts';
import { TRACES } from './traces.ts';

const names = (args: string[]) => readOptions(args).traces.map(({ name }) => name);

test('without arguments every trace but the largest is measured five times', () => {
  expect(names([])).toEqual(TRACES.map(({ name }) => name).filter((name) => name !== 'large'));
  expect(readOptions([])).toMatchObject({ pairs: 5, workers: 1, peer: true, makeOnly: false, record: false });
});

test('traces are chosen by name, and the largest by an option', () => {
  expect(names(['skew', 'medium'])).toEqual(['medium', 'skew']);
  expect(names(['--large'])).toEqual(TRACES.map(({ name }) => name));
  expect(names(['generations', '--large'])).toEqual(['generations', 'large']);
});

test('options are numbers and switches', () => {
  const options = readOptions(['--pairs', '9', '--workers=2', '--no-peer', '--record', '--go', '1.25.4']);
  expect(options).toMatchObject({ pairs: 9, workers: 2, peer: false, record: true, go: '1.25.4' });
});

test.each([
  [['nothing'], 'no trace is called nothing'],
  [['--pairs', '0'], '--pairs takes a whole number above 0'],
  [['--workers', 'x'], '--workers takes a whole number above 0'],
  [['--nope'], '--nope'],
])('%j is refused', (args, why) => {
  expect(() => readOptions(args)).toThrow(why);
});

test('the help names every option', () => {
  for (const option of [
    '--large',
    '--pairs',
    '--workers',
    '--no-peer',
    '--make',
    '--go',
    '--record',
    '--help',
  ])
    expect(HELP).toContain(`  ${option}`);
});
