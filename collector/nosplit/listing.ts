/**
 * What the linker prints under `-debugnosplit`: one line for each call that its stack check walks, callees before
 * callers, and after all of them the text of the chains that are too deep, if there are any.
 *
 *     nosplit: main.a<1> +232 -> main.bb<1>
 *     nosplit: main.a<1> +240 -> indirect
 *     nosplit: runtime.memequal<1> +16
 */

/** A function with its calls, as they are listed. */
export interface ListedFunction {
  /** With the linker's version of the symbol: `main.a<1>`. */
  readonly name: string;
  readonly calls: readonly ListedCall[];
}

export interface ListedCall {
  /** Bytes of stack, the call's own included; negative where the function popped more than it had pushed. */
  readonly growth: number;
  /** Name of the callee, `indirect` for a function value; undefined where it is the function's own frame. */
  readonly callee: string | undefined;
}

export interface Listing {
  /** In the order of the check: callees first. */
  readonly functions: readonly ListedFunction[];
  /** The functions over the limit and all that they call, which the linker walks a second time; empty where it links. */
  readonly again: readonly ListedFunction[];
  /** Everything else that the linker printed, line ends included; empty where it had nothing to say. */
  readonly text: string;
}

const LINE = /^nosplit: (.+?) \+(-?\d+)(?: -> (.+))?$/;

/** Reads what the go command or the linker printed. */
export function readListing(output: string): Listing {
  const passes: ListedFunction[][] = [[], []];
  const seen = new Set<string>();
  let pass = 0;
  let current: { name: string; calls: ListedCall[] } | undefined;
  const text: string[] = [];
  for (const line of output.split('\n')) {
    const match = LINE.exec(line);
    if (match === null) {
      text.push(line);
      continue;
    }
    const [, name = '', growth = '', callee] = match;
    if (current?.name !== name) {
      // A function is listed once in a pass, so one that was there before begins the second.
      if (seen.has(name)) pass = 1;
      seen.add(name);
      current = { name, calls: [] };
      passes[pass]!.push(current);
    }
    current.calls.push({ growth: Number(growth), callee });
  }
  return { functions: passes[0]!, again: passes[1]!, text: text.join('\n') };
}
