import { describe, expect, test } from 'vitest';
import type { Journeys } from '../replay/index.ts';
import { journeyChanges, latencyChanges } from './journeys.ts';

function run(sites: Journeys['sites'], latencies: Journeys['latencies'] = []): Journeys {
  return { sites, latencies };
}

function site(name: string, ...journeys: [count: number, ...steps: string[]][]): Journeys['sites'][number] {
  return {
    name,
    goroutines: journeys.reduce((sum, [count]) => sum + count, 0),
    journeys: journeys.map(([count, ...steps]) => ({ count, steps })),
  };
}

/** So many waits, each about 2 ** (bucket / 8) ns. */
function waits(what: string, ...buckets: [bucket: number, count: number][]): Journeys['latencies'][number] {
  return { what, count: buckets.reduce((sum, [, count]) => sum + count, 0), buckets: new Map(buckets) };
}

describe('journeys', () => {
  test('are compared by where goroutines were created, and by what most of them do', () => {
    const a = [run([site('main.serve', [2, 'waits: network', 'ends'], [1, 'ends'])])];
    const b = [
      run([site('main.serve', [1, 'waits: network', 'ends'])]),
      run([
        site('main.serve', [2, 'waits: network', 'waits: sync', 'ends']),
        site('main.other', [1, 'ends']),
      ]),
    ];
    expect(journeyChanges({ program: 'p', a, b })).toEqual([
      {
        program: 'p',
        site: 'main.serve',
        a: { seen: 2, of: 3 },
        b: { seen: 2, of: 3 },
        lines: ['  waits: network', '+ waits: sync', '  ends'],
      },
    ]);
    expect(journeyChanges({ program: 'p', a, b: a })).toEqual([]);
  });
});

describe('latencies', () => {
  test('have moved where the medians of all runs of one side lie beyond those of the other, by half at least', () => {
    const a = [
      [80, 30],
      [84, 30],
    ].map(([at, n]) => run([], [waits('system call', [at!, n!])]));
    const b = [
      [104, 30],
      [108, 30],
    ].map(([at, n]) => run([], [waits('system call', [at!, n!])]));
    const [moved] = latencyChanges({ program: 'p', a, b });
    expect(moved).toMatchObject({ moved: true, a: { count: 60 }, b: { count: 60 } });
    expect(moved?.ratio).toBeCloseTo(8, 0);
    expect(moved?.p).toBeCloseTo(1 / 3);
    const [still] = latencyChanges({ program: 'p', a, b: [a[1]!, b[0]!] });
    expect(still).toMatchObject({ moved: false, p: 1 });
  });

  test('are quantiles of all runs together, the longest among them', () => {
    const spread = run([], [waits('waits: sleep', [80, 89], [160, 10], [240, 1])]);
    const [{ a } = expect.fail()] = latencyChanges({ program: 'p', a: [spread], b: [spread] });
    expect([a.median, a.p90, a.p99, a.most].map((ns) => Math.floor(8 * Math.log2(ns)))).toEqual([
      80, 160, 160, 240,
    ]);
  });

  test('are not compared where one side has too few of them', () => {
    const few = [run([], [waits('waits: sleep', [80, 19])])];
    const many = [run([], [waits('waits: sleep', [80, 900])])];
    expect(latencyChanges({ program: 'p', a: few, b: many })).toEqual([]);
  });
});
