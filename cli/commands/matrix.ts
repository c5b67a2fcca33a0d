import type { Call } from '../command.ts';
import { expectationsFor } from '../expectations.ts';
import { conclude } from '../matrix/conclude.ts';
import { readConfig } from '../matrix/config.ts';
import { readDurations } from '../matrix/durations.ts';
import { earlierMatrix } from '../matrix/earlier.ts';
import { runMatrix } from '../matrix/job.ts';
import { isOf, type PlannedCell, planOf } from '../matrix/plan.ts';
import { refuseEmptyShard } from '../matrix/shard.ts';
import { Store } from '../matrix/store.ts';
import type { OptionValues } from '../options.ts';
import { quoted } from '../verdict-text.ts';

/** Where `gotwin matrix` puts its cells and its report, if it is not told. */
const DEFAULT_DIR = 'gotwin-matrix';

export async function run(call: Call): Promise<number> {
  const { operands, options } = call;
  const { config } = await readConfig(operands[0]);
  const plan = await planOf(config);
  const shard = options.shard ?? { index: 1, count: 1 };
  const asked = askedFor(options);
  refuseEmptyShard(plan.cells.filter(asked), shard);
  // Before anything takes time: a file that is wrong would cost the whole run.
  await expectationsFor(call);
  const durations = await readDurations(options.durations);
  const since = await earlierMatrix(options.since);
  const store = new Store(options.out ?? DEFAULT_DIR);
  await store.open();
  const { document, replays } = await runMatrix({ plan, asked, shard, durations, store }, call);
  return await conclude({ document, replays, store, since, command: commandOf(call) }, call);
}

function askedFor({ go, arch }: OptionValues): (cell: PlannedCell) => boolean {
  return (cell) =>
    (go === undefined || go.some((release) => isOf(cell.go, release))) &&
    (arch === undefined || arch.includes(cell.arch));
}

function commandOf({ operands, options }: Call): string {
  const words = ['gotwin', 'matrix', ...operands];
  if (options.go) words.push('--go', options.go.join(','));
  if (options.arch) words.push('--arch', options.arch.join(','));
  if (options.shard) words.push('--shard', `${options.shard.index}/${options.shard.count}`);
  if (options.durations) words.push('--durations', options.durations);
  if (options.since) words.push('--since', options.since);
  if (options.out) words.push('-o', options.out);
  if (options.expect) words.push('--expect', options.expect);
  return words.map(quoted).join(' ');
}
