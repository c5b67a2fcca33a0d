/** One build of a program: the model's verdict, the linker's, and whether the two feeds tell of the same program. */
import type { LinkResult, NosplitEvidence } from '../../collector/index.ts';
import { releaseOf } from '../model/index.ts';
import {
  budgetOf,
  type DeepestChain,
  deepestChains,
  judgeNosplit,
  LEAF,
  leftOf,
  type NosplitGraph,
  type NosplitJudgement,
  type NosplitTarget,
} from '../model/nosplit/index.ts';
import type { JudgedBuild } from './difference.ts';
import { compareFeeds } from './feeds.ts';
import { graphOfListing } from './from-listing.ts';
import { graphOfProgram } from './from-program.ts';
import type { NosplitChain, NosplitResult } from './result.ts';

/** What is known of a build besides what the tools said of it. */
export interface NosplitFacts extends Omit<NosplitTarget, 'release'> {
  /** `go1.26.8`; the model is that of its release, or of the nearest. */
  readonly go: string;
  readonly flags: readonly string[];
}

/** Chains that are listed in a result. */
const DEEPEST = 12;

export function judgeBuild({ link, program }: NosplitEvidence, facts: NosplitFacts): JudgedBuild {
  const budget = budgetOf({ ...facts, release: releaseOf(facts.go, 0).release });
  const rank = new Map([...program.keys()].map((name, place) => [name, place]));
  const started = performance.now();
  const graph = graphOfListing(link.listing, rank);
  const judgement = judgeNosplit(graph, budget);
  const deepest = deepestChains(graph, judgement.heights, DEEPEST).map((chain) =>
    shownChain(graph, chain, judgement.limit),
  );
  const ms = performance.now() - started;
  const kept = link.listing.functions.map(({ name }) => name);
  const compiled = graphOfProgram(program, budget, kept);
  // A function that needs nothing at all is not listed.
  const silent = [...program.values()].filter(({ nosplit }) => nosplit).map(({ name }) => name);
  const left = new Map(silent.map((name) => [name, judgement.limit]));
  for (const number of graph.finished)
    left.set(graph.names[number]!, judgement.limit - judgement.heights[number]!);
  const result: NosplitResult = {
    package: link.package,
    go: facts.go,
    arch: facts.goarch,
    os: facts.goos,
    race: facts.race,
    flags: [...facts.flags],
    build: [facts.go, facts.goarch, ...facts.flags].join(' '),
    model: { ...modelOf(graph, judgement, link, deepest[0]), ms: Math.round(ms * 10) / 10 },
    linker: { verdict: link.text === '' ? 'ok' : 'overflow', text: link.text },
    equal: judgement.texts.includes(link.text),
    feeds: compareFeeds(graph, compiled, budget, link.text),
    deepest,
  };
  return { result, left };
}

function modelOf(
  graph: NosplitGraph,
  { verdict, limit, over, texts }: NosplitJudgement,
  link: LinkResult,
  deepest: NosplitChain | undefined,
): Omit<NosplitResult['model'], 'ms'> {
  const left = deepest?.left;
  return {
    verdict,
    limit,
    over: over.length === 0 ? 0 : left === null ? null : -(left ?? 0),
    chain: deepest ?? null,
    text: texts.find((text) => text === link.text) ?? texts[0] ?? '',
    answers: texts.length,
    functions: graph.finished.length,
  };
}

function shownChain(graph: NosplitGraph, { root, steps, height }: DeepestChain, limit: number): NosplitChain {
  return {
    function: graph.names[root]!,
    height,
    left: leftOf(height, limit) ?? null,
    steps: steps.map(({ growth, target }) => ({
      grows: growth,
      calls: target === LEAF ? '' : graph.names[target]!,
    })),
  };
}
