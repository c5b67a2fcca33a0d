/**
 * `npm run signatures`: each seeded fault recorded again and again on real Go. How often its rules find it, by which
 * signatures, how long its causal slices are and whether they hold the cause.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FAULTS } from '../../collector/index.ts';
import { SMALL, writeSmall } from './small.ts';
import { counted, median, problemsOf, type Shown, trial } from './trials.ts';

const { values, positionals } = parseArgs({
  options: { count: { type: 'string', default: '3' }, small: { type: 'string' } },
  allowPositionals: true,
});
const count = Number(values.count);
const folder = mkdtempSync(join(tmpdir(), 'gotwin-signatures-'));

async function tryFault(name: string): Promise<Shown[]> {
  const runs: Shown[] = [];
  for (let number = 1; number <= count; number++) runs.push(await trial(name, number, folder));
  return runs;
}

/** Prints what came of a fault; returns its problems. */
function tell(name: string, runs: readonly Shown[]): string[] {
  const found = runs.filter(({ signatures }) => signatures.size > 0);
  const slices = runs.flatMap((run) => run.slices);
  const seen = counted(runs.map(({ signatures }) => signatures));
  console.log(
    `${name}: found in ${found.length} of ${runs.length} runs; slices of ${median(slices)} events (median), ${Math.max(0, ...slices)} at most`,
  );
  for (const [signature, times] of seen) console.log(`  ${signature} in ${times}`);
  for (const [signature, times] of counted(runs.map(({ others }) => others)))
    console.log(`  what follows: ${signature} in ${times}`);
  return problemsOf(runs);
}

let failed = 0;
const slices: number[] = [];
if (values.small !== undefined) {
  for (const name of SMALL) await writeSmall(name, values.small);
} else {
  for (const name of positionals.length > 0 ? positionals : FAULTS.map((fault) => fault.name)) {
    const runs = await tryFault(name);
    slices.push(...runs.flatMap((run) => run.slices));
    const problems = tell(name, runs);
    for (const problem of problems)
      console.log(`  FAILED: ${problem}; recordings that show it are in ${folder}`);
    failed += problems.length;
  }
  console.log(`slices of all faults: ${median(slices)} events (median), ${slices.length} findings`);
}
process.exitCode = failed > 0 ? 1 : 0;
