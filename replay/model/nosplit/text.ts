/** What the linker prints of the chains over the limit, byte for byte. */
import { type Edge, LEAF, type NosplitGraph } from './graph.ts';

/** The linker's count of errors after which it gives up. */
const MOST_ERRORS = 20;

interface Step {
  readonly edge: Edge;
  printed: boolean;
}

/** How a chain ends that breaks the limit. */
type ChainEnd = { readonly kind: 'over'; readonly bytes: number } | { readonly kind: 'cycle' };

/**
 * The text for these roots, which are told deepest first. `walked` is what the linker knows the edges of by then:
 * anything else looks to it as if it were already on the chain. So where it meets morestack by a function value
 * alone, it calls that a cycle, once.
 */
export function linkerText(
  graph: NosplitGraph,
  walked: ReadonlySet<number>,
  roots: readonly number[],
  heights: Int32Array,
  limit: number,
): string {
  const sorted = [...roots].sort((a, b) => heights[b]! - heights[a]! || graph.rank[a]! - graph.rank[b]!);
  const lines: string[] = [];
  // The walk takes edges away and puts them back: what it leaves matters to the next root.
  const edges = new Map([...walked].map((number) => [number, graph.edges[number]!]));
  for (const [nth, root] of sorted.entries()) {
    lines.push(`${symbolOf(graph.names[root]!)}: nosplit stack over ${limit} byte limit`);
    // Counted before the chain is told, so the last error has none.
    if (nth === MOST_ERRORS) return `${[...lines, 'link: too many errors'].join('\n')}\n`;
    const chain: Step[] = [{ edge: { growth: 0, target: root }, printed: false }];
    report(graph, edges, root, limit, chain, (end) => lines.push(...linesOf(graph, chain, end)));
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** `main.f` of `main.f<1>`. */
export function symbolOf(name: string): string {
  return name.replace(/<\d+>$/, '');
}

/** Walks every way down from a function and tells of those that end below the limit or in a cycle. */
function report(
  graph: NosplitGraph,
  edges: Map<number, readonly Edge[]>,
  node: number,
  left: number,
  chain: Step[],
  tell: (end: ChainEnd) => void,
): void {
  const out = edges.get(node) ?? [];
  const isCycle = node !== LEAF && !edges.has(node);
  edges.delete(node);
  for (const edge of out) {
    chain.push({ edge, printed: false });
    report(graph, edges, edge.target, left - edge.growth, chain, tell);
    chain.pop();
  }
  // Also where a cycle came back: its function then stands there without edges until the walk leaves it. So a second
  // way back is told of only where it is over the limit, and as if it ended there.
  edges.set(node, out);
  if (out.length > 0) return;
  if (isCycle) tell({ kind: 'cycle' });
  else if (left < 0) tell({ kind: 'over', bytes: -left });
}

function linesOf(graph: NosplitGraph, chain: readonly Step[], end: ChainEnd): string[] {
  const lines: string[] = [];
  let indent = '';
  for (const [depth, step] of chain.entries()) {
    if (step.printed) continue;
    step.printed = true;
    const { growth, target } = step.edge;
    if (depth === 0) {
      lines.push(graph.names[target]!);
      continue;
    }
    indent = '    '.repeat(depth);
    lines.push(`${indent}grows ${growth} bytes${target === LEAF ? '' : `, calls ${graph.names[target]}`}`);
  }
  lines.push(`${indent}${end.kind === 'cycle' ? 'infinite cycle' : `${end.bytes} bytes over limit`}`);
  return lines;
}
