/** A matrix as a person reads it: a table of verdicts, and a reason for each cell that is not as it should be. */
import { compareVersions, treeText } from '../../collector/index.ts';
import { columns, plural } from '../columns.ts';
import { groupBy } from '../group-by.ts';
import { type Paint, printable } from '../paint.ts';
import { verdictText } from '../verdict-text.ts';
import { isTreeName } from './config.ts';
import type { MatrixDocument, MatrixRow } from './document.ts';

/** Reasons that a terminal shows; `cells.md` has all. */
const MOST_REASONS = 40;

export function matrixLines({ cells, text, trees }: MatrixDocument, paint: Paint): string[] {
  const shown = cells.filter(({ state }) => state !== 'elsewhere');
  return [
    ...tables(shown, paint).flatMap((table) => [...table, '']),
    ...treeLines(trees),
    ...reasons(shown, paint),
    ...newsLines(shown, paint),
    ...unobserved(shown, paint),
    ...textLines(text),
  ];
}

/** Rows that have the same releases stand in one table, or a single old release would make all of them wide. */
function tables(cells: readonly MatrixRow[], paint: Paint): string[][] {
  const rows = groupBy(cells, ({ program, arch, setting, layers }) =>
    JSON.stringify([program, arch, setting, layers]),
  );
  const byReleases = groupBy([...rows.values()], (row) =>
    JSON.stringify([...new Set(row.map(({ go }) => go))].sort(compareColumns)),
  );
  return [...byReleases].map(([releases, group]) => {
    const goes: string[] = JSON.parse(releases);
    const head = ['program', 'arch', 'setting', ...goes].map((title) => paint.dim(title));
    const lines = group.map((row) => {
      const { program, arch, setting } = row[0]!;
      const texts = goes.map((go) =>
        cellText(
          row.filter((cell) => cell.go === go),
          paint,
        ),
      );
      return [printable(program), arch, printable(setting), ...texts];
    });
    return columns([head, ...lines]);
  });
}

/** Trees behind the releases. */
function compareColumns(a: string, b: string): number {
  return Number(isTreeName(a)) - Number(isTreeName(b)) || compareVersions(a, b);
}

/** What stands behind the names of trees. */
function treeLines(trees: MatrixDocument['trees'] = []): string[] {
  const lines = trees.map(({ name, version, release, changed }) =>
    printable(`${name}: ${treeText({ version, tree: { release: release || undefined, changed } })}`),
  );
  return lines.length === 0 ? [] : [...lines, ''];
}

/** What the runs of one cell came to: `conforms`, `conforms x5`, `diverges 2 of 5`. */
function cellText(runs: readonly MatrixRow[], paint: Paint): string {
  const words = groupBy(runs, wordOf);
  const texts = [...words].map(([word, those]) => {
    const { verdict } = those[0]!;
    const painted = verdict === undefined ? paint.warn(word) : verdictText(verdict, paint);
    if (those.length === runs.length) return runs.length === 1 ? painted : `${painted} x${runs.length}`;
    return `${painted} ${those.length} of ${runs.length}`;
  });
  return texts.join(', ');
}

/** Its verdict, or in a word why there is none. */
export function wordOf({ state, verdict }: MatrixRow): string {
  return state === 'judged' ? (verdict ?? state) : state.replace('-', ' ');
}

function reasons(cells: readonly MatrixRow[], paint: Paint): string[] {
  const odd = cells.filter(({ verdict }) => verdict !== 'conforms');
  if (odd.length === 0) return [];
  const groups = [...groupBy(odd, (cell) => `${wordOf(cell)}: ${cell.why}`)];
  const lines = groups.slice(0, MOST_REASONS).map(([reason, those]) => {
    const first = those.slice(0, 3).map(({ id }) => printable(id));
    const more = those.length - first.length;
    return `  ${printable(reason)}\n      ${first.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
  });
  const rest = groups.length - MOST_REASONS;
  return [
    paint.bold('Not conforming, and why'),
    ...lines,
    ...(rest > 0 ? [`  and ${plural(rest, 'more reason')} in cells.md`] : []),
    '',
  ];
}

/** What `--since` found, where it was asked for. */
function newsLines(cells: readonly MatrixRow[], paint: Paint): string[] {
  if (cells.every(({ news }) => news === undefined)) return [];
  const told = cells.filter(({ news }) => news);
  const lines = told
    .slice(0, MOST_REASONS)
    .map(({ id, news = '' }) => `  ${printable(id)}: ${printable(news)}`);
  const rest = told.length - MOST_REASONS;
  return [
    paint.bold('Since the earlier matrix'),
    ...(lines.length === 0 ? ['  every cell is as it was'] : lines),
    ...(rest > 0 ? [`  and ${plural(rest, 'more cell')} in the report`] : []),
    '',
  ];
}

function unobserved(cells: readonly MatrixRow[], paint: Paint): string[] {
  const told = cells.flatMap(({ notObserved }) => notObserved);
  if (told.length === 0) return [];
  const counts = [...groupBy(told, (sentence) => sentence)].map(
    ([sentence, all]) => [all.length, sentence] as const,
  );
  const lines = counts
    .sort(([a], [b]) => b - a)
    .map(([n, sentence]) => [plural(n, 'cell'), printable(sentence)]);
  return [paint.bold('Not observed'), ...columns(lines, [0]).map((line) => `  ${line}`), ''];
}

/** How often the text of a run was held against its trace. */
function textLines(text: MatrixDocument['text']): string[] {
  if (text === undefined) return [];
  const { snapshots, collections, checks, disagreements } = text;
  const read = `${plural(snapshots, 'snapshot')} and ${plural(collections, 'collection')} read`;
  return [
    `text against trace: ${read}, ${plural(checks, 'check')} between the two, ${plural(disagreements, 'disagreement')}`,
    '',
  ];
}

/** For the page of a CI job, whose summary has what was judged: the cells that were not, and are not another's. */
export function unjudgedMarkdown(document: MatrixDocument): string {
  const cells = document.cells.filter(({ state }) => state !== 'judged' && state !== 'elsewhere');
  return cells.length === 0 ? '' : `\n### Not judged\n\n${cellsMarkdown({ cells })}`;
}

/** Every cell, a line each, for who wants them all. */
export function cellsMarkdown({ cells }: Pick<MatrixDocument, 'cells'>): string {
  const rows = cells.map((cell) => [
    cell.id,
    cell.state === 'elsewhere' ? `shard ${cell.shard}` : wordOf(cell),
    [cell.why, ...cell.notObserved.map((each) => `not observed: ${each}`)]
      .filter((each) => each !== '')
      .join('; '),
  ]);
  const line = (texts: readonly string[]) => `| ${texts.map(escaped).join(' | ')} |`;
  return `${[line(['cell', 'verdict', 'why, and what was not observed']), '| --- | --- | --- |', ...rows.map(line)].join('\n')}\n`;
}

/** Names come from configurations, and from folders that anybody may have written. */
function escaped(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]<>()#+!|~-]/g, '\\$&');
}
