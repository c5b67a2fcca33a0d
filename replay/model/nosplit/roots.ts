/**
 * Where the linker begins to tell of chains over the limit: at the functions that no other such function calls.
 *
 * A cycle that nobody enters has no such function; the linker then looks for one of the cycle's own. It does so by
 * walking a Go map, whose order differs from run to run, and deletes while it walks: where cycles share functions,
 * what it finds depends on where it began. It may then tell of other roots, or of none, and none means that the link
 * succeeds. So there is a list of answers here, of which the linker gives one.
 */
import { INDIRECT, LEAF, type NosplitGraph } from './graph.ts';

/** Up to so many functions around cycles, every order of the walk is tried; above, so many orders. */
const ALL_ORDERS_OF = 6;
const SAMPLED_ORDERS = 600;
/** Several groups of cycles multiply their answers; past so many the list is cut. */
const MOST_ANSWERS = 64;

/**
 * Every set of roots that the linker may arrive at, as ascending numbers; one, unless there are cycles. `nodes` is
 * what it walked a second time.
 */
export function rootsOf(graph: NosplitGraph, nodes: ReadonlySet<number>): number[][] {
  const called = new Set(
    [...nodes].flatMap((node) => calleesOf(graph, node).filter((each) => each !== node)),
  );
  const around = aroundCycles(graph, nodes);
  const plain = [...nodes].filter((node) => !called.has(node) && !around.has(node));
  let answers: number[][] = [plain];
  for (const group of groupsOf(graph, around)) {
    const outcomes = outcomesOf(graph, group);
    answers = answers
      .flatMap((answer) => outcomes.map((outcome) => [...answer, ...outcome]))
      .slice(0, MOST_ANSWERS);
  }
  return answers.map((answer) => answer.sort((a, b) => a - b));
}

function calleesOf(graph: NosplitGraph, node: number): number[] {
  return graph.edges[node]!.map(({ target }) => target).filter((target) => target !== LEAF);
}

/**
 * What the linker walks a second time, to tell of it: the functions over the limit and all that they reach. It takes
 * what a function value leads to for granted and does not walk there, so morestack is among them only where a
 * function with a split check is.
 */
export function walkedAgain(graph: NosplitGraph, over: readonly number[]): Set<number> {
  const found = new Set<number>(over);
  for (const node of found) {
    if (graph.names[node] === INDIRECT) continue;
    for (const callee of calleesOf(graph, node)) found.add(callee);
  }
  return found;
}

/** The functions that are on a cycle or lead to one: what remains when those without callees are taken away again and again. */
function aroundCycles(graph: NosplitGraph, nodes: ReadonlySet<number>): Set<number> {
  const left = new Set(nodes);
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const node of left) {
      if (!calleesOf(graph, node).some((callee) => left.has(callee))) left.delete(node);
    }
  }
  return left;
}

/** Parts of the graph that share no function. */
function groupsOf(graph: NosplitGraph, nodes: ReadonlySet<number>): number[][] {
  const neighbours = new Map<number, number[]>([...nodes].map((node) => [node, []]));
  for (const node of nodes)
    for (const callee of calleesOf(graph, node)) {
      neighbours.get(node)!.push(callee);
      neighbours.get(callee)?.push(node);
    }
  const seen = new Set<number>();
  const groups: number[][] = [];
  for (const start of nodes) {
    if (seen.has(start)) continue;
    const group = new Set([start]);
    for (const node of group)
      for (const next of neighbours.get(node) ?? []) if (nodes.has(next)) group.add(next);
    for (const node of group) seen.add(node);
    groups.push([...group]);
  }
  return groups;
}

function outcomesOf(graph: NosplitGraph, group: readonly number[]): number[][] {
  const ranked = [...group].sort((a, b) => graph.rank[a]! - graph.rank[b]!);
  const found = new Map<string, number[]>();
  for (const order of ordersOf(ranked)) {
    const roots = walkInOrder(graph, order);
    found.set(roots.join(), roots);
  }
  return [...found.values()];
}

/** What is left of the functions when the linker's walk visits them in this order. */
function walkInOrder(graph: NosplitGraph, order: readonly number[]): number[] {
  const nodes = new Set(order);
  for (const origin of order) {
    if (!nodes.has(origin)) continue;
    for (const callee of calleesOf(graph, origin)) {
      const lowest = removeBelow(graph, nodes, origin, callee);
      if (lowest !== undefined) nodes.add(lowest);
    }
  }
  return [...nodes].sort((a, b) => a - b);
}

/** Deletes all that is reached and still there; of a way back to the origin, the function of lowest rank on it. */
function removeBelow(
  graph: NosplitGraph,
  nodes: Set<number>,
  origin: number,
  node: number,
): number | undefined {
  if (!nodes.delete(node)) return undefined;
  if (node === origin) return node;
  let lowest: number | undefined;
  for (const callee of calleesOf(graph, node)) {
    const below = removeBelow(graph, nodes, origin, callee);
    if (below === undefined) continue;
    lowest ??= node;
    if (graph.rank[below]! < graph.rank[lowest]!) lowest = below;
  }
  return lowest;
}

/** Orders of a walk: the ascending one first, since it is as good as any to be shown. */
function* ordersOf(ranked: readonly number[]): Generator<readonly number[]> {
  yield ranked;
  if (ranked.length <= ALL_ORDERS_OF) return yield* permutations(ranked);
  for (let i = 0; i < ranked.length && i < SAMPLED_ORDERS; i++) {
    const [before, after] = [ranked.slice(0, i), ranked.slice(i)];
    yield [...after, ...before];
    yield [...after.slice(0, 1), ...after.slice(1).reverse(), ...before.reverse()];
  }
  let seed = 1;
  for (let n = 0; n < SAMPLED_ORDERS; n++) {
    const order = [...ranked];
    for (let i = order.length - 1; i > 0; i--) {
      // A generator of its own, so that the same graph always has the same answers.
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      const other = seed % (i + 1);
      [order[i], order[other]] = [order[other]!, order[i]!];
    }
    yield order;
  }
}

function* permutations(items: readonly number[]): Generator<number[]> {
  if (items.length <= 1) return yield [...items];
  for (const [at, first] of items.entries()) {
    const rest = items.filter((_, each) => each !== at);
    for (const order of permutations(rest)) yield [first, ...order];
  }
}
