/** `gotwin check --faults`: every seeded fault on its fixture, and the fixture without it. */
import { join } from 'node:path';
import {
  FAULTS,
  type Fault,
  minorOf,
  openRecording,
  type ProgramTarget,
  RUNTIME_ENTRY,
} from '../../collector/index.ts';
import { replayFile } from '../../replay/index.ts';
import { RESULT_SCHEMA, type Replay } from '../../replay/result.ts';
import { writeReport } from '../../reports/index.ts';
import { type Ground, groundSteps, type Wish, wishOf } from '../cells.ts';
import { commandOf, DEFAULT_REPORT } from '../check-command.ts';
import type { Call } from '../command.ts';
import { printDocument } from '../document.ts';
import {
  exitOfTrials,
  foundByUs,
  lastWordsIn,
  noticedByGo,
  type Trial,
  trialTable,
} from '../fault-trials.ts';
import { makeFolder } from '../folder.ts';
import { problemDocuments, problemLines, problemOf, type Unjudged, UsageError } from '../problem.ts';
import { runSteps, type Step } from '../progress.ts';
import { recordOne } from '../recorder.ts';
import type { FaultsDocument } from '../result-document.ts';

/** What is recorded: the trace would only slow the program down, since the probe sees more. */
const LAYERS = ['probe', 'text'] as const;

interface Trials {
  readonly call: Call;
  readonly folder: string;
  readonly controls: Map<string, Replay>;
  readonly trials: Trial[];
  readonly problems: Unjudged[];
}

export async function run(call: Call): Promise<number> {
  refuseMixture(call);
  const dir = call.options.report ?? DEFAULT_REPORT;
  const wish = await wishOf({ ...call, operands: [...new Set(FAULTS.map(({ fixture }) => fixture))] });
  const folder = join(dir, 'recordings');
  await makeFolder(folder);
  const work: Trials = { call, folder, controls: new Map(), trials: [], problems: [] };
  const ground: Ground = { toolchains: [], architectures: [], leftOut: [] };
  const quiet = call.options.quiet === true;
  await runSteps(groundSteps(wish, ground, call.signal), call.terminal, quiet);
  await runSteps(stepsOf(wish, ground, work), call.terminal, quiet);
  return await conclude(work, dir);
}

function refuseMixture({ operands, programArgs, options }: Call): void {
  const { fault, delay, layers, count, test, duration, goroot } = options;
  const others = [fault, delay, layers, count, test, duration, goroot].some((value) => value !== undefined);
  if (operands.length === 0 && programArgs.length === 0 && !others) return;
  throw new UsageError(
    'faults-alone',
    '--faults has its own programs, layers and runs',
    'Give it --go, --arch, --report, --json alone, or try one fault: gotwin check FIXTURE --fault NAME.',
  );
}

/** One run: a fixture on a release and an architecture, with a fault or as its control. */
interface Place {
  readonly target: ProgramTarget;
  readonly version: string;
  readonly arch: string;
}

function stepsOf(wish: Wish, ground: Ground, work: Trials): Step[] {
  const targets = new Map(wish.targets.map((target) => [target.name, target as ProgramTarget]));
  return ground.toolchains.flatMap(({ version }) =>
    ground.architectures.flatMap((arch) => {
      const tried = FAULTS.filter((fault) => isTried(fault, version, arch));
      const place = (fixture: string): Place => ({ target: targets.get(fixture)!, version, arch });
      const fixtures = [...new Set(tried.map(({ fixture }) => fixture))];
      return [
        ...fixtures.map((fixture) => controlStep(place(fixture), work)),
        ...tried.map((fault) => trialStep(fault, place(fault.fixture), work)),
      ];
    }),
  );
}

function isTried({ tried }: Fault, version: string, arch: string): boolean {
  return tried.go.includes(minorOf(version)) && tried.arch.includes(arch);
}

const nameOf = ({ target, version, arch }: Place): string => `${target.name} ${version} ${arch}`;

function controlStep(place: Place, work: Trials): Step {
  return stepOf(nameOf(place), work, async (note) => {
    const { replay } = await recordAndJudge(place, undefined, work, note);
    work.controls.set(nameOf(place), replay);
    return replay.verdict;
  });
}

function trialStep(fault: Fault, place: Place, work: Trials): Step {
  return stepOf(`${nameOf(place)} ${fault.name}`, work, async (note) => {
    const judged = await recordAndJudge(place, fault, work, note);
    const trial = { fault, ...judged, control: work.controls.get(nameOf(place)) };
    work.trials.push(trial);
    return foundByUs(trial)?.rule ?? 'not found';
  });
}

type Work = (note: (text: string) => void) => Promise<string>;

/** What keeps one fault from being tried says nothing of the next. */
function stepOf(title: string, { call, problems }: Trials, work: Work): Step {
  return {
    title,
    work: async (note) => {
      try {
        return await work(note);
      } catch (error) {
        const problem = problemOf(error, call.signal);
        if (!/^(build|fault|run|target)\//.test(problem.code)) throw error;
        problems.push({ subject: title, problem });
        return problem.message;
      }
    },
  };
}

async function recordAndJudge(
  { target, version, arch }: Place,
  fault: Fault | undefined,
  { call, folder }: Trials,
  note: (text: string) => void,
): Promise<Pick<Trial, 'replay' | 'said' | 'durationMs'>> {
  const seeded = fault === undefined ? '' : `-${fault.name}`;
  const out = join(folder, `${target.name}${seeded}-${version}-${arch}.gotwin`);
  const timeLimit = call.options.timeLimit ?? fault?.hangsMs;
  const options = {
    ...call.options,
    layers: [...LAYERS],
    ...(fault === undefined ? {} : { fault: fault.name }),
    ...(timeLimit === undefined ? {} : { timeLimit }),
  };
  const order = { target, go: version.replace(/^go/, ''), arch, out, overwrite: true };
  const { path, manifest } = await recordOne(order, { ...call, options }, note);
  note('replaying');
  const replay = await replayFile(path, { signal: call.signal, drawn: false });
  return { replay, said: await lastWords(path), durationMs: manifest.durationMs };
}

/** Goroutine dumps can be long, and the reason stands before them. */
const TEXT_BYTES = 4 << 20;

async function lastWords(path: string): Promise<string> {
  const recording = await openRecording(path);
  try {
    let text = '';
    if (recording.evidence.some(({ name }) => name === RUNTIME_ENTRY)) {
      for await (const chunk of recording.read(RUNTIME_ENTRY)) {
        text += Buffer.from(chunk).toString('latin1');
        if (text.length > TEXT_BYTES) break;
      }
    }
    return lastWordsIn(text);
  } finally {
    await recording.close();
  }
}

async function conclude({ call, controls, trials, problems }: Trials, dir: string): Promise<number> {
  const replays = [...controls.values(), ...trials.map(({ replay }) => replay)];
  const { htmlPath } = await writeReport(replays, dir, { command: commandOf(call), signal: call.signal });
  const code = exitOfTrials(trials, problems.length);
  if (call.options.json) {
    await printDocument(documentOf(trials, problems, htmlPath), call);
    return code;
  }
  const { out, err, paint } = call.terminal;
  const found = trials.filter((trial) => foundByUs(trial)?.expected).length;
  const last = `${found} of ${trials.length} faults found by their rule; exit code ${code}`;
  await out.line([...trialTable(trials, paint), '', `report: ${htmlPath}`, last].join('\n'));
  for (const { subject, problem } of problems)
    await err.line(`${subject}:\n${problemLines(problem).join('\n')}`);
  return code;
}

function documentOf(trials: readonly Trial[], problems: Trials['problems'], report: string): FaultsDocument {
  return {
    schema: RESULT_SCHEMA,
    faults: trials.map((trial) => ({
      fault: trial.fault.name,
      fixture: trial.fault.fixture,
      file: trial.replay.file,
      go: trial.replay.go,
      arch: trial.replay.arch,
      emulated: trial.replay.emulated,
      noticed: noticedByGo(trial),
      exit: trial.replay.exit,
      durationMs: trial.durationMs,
      found: foundByUs(trial) ?? null,
      control: trial.control?.verdict ?? null,
    })),
    report,
    problems: problemDocuments(problems),
  };
}
