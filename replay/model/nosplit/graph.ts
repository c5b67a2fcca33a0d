/** The call graph that the linker's stack check walks: how far each function grows the stack, and whom it calls there. */

/** The name that stands for whatever a function value leads to. */
export const INDIRECT = 'indirect';

/** Target of an edge that calls nobody: the function itself uses that much. */
export const LEAF = -1;

export interface Edge {
  /** Bytes below the caller's entry when the callee is entered; may be negative where a function pops. */
  readonly growth: number;
  /** The callee's number in the graph, or LEAF. */
  readonly target: number;
}

export interface NosplitGraph {
  /** As the linker prints them: `main.f<1>`, where 0 is ABI0, 1 ABIInternal, and more a symbol of one file. */
  readonly names: readonly string[];
  /** Each function's edges, in the order of its code; none for what uses no stack, and for what is outside of Go. */
  readonly edges: readonly (readonly Edge[])[];
  /**
   * The functions in the order in which the check finishes them: callees first, but for those of a cycle. Those
   * without edges may be left out.
   */
  readonly finished: readonly number[];
  /** The linker's own number of each symbol decides between equals; smaller comes first. */
  readonly rank: readonly number[];
}

/** Builds a graph out of names, in any order. */
export class GraphBuilder {
  readonly #names: string[] = [];
  readonly #edges: Edge[][] = [];
  readonly #numbers = new Map<string, number>();

  /** The number of a name, which is given one when it is new. */
  number(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#names.push(name) - 1;
      this.#edges.push([]);
      this.#numbers.set(name, number);
    }
    return number;
  }

  has(name: string): boolean {
    return this.#numbers.has(name);
  }

  addEdge(from: number, growth: number, target: number): void {
    this.#edges[from]!.push({ growth, target });
  }

  /** `rank` may be shorter than the names: what has none comes after all that have one. */
  graph(finished: readonly number[], rank: ReadonlyMap<number, number>): NosplitGraph {
    const last = this.#names.length;
    return {
      names: this.#names,
      edges: this.#edges,
      finished,
      rank: this.#names.map((_, number) => rank.get(number) ?? last + number),
    };
  }
}
