import type { Told } from '../../differ/index.ts';
import type { Call } from '../command.ts';
import { divergenceLines } from '../divergence-text.ts';
import { applyExpectations, expectationsFor, toldLines } from '../expectations.ts';
import { chooseDivergences, type Outcome, replayFiles, tellProblems } from '../files.ts';
import { exitOfJob } from '../job-exit.ts';
import { replayLines } from '../verdict-text.ts';

export async function run(call: Call): Promise<number> {
  const expectations = await expectationsFor(call);
  const outcome = await replayFiles(call.operands, call, { drawn: call.options.json === true });
  await tellProblems(outcome, call);
  const { judged, told } = applyExpectations(outcome.judged, expectations);
  const chosen = chooseDivergences({ ...outcome, judged }, call.options.divergence);
  await (call.options.json ? asDocument(chosen, told, call) : asText(chosen, told, call));
  return exitOfJob(
    chosen.judged.map(({ replay }) => replay.verdict),
    chosen.problems.length,
  );
}

async function asText(outcome: Outcome, told: Told | undefined, call: Call): Promise<void> {
  const { out, paint } = call.terminal;
  for (const { path, replay } of outcome.judged) {
    const whole = call.options.divergence !== undefined;
    const lines = whole
      ? replay.divergences.flatMap((each) => divergenceLines(path, each, paint))
      : replayLines(path, replay, paint);
    await out.line(lines.join('\n'));
  }
  const lines = toldLines(told, paint);
  if (lines.length > 0) await out.line(lines.join('\n'));
}

async function asDocument(outcome: Outcome, told: Told | undefined, call: Call): Promise<void> {
  // Only here: schemas take as long to load as a small trace to judge.
  const { printResult } = await import('../result-document.ts');
  await printResult(
    outcome.judged.map(({ replay }) => replay),
    outcome.problems,
    undefined,
    call,
    told,
  );
}
