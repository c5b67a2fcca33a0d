import type { Divergence, Replay } from '../../replay/result.ts';
import type { Call } from '../command.ts';
import { divergenceLines } from '../divergence-text.ts';
import { printDocument } from '../document.ts';
import { EXIT } from '../exit.ts';
import { chooseDivergences, type Outcome, replayFiles, tellProblems } from '../files.ts';
import { exitOfJob } from '../job-exit.ts';
import { UsageError } from '../problem.ts';
import { rerun, rerunLines } from '../rerun.ts';
import { type Reruns, resultDocument } from '../result-document.ts';
import { replayLines } from '../verdict-text.ts';

export async function run(call: Call): Promise<number> {
  const { rerun: runs, divergence, out, goroot } = call.options;
  const [path = ''] = call.operands;
  if (runs === undefined && (out !== undefined || goroot !== undefined))
    throw new UsageError(
      'out-of-nothing',
      `${out === undefined ? '--goroot' : '-o'} is for the runs of --rerun`,
      'Add --rerun N, or leave it out.',
    );
  const outcome = await replayFiles([path], call);
  await tellProblems(outcome, call);
  const chosen = chooseDivergences(outcome, divergence);
  const { replay } = chosen.judged[0]!;
  if (runs !== undefined && replay.divergences.length === 0) throw nothingToFind(path);
  if (!call.options.json) await tellFindings(chosen, call);
  const reruns = runs === undefined ? undefined : await rerun(path, replay, runs, call);
  if (call.options.json)
    await printDocument({ ...resultDocument([replay], []), ...(reruns && { reruns }) }, call);
  else if (reruns !== undefined)
    await call.terminal.out.line(['', ...rerunLines(reruns, call.terminal.paint)].join('\n'));
  return exitOf(replay, reruns);
}

async function tellFindings({ judged }: Outcome, { terminal: { out, paint } }: Call): Promise<void> {
  for (const { path, replay } of judged) {
    const findings = replay.divergences.filter(isFirst);
    const lines = findings.flatMap((each, i) => [
      ...(i > 0 ? [''] : []),
      ...divergenceLines(path, each, paint),
    ]);
    await out.line((lines.length === 0 ? replayLines(path, replay, paint) : lines).join('\n'));
  }
}

/** Of those that are the same finding the first says enough. */
function isFirst({ signature }: Divergence, at: number, all: readonly Divergence[]): boolean {
  return all.findIndex((each) => each.signature === signature) === at;
}

function nothingToFind(path: string): UsageError {
  return new UsageError(
    'nothing-to-find',
    `there is no finding in ${path} that could come again`,
    'Leave --rerun out, or look for one with `gotwin check --count N`.',
  );
}

function exitOf({ verdict }: Replay, reruns: Reruns | undefined): number {
  if (reruns === undefined) return exitOfJob([verdict], 0);
  if (reruns.seen > 0) return EXIT.diverges;
  return reruns.couldNot === reruns.of ? EXIT.inconclusive : EXIT.conforms;
}
