/** Whether the linker's listing and the compiler's object files tell of the same calls, function by function. */
import { type Budget, type Edge, judgeNosplit, LEAF, type NosplitGraph } from '../model/nosplit/index.ts';
import type { NosplitResult } from './result.ts';

type Feeds = NosplitResult['feeds'];

export function compareFeeds(
  listed: NosplitGraph,
  compiled: NosplitGraph,
  budget: Budget,
  linkersText: string,
): Feeds {
  const [linker, compiler] = [linesOf(listed), linesOf(compiled)];
  const names = new Set([...linker.keys(), ...compiler.keys()]);
  const differ: Feeds['differ'] = [];
  for (const name of names) {
    const [said, wrote] = [linker.get(name) ?? '', compiler.get(name) ?? ''];
    if (said !== wrote) differ.push({ function: name, linker: said, compiler: wrote });
  }
  const { texts } = judgeNosplit(compiled, budget);
  return {
    functions: names.size,
    agree: names.size - differ.length,
    differ,
    equal: texts.includes(linkersText),
  };
}

/** Each function's edges as a line, in the form of the listing. */
function linesOf(graph: NosplitGraph): Map<string, string> {
  const line = ({ growth, target }: Edge) =>
    `+${growth}${target === LEAF ? '' : ` -> ${graph.names[target]}`}`;
  return new Map(
    graph.finished.map((number) => [graph.names[number]!, graph.edges[number]!.map(line).join(', ')]),
  );
}
