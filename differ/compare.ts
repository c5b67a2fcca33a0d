/**
 * Two sets of runs of the same programs: another architecture, another release,
 * before and after a change. What only one of them shows, what has become more
 * or less frequent, which findings are new and which are gone, each with how
 * surely: a schedule is never the same twice.
 */
import type { Journeys, Layer, Replay } from '../replay/index.ts';
import type { Comparison, FindingChange, Odds, ReachChange, Share, ShareChange } from './comparison.ts';
import { couldHaveShown } from './findings.ts';
import { journeyChanges, type Lived, latencyChanges } from './journeys.ts';
import { fisher, separation } from './odds.ts';
import { compareText } from './order.ts';

/** Less than this factor is what two runs of the same program differ by. */
const NOTABLE = 1.5;

/** A recording, and what its goroutines did, where it holds a trace. */
export interface Run {
  readonly replay: Replay;
  readonly journeys?: Journeys | undefined;
}

export function compareSides(allOfA: readonly Run[], allOfB: readonly Run[]): Comparison {
  const [runsA, runsB] = [withoutCopies(allOfA), withoutCopies(allOfB)];
  const [a, b] = [runsA.map(({ replay }) => replay), runsB.map(({ replay }) => replay)];
  const [inA, inB] = [programsOf(a), programsOf(b)];
  const common = inA.filter((program) => inB.includes(program));
  const pairs = common.map((program) => pairOf(program, a, b));
  const reached = pairs.flatMap((pair) =>
    reachedIn(pair).map((each) => ({ program: pair.program, ...each })),
  );
  const lived = common.map((program) => livedIn(program, runsA, runsB));
  return {
    asked: reached.length,
    copies: { a: allOfA.length - a.length, b: allOfB.length - b.length },
    programs: pairs.map(({ program, a, b }) => ({ program, a: a.length, b: b.length })),
    alone: {
      a: inA.filter((program) => !inB.includes(program)),
      b: inB.filter((program) => !inA.includes(program)),
    },
    findings: pairs.flatMap(findingChanges),
    reach: reached.flatMap(reachChanges).sort((x, y) => x.p - y.p),
    shares: reached.flatMap(shareChanges).sort(surestThenLargest),
    journeys: lived.flatMap(journeyChanges),
    latencies: lived.flatMap(latencyChanges).sort(surestThenLargest),
  };
}

function surestThenLargest(x: { p: number; ratio: number }, y: { p: number; ratio: number }): number {
  return x.p - y.p || Math.abs(Math.log(y.ratio)) - Math.abs(Math.log(x.ratio));
}

/** Two recordings to the nanosecond alike are one run, recorded once and copied: as two they would seem to confirm each other. */
function withoutCopies(runs: readonly Run[]): Run[] {
  const seen = new Set<string>();
  return runs.filter(({ replay }) => {
    const { program, go, arch, events, duration, probe, timeline } = replay;
    // Nothing that tells two runs apart: where there are no events, different ones may look alike.
    if (events === 0 && probe === undefined) return true;
    const key = JSON.stringify([program, go, arch, events, duration, probe, timeline]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

function livedIn(program: string, a: readonly Run[], b: readonly Run[]): Lived {
  const of = (runs: readonly Run[]) =>
    runs.flatMap(({ replay, journeys }) => (replay.program === program && journeys ? [journeys] : []));
  return { program, a: of(a), b: of(b) };
}

interface Pair {
  readonly program: string;
  readonly a: readonly Replay[];
  readonly b: readonly Replay[];
}

function programsOf(replays: readonly Replay[]): string[] {
  return [...new Set(replays.map(({ program }) => program))].sort(compareText);
}

function pairOf(program: string, a: readonly Replay[], b: readonly Replay[]): Pair {
  const of = (replays: readonly Replay[]) => replays.filter((replay) => replay.program === program);
  return { program, a: of(a), b: of(b) };
}

function findingChanges({ program, a, b }: Pair): FindingChange[] {
  const all = new Map(
    [...a, ...b].flatMap(({ divergences }) => divergences.map((each) => [each.signature, each])),
  );
  return [...all.values()]
    .map(({ signature, rule, text, class: kind, layers }) => {
      const odds = (replays: readonly Replay[]) => oddsOf(replays, signature, layers);
      const [inA, inB] = [odds(a), odds(b)];
      return {
        program,
        signature,
        rule,
        text,
        class: kind,
        a: inA,
        b: inB,
        change: changeOf(inA, inB),
        p: chance(inA, inB),
      };
    })
    .sort(
      (x, y) =>
        CHANGES.indexOf(x.change) - CHANGES.indexOf(y.change) || compareText(x.signature, y.signature),
    );
}

const CHANGES: readonly FindingChange['change'][] = ['new', 'gone', 'same', 'incomparable'];

function changeOf(a: Odds, b: Odds): FindingChange['change'] {
  if (a.of === 0 || b.of === 0) return 'incomparable';
  return a.seen === 0 ? 'new' : b.seen === 0 ? 'gone' : 'same';
}

/** Of the runs that could have shown it: they have its layers, and were judged to their end. */
function oddsOf(replays: readonly Replay[], signature: string, layers: readonly Layer[]): Odds {
  const holds = ({ divergences }: Replay) => divergences.some((each) => each.signature === signature);
  const able = replays.filter(
    (replay) =>
      holds(replay) || (couldHaveShown(replay) && layers.every((layer) => replay.layers.includes(layer))),
  );
  return { seen: able.filter(holds).length, of: able.length };
}

const chance = (a: Odds, b: Odds): number => fisher(a.seen, a.of, b.seen, b.of);

/** One thing that runs reach: a row, or a facet of one, with its count in each run that can show it. */
interface Reached {
  readonly row: string;
  readonly facet?: string;
  readonly layer: Layer;
  readonly text: string;
  readonly a: readonly Seen[];
  readonly b: readonly Seen[];
}

interface ReachedBy extends Reached {
  readonly program: string;
}

interface Seen {
  readonly count: number;
  /** Events or records of the layer in that run. */
  readonly total: number;
}

function reachChanges({ a, b, ...thing }: ReachedBy): ReachChange[] {
  const odds = (runs: readonly Seen[]) => ({
    seen: runs.filter(({ count }) => count > 0).length,
    of: runs.length,
  });
  const [inA, inB] = [odds(a), odds(b)];
  if (inA.seen > 0 === inB.seen > 0) return [];
  return [{ ...thing, a: inA, b: inB, p: chance(inA, inB) }];
}

function shareChanges({ a, b, ...thing }: ReachedBy): ShareChange[] {
  const [inA, inB] = [shareOf(a), shareOf(b)];
  const apart = inA.most < inB.least || inB.most < inA.least;
  const ratio = inB.median / inA.median;
  // What one side never reaches is told as that; a facet that says no more than its row is not told twice.
  if (!apart || inA.least === 0 || inB.least === 0 || Math.abs(Math.log(ratio)) < Math.log(NOTABLE))
    return [];
  return [{ ...thing, a: inA, b: inB, ratio, p: separation(a.length, b.length) }];
}

const named = (facet: string | undefined) => (facet === undefined ? {} : { facet });

function shareOf(runs: readonly Seen[]): Share {
  const shares = runs.map(({ count, total }) => (1000 * count) / total).sort((x, y) => x - y);
  return { least: shares[0]!, median: shares[shares.length >> 1]!, most: shares.at(-1)! };
}

/** Rows that at least one run of each side can show, and facets where a row has several. */
function reachedIn({ a, b }: Pair): Reached[] {
  const rows = new Map(
    [...a, ...b].flatMap(({ coverage }) => coverage.rows.map((row) => [`${row.layer} ${row.row}`, row])),
  );
  return [...rows.values()].flatMap(({ row, layer, text }) => {
    const facets = new Set(
      [...a, ...b].flatMap((replay) => Object.keys(rowIn(replay, row, layer)?.facets ?? {})),
    );
    const parts = facets.size > 1 ? [undefined, ...[...facets].sort(compareText)] : [undefined];
    return parts.flatMap((facet) => {
      const [inA, inB] = [seenIn(a, row, layer, facet), seenIn(b, row, layer, facet)];
      return inA.length > 0 && inB.length > 0 ? [{ row, ...named(facet), layer, text, a: inA, b: inB }] : [];
    });
  });
}

function rowIn({ coverage }: Replay, row: string, layer: Layer) {
  return coverage.rows.find((each) => each.row === row && each.layer === layer && each.observable);
}

function seenIn(replays: readonly Replay[], row: string, layer: Layer, facet: string | undefined): Seen[] {
  return replays.flatMap((replay) => {
    const found = rowIn(replay, row, layer);
    const total = totalOf(replay, layer);
    if (found === undefined || total === 0) return [];
    return [{ count: facet === undefined ? found.count : (found.facets[facet] ?? 0), total }];
  });
}

/** Events of the trace, records of the probes; of other layers, whatever their rows were asked. */
function totalOf({ events, probe, coverage }: Replay, layer: Layer): number {
  if (layer === 'trace') return events;
  if (layer === 'probe') return probe?.records ?? 0;
  return coverage.rows.reduce((sum, row) => sum + (row.layer === layer ? row.count : 0), 0);
}
