import { type JudgedBuild, nosplitDifference } from '../../replay/index.ts';
import { RESULT_SCHEMA } from '../../replay/result.ts';
import { writeNosplitReport } from '../../reports/index.ts';
import type { Call } from '../command.ts';
import { printDocument } from '../document.ts';
import { EXIT } from '../exit.ts';
import { makeFolder } from '../folder.ts';
import { type FoundBuilds, nosplitSteps } from '../nosplit-builds.ts';
import { coverageLines, differenceLines, failedLines, nosplitLines, nosplitTable } from '../nosplit-text.ts';
import { UsageError } from '../problem.ts';
import { runSteps } from '../progress.ts';
import { quoted } from '../verdict-text.ts';

export async function run(call: Call): Promise<number> {
  if (call.operands.length > 1) {
    throw new UsageError(
      'one-package',
      'nosplit takes one package',
      'Give them one after the other, or std.',
    );
  }
  const found: FoundBuilds = { judged: [], failed: [] };
  await runSteps(await nosplitSteps(call, found), call.terminal, call.options.quiet === true);
  const report = await reportOf(found.judged, call);
  await (call.options.json ? asDocument(found, report, call) : asText(found, report, call));
  if (!found.judged.every(({ result }) => result.equal)) return EXIT.diverges;
  return found.failed.length > 0 ? EXIT.usage : EXIT.conforms;
}

/** Path of the page, where one was asked for. */
async function reportOf(judged: readonly JudgedBuild[], { operands, options, signal }: Call) {
  if (options.report === undefined) return undefined;
  await makeFolder(options.report);
  const command = ['gotwin nosplit', ...operands.map(quoted), ...givenAgain(options)].join(' ');
  const builds = judged.map(({ result }) => result);
  return await writeNosplitReport(
    { builds, differences: differencesOf(judged), command },
    options.report,
    signal,
  );
}

/** The options that decide what is built, as they may be written. */
function givenAgain({
  go,
  arch,
  gcflags,
  race,
  overlay,
  unoptimised,
  fault,
  test,
  report,
}: Call['options']): string[] {
  return [
    ...(test ? ['--test'] : []),
    ...(go === undefined ? [] : ['--go', go.join()]),
    ...(arch === undefined ? [] : ['--arch', arch.join()]),
    ...(gcflags === undefined ? [] : ['--gcflags', quoted(gcflags)]),
    ...(race ? ['--race'] : []),
    ...(overlay === undefined ? [] : ['--overlay', quoted(overlay)]),
    ...(unoptimised ? ['--unoptimised'] : []),
    ...(fault === undefined ? [] : ['--fault', fault]),
    ...(report === undefined ? [] : ['--report', quoted(report)]),
  ];
}

async function asDocument(
  { judged, failed }: FoundBuilds,
  report: string | undefined,
  call: Call,
): Promise<void> {
  const builds = judged.map(({ result }) => result);
  const one = builds.length === 1 && failed.length === 0 ? builds[0] : undefined;
  const equal = builds.every((build) => build.equal);
  const differences = differencesOf(judged);
  const found = one ?? { equal, builds, differences, failed };
  await printDocument({ schema: RESULT_SCHEMA, ...found, ...(report === undefined ? {} : { report }) }, call);
}

async function asText(
  { judged, failed }: FoundBuilds,
  report: string | undefined,
  call: Call,
): Promise<void> {
  const { out, paint } = call.terminal;
  const results = judged.map(({ result }) => result);
  // Of many programs only those that need attention are shown whole.
  const whole = results.filter(
    (result) => results.length < 5 || !result.equal || result.model.verdict !== 'ok',
  );
  const lines = whole.flatMap((result) => [...nosplitLines(result, paint), '']);
  if (results.length > 1) lines.push(...nosplitTable(results, paint), '');
  const coverage = coverageLines(results);
  if (coverage.length > 0) lines.push(...coverage, '');
  if (failed.length > 0) lines.push(...failedLines(failed, paint), '');
  for (const difference of differencesOf(judged)) lines.push(...differenceLines(difference), '');
  if (report !== undefined) lines.push(`report: ${report}`, '');
  await out.line(lines.slice(0, -1).join('\n'));
}

/** Each further build of a program against its first. */
function differencesOf(judged: readonly JudgedBuild[]) {
  return judged.flatMap((build, at) => {
    const first = judged.findIndex(({ result }) => result.package === build.result.package);
    return first < at ? [nosplitDifference(judged[first]!, build)] : [];
  });
}
