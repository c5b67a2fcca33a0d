import type { NosplitChain, NosplitResult } from '../../replay/index.ts';

const deep: NosplitChain = {
  function: 'main.handle<1>',
  height: 888,
  left: -96,
  steps: [
    { grows: 24, calls: 'main.parse<1>' },
    { grows: 504, calls: 'main.decode<1>' },
    { grows: 352, calls: 'main.report<1>' },
    { grows: 8, calls: 'runtime.morestack<0>' },
  ],
};
const cycle: NosplitChain = {
  function: 'main.ping<1>',
  height: 32767,
  left: null,
  steps: [
    { grows: 24, calls: 'main.pong<1>' },
    { grows: 24, calls: 'main.ping<1>' },
  ],
};
const shallow: NosplitChain = { function: 'runtime.a<1>', height: 100, left: 692, steps: [{ grows: 100, calls: '' }] };

/** One build of a program whose deepest chain is this. */
function resultOf(chain: NosplitChain, text: string, name: string): NosplitResult {
  const verdict = text === '' ? 'ok' : 'overflow';
  const over = chain.left === null ? null : Math.max(0, -chain.left);
  return {
    ...{ package: name, go: 'go1.26.8', arch: 'amd64', os: 'linux', race: false, flags: [] },
    build: 'go1.26.8 amd64',
    model: { verdict, limit: 792, over, chain, text, answers: 1, functions: 1000, ms: 12 },
    linker: { verdict, text },
    equal: true,
    feeds: { functions: 1000, agree: 1000, differ: [], equal: true },
    deepest: [chain, shallow],
  };
}

/** A build that is too deep, one with a cycle, and one that fits; `name` is the program's. */
export function sampleNosplit(name = 'example.com/server'): NosplitResult[] {
  return [
    resultOf(deep, `main.handle: nosplit stack over 792 byte limit\n${'    grows 1 bytes\n'.repeat(200)}the end\n`, name),
    resultOf(cycle, 'main.ping: nosplit stack over 792 byte limit\n', name),
    resultOf(shallow, '', name),
  ];
}
