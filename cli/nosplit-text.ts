/** What `gotwin nosplit` shows on a terminal. */
import { diffLines } from 'diff';
import type { NosplitChain, NosplitDifference, NosplitResult } from '../replay/nosplit/result.ts';
import { columns, count, plural } from './columns.ts';
import { type Paint, printable } from './paint.ts';

/** Lines that are shown of what a tool said. */
const MOST_SAID = 10;

/** Everything about one build. */
export function nosplitLines(result: NosplitResult, paint: Paint): string[] {
  const { model, deepest } = result;
  return [
    `${printable(result.package)} (${result.build}): ${verdictText(result, paint)}`,
    ...agreementLines(result, paint),
    ...(model.verdict === 'overflow' && model.chain !== null
      ? ['', 'The chain that needs most:', ...frameLines(model.chain, model.limit, paint)]
      : []),
    '',
    `The deepest chains, of ${model.limit} bytes:`,
    ...columns(
      [
        ['needs', 'left', 'from'],
        ...deepest.map((chain) => [needs(chain), left(chain, paint), chain.function]),
      ],
      [0, 1],
    ).map((line) => `  ${printable(line)}`),
  ];
}

/** A line for each of many programs, deepest first; those that need attention are shown whole by the caller. */
export function nosplitTable(results: readonly NosplitResult[], paint: Paint): string[] {
  const rows = results.map((result) => [
    result.package,
    result.build,
    result.model.verdict === 'ok' ? paint.good('ok') : paint.bad('overflow'),
    result.equal ? 'agree' : paint.bad('differ'),
    result.deepest[0] === undefined ? '' : needs(result.deepest[0]),
    result.deepest[0] === undefined ? '' : left(result.deepest[0], paint),
    result.deepest[0]?.function ?? '',
  ]);
  return columns([['program', 'build', 'verdict', 'linker', 'needs', 'left', 'from'], ...rows], [4, 5]);
}

/** How much was looked at, for each build of several programs; a program by itself has said it. */
export function coverageLines(results: readonly NosplitResult[]): string[] {
  const builds = [...new Set(results.map(({ build }) => build))];
  return builds.flatMap((build) => {
    const programs = results.filter((result) => result.build === build);
    if (programs.length < 2) return [];
    const agree = programs.filter(({ equal }) => equal).length;
    const sum = (each: (result: NosplitResult) => number) =>
      programs.reduce((all, one) => all + each(one), 0);
    return (
      `${build}: model and linker agree on ${agree} of ${plural(programs.length, 'program')}; ` +
      `linker and compiler on ${count(sum(({ feeds }) => feeds.agree))} of ${plural(
        sum(({ feeds }) => feeds.functions),
        'function',
      )}.`
    );
  });
}

/** The packages that there is nothing to know of, with the tools' own words. */
export function failedLines(
  failed: readonly { package: string; build: string; said: string }[],
  paint: Paint,
): string[] {
  const lines = failed.flatMap(({ package: name, build, said }) => [
    `  ${printable(name)} (${build})`,
    ...said
      .trimEnd()
      .split('\n')
      .slice(0, MOST_SAID)
      .map((line) => `    ${printable(line)}`),
  ]);
  return [paint.bad(`${plural(failed.length, 'package')} did not build:`), ...lines];
}

/** What the second of two builds leaves its functions. */
export function differenceLines({ from, to, functions, changed, most }: NosplitDifference): string[] {
  const head = `From ${from} to ${to}: ${count(changed)} of ${plural(functions, 'function')} changed what is left below them.`;
  if (changed === 0) return [head];
  const rows = most.map((each) => [String(each.before), String(each.after), printable(each.function)]);
  return [head, ...columns([['left', 'then', 'function'], ...rows], [0, 1]).map((line) => `  ${line}`)];
}

function verdictText({ model }: NosplitResult, paint: Paint): string {
  if (model.verdict === 'ok') {
    const spare = model.chain?.left ?? model.limit;
    return `${paint.good('ok')}, the deepest chain leaves ${spare} of ${model.limit} bytes`;
  }
  const how =
    model.over === null ? 'a cycle without an end' : `${model.over} bytes over the limit of ${model.limit}`;
  return `${paint.bad('overflow')}, ${how}`;
}

/** A program with cycles may be linked by chance, which the model knows. */
function agreement({ verdict }: NosplitResult['model'], linker: NosplitResult['linker']): string {
  if (linker.verdict !== verdict) return 'The linker linked it this time, as the model knows that it may.';
  return `The linker says the same${linker.text === '' ? '' : ', byte for byte'}.`;
}

function agreementLines({ model, linker, equal, feeds }: NosplitResult, paint: Paint): string[] {
  const lines = equal
    ? [`  ${agreement(model, linker)}`]
    : [
        paint.bad('  The linker says something else (- linker, + model):'),
        ...diffOf(linker.text, model.text, paint),
      ];
  if (model.answers > 1) {
    lines.push(
      `  Around cycles its answer depends on the order of a map: ${model.answers} are possible, and this is one of them.`,
    );
  }
  const agreed = `${count(feeds.agree)} of ${plural(feeds.functions, 'function')}`;
  lines.push(`  What it lists and what the compiler wrote agree on ${agreed}.`);
  for (const { function: name, linker: said, compiler } of feeds.differ.slice(0, 5)) {
    lines.push(
      `    ${name}`,
      `      linker:   ${said || 'nothing'}`,
      `      compiler: ${compiler || 'nothing'}`,
    );
  }
  return lines.map(printableOnly);
}

/** Colours are ours; what stands between them came from a compiler. */
const printableOnly = (line: string): string => (line.includes('\x1b[') ? line : printable(line));

function diffOf(linker: string, model: string, paint: Paint): string[] {
  return diffLines(linker, model).flatMap(({ added, removed, value }) => {
    const sign = added ? '+' : removed ? '-' : ' ';
    const colour = added ? paint.good : removed ? paint.bad : paint.dim;
    return value
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => colour(`    ${sign} ${printable(line)}`));
  });
}

/** One line for each frame of a chain: its own bytes, and how many are used up to there. */
function frameLines(chain: NosplitChain, limit: number, paint: Paint): string[] {
  let used = 0;
  let name = chain.function;
  const rows = chain.steps.map(({ grows, calls }) => {
    used += grows;
    const row = [`+${grows}`, used > limit ? paint.bad(String(used)) : String(used), printable(name)];
    name = calls;
    return row;
  });
  const end = chain.left === null ? [`and ${name} is in this chain already`] : [];
  return [...columns([['bytes', 'used', 'function'], ...rows], [0, 1]), ...end].map((line) => `  ${line}`);
}

const needs = ({ height, left: spare }: NosplitChain): string => (spare === null ? 'no end' : String(height));

function left({ left: spare }: NosplitChain, paint: Paint): string {
  if (spare === null) return paint.bad('none');
  return spare < 0 ? paint.bad(String(spare)) : String(spare);
}
