import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Replay, Verdict } from '../replay/index.ts';
import { compareVersions, findings, releaseOf, summarise } from './index.ts';
import { divergence, replay } from './testdata/replays.ts';

describe('findings', () => {
  it('joins divergences of one signature across recordings, as k of n', () => {
    const replays = [
      replay('a', { divergences: [divergence('goroutine/start~1', 9), divergence('goroutine/start~1', 4)] }),
      replay('b', { divergences: [divergence('goroutine/start~1', 7)] }),
      replay('c', {}),
      replay('other', { program: 'netecho' }),
    ];
    const [only, ...rest] = findings(replays);
    expect(rest).toEqual([]);
    expect(only).toMatchObject({ signature: 'goroutine/start~1', rule: 'goroutine/start', count: 3, of: 3 });
    expect(only?.seen.map((seen) => [seen.file, seen.count])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect(only?.example.divergence.at.index).toBe(4);
  });

  it('says "only on arm64" when amd64 conforms', () => {
    const [finding] = findings([
      replay('a', { arch: 'arm64', divergences: [divergence('x~1', 1)] }),
      replay('b', { arch: 'amd64' }),
    ]);
    expect(finding?.onlyOn).toEqual({ arch: ['arm64'], release: [] });
  });

  it('does not say "only on" when the other architecture could not have shown it', () => {
    const [finding] = findings([
      replay('a', { arch: 'arm64', divergences: [divergence('x~1', 1)] }),
      replay('b', { arch: 'amd64', verdict: 'unobservable' }),
    ]);
    expect(finding?.onlyOn).toEqual({ arch: [], release: [] });
  });

  it('takes patch levels of one release together', () => {
    const [finding] = findings([
      replay('a', { go: 'go1.26.8', divergences: [divergence('x~1', 1)] }),
      replay('b', { go: 'go1.26.7', divergences: [divergence('x~1', 1)] }),
      replay('c', { go: 'go1.22.12' }),
    ]);
    expect(finding?.onlyOn.release).toEqual(['go1.26']);
  });

  it('tells a tree of the user from the release whose name it has', () => {
    const tree = { runtimeHash: '', release: 'go1.26.8', changed: ['runtime/chan.go'] };
    const [finding] = findings([
      replay('a', { go: 'go1.26.8' }),
      replay('b', { go: 'go1.26.8', tree, divergences: [divergence('x~1', 1)] }),
    ]);
    expect(finding?.onlyOn.release).toEqual(['go1.26 (own tree)']);
  });

  it('does not depend on the order of the replays', () => {
    fc.assert(
      fc.property(shuffledReplays, ([replays, shuffled]) => {
        expect(findings(shuffled)).toEqual(findings(replays));
        expect(summarise(shuffled)).toEqual(summarise(replays));
      }),
      { numRuns: 60 },
    );
  });

  it('orders replays of one file by how often they show a finding', () => {
    const once = replay('a', { divergences: [divergence('x~1', 1)] });
    const twice = replay('a', { divergences: [divergence('x~1', 1), divergence('x~1', 2)] });
    for (const replays of [
      [once, twice],
      [twice, once],
    ])
      expect(findings(replays)[0]?.seen.map(({ count }) => count)).toEqual([2, 1]);
  });

  it('has first what its replay has first, and last a damage that the end of the program explains', () => {
    const damage = { ...divergence('a~1', 1), class: 'malformed' as const };
    const found = [divergence('z~1', 9), divergence('b~1', 3), damage];
    const order = (verdict: Verdict) =>
      findings([replay('a', { verdict, divergences: found })]).map(({ signature }) => signature);
    expect(order('diverges')).toEqual(['z~1', 'b~1', 'a~1']);
    expect(order('malformed')).toEqual(['a~1', 'z~1', 'b~1']);
  });

  it('loses no divergence and invents none', () => {
    fc.assert(
      fc.property(shuffledReplays, ([replays]) => {
        const found = findings(replays);
        expect(found.reduce((sum, each) => sum + each.count, 0)).toBe(summarise(replays).divergences);
        for (const each of found) {
          expect(each.seen.reduce((sum, seen) => sum + seen.count, 0)).toBe(each.count);
          expect(each.seen.length).toBeLessThanOrEqual(each.of);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('summarise', () => {
  it('takes the verdict that asks most of the reader', () => {
    const replays = [
      replay('a', {}),
      replay('b', { verdict: 'unobservable' }),
      replay('c', { verdict: 'diverges' }),
    ];
    expect(summarise(replays)).toMatchObject({ verdict: 'diverges', recordings: 3, events: 30 });
    expect(summarise(replays).verdicts).toMatchObject({
      conforms: 1,
      unobservable: 1,
      diverges: 1,
      known: 0,
    });
  });

  it('never calls nothing at all "conforms"', () => {
    expect(summarise([]).verdict).toBe('inconclusive');
  });
});

describe('versions', () => {
  it('go1.9 stands before go1.10, and a release before its patches', () => {
    expect(['go1.10', 'go1.9', 'go1.26.8', 'go1.26', 'go1.26.10'].sort(compareVersions)).toEqual([
      'go1.9',
      'go1.10',
      'go1.26',
      'go1.26.8',
      'go1.26.10',
    ]);
    expect(releaseOf('go1.26.8')).toBe('go1.26');
    expect(releaseOf('devel')).toBe('devel');
  });
});

const shuffledReplays = fc
  .array(
    fc.record({
      file: fc.constantFrom('a', 'b', 'c', 'd'),
      program: fc.constantFrom('netguy', 'netecho'),
      arch: fc.constantFrom('amd64', 'arm64'),
      go: fc.constantFrom('go1.9.7', 'go1.10.8', 'go1.26.8'),
      verdict: fc.constantFrom<Verdict>('conforms', 'malformed', 'unobservable'),
      divergences: fc.array(
        fc
          .tuple(fc.constantFrom('x~1', 'x~2', 'y~1'), fc.nat(3))
          .map(([signature, at]) => divergence(signature, at)),
        { maxLength: 3 },
      ),
    }),
    { maxLength: 6 },
  )
  .map((all) => all.map((fields) => replay(fields.file, fields)))
  .chain((replays) =>
    fc
      .shuffledSubarray(replays, { minLength: replays.length })
      .map((shuffled): [Replay[], Replay[]] => [replays, shuffled]),
  );
