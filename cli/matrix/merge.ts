/** One matrix from the shards of it: whose cell counts, what is missing, and what does not go together. */
import { UsageError } from '../problem.ts';
import type { MatrixDocument, MatrixRow } from './document.ts';

export interface Part {
  /** Folder of the shard. */
  readonly dir: string;
  readonly matrix: MatrixDocument;
}

export interface Merged {
  readonly document: MatrixDocument;
  /** From which folder each judged cell is, by id. */
  readonly from: ReadonlyMap<string, string>;
  /** Sentences that a person should read, and that do not keep the rest from being merged. */
  readonly warnings: readonly string[];
}

/** Which of two rows of one cell says more. */
const RANK: Readonly<Record<MatrixRow['state'], number>> = {
  judged: 5,
  failed: 4,
  'left-out': 3,
  excluded: 2,
  missing: 1,
  elsewhere: 0,
};

/** Throws UsageError where the parts are of two matrices, or say different things of one cell. */
export function merge(parts: readonly [Part, ...Part[]]): Merged {
  const [first] = parts;
  for (const { dir, matrix } of parts) {
    if (matrix.plan === first.matrix.plan) continue;
    throw new UsageError(
      'merge',
      `${first.dir} and ${dir} are of two matrices: they have other cells`,
      'Give the shards of one matrix, made from the same configuration by the same Gotwin.',
    );
  }
  refuseOtherTrees(parts);
  const best = new Map<string, { row: MatrixRow; dir: string }>();
  for (const { dir, matrix } of parts) {
    for (const row of matrix.cells) {
      const known = best.get(row.id);
      if (known === undefined) best.set(row.id, { row, dir });
      else if (row.state === 'judged' && known.row.state === 'judged') refuseConflict(known, { row, dir });
      else if (saysMore(row, known.row)) best.set(row.id, { row, dir });
    }
  }
  const count = first.matrix.shard.count;
  const cells = [...best.values()].map(({ row }) =>
    row.state === 'elsewhere' || row.state === 'missing' ? asMissing(row, count) : row,
  );
  const from = new Map(
    [...best].flatMap(([id, { row, dir }]) => (row.state === 'judged' ? [[id, dir]] : [])),
  );
  const whole = !cells.some(({ state }) => state === 'missing');
  // Of the whole, they are said again when all cells are there.
  const { verdict: _, text: __, ...one } = first.matrix;
  const document = { ...one, shard: { index: 1, count: 1 }, done: whole, cells };
  return { document, from, warnings: warningsFor(parts, cells) };
}

/** The names of cells do not tell what is in a tree. */
function refuseOtherTrees([first, ...others]: readonly [Part, ...Part[]]): void {
  const known = new Map(first.matrix.trees?.map(({ name, hash }) => [name, hash]));
  for (const { dir, matrix } of others) {
    const other = matrix.trees?.find(({ name, hash }) => known.get(name) !== hash);
    if (other === undefined) continue;
    throw new UsageError(
      'merge',
      `the Go tree ${other.name} of ${dir} is another than that of ${first.dir}`,
      'Give every shard the same tree. What an edit changed is told by `gotwin matrix --since`.',
    );
  }
}

/** Of two that have no result, the one that knows whose the cell is. */
function saysMore(row: MatrixRow, known: MatrixRow): boolean {
  return RANK[row.state] > RANK[known.state] || (RANK[row.state] === RANK[known.state] && known.shard === 0);
}

function refuseConflict(a: { row: MatrixRow; dir: string }, b: { row: MatrixRow; dir: string }): void {
  const [said, others] = [a, b].map(({ row }) => JSON.stringify([row.verdict, row.signatures]));
  const sameInputs = a.row.key === b.row.key;
  if (sameInputs && said === others) return;
  const why = sameInputs
    ? `${a.dir} says ${a.row.verdict} and ${b.dir} says ${b.row.verdict}${a.row.verdict === b.row.verdict ? ', with other findings' : ''}`
    : `${a.dir} and ${b.dir} ran it with other inputs: sources, environment or Gotwin differ`;
  throw new UsageError(
    'merge-conflict',
    `the cell ${a.row.id} is there twice, with different results: ${why}`,
    'Look at both (`gotwin report DIR/cells/*/*.gotwin -o report`), then leave one of the folders out.',
  );
}

function asMissing(row: MatrixRow, count: number): MatrixRow {
  const why =
    row.shard === 0
      ? 'none of the folders was asked for it (--arch, --go)'
      : `it is of shard ${row.shard} of ${count}, which was not given or is not whole`;
  return { ...row, state: 'missing', why };
}

function warningsFor(parts: readonly Part[], cells: readonly MatrixRow[]): string[] {
  const builds = new Set(parts.map(({ matrix }) => matrix.judgedBy.code));
  const unfinished = parts.filter(({ matrix }) => !matrix.done);
  const missing = cells.filter(({ state }) => state === 'missing');
  const shards = [...new Set(missing.map(({ shard }) => shard))]
    .filter((shard) => shard > 0)
    .sort((a, b) => a - b);
  const whose =
    shards.length === 0 ? '' : `, of ${shards.length === 1 ? 'shard' : 'shards'} ${shards.join(', ')}`;
  return [
    ...(builds.size > 1 ? [`the shards were judged by ${builds.size} builds of Gotwin`] : []),
    ...unfinished.map(
      ({ dir }) =>
        `${dir} was not finished: run the same \`gotwin matrix\` again, it goes on where it stopped`,
    ),
    ...(missing.length > 0 ? [`${missing.length} of ${cells.length} cells are missing${whose}`] : []),
  ];
}
