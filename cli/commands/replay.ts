import type { Call } from '../command.ts';
import { divergenceLines } from '../divergence-text.ts';
import { chooseDivergences, type Outcome, replayFiles, tellProblems } from '../files.ts';
import { exitOfJob } from '../job-exit.ts';
import { printResult } from '../result-document.ts';
import { replayLines } from '../verdict-text.ts';

export async function run(call: Call): Promise<number> {
  const outcome = await replayFiles(call.operands, call);
  await tellProblems(outcome, call);
  const chosen = chooseDivergences(outcome, call.options.divergence);
  await (call.options.json ? asDocument(chosen, call) : asText(chosen, call));
  return exitOfJob(
    chosen.judged.map(({ replay }) => replay.verdict),
    chosen.problems.length,
  );
}

async function asText(outcome: Outcome, call: Call): Promise<void> {
  const { out, paint } = call.terminal;
  for (const { path, replay } of outcome.judged) {
    const whole = call.options.divergence !== undefined;
    const lines = whole
      ? replay.divergences.flatMap((each) => divergenceLines(path, each, paint))
      : replayLines(path, replay, paint);
    await out.line(lines.join('\n'));
  }
}

async function asDocument(outcome: Outcome, call: Call): Promise<void> {
  const problems = outcome.problems.map(({ path, problem }) => ({ subject: path, problem }));
  await printResult(
    outcome.judged.map(({ replay }) => replay),
    problems,
    undefined,
    call,
  );
}
