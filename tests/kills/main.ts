/** `npm run kills`: kills programs at moments that seeds say, and replays what is left. Prints what was lost of each. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Killed, kill, planOf } from './kill.ts';

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const count = Number(positionals[0] ?? 20);
const first = Number(values.seed);

function print({ plan, replay, next, problems }: Killed): void {
  const { seed, fixture, go, mode, afterMs } = plan;
  const { records = 0, torn = 0, beyond = 0 } = replay.probe ?? {};
  const written = `${records} of ${next} records, ${torn} not written to the end, ${beyond} outside of the window`;
  console.log(
    `seed ${seed}: ${fixture} ${go} ${mode} killed after ${afterMs} ms: ${replay.verdict}, ${written}`,
  );
  for (const note of replay.lost.notes) console.log(`  lost: ${note}`);
  for (const problem of problems) console.log(`  FAILED: ${problem}`);
  if (problems.length > 0) console.log(`  again: npm run kills -- 1 --seed ${seed}`);
}

const folder = mkdtempSync(join(tmpdir(), 'gotwin-kills-'));
let failed = 0;
try {
  for (let seed = first; seed < first + count; seed++) {
    const killed = await kill(planOf(seed), folder);
    print(killed);
    if (killed.problems.length > 0) failed++;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${count} programs killed (seeds ${first} to ${first + count - 1}), ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
