import { type Windows, writeReport } from '../../reports/index.ts';
import { tellCi } from '../ci.ts';
import type { Call } from '../command.ts';
import { applyExpectations, expectationsFor, toldLines } from '../expectations.ts';
import { replayFiles, tellProblems } from '../files.ts';
import { makeFolder } from '../folder.ts';
import { exitOfJob } from '../job-exit.ts';
import { UsageError } from '../problem.ts';
import { printResult } from '../result-document.ts';
import { findingLines, quoted, summaryTable } from '../verdict-text.ts';

export async function run(call: Call): Promise<number> {
  const { operands, options, terminal, signal } = call;
  if (options.out === undefined) throw new UsageError('no-out', 'where should the report go?', 'Add -o DIR.');
  const expectations = await expectationsFor(call);
  await makeFolder(options.out);
  const windows: Windows = new Map();
  const outcome = await replayFiles(operands, call, { windows });
  await tellProblems(outcome, call);
  const { judged, told } = applyExpectations(outcome.judged, expectations);
  const replays = judged.map(({ replay }) => replay);
  const perfetto = options.perfetto === true;
  const command = `gotwin report ${operands.map(quoted).join(' ')} -o ${quoted(options.out)}${perfetto ? ' --perfetto' : ''}`;
  const { htmlPath, perfettoPaths } = await writeReport(replays, options.out, {
    command,
    perfetto,
    windows,
    signal,
  });
  await tellCi(replays, terminal);
  if (options.json) {
    await printResult(replays, outcome.problems, htmlPath, call, told);
  } else {
    const lines = [
      ...summaryTable(replays, terminal.paint),
      ...findingLines(judged, terminal.paint),
      ...toldLines(told, terminal.paint),
      `report: ${htmlPath}`,
      ...perfettoPaths.map((path) => `perfetto: ${path}`),
    ];
    await terminal.out.line(lines.join('\n'));
  }
  return exitOfJob(
    replays.map(({ verdict }) => verdict),
    outcome.problems.length,
  );
}
