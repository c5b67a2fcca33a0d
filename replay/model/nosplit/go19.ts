/**
 * The stack check of Go 1.9's linker. It walks down from every function with what is left of the budget, tells of the
 * first place where that falls below zero, and leaves the function there. Later releases add up heights (judge.ts).
 */
import type { Budget } from './budget.ts';
import type { CompiledFunction } from './edges.ts';
import { symbolOf } from './text.ts';

export interface Go19Callable extends CompiledFunction {
  /** `main.f<0>`. */
  readonly name: string;
  /** Bytes of its variables. */
  readonly locals: number;
}

/** Targets of calls that are no function's number. */
export const GO19_TARGET = { indirect: -1, outside: -2 } as const;

export interface Go19Judgement {
  readonly verdict: 'ok' | 'overflow';
  readonly text: string;
}

/** The linker's count of errors after which it gives up. */
const MOST_ERRORS = 20;
/** Calls below the function that it began with: more than this it takes for a cycle. */
const DEEPEST_CALL = 100;
/** Code that a C library calls on a stack of its own. */
const EXEMPT = 'runtime.racesymbolizethunk';

/** A step down: what is left where the function is entered. Undefined is whatever a function value leads to. */
interface Step {
  readonly callee: Go19Callable | undefined;
  readonly left: number;
  readonly up: Step | undefined;
}

/** Thrown where the linker would exit. */
class TooManyErrors extends Error {}

/** The functions are in the order in which the linker lays them out; calls have their places in it as targets. */
export function judgeGo19(
  functions: readonly Go19Callable[],
  budget: Budget,
  fixedFrame: number,
): Go19Judgement {
  const check = new Check(functions, budget, fixedFrame);
  try {
    // Those without a split check first, so that what is told of is as short as can be.
    for (const nosplit of [true, false])
      for (const each of functions)
        if (each.nosplit === nosplit && symbolOf(each.name) !== EXEMPT) check.from(each);
  } catch (stopped) {
    if (!(stopped instanceof TooManyErrors)) throw stopped;
  }
  const text = check.lines.map((line) => `${line}\n`).join('');
  return { verdict: text === '' ? 'ok' : 'overflow', text };
}

class Check {
  readonly lines: string[] = [];
  readonly #functions: readonly Go19Callable[];
  readonly #budget: Budget;
  readonly #fixedFrame: number;
  readonly #morestack: Go19Callable | undefined;
  readonly #begun = new Set<Go19Callable>();
  /** With how little left, and how far down, a function was seen to fit: with more, and further up, it does too. */
  readonly #fits = new Map<Go19Callable, { left: number; depth: number }>();
  /** Where code gives back more stack than it took, a call may come back to the top; then nothing is remembered. */
  readonly #remembers: boolean;
  #errors = 0;

  constructor(functions: readonly Go19Callable[], budget: Budget, fixedFrame: number) {
    this.#functions = functions;
    this.#budget = budget;
    this.#fixedFrame = fixedFrame;
    this.#morestack = functions.find(({ name }) => symbolOf(name) === 'runtime.morestack');
    this.#remembers = functions.every(({ frame }) => frame.every(({ depth }) => depth >= 0));
  }

  from(callee: Go19Callable): void {
    this.#enter({ callee, left: this.#budget.limit, up: undefined }, 0);
  }

  /** Whether all fits from here on; where it does not, that was told. */
  #enter(step: Step, depth: number): boolean {
    const { left, callee } = step;
    const atTop = left === this.#budget.limit;
    if (callee !== undefined && atTop) {
      if (this.#begun.has(callee)) return true;
      this.#begun.add(callee);
    }
    if (depth > DEEPEST_CALL) {
      this.#error(`${nameOf(callee)}: nosplit stack check too deep`);
      return this.#broke(step, 0);
    }
    // It is outside of Go, and the caller is left where it calls that.
    if (callee === undefined) return false;
    if (left < 0) return this.#broke(step, left);
    if (callee === this.#morestack) return true;
    const known = this.#fits.get(callee);
    if (!atTop && known !== undefined && known.left <= left && known.depth >= depth) return true;
    const fits = this.#within(step, callee, atTop, depth);
    if (fits && this.#remembers && !atTop) this.#fits.set(callee, { left, depth });
    return fits;
  }

  #within(step: Step, callee: Go19Callable, atTop: boolean, depth: number): boolean {
    let { left } = step;
    const { callSize, limit } = this.#budget;
    if (!callee.nosplit) {
      if (!this.#enter(this.#below(step, left - callSize, this.#morestack), depth + 1)) return false;
      if (!atTop) return true;
      // From here on the check has made room for its own frame.
      left = limit + callSize + callee.locals + this.#fixedFrame;
    }
    let next = 0;
    for (const { end, depth: used } of callee.frame) {
      if (left - used < 0) return this.#broke(step, left - used);
      for (
        let call = callee.calls[next];
        call !== undefined && call.offset < end;
        call = callee.calls[++next]
      )
        if (!this.#call(step, call.target, left - used - callSize, depth)) return false;
    }
    return true;
  }

  #call(step: Step, target: number, left: number, depth: number): boolean {
    if (target !== GO19_TARGET.indirect)
      return this.#enter(this.#below(step, left, this.#functions[target]), depth + 1);
    const pointer = this.#below(step, left, undefined);
    return this.#enter(this.#below(pointer, left - this.#budget.callSize, this.#morestack), depth + 2);
  }

  #below(up: Step, left: number, callee: Go19Callable | undefined): Step {
    return { callee, left, up };
  }

  #broke(step: Step, left: number): false {
    this.#error(`${nameOf(step.callee)}: nosplit stack overflow`);
    this.#tell(step, left);
    return false;
  }

  #error(line: string): void {
    this.lines.push(line);
    if (++this.#errors <= MOST_ERRORS) return;
    this.lines.push('link: too many errors');
    throw new TooManyErrors();
  }

  /** The way down to here, with what is left at each step of it. */
  #tell({ callee, left, up }: Step, then: number): void {
    const { callSize } = this.#budget;
    const name =
      callee === undefined ? 'function pointer' : `${nameOf(callee)}${callee.nosplit ? ' (nosplit)' : ''}`;
    if (up === undefined) {
      const how = callee?.nosplit ? 'assumed on entry to' : 'guaranteed after split check in';
      this.lines.push(`\t${left}\t${how} ${name}`);
    } else {
      this.#tell(up, left + callSize);
      // Where a register takes the return address, entering a function takes nothing.
      if (callSize > 0) this.lines.push(`\t${left}\ton entry to ${name}`);
    }
    if (left !== then) this.lines.push(`\t${then}\tafter ${name} uses ${left - then}`);
  }
}

function nameOf(callee: Go19Callable | undefined): string {
  return callee === undefined ? '' : symbolOf(callee.name);
}
