import { type JudgedBuild, nosplitDifference } from '../../replay/index.ts';
import { RESULT_SCHEMA } from '../../replay/result.ts';
import type { Call } from '../command.ts';
import { printDocument } from '../document.ts';
import { EXIT } from '../exit.ts';
import { nosplitSteps } from '../nosplit-builds.ts';
import { differenceLines, nosplitLines, nosplitTable } from '../nosplit-text.ts';
import { UsageError } from '../problem.ts';
import { runSteps } from '../progress.ts';

export async function run(call: Call): Promise<number> {
  if (call.operands.length > 1) {
    throw new UsageError(
      'one-package',
      'nosplit takes one package',
      'Give them one after the other, or std.',
    );
  }
  const judged: JudgedBuild[] = [];
  await runSteps(await nosplitSteps(call, judged), call.terminal, call.options.quiet === true);
  await (call.options.json ? asDocument(judged, call) : asText(judged, call));
  return judged.every(({ result }) => result.equal) ? EXIT.conforms : EXIT.diverges;
}

async function asDocument(judged: readonly JudgedBuild[], call: Call): Promise<void> {
  const builds = judged.map(({ result }) => result);
  const one = builds.length === 1 ? builds[0] : undefined;
  const equal = builds.every((build) => build.equal);
  const differences = differencesOf(judged);
  await printDocument({ schema: RESULT_SCHEMA, ...(one ?? { equal, builds, differences }) }, call);
}

async function asText(judged: readonly JudgedBuild[], call: Call): Promise<void> {
  const { out, paint } = call.terminal;
  const results = judged.map(({ result }) => result);
  // Of many programs only those that need attention are shown whole.
  const whole = results.filter(
    (result) => results.length < 5 || !result.equal || result.model.verdict !== 'ok',
  );
  const lines = whole.flatMap((result) => [...nosplitLines(result, paint), '']);
  if (results.length > 1) lines.push(...nosplitTable(results, paint), '');
  for (const difference of differencesOf(judged)) lines.push(...differenceLines(difference), '');
  await out.line(lines.slice(0, -1).join('\n'));
}

/** Each further build of a program against its first. */
function differencesOf(judged: readonly JudgedBuild[]) {
  return judged.flatMap((build, at) => {
    const first = judged.findIndex(({ result }) => result.package === build.result.package);
    return first < at ? [nosplitDifference(judged[first]!, build)] : [];
  });
}
