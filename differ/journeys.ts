/** Goroutines that go another way on the other side, and waits that take longer or shorter there. */
import { diffArrays } from 'diff';
import { type Journeys, quantile, type Site } from '../replay/index.ts';
import type { JourneyChange, LatencyChange, Spread } from './comparison.ts';
import { separation } from './odds.ts';
import { compareText } from './order.ts';

/** What the runs of one program did on both sides. */
export interface Lived {
  readonly program: string;
  readonly a: readonly Journeys[];
  readonly b: readonly Journeys[];
}

/** Fewer than this on one side say nothing of how long something takes. */
const FEWEST = 20;
/** Less than this factor is what two runs of the same program differ by. */
const NOTABLE = 1.5;

/** Sites of both sides whose most frequent journeys differ. Goroutines correspond by where they were created. */
export function journeyChanges({ program, a, b }: Lived): JourneyChange[] {
  const [inA, inB] = [sitesOf(a), sitesOf(b)];
  return [...inA.keys()].sort(compareText).flatMap((site) => {
    const [from, to] = [usual(inA.get(site)), usual(inB.get(site))];
    if (from === undefined || to === undefined || from.text === to.text) return [];
    const lines = diffArrays(from.text.split('\n'), to.text.split('\n')).flatMap(
      ({ added, removed, value }) => value.map((line) => `${added ? '+' : removed ? '-' : ' '} ${line}`),
    );
    return [{ program, site, a: from.odds, b: to.odds, lines }];
  });
}

/** By site, how often each journey was taken. */
function sitesOf(runs: readonly Journeys[]): Map<string, Site[]> {
  const sites = new Map<string, Site[]>();
  for (const site of runs.flatMap((run) => run.sites))
    sites.set(site.name, [...(sites.get(site.name) ?? []), site]);
  return sites;
}

/** What most goroutines of a site do, as lines, and how many of them; undefined where they go their own ways. */
function usual(sites: readonly Site[] = []) {
  const counts = new Map<string, number>();
  for (const { steps, count } of sites.flatMap(({ journeys }) => journeys)) {
    const text = steps.join('\n');
    counts.set(text, (counts.get(text) ?? 0) + count);
  }
  const [most] = [...counts].sort(([x, n], [y, m]) => m - n || compareText(x, y));
  if (most === undefined) return undefined;
  const of = sites.reduce((sum, { goroutines }) => sum + goroutines, 0);
  if (2 * most[1] <= of) return undefined;
  return { text: most[0], odds: { seen: most[1], of } };
}

/** Everything that both sides did often enough, the most moved first. */
export function latencyChanges({ program, a, b }: Lived): LatencyChange[] {
  const kinds = new Set([...a, ...b].flatMap(({ latencies }) => latencies.map(({ what }) => what)));
  return [...kinds].sort(compareText).flatMap((what) => {
    const [inA, inB] = [spreadOf(a, what), spreadOf(b, what)];
    if (inA === undefined || inB === undefined) return [];
    const apart = inA.most < inB.least || inB.most < inA.least;
    const ratio = inB.spread.median / inA.spread.median;
    const moved = apart && Math.abs(Math.log(ratio)) >= Math.log(NOTABLE);
    const p = moved ? separation(inA.runs, inB.runs) : 1;
    return [{ program, what, a: inA.spread, b: inB.spread, ratio, moved, p }];
  });
}

/** All times of a side's runs, and the medians of the fastest and of the slowest run. */
function spreadOf(runs: readonly Journeys[], what: string) {
  const found = runs.flatMap(({ latencies }) => latencies.filter((each) => each.what === what));
  const count = found.reduce((sum, each) => sum + each.count, 0);
  if (count < FEWEST) return undefined;
  const all = new Map<number, number>();
  for (const [bucket, n] of found.flatMap(({ buckets }) => [...buckets]))
    all.set(bucket, (all.get(bucket) ?? 0) + n);
  const medians = found.map(({ buckets }) => quantile(buckets, 0.5));
  const at = (part: number) => Math.round(quantile(all, part));
  const spread: Spread = { count, median: at(0.5), p90: at(0.9), p99: at(0.99), most: at(1) };
  return { spread, runs: found.length, least: Math.min(...medians), most: Math.max(...medians) };
}
