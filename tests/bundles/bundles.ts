/** Bundles with findings in them, and whether `gotwin repro` shows the same of each on a machine that has nothing. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ended, gotwin } from '../../cli/spawned.ts';
import { replayFile } from '../../replay/index.ts';
import { mutantsOf } from '../../replay/mutate/mutants.ts';
import { RIGHT_TRACE } from '../testdata/wrong-trace.ts';

/** Mutants of one kind: more than are needed, since some break nothing. */
const OF_A_KIND = 4;

/** A real trace made wrong in that many ways that the judge objects to. */
export async function makeBundles(count: number, folder: string): Promise<string[]> {
  const trace = { name: 'busy', bytes: readFileSync(RIGHT_TRACE), go: '' };
  const bundles: string[] = [];
  for (const mutant of mutantsOf([trace], { count: OF_A_KIND, seed: 1 })) {
    if (bundles.length === count) break;
    const path = join(folder, `${mutant.kind.replace(/\W+/g, '-')}-${mutant.number}.trace`);
    writeFileSync(path, mutant.bytes);
    if ((await replayFile(path)).divergences.length > 0) bundles.push(path);
  }
  return bundles;
}

export interface Reproduced {
  readonly path: string;
  /** Findings that it shows, by signature. */
  readonly signatures: readonly string[];
  /** What is wrong; empty where both machines show the same, byte for byte. */
  readonly problems: readonly string[];
}

/** Here, and then with an empty HOME and nothing on PATH: no Go, no git, no shell. */
export async function reproduce(path: string, folder: string): Promise<Reproduced> {
  const bare = mkdtempSync(join(folder, 'machine-'));
  const [home, bin] = [join(bare, 'home'), join(bare, 'bin')];
  mkdirSync(home);
  mkdirSync(bin);
  const env = { HOME: home, PATH: bin, GOROOT: '', GOPATH: '', GOMODCACHE: '', XDG_CACHE_HOME: '' };
  const here = await gotwin(['repro', path, '--json']);
  const there = await gotwin(['repro', path, '--json'], { env });
  const [text, textThere] = [await gotwin(['repro', path]), await gotwin(['repro', path], { env })];
  const recordings = here.stdout === '' ? [] : JSON.parse(here.stdout).recordings;
  const signatures: string[] = (recordings?.[0]?.divergences ?? []).map(
    ({ signature }: { signature: string }) => signature,
  );
  return {
    path,
    signatures: [...new Set(signatures)],
    problems: [
      ...(signatures.length === 0 ? ['it shows no finding'] : []),
      ...differences('--json', here, there),
      ...differences('text', text, textThere),
    ],
  };
}

function differences(form: string, here: Ended, there: Ended): string[] {
  return [
    ...(here.stdout === there.stdout ? [] : [`${form}: other bytes without Go`]),
    ...(here.code === there.code ? [] : [`${form}: exit code ${here.code}, without Go ${there.code}`]),
    ...(there.stderr === here.stderr
      ? []
      : [`${form}: other words on stderr: ${there.stderr.slice(0, 300)}`]),
  ];
}
