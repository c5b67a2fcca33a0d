import { stat } from 'node:fs/promises';
import { type ReplayOptions, replayFile } from '../replay/index.ts';
import type { Call } from './command.ts';
import { type Problem, ProblemError, problemLines, problemOf, type Unjudged, UsageError } from './problem.ts';
import { runSteps, type Step } from './progress.ts';
import type { Judged } from './verdict-text.ts';

export interface Outcome {
  readonly judged: Judged[];
  /** Files that could not be judged at all; they do not keep the others from being. */
  readonly problems: Unjudged[];
}

/** What the command has use for. */
type Wanted = Omit<ReplayOptions, 'signal'>;

/** Replays each file in turn; one that cannot be read is a problem of its own. */
export async function replayFiles(
  paths: readonly string[],
  call: Call,
  wanted: Wanted = {},
): Promise<Outcome> {
  const outcome: Outcome = { judged: [], problems: [] };
  const steps = paths.map(
    (path): Step => ({ title: path, work: (note) => replayOne(path, { call, wanted }, outcome, note) }),
  );
  await runSteps(
    steps,
    call.terminal,
    call.options.quiet === true || (paths.length === 1 && !call.terminal.err.isTerminal),
  );
  return outcome;
}

async function replayOne(
  path: string,
  { call, wanted }: { call: Call; wanted: Wanted },
  outcome: Outcome,
  note: (text: string) => void,
): Promise<string> {
  note('replaying');
  try {
    await refusePipe(path);
    const replay = await replayFile(path, {
      signal: call.signal,
      model: call.options.judgeBy,
      ...wanted,
    });
    outcome.judged.push({ path, replay });
    return replay.verdict;
  } catch (error) {
    call.signal.throwIfAborted();
    const problem = problemOf(error, call.signal);
    if (problem.code === 'internal') throw error;
    outcome.problems.push({ subject: path, problem: about(path, problem) });
    return problem.message;
  }
}

/** What comes once and is gone; whatever else is wrong with a path is said by who opens it. */
async function refusePipe(path: string): Promise<void> {
  const info = await stat(path).catch(() => undefined);
  const comesOnce = info === undefined ? path === '-' : info.isFIFO() || info.isSocket();
  if (!comesOnce) return;
  throw new UsageError(
    'pipe',
    `${path === '-' ? 'standard input' : `${path}, a pipe,`} cannot be replayed: its bytes come only once, and a replay may read them again`,
    'Write the trace to a file first, and replay that; `gotwin events` reads pipes and standard input (-).',
  );
}

/** Decoders see bytes, not names; a person needs to know which file. */
function about(path: string, problem: Problem): Problem {
  return problem.message.includes(path) ? problem : { ...problem, message: `${path}: ${problem.message}` };
}

/** Says what could not be judged; throws it where nothing could. */
export async function tellProblems({ judged, problems }: Outcome, call: Call): Promise<void> {
  const [first, ...others] = problems.map(({ problem }) => problem);
  if (judged.length === 0 && first !== undefined) {
    const details = [...first.details, ...others.map(({ message }) => message)];
    throw new ProblemError({ ...first, details });
  }
  if (call.options.json) return;
  for (const { problem } of problems) await call.terminal.err.line(problemLines(problem).join('\n'));
}

/** Only the divergence asked for, by its id or by a signature; everything where none is. */
export function chooseDivergences(outcome: Outcome, id: string | undefined): Outcome {
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
