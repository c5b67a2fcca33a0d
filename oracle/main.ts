/** `npm run oracle`: every corpus through both readers, or the traces that are named. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { goArch } from '../collector/index.ts';
import { EVENT_SPECS } from '../replay/index.ts';
import { checkBytes, checkSample, checkTrace, type Outcome } from './corpora/check.ts';
import { goldens, oldTraces, type Sample, seeds } from './corpora/golang.ts';
import { mutantsOf } from './corpora/mutants.ts';
import {
  BUSY,
  emulatedRuns,
  goroot,
  ownRuns,
  Programs,
  RELEASES,
  type Run,
  runName,
  SETTINGS,
} from './corpora/programs.ts';
import { skew } from './corpora/skew.ts';
import { GoReader } from './go-reader.ts';

/** Rounds of the program `busy`: about 2 million events. */
const HEAVY_ROUNDS = 400;
const SKEWS_MS = [1, 64];
/** Of each golden test. */
const MUTANTS = 50;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { releases: { type: 'string', default: RELEASES.join() } },
});

/** What was compared so far; prints as it goes. */
class Tally {
  traces = 0;
  events = 0;
  ties = 0;
  problems = 0;
  /** By wire event. */
  readonly kinds = new Float64Array(256);

  /** Kinds of event that no trace held: nothing was shown of them. */
  get unseen(): string[] {
    const handedOut = EVENT_SPECS.filter(({ place }) => place === 'timed' || place === 'sample');
    return handedOut.filter(({ type }) => this.kinds[type] === 0).map(({ name }) => name);
  }

  add({ name, events, ties, kinds, problems, refused }: Outcome): void {
    this.traces++;
    for (const [kind, count] of kinds.entries()) this.kinds[kind]! += count;
    this.events += events;
    this.ties += ties;
    this.problems += problems.length;
    const note = ties > 0 ? `, ${ties} of them in another order among equal times` : '';
    console.log(`${problems.length === 0 ? 'equal' : 'DIFFERS'}  ${name}: ${events} events${note}`);
    if (refused !== undefined) console.log(`  up to there; Go's reader: ${refused}`);
    for (const problem of problems) console.log(problem);
  }

  fail(name: string, error: unknown): void {
    this.problems++;
    console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function samplesOf(release: string, go: GoReader, folder: string, tally: Tally): Promise<void> {
  const root = await goroot(release);
  await mkdir(folder, { recursive: true });
  const check = async (samples: readonly Sample[], how: typeof checkSample) => {
    for (const sample of samples) {
      const outcome = await how(go, folder, sample);
      tally.add({ ...outcome, name: `${sample.name} of go${release}` });
    }
  };
  await check([...(await goldens(root)), ...(await seeds(root))], checkSample);
  if (release !== RELEASES.at(-1)) return;
  await check(await oldTraces(root), checkBytes);
  const sound = (await goldens(root)).filter(({ expect }) => expect === 'SUCCESS');
  await check(
    sound.flatMap((golden) => mutantsOf(golden, MUTANTS)),
    checkBytes,
  );
}

async function runsOf(release: string, go: GoReader, programs: Programs, tally: Tally): Promise<void> {
  const emulated = await emulatedRuns(release);
  if (emulated.length === 0) console.log('left out: arm64, which this machine does not emulate');
  const runs = [...(await ownRuns(release, SETTINGS)), ...emulated];
  for (const run of runs) await runOne(run, go, programs, tally);
  await heavy(release, go, programs, tally);
}

async function runOne(run: Run, go: GoReader, programs: Programs, tally: Tally): Promise<void> {
  try {
    const path = await programs.record(run);
    const outcome = await checkTrace(go, runName(run), path);
    tally.add(outcome);
    if (outcome.problems.length === 0) await rm(path);
  } catch (error) {
    tally.fail(runName(run), error);
  }
}

/** Our own program, long, and the same with the threads' clocks apart. */
async function heavy(release: string, go: GoReader, programs: Programs, tally: Tally): Promise<void> {
  const run: Run = { go: release, arch: goArch(), source: BUSY, setting: SETTINGS[0] };
  const path = await programs.record(run, (to) => ['-rounds', String(HEAVY_ROUNDS), to]);
  tally.add(await checkTrace(go, runName(run), path));
  for (const milliseconds of SKEWS_MS) {
    const skewed = `${path}.skewed-${milliseconds}`;
    await skew(path, skewed, milliseconds);
    tally.add(await checkTrace(go, `${runName(run)}, skewed by up to ${milliseconds} ms`, skewed));
  }
}

const go = await GoReader.build();
const programs = await Programs.create();
const tally = new Tally();
const releases = positionals.length > 0 ? [] : values.releases.split(',');
for (const path of positionals) tally.add(await checkTrace(go, path, path));
for (const release of releases) {
  await samplesOf(release, go, join(programs.folder, `samples-${release}`), tally);
  await runsOf(release, go, programs, tally);
}
const where = releases.length > 0 ? `, ${releases.length} releases of Go` : '';
console.log(
  `${tally.traces} traces, ${tally.events} events${where}: ` +
    `${tally.problems === 0 ? 'all equal' : `${tally.problems} problems`}; ` +
    `${tally.ties} events in another order among equal times`,
);
if (releases.length > 0) console.log(`kinds of event in none of them: ${tally.unseen.join(', ') || 'none'}`);
await go.remove();
// Traces that differ are kept, since the commands above read them.
if (tally.problems === 0) await programs.remove();
process.exitCode = tally.problems === 0 ? 0 : 1;
