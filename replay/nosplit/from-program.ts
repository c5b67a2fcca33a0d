/** The call graph as the model makes it out of what the compiler wrote. */
import type { Program, ProgramFunction } from '../../collector/index.ts';
import {
  type Budget,
  type CompiledFunction,
  type Edge,
  edgesOf,
  GraphBuilder,
  heightOf,
  INDIRECT,
  INFINITE,
  type NosplitGraph,
  ownDepth,
  withLeaf,
} from '../model/nosplit/index.ts';

const MORESTACK = 'runtime.morestack<0>';

/** The graph of these functions and all that they reach. `kept` is what the linker keeps of the program. */
export function graphOfProgram(program: Program, budget: Budget, kept: Iterable<string>): NosplitGraph {
  const walk = new Walk(program, budget);
  const wanted = new Set(kept);
  // In the linker's order, which decides how heights inside of cycles come about.
  for (const name of program.keys()) if (wanted.has(name)) walk.finish(name);
  const rank = new Map([...program.keys()].map((name, place) => [name, place]));
  return walk.graph(rank);
}

class Walk {
  readonly #program: Program;
  readonly #budget: Budget;
  readonly #builder = new GraphBuilder();
  readonly #finished: number[] = [];
  readonly #heights = new Map<number, number>();
  readonly #morestack: number;

  constructor(program: Program, budget: Budget) {
    this.#program = program;
    this.#budget = budget;
    this.#morestack = this.#builder.number(MORESTACK);
    this.#heights.set(this.#morestack, 0);
  }

  graph(rank: ReadonlyMap<string, number>): NosplitGraph {
    const ranks = new Map([...rank].filter(([name]) => this.#builder.has(name)));
    const numbered = new Map([...ranks].map(([name, place]) => [this.#builder.number(name), place]));
    return this.#builder.graph(this.#finished, numbered);
  }

  /** The function's number; its height and its callees' are known then, unless it is on a cycle being walked. */
  finish(name: string): number {
    const number = this.#builder.number(name);
    if (this.#heights.has(number)) return number;
    this.#heights.set(number, INFINITE);
    const edges = this.#edges(name);
    const height = Math.min(heightOf(edges, this.#heights), INFINITE);
    this.#heights.set(number, height);
    for (const { growth, target } of edges) this.#builder.addEdge(number, growth, target);
    if (edges.length > 0) this.#finished.push(number);
    return number;
  }

  #edges(name: string): readonly Edge[] {
    if (name === INDIRECT) return [{ growth: this.#budget.callSize, target: this.#morestack }];
    const written = this.#program.get(name);
    if (written === undefined) return [];
    const compiled = this.#compiled(written);
    const edges = edgesOf(compiled, this.#budget, this.#morestack);
    return withLeaf(edges, ownDepth(compiled), heightOf(edges, this.#heights));
  }

  #compiled({ nosplit, frame, calls }: ProgramFunction): CompiledFunction {
    const numbered = calls.map(({ offset, callee }) => ({ offset, target: this.finish(callee ?? INDIRECT) }));
    return { nosplit, frame, calls: numbered };
  }
}
