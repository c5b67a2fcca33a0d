/** One build of a program: the model's verdict, the linker's, and whether the two feeds tell of the same program. */
import type { LinkResult, NosplitEvidence, ProgramFunction } from '../../collector/index.ts';
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
  const deepest = chainsOf(graph, judgement);
  const ms = performance.now() - started;
  const kept = link.listing.functions.map(({ name }) => name);
  const compiled = graphOfProgram(program, budget, kept);
  const result: NosplitResult = {
    ...buildOf(link.package, facts),
    model: { ...modelOf(graph, judgement, link, deepest[0]), ms: Math.round(ms * 10) / 10 },
    linker: { verdict: link.text === '' ? 'ok' : 'overflow', text: link.text },
    equal: judgement.texts.includes(link.text),
    feeds: compareFeeds(graph, compiled, budget, link.text),
    deepest,
  };
  return { result, left: leftBelow(graph, judgement, program.values()) };
}

/** What was built, and how. */
export function buildOf(pkg: string, { go, goarch, goos, race, flags }: NosplitFacts): NosplitBuilt {
  const build = [go, goarch, ...flags].join(' ');
  return { package: pkg, go, arch: goarch, os: goos, race, flags: [...flags], build };
}

type NosplitBuilt = Pick<NosplitResult, 'package' | 'go' | 'arch' | 'os' | 'race' | 'flags' | 'build'>;

type Heights = Pick<NosplitJudgement, 'heights' | 'limit'>;

/** The deepest chains as a result has them. */
export function chainsOf(graph: NosplitGraph, { heights, limit }: Heights): NosplitChain[] {
  return deepestChains(graph, heights, DEEPEST).map((chain) => shownChain(graph, chain, limit));
}

/** Bytes that are left below each function, by name. One that needs nothing at all is not in the graph. */
export function leftBelow(
  graph: NosplitGraph,
  { heights, limit }: Heights,
  functions: Iterable<ProgramFunction>,
): Map<string, number> {
  const left = new Map<string, number>();
  for (const { name, nosplit } of functions) if (nosplit) left.set(name, limit);
  for (const number of graph.finished) left.set(graph.names[number]!, limit - heights[number]!);
  return left;
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
