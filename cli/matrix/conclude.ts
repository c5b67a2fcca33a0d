/** What a matrix comes to, of one run or of many shards: its documents, its report, its exit code. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { joinVerdicts, type Replay, type Verdict } from '../../replay/result.ts';
import { type Cell, writeReport } from '../../reports/index.ts';
import { tellCi } from '../ci.ts';
import { plural } from '../columns.ts';
import type { Call } from '../command.ts';
import { printDocument } from '../document.ts';
import { EXIT } from '../exit.ts';
import { applyExpectations, expectationsFor, toldLines } from '../expectations.ts';
import { exitOfJob } from '../job-exit.ts';
import { findingLines, type Judged, verdictText } from '../verdict-text.ts';
import type { MatrixDocument, MatrixRow } from './document.ts';
import { withNews } from './news.ts';
import type { Store } from './store.ts';
import { cellsMarkdown, matrixLines, unjudgedMarkdown, wordOf } from './table.ts';

export interface Conclusion {
  readonly document: MatrixDocument;
  /** Of judged cells, by id. */
  readonly replays: ReadonlyMap<string, Replay>;
  readonly store: Store;
  /** An earlier matrix, to tell what is new. */
  readonly since?: MatrixDocument | undefined;
  /** That makes this again, for the report's foot. */
  readonly command: string;
}

export async function conclude(
  { document, replays, store, since, command }: Conclusion,
  call: Call,
): Promise<number> {
  const { terminal, options, signal } = call;
  const given: Judged[] = document.cells.flatMap(({ id, key }) => {
    const replay = replays.get(id);
    return replay === undefined || key === undefined
      ? []
      : [{ path: join(store.folderOf(key), replay.file), replay }];
  });
  const { judged, told } = applyExpectations(given, await expectationsFor(call));
  const known = new Map(given.map(({ replay }, i) => [replay, judged[i]!.replay]));
  const replayOf = ({ id }: MatrixRow) => known.get(replays.get(id)!);
  // An earlier matrix.json has the verdicts of the folders too: what is known is no news.
  const cells = withNews(document.cells, since).map((row) => withVerdict(row, replayOf(row)));
  const verdicts = cells.flatMap((row) => (row.verdict === undefined || !counts(row) ? [] : [row.verdict]));
  const text = textOf(judged.map(({ replay }) => replay));
  const whole = {
    ...document,
    cells,
    ...(text === undefined ? {} : { text }),
    ...(verdicts.length === 0 ? {} : { verdict: joinVerdicts(verdicts) }),
  };
  // Each row with the verdict of its own folder, which merging asks for: what is known is for whoever reads.
  await store.writeMatrix({ ...whole, cells: document.cells });
  const all = judged.map(({ replay }) => replay);
  const shown = cells
    .filter(({ state }) => state !== 'elsewhere')
    .map((row): Cell => {
      const { program, go, arch, setting, why, news } = row;
      return { program, go, arch, setting, state: wordOf(row), why, news, replay: replayOf(row) };
    });
  const page = { command, title: 'Gotwin matrix', cells: shown, signal };
  const { htmlPath } = await writeReport(all, store.dir, page);
  await writeFile(join(store.dir, 'cells.md'), cellsMarkdown(whole));
  await tellCi(all, terminal, unjudgedMarkdown(whole));
  const without = cells.filter(({ state }) => state === 'failed' || state === 'missing').length;
  const code = exitOfMatrix(verdicts, without, all.length);
  if (options.json) await printDocument({ ...whole, report: htmlPath }, call);
  else
    await terminal.out.line(
      [
        ...matrixLines(whole, terminal.paint),
        ...findingLines(judged, terminal.paint),
        ...toldLines(told, terminal.paint),
        `report: ${htmlPath}`,
        lastLine(whole, code, call),
      ].join('\n'),
    );
  return code;
}

/** Undefined where no cell has a text layer that was held against a trace. */
function textOf(replays: readonly Replay[]): MatrixDocument['text'] {
  const compared = replays.flatMap(({ layers, text, divergences }) =>
    text !== undefined && layers.includes('trace') ? [{ text, divergences }] : [],
  );
  if (compared.length === 0) return undefined;
  const sum = (of: (each: (typeof compared)[number]) => number) =>
    compared.reduce((total, each) => total + of(each), 0);
  return {
    snapshots: sum(({ text }) => text.snapshots),
    collections: sum(({ text }) => text.gcCycles),
    checks: sum(({ text }) => Object.values(text.checks).reduce((total, n) => total + n, 0)),
    disagreements: sum(
      ({ divergences }) => divergences.filter(({ layers }) => layers.includes('text')).length,
    ),
  };
}

/** A known finding has another verdict; how a run ended that no model judges, the row alone says. */
function withVerdict(row: MatrixRow, replay: Replay | undefined): MatrixRow {
  const isShown = row.endedAsKnown === undefined || replay?.verdict === 'known';
  if (replay === undefined || !isShown) return row;
  return { ...row, verdict: replay.verdict, why: replay.why };
}

/** Whether the verdict of the whole rests on a cell: what no model judges is shown, and counts where it ended oddly. */
function counts({ verdict, endedAsKnown }: MatrixRow): boolean {
  return verdict !== 'unobservable' || endedAsKnown !== true;
}

/** Where nothing but releases without a model was run, and ended as they should, nothing is wrong. */
function exitOfMatrix(verdicts: readonly Verdict[], without: number, judged: number): number {
  if (verdicts.length > 0 || without > 0) return exitOfJob(verdicts, without);
  return judged > 0 ? EXIT.conforms : EXIT.inconclusive;
}

function lastLine({ verdict, cells }: MatrixDocument, code: number, { terminal: { paint } }: Call): string {
  const judged = cells.filter(({ state }) => state === 'judged').length;
  const others = (['failed', 'missing', 'left-out', 'excluded', 'elsewhere'] as const).flatMap((state) => {
    const n = cells.filter((cell) => cell.state === state).length;
    return n === 0 ? [] : [`${n} ${state === 'elsewhere' ? 'of other shards' : state.replace('-', ' ')}`];
  });
  const what = [`${plural(judged, 'cell')} judged`, ...others].join(', ');
  return `${verdict === undefined ? 'no verdict' : verdictText(verdict, paint)}: ${what}; exit code ${code}`;
}
