import type { Call } from '../command.ts';
import { divergenceLines } from '../divergence-text.ts';
import { type Outcome, replayFiles, tellProblems } from '../files.ts';
import { exitOfJob } from '../job-exit.ts';
import { UsageError } from '../problem.ts';
import { printResult } from '../result-document.ts';
import { replayLines } from '../verdict-text.ts';

export async function run(call: Call): Promise<number> {
  const outcome = await replayFiles(call.operands, call);
  await tellProblems(outcome, call);
  const chosen = choose(outcome, call.options.divergence);
  await (call.options.json ? asDocument(chosen, call) : asText(chosen, call));
  return exitOfJob(
    chosen.judged.map(({ replay }) => replay.verdict),
    chosen.problems.length,
  );
}

/** Only the divergence asked for, by its id or by a signature; everything where none is. */
function choose(outcome: Outcome, id: string | undefined): Outcome {
  if (id === undefined || outcome.problems.length > 0) return outcome;
  const judged = outcome.judged.map(({ path, replay }) => {
    const divergences = replay.divergences.filter((each) => each.id === id || each.signature === id);
    return { path, replay: { ...replay, divergences } };
  });
  if (judged.some(({ replay }) => replay.divergences.length > 0)) return { ...outcome, judged };
  throw noSuchDivergence(outcome, id);
}

function noSuchDivergence({ judged }: Outcome, id: string): UsageError {
  const ids = judged.flatMap(({ replay }) => replay.divergences.map((each) => each.id));
  const advice =
    ids.length === 0
      ? 'There is no divergence in it at all.'
      : `There is ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ` and ${ids.length - 5} more` : ''}.`;
  return new UsageError('no-such-divergence', `no divergence has the id ${id}`, advice);
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
