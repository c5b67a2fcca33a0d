/** The linker's stack check as a model: rules that cite its source, and pure functions from a call graph to what it says. */
export {
  type Budget,
  budgetOf,
  fixedFrameOf19,
  type NosplitTarget,
} from './budget.ts';
export { type CompiledFunction, edgesOf, ownDepth, withLeaf } from './edges.ts';
export { GO19_TARGET, type Go19Callable, judgeGo19 } from './go19.ts';
export { type Edge, GraphBuilder, INDIRECT, LEAF, type NosplitGraph } from './graph.ts';
export { heightOf, heightsOf, INFINITE } from './heights.ts';
export {
  type DeepestChain,
  deepestChains,
  judgeNosplit,
  leftOf,
  type NosplitJudgement,
} from './judge.ts';
export { nosplitRulesOf } from './rules.ts';
export { symbolOf } from './text.ts';
