import { expect, test } from 'vitest';
import { GraphBuilder, judgeNosplit, LEAF } from '../../model/nosplit/index.ts';
import { explore } from '../explore.ts';
import { BUDGET, frameOf, GRAPH, nosplit } from './nosplit.ts';

test.each([
  ['broken', false],
  ['mended', true],
] as const)('%s: going down every way says what heights over the same graph say', (name, overlap) => {
  const builder = new GraphBuilder();
  for (const func of GRAPH) {
    const number = builder.number(func.name);
    const frame = frameOf(func, overlap);
    for (const callee of func.calls) builder.addEdge(number, frame + BUDGET.callSize, builder.number(callee));
    builder.addEdge(number, frame, LEAF);
  }
  const callees = GRAPH.map((_, index) => index).reverse();
  const { verdict } = judgeNosplit(
    builder.graph(
      callees.map((index) => builder.number(GRAPH[index]!.name)),
      new Map(),
    ),
    BUDGET,
  );
  const variant = nosplit.variants.find((each) => each.name === name)!;
  expect(explore(variant.world()).exhausted).toBe(verdict === 'ok');
});
