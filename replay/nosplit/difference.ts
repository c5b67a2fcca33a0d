/** How two builds of one program differ: optimised or not, by architecture, by release. */
import { symbolOf } from '../model/nosplit/index.ts';
import type { NosplitDifference, NosplitResult } from './result.ts';

/** A result with what only comparing needs: bytes left below each function, by the linker's names. */
export interface JudgedBuild {
  readonly result: NosplitResult;
  readonly left: ReadonlyMap<string, number>;
}

/** Functions that a difference names. */
const MOST = 15;

/** What the second build leaves its functions, compared to the first; those that lose most come first. */
export function nosplitDifference(first: JudgedBuild, second: JudgedBuild): NosplitDifference {
  const [before, after] = [bySymbol(first.left), bySymbol(second.left)];
  const changed = [...before].flatMap(([name, left]) => {
    const now = after.get(name);
    return now === undefined || now === left ? [] : [{ function: name, before: left, after: now }];
  });
  changed.sort((a, b) => a.after - a.before - (b.after - b.before) || (a.function < b.function ? -1 : 1));
  return {
    package: first.result.package,
    from: first.result.build,
    to: second.result.build,
    verdicts: [first.result.model.verdict, second.result.model.verdict],
    functions: [...before.keys()].filter((name) => after.has(name)).length,
    changed: changed.length,
    most: changed.slice(0, MOST),
  };
}

/** A function may stand twice, once for each ABI; what is left to it is what the deeper leaves. */
function bySymbol(left: ReadonlyMap<string, number>): Map<string, number> {
  const least = new Map<string, number>();
  for (const [name, bytes] of left) {
    const symbol = symbolOf(name);
    least.set(symbol, Math.min(bytes, least.get(symbol) ?? bytes));
  }
  return least;
}
