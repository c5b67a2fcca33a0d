/** Random programs of functions without a split check: chains, trees, cycles, calls of function values. */

/** A generator of numbers that gives the same ones for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = (Math.imul(seed, 2654435761) ^ 0x9e3779b9) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

interface Shape {
  /** Functions of one case. */
  readonly functions: number;
  /** Bytes of frames along its longest chain: mostly around the limit. */
  readonly bytes: number;
  readonly cycles: boolean;
}

const HEAD = 'package main\n\nvar sink int\n\nvar given = func(n int) int { sink = n; return n }\n';

/**
 * A program of so many cases, all reached from main. The same seed gives the same
 * program. About half of the cases fit the budget; `times` is how many of the usual
 * budgets there are: two under the race detector.
 */
export function generateProgram(seed: number, cases: number, times = 1): string {
  const next = numbers(seed);
  const parts = Array.from({ length: cases }, (_, nth) => generateCase(next, `c${nth}f`, times));
  const main = parts.map(({ roots }) => roots.map((root) => `\t${root}(1)\n`).join('')).join('');
  return `${HEAD}${parts.map(({ source }) => source).join('')}\nfunc main() {\n${main}}\n`;
}

function generateCase(
  next: (below: number) => number,
  prefix: string,
  times: number,
): { source: string; roots: string[] } {
  const shape: Shape = {
    functions: 1 + next(9),
    bytes: times * (next(5) === 0 ? next(400) : 640 + next(480)),
    cycles: next(6) === 0,
  };
  const share = Math.max(8, Math.floor(shape.bytes / Math.max(1, shape.functions - 1)) - 24);
  const called = new Set<number>();
  let source = '';
  for (let at = 0; at < shape.functions; at++) {
    const callees = calleesOf(next, shape, at);
    for (const callee of callees) if (callee !== at) called.add(callee);
    source += functionOf(next, prefix, at, callees, share);
  }
  const roots = Array.from({ length: shape.functions }, (_, at) => at).filter(
    (at) => at === 0 || !called.has(at) || next(5) === 0,
  );
  return { source, roots: roots.map((at) => `${prefix}${at}`) };
}

/** Mostly functions further down, so that chains end; in a case with cycles any. */
function calleesOf(next: (below: number) => number, { functions, cycles }: Shape, at: number): number[] {
  const callees: number[] = [];
  if (at + 1 < functions && next(5) > 0) callees.push(at + 1);
  for (let more = next(3); more > 0; more--) {
    if (cycles && next(2) === 0) callees.push(next(functions));
    else if (at + 1 < functions) callees.push(at + 1 + next(functions - at - 1));
  }
  return callees;
}

function functionOf(
  next: (below: number) => number,
  prefix: string,
  at: number,
  callees: readonly number[],
  share: number,
): string {
  const frame = [0, 8 + next(2 * share), share, share - (share % 8), share + 8][next(5)]!;
  const lines = [
    '',
    ...(next(8) > 0 ? ['//go:nosplit'] : []),
    ...(next(4) > 0 ? ['//go:noinline'] : []),
    `func ${prefix}${at}(n int) int {`,
    // A frame is only as large as what is kept in it and read again.
    ...(frame >= 8 ? [`\tvar kept [${frame}]byte`, '\tkept[n&7] = byte(n)'] : []),
    '\tr := n',
    ...callees.map((callee, nth) => `\tif n&${1 << nth} != 0 {\n\t\tr += ${prefix}${callee}(n - 1)\n\t}`),
    ...(next(6) === 0 ? ['\tr += given(r)'] : []),
    ...(next(12) === 0 ? ['\tif n > 1000 {\n\t\tprintln(n)\n\t}'] : []),
    ...(frame >= 8 ? ['\tr += int(kept[(n+1)&7])'] : []),
    '\treturn r',
    '}',
    '',
  ];
  return lines.join('\n');
}
