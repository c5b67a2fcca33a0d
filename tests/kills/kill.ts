/** Kills a program with its probe at a moment that a seed says, and looks at what its recording holds. */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HEADER, openRecording, type ProbeMode, record } from '../../collector/index.ts';
import { type Replay, replayFile } from '../../replay/index.ts';

const FIXTURES = ['netecho', 'goexit', 'stackcache', 'threadexit', 'netguy'] as const;
const RELEASES = ['1.26', '1.22'] as const;
/** Milliseconds after the program's start. */
const LATEST = 1500;

/** What a seed says is to be done. */
export interface Plan {
  readonly seed: number;
  readonly fixture: string;
  readonly go: string;
  readonly mode: ProbeMode;
  readonly afterMs: number;
}

/** The same for the same seed. */
export function planOf(seed: number): Plan {
  const bytes = createHash('sha256').update(`kill ${seed}`).digest();
  const below = (limit: number, at: number) => bytes.readUInt32LE(at) % limit;
  return {
    seed,
    fixture: FIXTURES[below(FIXTURES.length, 0)]!,
    go: RELEASES[below(RELEASES.length, 4)]!,
    mode: below(4, 8) === 0 ? 'ring' : 'linear',
    afterMs: below(LATEST, 12) + 1,
  };
}

export interface Killed {
  readonly plan: Plan;
  readonly replay: Replay;
  /** Numbers that were given out; 0 where the probe had not begun. */
  readonly next: number;
  /** What must not be, a sentence each. */
  readonly problems: readonly string[];
}

export async function kill(plan: Plan, folder: string): Promise<Killed> {
  const outFile = join(folder, `kill-${plan.seed}.gotwin`);
  const ladder = [{ signal: 'SIGKILL' as const, waitMs: 20_000 }];
  const { path, manifest } = await record({
    target: plan.fixture,
    goVersion: plan.go,
    layers: ['probe', 'trace', 'text'],
    probe: { mode: plan.mode },
    outFile,
    stopAfterMs: plan.afterMs,
    ladder,
  });
  const next = await numbersIn(path);
  const replay = await replayFile(path);
  await rm(path);
  return { plan, replay, next, problems: problemsOf(replay, next, manifest.exit.signal) };
}

/** What the header of the records says; 0 where there are none. */
async function numbersIn(path: string): Promise<number> {
  const recording = await openRecording(path);
  try {
    if (!recording.evidence.some(({ name }) => name === 'probe/records')) return 0;
    for await (const chunk of recording.read('probe/records'))
      return Number(Buffer.from(chunk).readBigUInt64LE(HEADER.next));
    return 0;
  } finally {
    await recording.close();
  }
}

/** Every record is there, or it is said that it is not; and a killed program is not an illegal one. */
function problemsOf(replay: Replay, next: number, signal: string): string[] {
  const { probe, divergences, lost } = replay;
  const said = lost.notes.join('\n');
  // A trace that was cut off is told among these too: that is what was lost.
  const accused = divergences.filter((each) => each.class === 'diverges' || each.layers.includes('probe'));
  const problems = accused.map(({ rule, observed }) => `${rule}: ${observed}`);
  if (replay.verdict === 'malformed') problems.push(`malformed: ${replay.why}`);
  if (signal !== 'SIGKILL') problems.push(`ended by ${signal || 'itself'}, not by SIGKILL`);
  if (next === 0) return said.includes('probe') ? problems : [...problems, 'no record, and nobody says so'];
  const { records = 0, torn = 0, beyond = 0 } = probe ?? {};
  if (records + torn + beyond !== next)
    problems.push(`${next} numbers, and ${records} records, ${torn} torn, ${beyond} outside of the window`);
  // Of each thread what it was about to write, which is two records at most; in a ring their beginnings are gone.
  const ms = (probe?.kinds.allocm ?? 0) + (probe?.kinds.mstart ?? 0) + 1;
  if (probe?.mode === 'linear' && torn > 2 * ms) problems.push(`${torn} torn records, and ${ms} threads`);
  if (torn > 0 && !said.includes('of probes not written to'))
    problems.push(`${torn} torn records, of which nobody says a word`);
  return problems;
}
