import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Entry, entryOf, HISTORY } from './history.ts';
import type { Measured, WorkersMeasured } from './measure.ts';
import type { Programs } from './programs.ts';
import { spreadOf } from './ratios.ts';

const trace = {
  spec: { name: 'medium', what: '', workload: 'mixed', bytes: 18e6 },
  path: 'medium.trace',
  bytes: 18_525_021,
  generations: 2,
  longest: 9_600_000,
} as const;
const programs: Programs = { peer: '', launch: '', workloads: {}, go: 'go1.26.8', fingerprint: '' };

test('a run is kept with its commit, its machine and its ratios', async () => {
  const row: Measured = {
    trace,
    events: 3_642_114,
    pairs: 3,
    user: spreadOf([1.23456, 1, 2]),
    wall: spreadOf([1, 2, 3]),
    ourUser: spreadOf([1]),
    theirUser: spreadOf([1]),
    ourPeak: spreadOf([130e6]),
    theirPeak: spreadOf([49e6]),
  };
  const workers: WorkersMeasured = {
    trace,
    workers: 2,
    pairs: 3,
    reading: spreadOf([1.7]),
    processes: spreadOf([1.5]),
    oneWall: spreadOf([2]),
    manyWall: spreadOf([1]),
  };
  const entry = await entryOf([row], [workers], programs);
  expect(entry).toMatchObject({ machine: { go: 'go1.26.8', node: process.version }, pairs: 3 });
  expect(entry.machine.reader).toMatch(/^v\d/);
  expect(entry.traces.medium).toEqual({
    bytes: 18_525_021,
    generations: 2,
    longest: 9_600_000,
    events: 3_642_114,
    user: [1.235, 1, 2],
    wall: [2, 1, 3],
    ourPeak: 130e6,
    theirPeak: 49e6,
  });
  expect(entry.workers.medium).toEqual({ workers: 2, throughput: [1.5, 1.5, 1.5], reading: [1.7, 1.7, 1.7] });
  expect(problems(entry)).toEqual([]);
});

test('every line of the history is such a run', () => {
  const text = existsSync(HISTORY) ? readFileSync(HISTORY, 'utf8') : '';
  const lines = text.split('\n').filter((line) => line !== '');
  expect(lines.flatMap((line) => problems(JSON.parse(line)))).toEqual([]);
});

function problems({ commit, date, pairs, traces }: Entry): string[] {
  const found = Object.entries(traces).flatMap(
    ([
      name,
      {
        user: [median = 0, min = 0, max = 0],
      },
    ]) => (min <= median && median <= max && min > 0 ? [] : [`${commit}: ${name} has no ratio`]),
  );
  if (!/^[0-9a-f]{12}\+?$/.test(commit)) found.push(`${commit} is no commit`);
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) found.push(`${commit}: ${date} is no date`);
  if (!(pairs > 0)) found.push(`${commit}: ${pairs} pairs`);
  return found;
}
