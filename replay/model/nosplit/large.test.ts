import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  budgetOf,
  deepestChains,
  GraphBuilder,
  heightsOf,
  judgeNosplit,
  type NosplitGraph,
} from './index.ts';

const amd64 = budgetOf({ release: 'go1.26', goarch: 'amd64', goos: 'linux', race: false });

/** Functions in the order of the check, each with calls as [growth, place]; -1 is its own frame. */
function graphOf(functions: readonly (readonly (readonly [number, number])[])[]): NosplitGraph {
  const builder = new GraphBuilder();
  const numbers = functions.map((_, place) => builder.number(`m.f${place}<1>`));
  for (const [place, calls] of functions.entries())
    for (const [growth, target] of calls) builder.addEdge(numbers[place]!, growth, target);
  return builder.graph(numbers, new Map(numbers.map((number) => [number, number])));
}

test('a chain of three thousand functions is told whole', () => {
  const chain = Array.from({ length: 3000 }, (_, place): [number, number][] => [[8, place - 1]]);
  const graph = graphOf(chain);
  const [text] = judgeNosplit(graph, amd64).texts;
  expect(text?.match(/^ *grows 8 bytes/gm)).toHaveLength(3000);
  expect(deepestChains(graph, heightsOf(graph), 12)).toHaveLength(1);
});

test('of fifty thousand functions that are too deep, twenty are told', () => {
  const wide = Array.from({ length: 50_000 }, (): [number, number][] => [[900, -1]]);
  const [text, ...others] = judgeNosplit(graphOf(wide), amd64).texts;
  expect(others).toEqual([]);
  expect(text?.match(/: nosplit stack over/g)).toHaveLength(21);
});

test('whatever calls whatever, there is a verdict, and a text or more for what is too deep', () => {
  const call = fc.tuple(fc.integer({ min: -64, max: 900 }), fc.integer({ min: -1, max: 11 }));
  const functions = fc.array(fc.array(call, { maxLength: 3 }), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(functions, (made) => {
      const { verdict, over, texts } = judgeNosplit(graphOf(made), amd64);
      expect(verdict).toBe(over.length === 0 ? 'ok' : 'overflow');
      expect(texts.length).toBeGreaterThan(0);
      if (verdict === 'ok') expect(texts).toEqual(['']);
    }),
    { numRuns: 200 },
  );
});
