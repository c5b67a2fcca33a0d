import { describe, expect, test } from 'vitest';
import type { Replay, RowCoverage } from '../replay/index.ts';
import { compareSides, type Run } from './index.ts';
import { divergence, replay } from './testdata/replays.ts';

function row(name: string, count: number, facets: Record<string, number> = {}): RowCoverage {
  return { row: name, family: 'f', text: `what ${name} is`, layer: 'trace', count, facets, observable: true };
}

/** A run of 1,000 events that reached these rows. */
function run(file: string, rows: RowCoverage[], fields: Partial<Replay> = {}): Replay {
  return replay(file, {
    events: 1000,
    coverage: { rows, observed: rows.length, unobserved: 0, promises: [] },
    ...fields,
  });
}

const side = (counts: readonly number[], name = 'a/row') =>
  counts.map((count, i) => run(`${i}`, [row(name, count)]));

/** Runs of their own: no two take the same time. */
const runsOf = (replays: readonly Replay[]): Run[] =>
  replays.map((replay, i) => ({ replay: { ...replay, duration: i + 1 } }));

const compared = (a: readonly Replay[], b: readonly Replay[]) => compareSides(runsOf(a), runsOf(b));

describe('findings', () => {
  const broken = (signature: string) => replay('x', { divergences: [divergence(signature, 1)] });

  test('are new, gone or the same, in how many runs of how many', () => {
    const a = [broken('gone~1'), broken('same~1'), replay('y', {})];
    const b = [broken('same~1'), broken('same~1'), broken('new~1')];
    expect(
      compared(a, b).findings.map(({ change, signature, a: x, b: y }) => [change, signature, x, y]),
    ).toEqual([
      ['new', 'new~1', { seen: 0, of: 3 }, { seen: 1, of: 3 }],
      ['gone', 'gone~1', { seen: 1, of: 3 }, { seen: 0, of: 3 }],
      ['same', 'same~1', { seen: 1, of: 3 }, { seen: 2, of: 3 }],
    ]);
  });

  test('are neither new nor gone where no run of one side could have shown them', () => {
    const probed = replay('p', {
      layers: ['trace', 'probe'],
      divergences: [{ ...divergence('x~1', 1), layers: ['probe'] }],
    });
    const [finding] = compared([replay('t', { layers: ['trace'] })], [probed]).findings;
    expect(finding).toMatchObject({ change: 'incomparable', a: { seen: 0, of: 0 }, b: { seen: 1, of: 1 } });
    const [other] = compared(
      [replay('u', { verdict: 'inconclusive' })],
      [replay('v', { divergences: [divergence('y~1', 1)] })],
    ).findings;
    expect(other?.change).toBe('incomparable');
  });

  test('of a program that only one side ran are compared with nothing', () => {
    const { findings, alone } = compared([replay('a', {})], [replay('b', { program: 'other' })]);
    expect(findings).toEqual([]);
    expect(alone).toEqual({ a: ['netguy'], b: ['other'] });
  });
});

describe('rows', () => {
  test('that only one side reaches are told with how surely that is no chance', () => {
    const { reach, shares } = compared(side([0, 0, 0, 0]), side([5, 1, 2, 9]));
    expect(reach).toMatchObject([{ row: 'a/row', a: { seen: 0, of: 4 }, b: { seen: 4, of: 4 } }]);
    expect(reach[0]?.p).toBeCloseTo(2 / 70, 9);
    expect(shares).toEqual([]);
  });

  test('that a release cannot show are not said to be missing', () => {
    const hidden = [run('h', [{ ...row('a/row', 0), observable: false }])];
    expect(compared(hidden, side([5])).reach).toEqual([]);
  });

  test('are told as more frequent where every run of the one side is above every one of the other', () => {
    const { shares } = compared(side([10, 20, 15]), side([40, 50, 60]));
    expect(shares).toMatchObject([
      { a: { least: 10, median: 15, most: 20 }, b: { least: 40, median: 50, most: 60 } },
    ]);
    expect(shares[0]?.ratio).toBeCloseTo(50 / 15, 9);
    expect(shares[0]?.p).toBeCloseTo(2 / 20, 9);
  });

  test('whose runs overlap, or hardly differ, are not told', () => {
    expect(compared(side([10, 45, 15]), side([40, 50, 60])).shares).toEqual([]);
    expect(compared(side([100, 101]), side([110, 111])).shares).toEqual([]);
  });

  test('are told apart by their reasons, where they have several', () => {
    const [a, b] = [{ network: 9, select: 1 }, { network: 10 }].map((facets) => [
      run('x', [row('park', 10, facets)]),
    ]);
    expect(compared(a!, b!).reach.map(({ row: name, facet }) => [name, facet])).toEqual([['park', 'select']]);
  });
});

test('a run that was copied is one run: it cannot confirm itself', () => {
  const run = { replay: replay('a', { events: 5, duration: 77 }) };
  const copy = { replay: replay('b', { events: 5, duration: 77 }) };
  const other = { replay: replay('c', { events: 5, duration: 78 }) };
  const { programs, copies } = compareSides([run, copy, other], [run]);
  expect(programs).toEqual([{ program: 'netguy', a: 2, b: 1 }]);
  expect(copies).toEqual({ a: 1, b: 0 });
});

test('runs that nothing tells apart, since they show nothing, are no copies', () => {
  const empty = { replay: replay('a', { events: 0, duration: 0 }) };
  expect(compareSides([empty, empty], [empty]).programs).toMatchObject([{ a: 2, b: 1 }]);
});
