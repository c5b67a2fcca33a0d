/** Runs both readers on one trace, in turns. */
import { join } from 'node:path';
import { disagreement, type OurCounts, type TheirCounts } from './counts.ts';
import type { MadeTrace } from './make.ts';
import { launch, type Programs, ROOT, type Usage } from './programs.ts';
import { interleave, type Pair, ratiosOf, type Spread, spreadOf } from './ratios.ts';
import type { Reading } from './reading.ts';

const COMMAND = join(ROOT, 'dist', 'bin', 'main.js');
const READING = join(ROOT, 'dist', 'bench', 'reading.js');

/** One row of the table. */
export interface Measured {
  readonly trace: MadeTrace;
  /** Events as we count them. */
  readonly events: number;
  readonly pairs: number;
  /** Go's figure divided by ours: more than 1 says that we use less. */
  readonly user: Spread;
  readonly wall: Spread;
  /** Seconds of user CPU. */
  readonly ourUser: Spread;
  readonly theirUser: Spread;
  /** Bytes of memory at the peak. */
  readonly ourPeak: Spread;
  readonly theirPeak: Spread;
}

/** Throws when the readers did not read the same events. */
export async function measure(trace: MadeTrace, pairs: number, programs: Programs): Promise<Measured> {
  const measured = await interleave(
    pairs,
    () => ourRun(trace.path, programs),
    () => launch(programs, [programs.peer, trace.path]),
  );
  return { trace, pairs, events: eventsOf(trace, measured), ...figuresOf(measured) };
}

/** `--format none` reads and orders everything; `--json` changes only how it prints the counts. */
function ourRun(path: string, programs: Programs, more: readonly string[] = []): Promise<Usage> {
  const command = ['events', '--format', 'none', '--json', ...more, path];
  return launch(programs, [process.execPath, COMMAND, ...command]);
}

function eventsOf({ spec }: MadeTrace, measured: readonly Pair<Usage>[]): number {
  let events = 0;
  for (const { ours, theirs } of measured) {
    const our: OurCounts = JSON.parse(ours.stdout);
    const their: TheirCounts = JSON.parse(theirs.stdout);
    const found = disagreement(our, their);
    if (found !== undefined) throw new Error(`${spec.name}: ${found}`);
    events = our.events;
  }
  return events;
}

function figuresOf(measured: readonly Pair<Usage>[]) {
  const ours = measured.map((pair) => pair.ours);
  const theirs = measured.map((pair) => pair.theirs);
  return {
    user: ratiosOf(measured, (usage) => usage.user),
    wall: ratiosOf(measured, (usage) => usage.wall),
    ourUser: spreadOf(ours.map((usage) => usage.user)),
    theirUser: spreadOf(theirs.map((usage) => usage.user)),
    ourPeak: spreadOf(ours.map((usage) => usage.peak)),
    theirPeak: spreadOf(theirs.map((usage) => usage.peak)),
  };
}

/** What it costs to judge a trace, beside what it costs to read it. */
export interface JudgingMeasured {
  readonly trace: MadeTrace;
  readonly events: number;
  /** User CPU of `gotwin replay` divided by that of `gotwin events --format none`. */
  readonly times: Spread;
  readonly reading: Spread;
  readonly judging: Spread;
}

/** Throws when the judge did not see what the reader saw. */
export async function measureJudging(
  trace: MadeTrace,
  pairs: number,
  programs: Programs,
): Promise<JudgingMeasured> {
  const measured = await interleave(
    pairs,
    () => ourRun(trace.path, programs),
    () => launch(programs, [process.execPath, COMMAND, 'replay', trace.path]),
  );
  let events = 0;
  for (const { ours, theirs } of measured) {
    events = (JSON.parse(ours.stdout) as OurCounts).events;
    // As text: a document costs what the schemas take to load.
    const judged = Number(/([\d,]+) events/.exec(theirs.stdout)?.[1]?.replaceAll(',', ''));
    if (judged !== events) throw new Error(`${trace.spec.name}: ${judged} events judged, ${events} read`);
  }
  return {
    trace,
    events,
    times: ratiosOf(measured, ({ user }) => user),
    reading: spreadOf(measured.map(({ ours }) => ours.user)),
    judging: spreadOf(measured.map(({ theirs }) => theirs.user)),
  };
}

/** One worker against several. */
export interface WorkersMeasured {
  readonly trace: MadeTrace;
  readonly workers: number;
  readonly pairs: number;
  /** Wall time of one worker divided by that of several: of the reading alone, as a program that imports Gotwin sees it. */
  readonly reading: Spread;
  /** The same of whole processes, `gotwin events`, and their seconds. */
  readonly processes: Spread;
  readonly oneWall: Spread;
  readonly manyWall: Spread;
}

/** Undefined when `gotwin events` has no workers. Throws when one and several do not find the same. */
export async function measureWorkers(
  trace: MadeTrace,
  workers: number,
  pairs: number,
  programs: Programs,
): Promise<WorkersMeasured | undefined> {
  const help = await launch(programs, [process.execPath, COMMAND, 'events', '--help']);
  if (!help.stdout.includes('--workers')) return undefined;
  const measured = await interleave(
    pairs,
    () => ourRun(trace.path, programs, [`--workers=${workers}`]),
    () => ourRun(trace.path, programs, ['--workers=1']),
  );
  const texts = new Set(measured.flatMap(({ ours, theirs }) => [ours.stdout, theirs.stdout]));
  if (texts.size > 1) throw new Error(`${trace.spec.name}: ${workers} workers counted otherwise than one`);
  return {
    trace,
    workers,
    pairs,
    reading: await readingRatios(trace, workers, pairs, programs),
    processes: ratiosOf(measured, ({ wall }) => wall),
    oneWall: spreadOf(measured.map(({ theirs }) => theirs.wall)),
    manyWall: spreadOf(measured.map(({ ours }) => ours.wall)),
  };
}

async function readingRatios(trace: MadeTrace, workers: number, pairs: number, programs: Programs) {
  const read = async (threads: number): Promise<Reading> => {
    const { stdout } = await launch(programs, [process.execPath, READING, trace.path, String(threads)]);
    return JSON.parse(stdout);
  };
  const measured = await interleave(
    pairs,
    () => read(workers),
    () => read(1),
  );
  if (new Set(measured.flatMap(({ ours, theirs }) => [ours.events, theirs.events])).size > 1)
    throw new Error(`${trace.spec.name}: ${workers} workers read other events than one`);
  return ratiosOf(measured, ({ wall }) => wall);
}
