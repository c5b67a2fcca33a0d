import { describe, expect, test } from 'vitest';
import {
  budgetOf,
  deepestChains,
  edgesOf,
  GraphBuilder,
  heightsOf,
  INFINITE,
  judgeNosplit,
  LEAF,
  type NosplitGraph,
  ownDepth,
  withLeaf,
} from './index.ts';

/** `a: 16 b, 24 c, 40` is function a, which calls b and c so deep, and goes 40 deep itself. Callees come first. */
function graphOf(...lines: string[]): NosplitGraph {
  const builder = new GraphBuilder();
  const rank = new Map<number, number>();
  const finished = lines.map((line, place) => {
    const [name = '', calls = ''] = line.split(': ');
    const number = builder.number(name);
    rank.set(number, place);
    for (const call of calls.split(', ').filter((each) => each !== '')) {
      const [growth, callee] = call.split(' ');
      builder.addEdge(number, Number(growth), callee === undefined ? LEAF : builder.number(callee));
    }
    return number;
  });
  return builder.graph(finished, rank);
}

const amd64 = budgetOf({ release: 'go1.26', goarch: 'amd64', goos: 'linux', race: false });

test.each([
  ['go1.26', 'amd64', 'linux', false, 792],
  ['go1.26', 'amd64', 'linux', true, 1592],
  ['go1.26', 'amd64', 'openbsd', true, 2392],
  ['go1.23', 'amd64', 'openbsd', true, 1592],
  ['go1.22', 'ppc64', 'aix', false, 1600],
  ['go1.26', '386', 'linux', false, 796],
  ['go1.26', 'arm64', 'linux', false, 792],
  ['go1.26', 'riscv64', 'linux', false, 800],
] as const)('the limit of %s on %s, %s, race %s is %i', (release, goarch, goos, race, limit) => {
  expect(budgetOf({ release, goarch, goos, race }).limit).toBe(limit);
});

describe('the edges of a compiled function', () => {
  const frame = [
    { end: 4, depth: 0 },
    { end: 20, depth: 24 },
    { end: 24, depth: 40 },
  ];
  const calls = [
    { offset: 8, target: 1 },
    { offset: 16, target: 2 },
  ];

  test('with a split check: room for morestack, whatever it calls', () => {
    expect(edgesOf({ nosplit: false, frame, calls }, amd64, 9)).toEqual([{ growth: 8, target: 9 }]);
  });

  test('without: each call as deep as the frame is there, and the return address deeper', () => {
    expect(edgesOf({ nosplit: true, frame, calls }, amd64, 9)).toEqual([
      { growth: 32, target: 1 },
      { growth: 32, target: 2 },
    ]);
  });

  test('its own frame counts only where no call goes deeper', () => {
    const own = ownDepth({ nosplit: true, frame, calls });
    expect(own).toBe(40);
    expect(withLeaf([], own, 40)).toEqual([]);
    expect(withLeaf([], own, 39)).toEqual([{ growth: 40, target: LEAF }]);
  });
});

test('a height is the deepest way down, and a cycle has none', () => {
  const graph = graphOf(
    'leaf: 100',
    'mid: 16 leaf, 60',
    'top: 200 mid, 208 outside',
    'b: 16 a',
    'a: 16 b, 300 mid',
  );
  const heights = heightsOf(graph);
  expect(Object.fromEntries(graph.names.map((name, number) => [name, heights[number]]))).toEqual({
    leaf: 100,
    mid: 116,
    top: 316,
    outside: 0,
    a: INFINITE,
    b: INFINITE,
  });
});

test('a chain of exactly the limit is good, and one byte more is told from its root', () => {
  const at = graphOf('m.c<1>: 8 runtime.morestack<0>', 'm.a<1>: 784 m.c<1>');
  expect(judgeNosplit(at, amd64)).toMatchObject({ verdict: 'ok', texts: [''] });
  const over = graphOf('m.c<1>: 8 runtime.morestack<0>', 'm.a<1>: 785 m.c<1>, 793', 'm.r<1>: 8 m.a<1>');
  expect(judgeNosplit(over, amd64).texts).toEqual([
    [
      'm.r: nosplit stack over 792 byte limit',
      'm.r<1>',
      '    grows 8 bytes, calls m.a<1>',
      '        grows 785 bytes, calls m.c<1>',
      '            grows 8 bytes, calls runtime.morestack<0>',
      '            9 bytes over limit',
      '        grows 793 bytes',
      '        9 bytes over limit',
      '',
    ].join('\n'),
  ]);
});

test('after twenty roots the linker gives up', () => {
  const graph = graphOf(...Array.from({ length: 25 }, (_, n) => `m.f${n}<1>: ${2000 - n}`));
  const lines = judgeNosplit(graph, amd64).texts[0]!.split('\n');
  expect(lines.slice(-3)).toEqual(['m.f20: nosplit stack over 792 byte limit', 'link: too many errors', '']);
});

describe('around cycles', () => {
  test('a function that calls itself is told once', () => {
    expect(judgeNosplit(graphOf('m.a<1>: 16 m.a<1>'), amd64).texts).toEqual([
      'm.a: nosplit stack over 792 byte limit\nm.a<1>\n    grows 16 bytes, calls m.a<1>\n    infinite cycle\n',
    ]);
  });

  test('of a plain cycle the function of the lowest number is its root, wherever the walk begins', () => {
    const { texts } = judgeNosplit(
      graphOf('m.a<1>: 16 m.b<1>', 'm.b<1>: 16 m.c<1>', 'm.c<1>: 16 m.a<1>'),
      amd64,
    );
    expect(texts).toHaveLength(1);
    expect(texts[0]).toContain('m.a: nosplit stack');
  });

  test('where cycles share functions the walk may lose its root, and then the linker links', () => {
    const { verdict, texts } = judgeNosplit(
      graphOf('m.a<1>: 16 m.b<1>', 'm.b<1>: 16 m.a<1>, 16 m.c<1>', 'm.c<1>: 16 m.a<1>'),
      amd64,
    );
    expect(verdict).toBe('overflow');
    expect(texts).toHaveLength(2);
    expect(texts).toContain('');
  });

  test('a second way back to the same function is told of as if it ended there', () => {
    const { texts } = judgeNosplit(graphOf('m.b<1>: 16 m.a<1>, 900 m.a<1>', 'm.a<1>: 8 m.b<1>'), amd64);
    const lines = texts.find((text) => text.startsWith('m.b:'))?.split('\n');
    expect(lines?.filter((line) => /cycle|over limit/.test(line)).map((line) => line.trim())).toEqual([
      'infinite cycle',
      '116 bytes over limit',
    ]);
  });
});

test('morestack that is met by a function value alone is called a cycle, the first time', () => {
  const graph = graphOf(
    'indirect: 8 runtime.morestack<0>',
    'm.b<1>: 400 indirect',
    'm.a<1>: 400 m.b<1>, 408 m.b<1>',
  );
  const lines = judgeNosplit(graph, amd64).texts[0]!.split('\n');
  expect(lines.map((line) => line.trim()).filter((line) => /cycle|over limit/.test(line))).toEqual([
    'infinite cycle',
    '24 bytes over limit',
  ]);
});

test('the deepest chains are told each once, deepest first', () => {
  const graph = graphOf('x: 8 m', 'leaf: 100', 'mid: 16 leaf', 'top: 200 mid', 'other: 150');
  const chains = deepestChains(graph, heightsOf(graph), 3);
  expect(chains.map(({ root, height }) => [graph.names[root], height])).toEqual([
    ['top', 316],
    ['other', 150],
    ['x', 8],
  ]);
});
