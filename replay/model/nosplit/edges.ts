/** From what the compiler says of a function to its edges in the call graph: rules of the stack check, one by one. */
import type { Budget } from './budget.ts';
import { type Edge, LEAF } from './graph.ts';

/** What the compiler wrote of one function. */
export interface CompiledFunction {
  /** No split check: by `//go:nosplit`, by NOSPLIT in assembly, or because the compiler saw that it needs none. */
  readonly nosplit: boolean;
  /** How deep the frame is in each stretch of code, by the stretch's end: byte offset, then bytes of stack. */
  readonly frame: readonly { readonly end: number; readonly depth: number }[];
  /** In the order of its relocations; the target is a number of the graph. */
  readonly calls: readonly { readonly offset: number; readonly target: number }[];
}

/** The edges of a function; `morestack` is the number of the function that grows a stack. */
export function edgesOf(compiled: CompiledFunction, { callSize }: Budget, morestack: number): Edge[] {
  if (!compiled.nosplit) return [{ growth: callSize, target: morestack }];
  const edges: Edge[] = [];
  let next = 0;
  for (const { end, depth } of compiled.frame) {
    for (
      let call = compiled.calls[next];
      call !== undefined && call.offset < end;
      call = compiled.calls[next]
    ) {
      edges.push({ growth: depth + callSize, target: call.target });
      next++;
    }
  }
  return edges;
}

/** The deepest that the frame gets by itself. */
export function ownDepth({ frame }: CompiledFunction): number {
  return frame.reduce((deepest, { depth }) => Math.max(deepest, depth), 0);
}

/**
 * A function that goes deeper by itself than by any call has one more edge, which calls nobody. Whether it does is
 * only known when the callees' heights are: so edges are completed in the order of the check.
 */
export function withLeaf(edges: readonly Edge[], own: number, height: number): readonly Edge[] {
  return own > height ? [...edges, { growth: own, target: LEAF }] : edges;
}
