/** The stack check as a function: a call graph and a budget in, a verdict, the linker's text and the chains out. */
import type { Budget } from './budget.ts';
import { type Edge, LEAF, type NosplitGraph } from './graph.ts';
import { heightsOf, INFINITE } from './heights.ts';
import { rootsOf, walkedAgain } from './roots.ts';
import { linkerText } from './text.ts';

export interface NosplitJudgement {
  readonly verdict: 'ok' | 'overflow';
  readonly limit: number;
  /** By the functions' numbers; INFINITE and little below it for cycles. */
  readonly heights: Int32Array;
  /** Functions over the limit. */
  readonly over: readonly number[];
  /**
   * The texts that the linker may print, first the likeliest; the empty one where it may print none and link. There
   * is more than one only around cycles (roots.ts).
   */
  readonly texts: readonly string[];
}

export function judgeNosplit(graph: NosplitGraph, { limit }: Budget): NosplitJudgement {
  const heights = heightsOf(graph);
  const over = graph.finished.filter((number) => heights[number]! > limit);
  if (over.length === 0) return { verdict: 'ok', limit, heights, over, texts: [''] };
  const walked = walkedAgain(graph, over);
  const texts = rootsOf(graph, walked).map((roots) => linkerText(graph, walked, roots, heights, limit));
  return { verdict: 'overflow', limit, heights, over, texts: [...new Set(texts)] };
}

/** A way down from a function along the deepest of its calls. */
export interface DeepestChain {
  readonly root: number;
  readonly steps: readonly Edge[];
  readonly height: number;
  /** It came back to a function of its own. */
  readonly cycle: boolean;
}

/** The deepest way down from a function. */
function deepestFrom(graph: NosplitGraph, heights: Int32Array, root: number): DeepestChain {
  const steps: Edge[] = [];
  const seen = new Set<number>();
  let node = root;
  while (node !== LEAF && !seen.has(node)) {
    seen.add(node);
    const next = deepestEdge(graph.edges[node]!, heights);
    if (next === undefined) break;
    steps.push(next);
    node = next.target;
  }
  return { root, steps, height: heights[root]!, cycle: seen.has(node) && graph.edges[node]!.length > 0 };
}

function deepestEdge(edges: readonly Edge[], heights: Int32Array): Edge | undefined {
  const heightOf = ({ growth, target }: Edge) => growth + (target === LEAF ? 0 : heights[target]!);
  return edges.reduce<Edge | undefined>(
    (deepest, edge) => (deepest === undefined || heightOf(edge) > heightOf(deepest) ? edge : deepest),
    undefined,
  );
}

/** The functions with the deepest chains, each chain once: what lies on another's way down is not told apart. */
export function deepestChains(graph: NosplitGraph, heights: Int32Array, count: number): DeepestChain[] {
  const byHeight = [...graph.finished].sort(
    (a, b) => heights[b]! - heights[a]! || graph.rank[a]! - graph.rank[b]!,
  );
  const told = new Set<number>();
  const chains: DeepestChain[] = [];
  for (const root of byHeight) {
    if (chains.length === count) break;
    if (told.has(root)) continue;
    const chain = deepestFrom(graph, heights, root);
    for (const { target } of chain.steps) told.add(target);
    told.add(root);
    chains.push(chain);
  }
  return chains;
}

/** Bytes that are left of the limit; below 0 for what is over, undefined for what has no bottom. */
export function leftOf(height: number, limit: number): number | undefined {
  return height >= INFINITE ? undefined : limit - height;
}
