import { join } from 'node:path';
import type { Expectations, Told } from '../../differ/index.ts';
import { joinVerdicts } from '../../replay/result.ts';
import { writeReport } from '../../reports/index.ts';
import { cellsOf, type Ground, groundSteps, isFile, isProgram, wishOf } from '../cells.ts';
import { commandOf, DEFAULT_REPORT } from '../check-command.ts';
import { tellCi } from '../ci.ts';
import { plural } from '../columns.ts';
import type { Call } from '../command.ts';
import { applyExpectations, expectationsFor, toldLines } from '../expectations.ts';
import { makeFolder } from '../folder.ts';
import { type Job, jobSteps, nothingJudged } from '../job.ts';
import { exitOfJob } from '../job-exit.ts';
import { problemLines } from '../problem.ts';
import { runSteps } from '../progress.ts';
import { checkOptions, warnOfFault } from '../recorder.ts';
import { printResult } from '../result-document.ts';
import { findingLines, summaryTable, verdictText } from '../verdict-text.ts';

export async function run(call: Call): Promise<number> {
  if (call.options.faults) return await (await import('./check-faults.ts')).run(call);
  const dir = call.options.report ?? DEFAULT_REPORT;
  checkOptions(call);
  // Before anything takes time: a file that is wrong would cost the whole run.
  const expectations = await expectationsFor(call);
  const wish = await wishOf(call);
  await warnOfFault(wish.targets, call);
  const job: Job = { call, folder: join(dir, 'recordings'), judged: [], problems: [], windows: new Map() };
  // Before anything takes time: a folder that cannot be written would cost the whole run.
  await makeFolder(job.folder);
  const ground: Ground = { toolchains: [], architectures: [], leftOut: [] };
  const quiet = call.options.quiet === true;
  if (wish.targets.some(isProgram))
    await runSteps(groundSteps(wish, ground, call.signal), call.terminal, quiet);
  await runSteps(jobSteps(cellsOf(wish, ground), wish.targets.filter(isFile), job), call.terminal, quiet);
  if (job.judged.length === 0) throw nothingJudged(job, ground);
  return await conclude(job, ground, dir, expectations);
}

async function conclude(
  job: Job,
  ground: Ground,
  dir: string,
  expectations: Expectations | undefined,
): Promise<number> {
  const { call, problems, windows } = job;
  const { judged, told } = applyExpectations(job.judged, expectations);
  const replays = judged.map(({ replay }) => replay);
  const verdicts = replays.map(({ verdict }) => verdict);
  const options = { command: commandOf(call), windows, signal: call.signal };
  const { htmlPath } = await writeReport(replays, dir, options);
  await tellCi(replays, call.terminal);
  const code = exitOfJob(verdicts, problems.length);
  if (call.options.json) {
    const leftOut = ground.leftOut.map(({ what, problem }) => ({ subject: what, problem }));
    await printResult(replays, [...problems, ...leftOut], htmlPath, call, told);
  } else {
    await printSummary({ ...job, judged }, ground, htmlPath, code, told);
  }
  return code;
}

async function printSummary(
  { call, judged, problems }: Job,
  ground: Ground,
  html: string,
  code: number,
  told: Told | undefined,
): Promise<void> {
  const { out, err, paint } = call.terminal;
  const replays = judged.map(({ replay }) => replay);
  const verdict = joinVerdicts(replays.map((replay) => replay.verdict));
  const sections = [
    summaryTable(replays, paint),
    findingLines(judged, paint),
    toldLines(told, paint),
    [
      `report: ${html}`,
      `${verdictText(verdict, paint)}: ${plural(replays.length, 'recording')}, exit code ${code}`,
    ],
  ];
  await out.line(
    sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n'),
  );
  for (const { subject, problem } of problems)
    await err.line(`${subject}:\n${problemLines(problem).join('\n')}`);
  for (const { what, problem } of ground.leftOut)
    await err.line(`left out ${what}: ${problem.message}\n  ${problem.advice}`);
}
