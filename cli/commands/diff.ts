import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Comparison, compareSides, type Run } from '../../differ/index.ts';
import { journeysOf } from '../../replay/index.ts';
import { RESULT_SCHEMA } from '../../replay/result.ts';
import type { Call } from '../command.ts';
import { comparisonLines } from '../comparison-text.ts';
import { printDocument } from '../document.ts';
import { EXIT } from '../exit.ts';
import { type Outcome, replayFiles, tellProblems } from '../files.ts';
import { problemDocuments, UsageError } from '../problem.ts';

export async function run(call: Call): Promise<number> {
  const [a = '', b = ''] = call.operands;
  const [inA, inB] = [await recordingsIn(a), await recordingsIn(b)];
  const sides = [await replayFiles(inA, call), await replayFiles(inB, call)] as const;
  for (const side of sides) await tellProblems(side, call);
  const [comparison, problems] = [
    compareSides(await runsOf(sides[0], call), await runsOf(sides[1], call)),
    problemDocuments(sides.flatMap(({ problems }) => problems)),
  ];
  if (call.options.json) await printDocument({ schema: RESULT_SCHEMA, ...comparison, problems }, call);
  else await call.terminal.out.line(comparisonLines(comparison, [a, b], call.terminal.paint).join('\n'));
  return exitOf(comparison, problems.length);
}

/** The file itself, or the recordings in a folder: those of a report lie one deeper. */
async function recordingsIn(path: string): Promise<string[]> {
  const info = await stat(path).catch(() => undefined);
  // A recording that was never finished is a folder, too.
  if (info === undefined || !info.isDirectory() || path.replace(/\/+$/, '').endsWith('.part')) return [path];
  for (const folder of [path, join(path, 'recordings')]) {
    const names = await readdir(folder).catch(() => []);
    const found = names.filter((name) => name.endsWith('.gotwin')).sort();
    if (found.length > 0) return found.map((name) => join(folder, name));
  }
  throw new UsageError(
    'no-recordings',
    `there is no recording in ${path}`,
    'Give a folder of .gotwin files, or files.',
  );
}

async function runsOf({ judged }: Outcome, { signal }: Call): Promise<Run[]> {
  const runs: Run[] = [];
  for (const { path, replay } of judged)
    runs.push({ replay, journeys: replay.events > 0 ? await journeysOf(path, signal) : undefined });
  return runs;
}

function exitOf({ programs, findings }: Comparison, problems: number): number {
  if (findings.some(({ change }) => change === 'new')) return EXIT.diverges;
  if (problems > 0) return EXIT.usage;
  // Nothing in common was compared: that nothing is new says nothing.
  return programs.length === 0 ? EXIT.inconclusive : EXIT.conforms;
}
