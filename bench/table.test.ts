import { expect, test } from 'vitest';
import type { Measured } from './measure.ts';
import { spreadOf } from './ratios.ts';
import { goals, readersTable, table, workersTable } from './table.ts';
import type { TraceSpec } from './traces.ts';

const SPEC: TraceSpec = { name: 'a', what: '', workload: 'mixed', bytes: 18e6 };

function measured(spec: Partial<TraceSpec>, user: number[], [ours = 0, theirs = 0]: number[] = []): Measured {
  const trace = { spec: { ...SPEC, ...spec }, path: '', bytes: 18_525_021, generations: 2, longest: 9.6e6 };
  return {
    trace,
    events: 3_642_114,
    pairs: user.length,
    user: spreadOf(user),
    wall: spreadOf(user),
    ourUser: spreadOf([0.5]),
    theirUser: spreadOf([1]),
    ourPeak: spreadOf([ours]),
    theirPeak: spreadOf([theirs]),
  };
}

test('a table has columns of one width, numbers to the right', () => {
  expect(
    table(
      ['name', 'n', 'goal'],
      [
        ['a', '1,000', ''],
        ['longer', '5', 'met'],
      ],
    ),
  ).toBe(
    [
      '| name   |     n | goal |',
      '| ------ | ----: | ---- |',
      '| a      | 1,000 |      |',
      '| longer |     5 | met  |',
    ].join('\n'),
  );
});

test('a row says what was measured and which goals were met', () => {
  const row = measured({ goal: 1.3, extraMemory: 80e6 }, [1.5, 1.2, 1.4], [130e6, 49e6]);
  const line = readersTable([row]).split('\n')[2];
  const cells = line?.split('|').map((cell) => cell.trim());
  expect(cells).toEqual([
    '',
    'a',
    '19',
    '2',
    '9.6',
    '3,642,114',
    '0.50',
    '1.00',
    '1.40 (1.20 to 1.50)',
    '130',
    '49',
    'CPU 1.3: met; memory +80: MISSED',
    '',
  ]);
});

test.each([
  [[1.29], false],
  [[1.3], true],
  [[0.1, 1.4, 9], true],
  [[1.2, 1.2, 9], false],
])('ratios of %j against a goal of 1.3: %s', (user, met) => {
  const row = measured({ goal: 1.3 }, user);
  expect(goals(row, [row]).map((goal) => goal.met)).toEqual([met]);
});

test('a long trace may take as much memory as a short one, for each byte of the longest generation', () => {
  const short = measured({ name: 'short' }, [1], [100e6]);
  const long = (peak: number, times: number) => {
    const row = measured({ memoryOf: 'short' }, [1], [peak]);
    return { ...row, trace: { ...row.trace, longest: row.trace.longest * times } };
  };
  expect(goals(long(120e6, 1), [short])).toEqual([{ text: 'memory as short', met: true }]);
  expect(goals(long(130e6, 1), [short])).toEqual([{ text: 'memory as short', met: false }]);
  expect(goals(long(130e6, 0.5), [short])).toEqual([{ text: 'memory as short', met: false }]);
  expect(goals(long(240e6, 2), [short])).toEqual([{ text: 'memory as short', met: true }]);
  expect(goals(long(260e6, 2), [short])).toEqual([{ text: 'memory as short', met: false }]);
  expect(goals(long(130e6, 1), [])).toEqual([]);
});

test('the goal of two workers is the throughput of the trace of 20 generations', () => {
  const row = (name: string, workers: number, ratio: number) => ({
    trace: measured({ name }, [1]).trace,
    workers,
    pairs: 1,
    reading: spreadOf([ratio]),
    processes: spreadOf([1]),
    oneWall: spreadOf([2]),
    manyWall: spreadOf([1]),
  });
  const text = workersTable([
    row('generations', 2, 1.7),
    row('generations', 2, 1.5),
    row('generations', 4, 1.5),
    row('medium', 2, 1.1),
  ]);
  const last = text.split('\n').map((line) => line.split('|').at(-2)?.trim());
  expect(last.slice(2)).toEqual(['1.6: met', '1.6: MISSED', '', '']);
});
