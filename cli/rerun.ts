/** The program of a finding, built and run again and again: how often does the finding come back? */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Manifest, record } from '../collector/index.ts';
import { type Replay, replayFile } from '../replay/index.ts';
import { type Again, runAgain } from './again.ts';
import { columns, plural, seconds } from './columns.ts';
import type { Call } from './command.ts';
import { makeFolder } from './folder.ts';
import { type Paint, printable } from './paint.ts';
import { runSteps, type Step } from './progress.ts';
import type { Reruns } from './result-document.ts';
import { verdictText } from './verdict-text.ts';

type Rerun = Reruns['runs'][number];

interface Series {
  readonly again: Again;
  /** Of the recording that is there already. */
  readonly manifest: Manifest;
  readonly signatures: readonly string[];
  /** Where recordings go, and whether they stay there. */
  readonly folder: string;
  readonly kept: boolean;
  readonly call: Call;
}

/** Runs the program of `path` again `runs` times; recordings stay only where a folder for them was named. */
export async function rerun(
  path: string,
  { divergences }: Replay,
  runs: number,
  call: Call,
): Promise<Reruns> {
  const { manifest, again } = await runAgain(path);
  const kept = call.options.out !== undefined;
  const folder = call.options.out ?? (await mkdtemp(join(tmpdir(), 'gotwin-repro-')));
  if (kept) await makeFolder(folder);
  const signatures = [...new Set(divergences.map(({ signature }) => signature))];
  const series: Series = { again, manifest, signatures, folder, kept, call };
  const done: Rerun[] = [];
  try {
    const name = basename(path).replace(/\.gotwin(\.part)?$/, '');
    const steps = Array.from({ length: runs }, (_, i) =>
      step(series, i + 1, `${name}-again-${i + 1}.gotwin`, done),
    );
    await runSteps(steps, call.terminal, call.options.quiet === true);
  } finally {
    if (!kept) await rm(folder, { recursive: true, force: true });
  }
  return summed(signatures, done);
}

function step(series: Series, number: number, file: string, done: Rerun[]): Step {
  const { manifest, call } = series;
  const title = `${manifest.program.name} ${manifest.toolchain.version} ${manifest.toolchain.goarch} run ${number}`;
  return {
    title,
    work: async (note) => {
      const one = await runOnce(series, join(series.folder, file), note);
      done.push(one);
      call.signal.throwIfAborted();
      return one.seen.length > 0 ? 'came again' : `${one.verdict}, did not come again`;
    },
  };
}

async function runOnce(
  { again, manifest, signatures, kept, call }: Series,
  outFile: string,
  note: (text: string) => void,
): Promise<Rerun> {
  const start = performance.now();
  const { signal } = call;
  const recorded = await record({ ...again, outFile, signal, onProgress: ({ phase }) => note(phase) });
  signal.throwIfAborted();
  note('replaying');
  const { verdict, divergences } = await replayFile(recorded.path, { signal });
  if (!kept) await rm(recorded.path, { force: true });
  const found = new Set(divergences.map(({ signature }) => signature));
  const { hash } = manifest.program;
  return {
    verdict,
    seen: signatures.filter((each) => found.has(each)),
    sameBinary: hash !== '' && hash === recorded.manifest.program.hash,
    ms: Math.round(performance.now() - start),
    ...(kept ? { file: recorded.path } : {}),
  };
}

function summed(signatures: readonly string[], runs: Rerun[]): Reruns {
  const first = runs.findIndex(({ seen }) => seen.length > 0);
  const firstAfterMs = first < 0 ? null : runs.slice(0, first + 1).reduce((sum, { ms }) => sum + ms, 0);
  const seen = runs.filter((one) => one.seen.length > 0).length;
  return { signatures: [...signatures], seen, of: runs.length, firstAfterMs, runs };
}

export function rerunLines({ signatures, seen, of, firstAfterMs, runs }: Reruns, paint: Paint): string[] {
  const rows = runs.map((one, i) => [
    `  run ${i + 1}`,
    seconds(one.ms),
    verdictText(one.verdict, paint),
    one.seen.length > 0 ? `came again: ${one.seen.join(', ')}` : 'did not come again',
    one.file === undefined ? '' : printable(one.file),
  ]);
  const first = firstAfterMs === null ? '' : `, first after ${seconds(firstAfterMs)}`;
  const others = runs.some(({ sameBinary }) => !sameBinary);
  return [
    paint.bold('Run again on real Go'),
    ...columns(rows, [1]),
    `${signatures.length === 1 ? signatures[0] : `one of ${signatures.length} findings`}: ` +
      `in ${seen} of ${plural(of, 'run')}${first}`,
    ...(others
      ? [
          'The binary is not byte for byte the one that was recorded: its sources, or where they stand, have changed.',
        ]
      : []),
    'Each run has a schedule of its own: none of them is the recorded one.',
  ];
}
