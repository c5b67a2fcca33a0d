/** A seeded fault, recorded again and again: what its findings are called, and whether their slices hold the cause. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Fault, findFault, type RecordOptions, record } from '../../collector/index.ts';
import { replayFile } from '../../replay/index.ts';
import type { Divergence, Replay } from '../../replay/result.ts';
import { holdsCause } from './causes.ts';

/** A program that hangs has hung by then. */
const HANGS_MS = 4_000;
/** Microseconds, where the fault's own window is too narrow for a short program. */
const DELAYS_US: Readonly<Record<string, number>> = { 'copystack-unowned': 200 };

type Finding = Pick<Divergence, 'id' | 'rule' | 'signature' | 'slice' | 'layers'>;

/** What one run showed of its fault. */
export interface Shown {
  /** Signatures by the rules that are to find it. */
  readonly signatures: ReadonlySet<string>;
  /** Of the first finding of each of these the events in its slice. */
  readonly slices: readonly number[];
  /** Findings by these rules whose slice does not hold what the fault does. */
  readonly causeless: readonly string[];
  /** Signatures by other rules: what followed from it. */
  readonly others: ReadonlySet<string>;
}

export function shownIn(
  { name, finds }: Pick<Fault, 'name' | 'finds'>,
  { divergences }: { divergences: readonly Finding[] },
): Shown {
  const probed = divergences.filter(({ layers }) => layers.includes('probe'));
  const own = probed.filter(({ rule }) => finds.includes(rule));
  const others = probed.filter(({ rule }) => !finds.includes(rule));
  return {
    signatures: new Set(own.map(({ signature }) => signature)),
    slices: own.filter(({ id }) => id.endsWith('#1')).map(({ slice }) => slice.length),
    causeless: own.filter((each) => !holdsCause(name, each)).map(({ id }) => id),
    others: new Set(others.map(({ signature }) => signature)),
  };
}

/** Records the fault on its fixture with these arguments and replays it; the recording goes where it is not to be kept. */
export async function runFault(
  name: string,
  path: string,
  options: Pick<RecordOptions, 'args' | 'probe' | 'env'>,
): Promise<Replay> {
  const { fault } = findFault({ name });
  const delayUs = DELAYS_US[name];
  const recorded = await record({
    ...options,
    target: fault.fixture,
    goVersion: '1.26',
    layers: ['probe', 'text'],
    timeLimitMs: fault.hangsMs === undefined ? undefined : HANGS_MS,
    fault: { name, ...(delayUs === undefined ? {} : { delayUs }) },
    outFile: path,
    overwrite: true,
  });
  return replayFile(recorded.path);
}

export async function trial(name: string, number: number, folder: string): Promise<Shown> {
  const path = join(folder, `${name}-${number}.gotwin`);
  const replay = await runFault(name, path, { args: ['-d', '400ms'] });
  const shown = shownIn(findFault({ name }).fault, replay);
  // What is strange stays, for whoever wants to see why.
  if (shown.signatures.size > 0 && shown.causeless.length === 0) await rm(path);
  return shown;
}

/** How often each was seen, the most frequent first. */
export function counted(sets: readonly ReadonlySet<string>[]): [name: string, times: number][] {
  const counts = new Map<string, number>();
  for (const set of sets) for (const each of set) counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts].sort(([a, times], [b, others]) => others - times || (a < b ? -1 : 1));
}

/** What is wrong with the signatures and the slices of runs of one fault. */
export function problemsOf(runs: readonly Pick<Shown, 'signatures' | 'causeless'>[]): string[] {
  const seen = counted(runs.map(({ signatures }) => signatures));
  const everywhere = seen.filter(([, times]) => times === runs.length);
  return [
    ...(everywhere.length === 0 ? ['no signature is in all runs'] : []),
    ...unstable(seen.map(([signature]) => signature)).map((rule) => `${rule} has more than one signature`),
    ...runs.flatMap(({ causeless }) => causeless).map((id) => `the slice of ${id} does not hold the cause`),
  ];
}

/** Rules with more than one signature. */
function unstable(signatures: readonly string[]): string[] {
  const rules = signatures.map((each) => each.replace(/~.*/, ''));
  return [...new Set(rules.filter((rule, i) => rules.indexOf(rule) !== i))];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
