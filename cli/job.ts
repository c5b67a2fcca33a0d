import { join } from 'node:path';
import type { FileTarget } from '../collector/index.ts';
import { replayFile } from '../replay/index.ts';
import type { Replay } from '../replay/result.ts';
import type { Windows } from '../reports/index.ts';
import type { Cell, Ground } from './cells.ts';
import { plural } from './columns.ts';
import type { Call } from './command.ts';
import { ProblemError, problemOf, type Unjudged } from './problem.ts';
import type { Step } from './progress.ts';
import { recordOne, toolchainOrder } from './recorder.ts';
import type { Judged } from './verdict-text.ts';

/** What has come of a check so far. */
export interface Job {
  readonly call: Call;
  /** Folder of the recordings. */
  readonly folder: string;
  readonly judged: Judged[];
  readonly problems: Unjudged[];
  /** For the page of its report. */
  readonly windows: Windows;
  /** The first thing that kept a cell from being judged, as it was thrown. */
  firstError?: unknown;
}

/** A step for each run, then one for each file. */
export function jobSteps(cells: readonly Cell[], files: readonly FileTarget[], job: Job): Step[] {
  return [...cells.map((cell) => cellStep(cell, job)), ...files.map(({ path }) => fileStep(path, job))];
}

function cellStep(cell: Cell, job: Job): Step {
  const { target, toolchain, arch, run } = cell;
  const title = [
    target.name,
    toolchain.version,
    arch,
    ...(job.call.options.count ? [`run ${run}`] : []),
  ].join(' ');
  const work = async (note: (text: string) => void) => {
    const out = join(job.folder, cell.file);
    const order = { target, ...toolchainOrder(toolchain), arch, out, overwrite: true };
    const { path } = await recordOne(order, job.call, note);
    return path;
  };
  return { title, work: (note) => judge(title, job, work, note) };
}

function fileStep(path: string, job: Job): Step {
  return { title: path, work: (note) => judge(path, job, () => Promise.resolve(path), note) };
}

type GetPath = (note: (text: string) => void) => Promise<string>;

/** Judges the file that `get` comes to; what is wrong with one does not keep the others from being judged. */
async function judge(subject: string, job: Job, get: GetPath, note: (text: string) => void): Promise<string> {
  try {
    const path = await get(note);
    note('replaying');
    const replay = await replayFile(path, {
      signal: job.call.signal,
      windows: job.windows,
      model: job.call.options.judgeBy,
    });
    job.judged.push({ path, replay });
    return outcomeOf(replay);
  } catch (error) {
    const problem = problemOf(error, job.call.signal);
    if (!bearable(problem.code)) throw error;
    job.firstError ??= error;
    job.problems.push({ subject, problem });
    return problem.message;
  }
}

/** A program that does not compile says nothing of the next; a full disk, Ctrl-C or a defect of ours does. */
export function bearable(code: string): boolean {
  return /^(build|target|fault|run|trace)\//.test(code);
}

function outcomeOf({ verdict, events, why }: Replay): string {
  return `${verdict}, ${plural(events, 'event')}${verdict === 'conforms' ? '' : `: ${why}`}`;
}

/** The error that a check ends with when there is nothing to report on. */
export function nothingJudged(job: Job, ground: Ground): unknown {
  if (job.firstError !== undefined) return job.firstError;
  const first = ground.leftOut[0]?.problem;
  return first === undefined ? new Error('there was nothing to run') : new ProblemError(first);
}
