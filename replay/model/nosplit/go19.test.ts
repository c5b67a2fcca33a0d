import { describe, expect, test } from 'vitest';
import { budgetOf, fixedFrameOf19, GO19_TARGET, type Go19Callable, judgeGo19 } from './index.ts';

const amd64 = budgetOf({ release: 'go1.9', goarch: 'amd64', goos: 'linux', race: false });
const arm64 = budgetOf({ release: 'go1.9', goarch: 'arm64', goos: 'linux', race: false });

interface Made {
  readonly name: string;
  readonly depth: number;
  readonly calls?: readonly number[];
  readonly split?: boolean;
}

/** Morestack, and after it these functions: each is as deep from end to end, and calls by place from 1 on. */
function programOf(...made: readonly Made[]): Go19Callable[] {
  const all: Made[] = [{ name: 'runtime.morestack', depth: 500 }, ...made];
  return all.map(({ name, depth, calls = [], split = false }) => ({
    name: `${name}<0>`,
    nosplit: !split,
    locals: split ? depth : 0,
    frame: [{ end: 100, depth }],
    calls: calls.map((target, nth) => ({ offset: nth, target })),
  }));
}

test.each([
  ['amd64', false, 744],
  ['amd64', true, 744],
  ['386', false, 748],
  ['arm64', false, 752],
])('the limit of Go 1.9 on %s, race %s, is %i', (goarch, race, limit) => {
  expect(budgetOf({ release: 'go1.9', goarch, goos: 'linux', race }).limit).toBe(limit);
  expect(fixedFrameOf19(goarch)).toBe(goarch === 'arm64' ? 8 : 0);
});

test('a chain of exactly the limit is good', () => {
  const program = programOf({ name: 'm.a', depth: 728, calls: [2] }, { name: 'm.b', depth: 8 });
  expect(judgeGo19(program, amd64, 0)).toEqual({ verdict: 'ok', text: '' });
});

test('a chain that is too deep is told with what is left at each step', () => {
  const program = programOf(
    { name: 'm.a', depth: 600, calls: [2] },
    { name: 'm.b', depth: 200, calls: [GO19_TARGET.indirect] },
  );
  expect(judgeGo19(program, amd64, 0).text).toBe(
    [
      'm.b: nosplit stack overflow',
      '\t744\tassumed on entry to m.a (nosplit)',
      '\t144\tafter m.a (nosplit) uses 600',
      '\t136\ton entry to m.b (nosplit)',
      '\t-64\tafter m.b (nosplit) uses 200',
      '',
    ].join('\n'),
  );
});

test('where a register takes the return address, nothing is told of entering', () => {
  const program = programOf({ name: 'm.a', depth: 600, calls: [2] }, { name: 'm.b', depth: 200 });
  expect(judgeGo19(program, arm64, 8).text.split('\n').slice(1, 4)).toEqual([
    '\t752\tassumed on entry to m.a (nosplit)',
    '\t152\tafter m.a (nosplit) uses 600',
    '\t-48\tafter m.b (nosplit) uses 200',
  ]);
});

test('a function value needs room for itself and for morestack', () => {
  const program = programOf({ name: 'm.a', depth: 735, calls: [GO19_TARGET.indirect] });
  expect(judgeGo19(program, amd64, 0).text).toBe(
    [
      'runtime.morestack: nosplit stack overflow',
      '\t744\tassumed on entry to m.a (nosplit)',
      '\t9\tafter m.a (nosplit) uses 735',
      '\t1\ton entry to function pointer',
      '\t-7\ton entry to runtime.morestack (nosplit)',
      '',
    ].join('\n'),
  );
});

describe('a function with a split check', () => {
  test('has its own frame for nothing, and what it calls has the budget', () => {
    const program = programOf(
      { name: 'm.s', depth: 5000, calls: [2], split: true },
      { name: 'm.a', depth: 744 },
    );
    expect(judgeGo19(program, amd64, 0).verdict).toBe('ok');
  });

  test('is told as such where it goes deeper than its variables', () => {
    const program = programOf({ name: 'm.s', depth: 100, split: true }).map((each) => ({
      ...each,
      locals: 0,
    }));
    const deeper = program.map((each) =>
      each.nosplit ? each : { ...each, frame: [{ end: 9, depth: 800 }] },
    );
    expect(judgeGo19(deeper, amd64, 0).text).toBe(
      'm.s: nosplit stack overflow\n\t744\tguaranteed after split check in m.s\n\t-48\tafter m.s uses 792\n',
    );
  });
});

test('a cycle is walked until nothing is left, from each of its functions', () => {
  const program = programOf(
    { name: 'm.ping', depth: 300, calls: [2] },
    { name: 'm.pong', depth: 300, calls: [1] },
  );
  const lines = judgeGo19(program, amd64, 0).text.split('\n');
  expect(lines.filter((line) => line.includes('overflow'))).toEqual([
    'm.ping: nosplit stack overflow',
    'm.pong: nosplit stack overflow',
  ]);
});

test('a cycle that takes nothing is left after a hundred calls', () => {
  const program = programOf({ name: 'm.a', depth: 8, calls: [2] }, { name: 'm.b', depth: 0, calls: [2] });
  const lines = judgeGo19(program, arm64, 8).text.split('\n');
  expect(lines.filter((line) => line.includes(': '))).toEqual([
    'm.b: nosplit stack check too deep',
    'm.b: nosplit stack overflow',
  ]);
});

test('after a call to what is outside of Go the function is not looked at', () => {
  const program = programOf(
    { name: 'm.a', depth: 8, calls: [GO19_TARGET.outside, 2] },
    { name: 'm.b', depth: 740 },
  );
  expect(judgeGo19(program, amd64, 0).verdict).toBe('ok');
});

test('after twenty errors the linker gives up before it tells of the chain', () => {
  const program = programOf(...Array.from({ length: 25 }, (_, n) => ({ name: `m.f${n}`, depth: 800 })));
  const lines = judgeGo19(program, amd64, 0).text.split('\n');
  expect(lines.slice(-3)).toEqual(['m.f20: nosplit stack overflow', 'link: too many errors', '']);
});

test('a ladder of a hundred steps, two ways at each, is judged at once', () => {
  const steps = Array.from({ length: 90 }, (_, n) => ({ name: `m.f${n}`, depth: 0, calls: [n + 2, n + 2] }));
  const program = programOf(...steps, { name: 'm.end', depth: 8 });
  expect(judgeGo19(program, amd64, 0)).toEqual({ verdict: 'ok', text: '' });
});
