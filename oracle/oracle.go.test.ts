import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goArch } from '../collector/index.ts';
import { type EventName, findEvents, parseWire, type WireTrace, writeWire } from '../replay/index.ts';
import { checkBytes, checkSample, checkTrace } from './corpora/check.ts';
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
import { verify } from './verify.ts';

// `npm run oracle` does all of this on every release, with every setting. Here: what is cheap, and two releases.
const [OLDEST, NEWEST] = [RELEASES[0], RELEASES[4]];
const [PLAIN, GENERATIONS, ALLOCATIONS] = SETTINGS;

let go: GoReader;
let programs: Programs;
let folder: string;
let differed = false;

beforeAll(async () => {
  go = await GoReader.build();
  programs = await Programs.create();
  folder = await mkdtemp(join(tmpdir(), 'gotwin-oracle-samples-'));
});

afterAll(async () => {
  await go?.remove();
  // Traces that differ stay: the command that a failure prints reads them.
  if (differed) return;
  await programs?.remove();
  await rm(folder, { recursive: true, force: true });
});

const checked = new Map<string, readonly string[]>();

/** Problems of all samples; a test with none of them would show nothing. */
async function problemsOf(
  samples: readonly Sample[],
  atLeast: number,
  check: typeof checkSample = checkSample,
): Promise<string[]> {
  expect(samples.length).toBeGreaterThanOrEqual(atLeast);
  const problems: string[] = [];
  for (const sample of samples) {
    // Most of what a release has is what the one before had, byte for byte.
    const key = `${sample.name} ${sample.expect} ${Buffer.from(sample.bytes).toString('base64')}`;
    const known = checked.get(key) ?? (await check(go, folder, sample)).problems;
    checked.set(key, known);
    problems.push(...known);
  }
  differed ||= problems.length > 0;
  return problems;
}

describe.each(RELEASES)('Go’s own test data of go%s', (release) => {
  test('golden tests have the verdict that Go expects, and the events that it reads', async () => {
    expect(await problemsOf(await goldens(await goroot(release)), 19)).toEqual([]);
  });

  test('fuzz seeds fail where Go’s reader does, after the same events', async () => {
    expect(await problemsOf(await seeds(await goroot(release)), 16)).toEqual([]);
  });
});

test('traces of Go 1.11 to 1.21 have the events that Go’s reader gives them', async () => {
  const small = (await oldTraces(await goroot(NEWEST))).filter(({ bytes }) => bytes.length < 1 << 18);
  expect(await problemsOf(small, 8, checkBytes)).toEqual([]);
});

test.each([
  { name: 'go122-gc-stress.test', seeds: 30 },
  { name: 'go122-annotations-stress.test', seeds: 30 },
])('$seeds mutants of $name are read alike up to where Go stops', async ({ name, seeds: count }) => {
  const sound = (await goldens(await goroot(NEWEST))).find((golden) => golden.name === name);
  if (sound === undefined) throw new Error(`Go has no golden test ${name}`);
  expect(await problemsOf(mutantsOf(sound, count), count, checkBytes)).toEqual([]);
});

async function problemsOfRun(run: Run): Promise<readonly string[]> {
  const outcome = await checkTrace(go, runName(run), await programs.record(run));
  expect(outcome.events).toBeGreaterThan(2);
  differed ||= outcome.problems.length > 0;
  return outcome.problems;
}

/** The programs with these names; cgo needs a C compiler. */
async function chosen(release: string, setting: (typeof SETTINGS)[number], names: RegExp): Promise<Run[]> {
  const runs = await ownRuns(release, [setting]);
  const cgo = await hasC();
  return runs.filter(({ source }) => {
    const name = basename(source, '.go');
    return names.test(name) && (cgo || name !== 'cgo-callback');
  });
}

async function hasC(): Promise<boolean> {
  const { stdout } = await execa('go', ['env', 'CC'], { cwd: tmpdir() });
  const { failed } = await execa(stdout, ['--version'], { reject: false });
  return !failed;
}

describe('Go’s own test programs', () => {
  test.each([
    { release: NEWEST, setting: PLAIN, names: /^(?!gomaxprocs$|stress$)/ },
    {
      release: OLDEST,
      setting: GENERATIONS,
      names: /^(annotations|cgo-callback|many-start-stop|stacks|wait-on-pipe)$/,
    },
    {
      release: NEWEST,
      setting: ALLOCATIONS,
      names: /^(annotations-stress|iter-pull|stacks|stress-start-stop)$/,
    },
  ])('traced by go$release, $setting.name: every event is Go’s', async ({ release, setting, names }) => {
    const runs = await chosen(release, setting, names);
    expect(runs.length).toBeGreaterThan(3);
    const problems: string[] = [];
    for (const run of runs) problems.push(...(await problemsOfRun(run)));
    expect(problems).toEqual([]);
  });

  test('traced on arm64', async (context) => {
    const [run] = await emulatedRuns(NEWEST);
    if (run === undefined) return context.skip('this machine emulates no arm64');
    expect(await problemsOfRun(run)).toEqual([]);
  });
});

test('threads whose clocks are 64 ms apart change nothing', async () => {
  const run = { go: NEWEST, arch: goArch(), source: BUSY, setting: PLAIN };
  const path = await programs.record(run, (to) => ['-rounds', '20', to]);
  await skew(path, `${path}.skewed`, 64);
  const { problems } = await checkTrace(go, 'skewed', `${path}.skewed`);
  differed ||= problems.length > 0;
  expect(problems).toEqual([]);
});

describe('a trace of which we read something else than Go', () => {
  /** Adds one to an argument of the first event of that name. */
  const more =
    (name: EventName, arg: string) =>
    (trace: WireTrace): void => {
      const [first] = findEvents(trace, name);
      if (first === undefined) throw new Error(`no ${name}`);
      first.event.args[arg] = BigInt(first.event.args[arg] ?? 0) + 1n;
    };

  test.each([
    { what: 'a time that is one tick later', golden: 'go122-gc-stress', change: more('GoBlock', 'dt') },
    { what: 'another reason', golden: 'go122-gc-stress', change: more('GoBlock', 'reason_string') },
    { what: 'another value', golden: 'go122-gc-stress', change: more('HeapAlloc', 'heapalloc_value') },
    { what: 'another clock', golden: 'go125-sync', change: more('ClockSnapshot', 'mono') },
    {
      what: 'another line in a stack',
      golden: 'go122-annotations-stress',
      change: (trace: WireTrace) => {
        const frames = [...findEvents(trace, 'Stack')].flatMap(({ event }) => event.frames ?? []);
        for (const frame of frames) frame.line = BigInt(frame.line) + 1n;
      },
    },
    {
      what: 'one event less',
      golden: 'go122-annotations-stress',
      change: (trace: WireTrace) => {
        const [first] = findEvents(trace, 'UserLog');
        first?.batch.events.splice(first.index, 1);
      },
    },
  ])('differs: $what', async ({ what, golden, change }) => {
    const sound = (await goldens(await goroot(NEWEST))).find(({ name }) => name === `${golden}.test`);
    if (sound === undefined) throw new Error(`Go has no golden test ${golden}`);
    const path = join(folder, `${golden}-sound`);
    await writeFile(path, sound.bytes);
    expect((await verify(go, path)).mismatch).toBeUndefined();
    const trace = parseWire(sound.bytes);
    change(trace);
    const { mismatch } = await verify(go, path, writeWire(trace));
    expect(mismatch, what).toBeDefined();
    expect(mismatch?.ours).not.toBe(mismatch?.theirs);
  });
});
