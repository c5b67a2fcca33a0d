/** Corrupts and reads, seed by seed, in a process of its own: a hang or a crash costs only that. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { check } from './check.ts';
import { type Intact, readIntact } from './intact.ts';
import { corrupt } from './mutate.ts';

/** What a worker is to do: every `step`th seed from `first` to `last`. */
export interface Task {
  readonly traces: readonly string[];
  readonly first: number;
  readonly last: number;
  readonly step: number;
}

/** `begin` says which seed is on; `done` what came of it. */
export type Report =
  | { readonly kind: 'begin'; readonly seed: number }
  | {
      readonly kind: 'done';
      readonly seed: number;
      readonly trace: string;
      readonly what: string;
      readonly outcome: string;
      readonly problems: readonly string[];
      readonly events: number;
      readonly compared: number;
      /** Events of the sound trace. */
      readonly whole: number;
      /** Milliseconds of processor time. */
      readonly cpu: number;
      /** Bytes of the whole process. */
      readonly memory: number;
      readonly size: number;
    };

async function work({ traces, first, last, step }: Task, tell: (report: Report) => void): Promise<void> {
  const intact: Intact[] = [];
  for (const path of traces) intact.push(await readIntact(basename(path), await readFile(path)));
  for (let seed = first; seed <= last; seed += step) {
    tell({ kind: 'begin', seed });
    tell(await one(intact[seed % intact.length] as Intact, seed));
  }
}

async function one(intact: Intact, seed: number): Promise<Report> {
  const corrupted = corrupt(intact, seed);
  const before = process.cpuUsage();
  const found = await check(intact, corrupted, seed % 3 > 0).catch((error: unknown) => ({
    problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
    outcome: 'crash',
    events: 0,
    compared: 0,
  }));
  const { user, system } = process.cpuUsage(before);
  return {
    kind: 'done',
    seed,
    trace: intact.name,
    what: corrupted.what,
    ...found,
    whole: intact.generations.reduce((sum, { count }) => sum + count, 0),
    cpu: (user + system) / 1000,
    memory: process.memoryUsage.rss(),
    size: corrupted.bytes.length,
  };
}

process.on('message', (task: Task) => {
  const tell = (report: Report) => process.send?.(report);
  work(task, tell).then(
    () => process.disconnect(),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
