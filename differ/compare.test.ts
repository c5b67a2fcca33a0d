import { describe, expect, test } from 'vitest';
import type { Replay, RowCoverage } from '../replay/index.ts';
import { compareSides } from './index.ts';
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

describe('findings', () => {
  const broken = (signature: string) => replay('x', { divergences: [divergence(signature, 1)] });

  test('are new, gone or the same, in how many runs of how many', () => {
    const a = [broken('gone~1'), broken('same~1'), replay('y', {})];
    const b = [broken('same~1'), broken('same~1'), broken('new~1')];
    expect(
      compareSides(a, b).findings.map(({ change, signature, a: x, b: y }) => [change, signature, x, y]),
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
    const [finding] = compareSides([replay('t', { layers: ['trace'] })], [probed]).findings;
    expect(finding).toMatchObject({ change: 'incomparable', a: { seen: 0, of: 0 }, b: { seen: 1, of: 1 } });
    const [other] = compareSides(
      [replay('u', { verdict: 'inconclusive' })],
      [replay('v', { divergences: [divergence('y~1', 1)] })],
    ).findings;
    expect(other?.change).toBe('incomparable');
  });

  test('of a program that only one side ran are compared with nothing', () => {
    const { findings, alone } = compareSides([replay('a', {})], [replay('b', { program: 'other' })]);
    expect(findings).toEqual([]);
    expect(alone).toEqual({ a: ['netguy'], b: ['other'] });
  });
});

describe('rows', () => {
  test('that only one side reaches are told with how surely that is no chance', () => {
    const { reach, shares } = compareSides(side([0, 0, 0, 0]), side([5, 1, 2, 9]));
    expect(reach).toMatchObject([{ row: 'a/row', a: { seen: 0, of: 4 }, b: { seen: 4, of: 4 } }]);
    expect(reach[0]?.p).toBeCloseTo(2 / 70, 9);
    expect(shares).toEqual([]);
  });

  test('that a release cannot show are not said to be missing', () => {
    const hidden = [run('h', [{ ...row('a/row', 0), observable: false }])];
    expect(compareSides(hidden, side([5])).reach).toEqual([]);
  });

  test('are told as more frequent where every run of the one side is above every one of the other', () => {
    const { shares } = compareSides(side([10, 20, 15]), side([40, 50, 60]));
    expect(shares).toMatchObject([
      { a: { least: 10, median: 15, most: 20 }, b: { least: 40, median: 50, most: 60 } },
    ]);
    expect(shares[0]?.ratio).toBeCloseTo(50 / 15, 9);
    expect(shares[0]?.p).toBeCloseTo(2 / 20, 9);
  });

  test('whose runs overlap, or hardly differ, are not told', () => {
    expect(compareSides(side([10, 45, 15]), side([40, 50, 60])).shares).toEqual([]);
    expect(compareSides(side([100, 101]), side([110, 111])).shares).toEqual([]);
  });

  test('are told apart by their reasons, where they have several', () => {
    const [a, b] = [{ network: 9, select: 1 }, { network: 10 }].map((facets) => [
      run('x', [row('park', 10, facets)]),
    ]);
    expect(compareSides(a!, b!).reach.map(({ row: name, facet }) => [name, facet])).toEqual([
      ['park', 'select'],
    ]);
  });
});
