/** The call graph as the linker lists it. */
import type { Listing } from '../../collector/index.ts';
import { GraphBuilder, LEAF, type NosplitGraph } from '../model/nosplit/index.ts';

/**
 * The listing does not tell the linker's numbers of symbols. Within a package they follow the order in which
 * functions are checked, and so they are taken from it; `rank` has them where they are known better.
 */
export function graphOfListing({ functions }: Listing, rank?: ReadonlyMap<string, number>): NosplitGraph {
  const builder = new GraphBuilder();
  const finished = functions.map(({ name }) => builder.number(name));
  for (const [at, { calls }] of functions.entries()) {
    for (const { growth, callee } of calls) {
      builder.addEdge(finished[at]!, growth, callee === undefined ? LEAF : builder.number(callee));
    }
  }
  const known = new Map([...(rank ?? [])].filter(([name]) => builder.has(name)));
  const ranks =
    rank === undefined
      ? new Map(finished.map((number, at) => [number, at]))
      : new Map([...known].map(([name, place]) => [builder.number(name), place]));
  return builder.graph(finished, ranks);
}
