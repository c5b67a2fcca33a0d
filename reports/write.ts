import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { compareReplays } from '../differ/index.ts';
import { packageVersion } from '../go-fixtures/index.ts';
import type { Replay } from '../replay/index.ts';
import type { Cell } from './cells.ts';
import { toReportError } from './error.ts';
import { toHtml } from './html.ts';
import { toJson } from './json.ts';
import { toJUnit } from './junit.ts';
import { toMarkdown } from './markdown.ts';
import { toPerfetto } from './perfetto.ts';
import { toSarif } from './sarif.ts';
import type { Windows } from './windows.ts';

export interface ReportOptions {
  /** Title of the page; `Gotwin report` by default. */
  title?: string;
  /** The command that makes this report again; shown at the foot of the page. */
  command?: string;
  /** Where the report is of a matrix: its cells, those without a verdict too. */
  cells?: readonly Cell[] | undefined;
  /** What the timelines of the replays merged, by timeline: with it the page can be zoomed into. */
  windows?: Windows;
  /** Beside the report a trace for each recording, for Perfetto. */
  perfetto?: boolean;
  /** Stops before anything is in place; rejects with ReportError `interrupted`. */
  signal?: AbortSignal;
}

export interface ReportPaths {
  htmlPath: string;
  junitPath: string;
  markdownPath: string;
  jsonPath: string;
  sarifPath: string;
  /** In the order of the replays; empty unless they were asked for. */
  perfettoPaths: string[];
}

/**
 * Writes the reports of `replays` into `dir`, which is made if it is not
 * there. The same replays give the same bytes, in whatever order they come.
 *
 * All are complete on disk before the first takes its name, so that a full
 * disk leaves the report of an earlier run as it was, and never half of a new one.
 *
 * @throws ReportError when the folder cannot be written, the disk is full, or `signal` aborts.
 */
export async function writeReport(
  replays: readonly Replay[],
  dir: string,
  options: ReportOptions = {},
): Promise<ReportPaths> {
  const sorted = [...replays].sort(compareReplays);
  const paths = pathsIn(dir);
  const traces = options.perfetto === true ? tracesOf(sorted, dir) : [];
  await inPlace(dir, () => mkdir(dir, { recursive: true }));
  const html = await toHtml(sorted, options);
  await writeTogether(
    [
      [paths.htmlPath, html],
      [paths.junitPath, toJUnit(sorted, options.cells)],
      [paths.markdownPath, toMarkdown(sorted)],
      [paths.jsonPath, `${JSON.stringify(toJson(sorted))}\n`],
      [paths.sarifPath, toSarif(sorted, packageVersion())],
      ...traces,
    ],
    options.signal,
  );
  return { ...paths, perfettoPaths: traces.map(([path]) => path) };
}

/** Named for the recording, in letters that need no quotes; a number keeps two of one name apart. */
function tracesOf(replays: readonly Replay[], dir: string): [path: string, bytes: Uint8Array][] {
  const taken = new Map<string, number>();
  return replays.map((replay) => {
    const name =
      replay.file
        .replace(/\.gotwin$/, '')
        .replace(/[^\w.-]/g, '_')
        .replace(/^[.-]+/, '')
        .slice(0, 200) || 'recording';
    const before = taken.get(name) ?? 0;
    taken.set(name, before + 1);
    return [join(dir, `${name}${before === 0 ? '' : `.${before + 1}`}.perfetto-trace`), toPerfetto(replay)];
  });
}

function pathsIn(dir: string): Omit<ReportPaths, 'perfettoPaths'> {
  return {
    htmlPath: join(dir, 'index.html'),
    junitPath: join(dir, 'junit.xml'),
    markdownPath: join(dir, 'summary.md'),
    jsonPath: join(dir, 'result.json'),
    sarifPath: join(dir, 'results.sarif'),
  };
}

/** All or nothing: each file is complete on disk before the first takes its name. */
export async function writeTogether(
  files: readonly (readonly [path: string, content: string | Uint8Array])[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const suffix = `.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    for (const [path, content] of files)
      await inPlace(path, () => writeDurably(path + suffix, content, signal));
    for (const [path] of files) await inPlace(path, () => rename(path + suffix, path));
  } finally {
    // What was renamed is no longer there; what was not must not stay.
    await Promise.all(files.map(([path]) => rm(path + suffix, { force: true }).catch(() => undefined)));
  }
}

/** Some file systems report a full disk only when the data is flushed. */
async function writeDurably(
  path: string,
  content: string | Uint8Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content, signal ? { signal } : {});
    await file.sync();
  } finally {
    await file.close();
  }
}

export async function inPlace<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw toReportError(cause, path);
  }
}
