/** What the corpus is made of: fixtures, the programs that Go traces in its own tests, and those of GOROOT/test. */
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { goArch, record } from '../../collector/index.ts';
import { listFixtures } from '../../go-fixtures/index.ts';
import { emulatedRuns, ownRuns, type Programs, type Run, SETTINGS } from '../corpora/programs.ts';

/** One run of one program: what it is called, and how it is recorded into a file. */
export interface Source {
  readonly name: string;
  readonly go: string;
  readonly arch: string;
  /** What the recording is called in the cache. */
  readonly file: string;
  record(path: string): Promise<void>;
}

/** A program of GOROOT/test that takes longer is stopped: what it did until then is judged. */
const TIME_LIMIT_MS = 15_000;

/** Fixtures run as long as they always do, and are also asked what their text says. */
export function fixtureSources(go: string, arch: string): Source[] {
  return listFixtures().map(({ name }) => ({
    name,
    go,
    arch,
    file: `fixture-${name}.gotwin`,
    record: async (path) => {
      await record({ target: name, goVersion: go, arch, outFile: path, overwrite: true });
    },
  }));
}

/** Go's own test programs write their traces themselves, each with every setting; a few under an emulator. */
export async function tracedSources(go: string, arch: string, programs: Programs): Promise<Source[]> {
  const runs = arch === goArch() ? await ownRuns(go, SETTINGS) : await emulatedRuns(go);
  return runs.map((run) => ({
    name: `${basename(run.source, '.go')}, ${run.setting.name}`,
    go,
    arch,
    file: `traced-${basename(run.source, '.go')}-${run.setting.name}.trace`,
    record: (path) => recordTraced(programs, run, path),
  }));
}

async function recordTraced(programs: Programs, run: Run, path: string): Promise<void> {
  await writeFile(path, await readFile(await programs.record(run)));
}

/** Programs of a folder of tests that its runner would run as they stand, by path. */
export async function testPrograms(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.go')).sort();
  const marked = await Promise.all(
    files.map(async (file) => /^\/\/ run\n/.test(await readFile(join(folder, file), 'utf8'))),
  );
  return files.filter((_, i) => marked[i]).map((file) => join(folder, file));
}

export function programSource(program: string, folder: string, go: string, arch: string): Source {
  const name = relative(folder, program).replace(/\.go$/, '');
  return {
    name,
    go,
    arch,
    file: `${name.replaceAll('/', '-')}.gotwin`,
    record: async (path) => {
      // Some of them write files where they run.
      const how = { layers: ['trace'], timeLimitMs: TIME_LIMIT_MS, godebug: '', overwrite: true } as const;
      await record({ target: program, cwd: tmpdir(), goVersion: go, arch, outFile: path, ...how });
    },
  };
}

/**
 * As many programs as wanted, spread over all of them. Each release begins at another place, so that together they
 * see more programs than one does.
 */
export function spread(programs: readonly string[], wanted: number, shift: number): string[] {
  const step = programs.length / Math.max(1, Math.min(wanted, programs.length));
  const first = Math.floor((shift * step) / 5);
  return Array.from(
    { length: Math.min(wanted, programs.length) },
    (_, i) => programs[Math.floor(first + i * step) % programs.length]!,
  );
}
