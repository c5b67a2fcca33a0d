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
import { InterruptError } from './interrupt.ts';
import { type Paint, printable } from './paint.ts';
import { runSteps, type Step } from './progress.ts';
import { tellProgress } from './recorder.ts';
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
  const { manifest, again, what } = await runAgain(path, call.options.goroot);
  await call.terminal.err.line(`running again: ${printable(what)}`);
  const kept = call.options.out !== undefined;
  const folder = call.options.out ?? (await mkdtemp(join(tmpdir(), 'gotwin-repro-')));
  if (kept) await makeFolder(folder);
  const signatures = lookedFor(divergences);
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

/** A trace that ends too soon is no finding to look for beside another: any run that dies shows it. */
function lookedFor(divergences: Replay['divergences']): string[] {
  const wrong = divergences.filter((each) => each.class !== 'malformed');
  return [...new Set((wrong.length > 0 ? wrong : divergences).map(({ signature }) => signature))];
}

/** A run that ended badly, or showed too little, does not say that the finding is gone. */
function couldNotShow({ verdict, seen }: Rerun): boolean {
  return (
    seen.length === 0 && (verdict === 'malformed' || verdict === 'inconclusive' || verdict === 'unobservable')
  );
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
      return cameText(one);
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
  const recorded = await record({
    ...again,
    outFile,
    signal,
    onProgress: (progress) => tellProgress(progress, call, note),
  });
  if (signal.reason instanceof InterruptError && kept) signal.reason.kept.push(recorded.path);
  signal.throwIfAborted();
  note('replaying');
  const { verdict, divergences } = await replayFile(recorded.path, { signal, drawn: false });
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
  const couldNot = runs.filter(couldNotShow).length;
  const each = signatures.map((signature) => ({
    signature,
    seen: runs.filter((one) => one.seen.includes(signature)).length,
  }));
  return { signatures: each, seen, couldNot, of: runs.length, firstAfterMs, runs };
}

function cameText(one: Rerun): string {
  if (one.seen.length > 0) return `came again: ${one.seen.join(', ')}`;
  return couldNotShow(one) ? `${one.verdict}: could not show it` : 'did not come again';
}

export function rerunLines({ signatures, couldNot, of, firstAfterMs, runs }: Reruns, paint: Paint): string[] {
  const rows = runs.map((one, i) => [
    `  run ${i + 1}`,
    seconds(one.ms),
    verdictText(one.verdict, paint),
    cameText(one),
    one.file === undefined ? '' : printable(one.file),
  ]);
  const first = firstAfterMs === null ? '' : `, first after ${seconds(firstAfterMs)}`;
  const others = runs.some(({ sameBinary }) => !sameBinary);
  return [
    paint.bold('Run again on real Go'),
    ...columns(rows, [1]),
    ...signatures.map(
      ({ signature, seen }) => `${signature}: in ${seen} of ${plural(of, 'run')}${seen > 0 ? first : ''}`,
    ),
    ...(couldNot > 0 ? [`${plural(couldNot, 'run')} could not have shown it`] : []),
    ...(others ? ['The binary is not, byte for byte, the one that was recorded.'] : []),
    'Each run has a schedule of its own: none of them is the recorded one.',
  ];
}
