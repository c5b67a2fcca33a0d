import type { Call } from '../command.ts';
import { expectationsFor } from '../expectations.ts';
import { conclude } from '../matrix/conclude.ts';
import { readConfig } from '../matrix/config.ts';
import { readDurations } from '../matrix/durations.ts';
import { earlierMatrix } from '../matrix/earlier.ts';
import { runMatrix } from '../matrix/job.ts';
import { isNamed, type PlannedCell, planOf } from '../matrix/plan.ts';
import { refuseEmptyShard } from '../matrix/shard.ts';
import { Store } from '../matrix/store.ts';
import { GIVEN_TREE, openTrees, withGivenTree } from '../matrix/trees.ts';
import type { OptionValues } from '../options.ts';
import { quoted } from '../verdict-text.ts';

/** Where `gotwin matrix` puts its cells and its report, if it is not told. */
const DEFAULT_DIR = 'gotwin-matrix';

export async function run(call: Call): Promise<number> {
  const { operands, options } = call;
  const { config: read } = await readConfig(operands[0]);
  const { goroot, go } = options;
  const config = goroot === undefined ? read : withGivenTree(read, goroot, go !== undefined);
  const trees = await openTrees(config, call.signal);
  const plan = await planOf(config, trees);
  const shard = options.shard ?? { index: 1, count: 1 };
  const asked = askedFor(options);
  refuseEmptyShard(plan.cells.filter(asked), shard);
  // Before anything takes time: a file that is wrong would cost the whole run.
  await expectationsFor(call);
  const durations = await readDurations(options.durations);
  const since = await earlierMatrix(options.since);
  const store = new Store(options.out ?? DEFAULT_DIR);
  await store.open();
  const { document, replays } = await runMatrix({ plan, trees, asked, shard, durations, store }, call);
  return await conclude({ document, replays, store, since, command: commandOf(call) }, call);
}

function askedFor({ go, goroot, arch }: OptionValues): (cell: PlannedCell) => boolean {
  const names = go && [...go, ...(goroot === undefined ? [] : [GIVEN_TREE])];
  return (cell) =>
    (names === undefined || names.some((name) => isNamed(cell, name))) &&
    (arch === undefined || arch.includes(cell.arch));
}

function commandOf({ operands, options }: Call): string {
  const words = ['gotwin', 'matrix', ...operands];
  if (options.go) words.push('--go', options.go.join(','));
  if (options.goroot) words.push('--goroot', options.goroot);
  if (options.arch) words.push('--arch', options.arch.join(','));
  if (options.shard) words.push('--shard', `${options.shard.index}/${options.shard.count}`);
  if (options.durations) words.push('--durations', options.durations);
  if (options.since) words.push('--since', options.since);
  if (options.out) words.push('-o', options.out);
  if (options.expect) words.push('--expect', options.expect);
  return words.map(quoted).join(' ');
}
