import { resolve } from 'node:path';
import type { Replay } from '../../replay/result.ts';
import type { Call } from '../command.ts';
import { conclude } from '../matrix/conclude.ts';
import type { MatrixRow } from '../matrix/document.ts';
import { earlierMatrix } from '../matrix/earlier.ts';
import { merge, type Part } from '../matrix/merge.ts';
import { CellError, Store, storeIn } from '../matrix/store.ts';
import { UsageError } from '../problem.ts';
import { quoted } from '../verdict-text.ts';

export async function run(call: Call): Promise<number> {
  const { operands, options, terminal } = call;
  if (options.out === undefined) throw new UsageError('no-out', 'where should the result go?', 'Add -o DIR.');
  const stores = new Map<string, Store>();
  const parts: Part[] = [];
  for (const dir of new Set(operands)) {
    if (resolve(dir) === resolve(options.out))
      throw new UsageError(
        'merge',
        `${dir} is both a shard and where the result goes`,
        'Choose another folder with -o.',
      );
    const { store, matrix } = await storeIn(dir);
    stores.set(dir, store);
    parts.push({ dir, matrix });
  }
  const since = await earlierMatrix(options.since);
  const { document, from, warnings } = merge(parts as [Part, ...Part[]]);
  if (!options.json) for (const warning of warnings) await terminal.err.line(`warning: ${warning}`);
  const into = new Store(options.out);
  await into.open();
  const replays = new Map<string, Replay>();
  for (const row of document.cells) {
    call.signal.throwIfAborted();
    const dir = from.get(row.id);
    if (dir !== undefined) replays.set(row.id, await takeCell(row, stores.get(dir)!, into));
  }
  await into.writeMatrix(document);
  const compared = options.since === undefined ? [] : ['--since', options.since];
  const command = ['gotwin', 'merge', ...operands, ...compared, '-o', options.out].map(quoted).join(' ');
  return await conclude({ document, replays, store: into, since, command }, call);
}

/** Throws UsageError where the folder of the cell does not hold what its shard says of it. */
async function takeCell(row: MatrixRow, from: Store, into: Store): Promise<Replay> {
  try {
    const cell = row.key === undefined ? undefined : await from.cell(row.key);
    if (cell === undefined) throw new CellError(`${from.dir} has no folder of the cell ${row.id}`);
    if (cell.id !== row.id || cell.verdict !== row.verdict)
      throw new CellError(
        `${from.folderOf(cell.key)} says ${cell.id}: ${cell.verdict}, and matrix.json ${row.id}: ${row.verdict}`,
      );
    const replay = await from.replay(cell);
    await into.take(from, cell);
    return replay;
  } catch (error) {
    if (!(error instanceof CellError)) throw error;
    throw new UsageError(
      'merge-cell',
      error.message,
      `Run the shard again into ${from.dir}: cells that are whole are not run again.`,
    );
  }
}
