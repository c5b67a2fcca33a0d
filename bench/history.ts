/** The ratios of each commit that was measured: history.jsonl, one run a line. */
import { appendFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Measured, WorkersMeasured } from './measure.ts';
import { BENCH, type Programs, ROOT, readerVersion } from './programs.ts';
import type { Spread } from './ratios.ts';

export const HISTORY = join(BENCH, 'history.jsonl');

/** One line of the history. */
export interface Entry {
  /** The commit that was measured, with a + when files had been changed since. */
  readonly commit: string;
  /** Year, month, day. */
  readonly date: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly node: string;
    readonly go: string;
    /** Version of golang.org/x/exp. */
    readonly reader: string;
  };
  readonly pairs: number;
  readonly traces: Readonly<Record<string, Figures>>;
  readonly workers: Readonly<Record<string, WorkersFigures>>;
}

/** Ratios as median, least and most: of whole processes, and (since it is measured) of the reading alone. */
interface WorkersFigures {
  readonly workers: number;
  readonly throughput: number[];
  readonly reading?: number[];
}

/** Ratios as median, least and most; sizes in bytes. */
interface Figures {
  readonly bytes: number;
  readonly generations: number;
  readonly longest: number;
  readonly events: number;
  readonly user: number[];
  readonly wall: number[];
  readonly ourPeak: number;
  readonly theirPeak: number;
}

export async function entryOf(
  rows: readonly Measured[],
  workers: readonly WorkersMeasured[],
  programs: Programs,
): Promise<Entry> {
  return {
    commit: await commit(),
    date: new Date().toISOString().slice(0, 10),
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      node: process.version,
      go: programs.go,
      reader: readerVersion(),
    },
    pairs: rows[0]?.pairs ?? workers[0]?.pairs ?? 0,
    traces: Object.fromEntries(rows.map((row) => [row.trace.spec.name, figures(row)])),
    workers: Object.fromEntries(
      workers.map((row) => [
        row.trace.spec.name,
        { workers: row.workers, throughput: rounded(row.processes), reading: rounded(row.reading) },
      ]),
    ),
  };
}

export function record(entry: Entry): void {
  appendFileSync(HISTORY, `${JSON.stringify(entry)}\n`);
}

function figures({ trace, events, user, wall, ourPeak, theirPeak }: Measured): Figures {
  const { bytes, generations, longest } = trace;
  return {
    bytes,
    generations,
    longest,
    events,
    user: rounded(user),
    wall: rounded(wall),
    ourPeak: ourPeak.median,
    theirPeak: theirPeak.median,
  };
}

const rounded = ({ median, min, max }: Spread) =>
  [median, min, max].map((value) => Math.round(value * 1000) / 1000);

/** Files that other work left changed would make the commit's name a lie; this folder's own do not matter. */
async function commit(): Promise<string> {
  const options = { cwd: ROOT };
  const { stdout: name } = await execa('git', ['rev-parse', '--short=12', 'HEAD'], options);
  const { stdout: changed } = await execa('git', ['status', '--porcelain', 'replay', 'cli'], options);
  return changed === '' ? name : `${name}+`;
}
