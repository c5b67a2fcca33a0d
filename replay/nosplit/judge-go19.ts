/** One program that Go 1.9 linked: the model's verdict and text, and the linker's. */
import type { Go19Evidence, Go19Link, Go19Program, Program } from '../../collector/index.ts';
import {
  budgetOf,
  fixedFrameOf19,
  GO19_TARGET,
  type Go19Callable,
  heightsOf,
  judgeGo19,
  symbolOf,
} from '../model/nosplit/index.ts';
import type { JudgedBuild } from './difference.ts';
import { graphOfProgram } from './from-program.ts';
import { buildOf, chainsOf, leftBelow, type NosplitFacts } from './judge.ts';
import type { NosplitResult } from './result.ts';

export function judgeGo19Build({ link, program }: Go19Evidence, facts: NosplitFacts): JudgedBuild {
  const budget = budgetOf({ ...facts, release: 'go1.9' });
  const started = performance.now();
  const judged = judgeGo19(callablesOf(program), budget, fixedFrameOf19(facts.goarch));
  // The linker walks down from each function; heights, by the same frames, show what it found.
  const graph = graphOfProgram(checkless(program), budget, program.keys());
  const depths = { heights: heightsOf(graph), limit: budget.limit };
  const deepest = chainsOf(graph, depths);
  const ms = Math.round((performance.now() - started) * 10) / 10;
  const { verdict, text } = judged;
  const [chain] = deepest;
  const over = verdict === 'ok' ? 0 : chain?.left === null ? null : Math.max(0, -(chain?.left ?? 0));
  const functions = graph.finished.length;
  const equal = text === link.text;
  const result: NosplitResult = {
    ...buildOf(link.package, facts),
    model: { verdict, limit: budget.limit, over, chain: chain ?? null, text, answers: 1, functions, ms },
    linker: { verdict: link.text === '' ? 'ok' : 'overflow', text: link.text },
    equal,
    feeds: compareCalls(link, program, equal),
    deepest,
  };
  return { result, left: leftBelow(graph, depths, program.values()) };
}

/** A height is of what is called without a check: a function with one begins anew. */
function checkless(program: Go19Program): Program {
  return new Map(
    [...program].map(([name, made]) => [name, made.nosplit ? made : { ...made, frame: [], calls: [] }]),
  );
}

function callablesOf(program: Go19Program): Go19Callable[] {
  const places = new Map([...program.keys()].map((name, place) => [name, place]));
  const targetOf = (callee: string | undefined) =>
    callee === undefined ? GO19_TARGET.indirect : (places.get(callee) ?? GO19_TARGET.outside);
  return [...program.values()].map(({ calls, ...made }) => ({
    ...made,
    calls: calls.map(({ offset, callee }) => ({ offset, target: targetOf(callee) })),
  }));
}

/** The linker's list of calls and the object files' calls, function by function and in the same order. */
function compareCalls(link: Go19Link, program: Go19Program, equal: boolean): NosplitResult['feeds'] {
  const listed = grouped(link.calls.map(({ caller, callee }) => [caller, callee]));
  const written = grouped(
    [...program.values()].flatMap(({ name, calls }) =>
      calls
        .filter((call) => call.listed && program.has(call.callee ?? ''))
        .map(({ callee = '' }): [string, string] => [symbolOf(name), symbolOf(callee)]),
    ),
  );
  const names = new Set([...listed.keys(), ...written.keys()]);
  const order = [...written.keys()];
  const differ = [...names].flatMap((name, place) => {
    const [linker, compiler] = [listed.get(name) ?? '', written.get(name) ?? ''];
    if (linker !== compiler) return [{ function: name, linker, compiler }];
    return order[place] === name
      ? []
      : [{ function: name, linker: `place ${place}`, compiler: 'another place' }];
  });
  return { functions: names.size, agree: names.size - differ.length, differ, equal };
}

/** The callees of each caller, as a line. The linker tells no versions of names. */
function grouped(calls: readonly (readonly [string, string])[]): Map<string, string> {
  const lines = new Map<string, string>();
  for (const [caller, callee] of calls)
    lines.set(caller, [lines.get(caller) ?? [], `-> ${callee}`].flat().join(', '));
  return lines;
}
