/**
 * Decode, order, judge: one generation at a time, each dropped before the next
 * is read. A second pass fetches the causal slices when something was found.
 */
import { type Damage, isV1, openTrace, type TraceVersion } from './decode/index.ts';
import { type Finding, Judge, Slices } from './judge/index.ts';
import { type Release, releaseOf } from './model/index.ts';
import { Orderer } from './order/index.ts';
import { type System, SystemJudge } from './os/index.ts';
import type { SliceStep } from './result.ts';
import type { TraceFacts } from './text/index.ts';
import { FactsRecorder } from './trace-facts.ts';

/** The trace layer's part of a replay. */
export interface TraceReplay {
  readonly judge: Judge;
  readonly version: TraceVersion;
  /** Whose model judged it, and whether that is the release that ran. */
  readonly release: Release;
  readonly exact: boolean;
  /** False where no model is near enough: the trace was read and ordered, and nothing was judged. */
  readonly modelled: boolean;
  /** Events that have a certain place, and the generations that they stand in. */
  readonly events: number;
  readonly generations: number;
  readonly damages: readonly Damage[];
  /** Events that were read but, in a generation that was cut off or damaged, have no certain place. */
  readonly unplaced: number;
  readonly slices: readonly (readonly SliceStep[])[];
  readonly facts: TraceFacts;
  /** The trace against the system, where that was watched. */
  readonly systemJudge: SystemJudge | undefined;
  /** Times of the first and the last event, ns since the trace's base. */
  readonly start: number;
  readonly end: number;
}

export interface JudgingOptions {
  readonly signal?: AbortSignal | undefined;
  /** False where no timeline will be made of it. */
  readonly drawn?: boolean;
  /** What the operating system showed of the same run. */
  readonly system?: System | undefined;
}

/** `read` gives the trace's bytes from the beginning each time it is called. */
export async function judgeTrace(
  read: () => AsyncIterable<Uint8Array>,
  goVersion: string,
  { signal, drawn = true, system }: JudgingOptions = {},
): Promise<TraceReplay> {
  const reader = await openTrace(read(), { reuse: true });
  const facts = new FactsRecorder();
  const { release, exact } = releaseOf(goVersion, reader.version);
  const judge = new Judge(release, facts, { exact, keepsChanges: drawn });
  const systemJudge = system === undefined ? undefined : new SystemJudge(system, release);
  const orderer = new Orderer({ reuse: true });
  // The scheduler before Go 1.22 is not described yet, and its traces leave out what 1.22 writes.
  const modelled = !isV1(reader.version);
  let events = 0;
  let generations = 0;
  let unplaced = 0;
  let start = Number.NaN;
  let end = Number.NaN;
  for await (const generation of reader.generations()) {
    signal?.throwIfAborted();
    const ordered = orderer.order(generation);
    if (modelled) judge.judge(ordered);
    if (modelled) systemJudge?.see(generation, Number(reader.base));
    events += modelled ? 0 : ordered.count;
    generations++;
    unplaced += ordered.unplaced;
    if (ordered.count === 0) continue;
    const timeAt = (position: number) => generation.columns.time[ordered.event[position] as number] as number;
    if (Number.isNaN(start)) start = timeAt(0);
    // As they were written: what comes last may say that it was earlier.
    end = Math.max(start, timeAt(ordered.count - 1));
  }
  return {
    judge,
    version: reader.version,
    release,
    exact,
    modelled,
    events: modelled ? judge.events : events,
    generations,
    damages: reader.damages,
    unplaced,
    slices: await slicesOf(read, judge.findings.found, signal),
    systemJudge,
    facts: facts.facts(start, end, reader.damages.length > 0 || judge.findings.count > 0),
    start: Number.isNaN(start) ? 0 : start,
    end: Number.isNaN(end) ? 0 : end,
  };
}

async function slicesOf(
  read: () => AsyncIterable<Uint8Array>,
  findings: readonly Finding[],
  signal: AbortSignal | undefined,
): Promise<SliceStep[][]> {
  if (findings.length === 0) return [];
  const slices = new Slices(findings);
  const reader = await openTrace(read(), { reuse: true });
  const orderer = new Orderer({ reuse: true });
  for await (const generation of reader.generations()) {
    signal?.throwIfAborted();
    slices.see(orderer.order(generation));
    if (!slices.unfinished) break;
  }
  return findings.map((_, index) => slices.steps(index));
}
