/** What is not as it was in an earlier matrix, cell by cell. */
import type { MatrixDocument, MatrixRow } from './document.ts';
import { wordOf } from './table.ts';

/** Rows with their news; as they are where there is no earlier matrix. */
export function withNews(rows: readonly MatrixRow[], since: MatrixDocument | undefined): MatrixRow[] {
  if (since === undefined) return [...rows];
  const before = new Map(since.cells.map((row) => [row.id, row]));
  return rows.map((row) => {
    // A tree that was not there yet is held against the release that it was made from.
    const own = before.get(row.id);
    const released = own === undefined ? before.get(row.released ?? '') : undefined;
    const news = newsOf(row, own ?? released);
    return { ...row, news: released === undefined || news === '' ? news : `${released.go} ${news}` };
  });
}

/** Empty where nothing is new: another shard's cell tells nothing, and a finding that is gone shows in the verdict. */
function newsOf(row: MatrixRow, before: MatrixRow | undefined): string {
  if (row.state === 'elsewhere' || before?.state === 'elsewhere') return '';
  if (before === undefined) return 'new cell';
  const known = new Set(before.signatures);
  const found = (row.signatures ?? []).filter((signature) => !known.has(signature));
  const [now, was] = [wordOf(row), wordOf(before)];
  return [
    ...(now === was ? [] : [`was ${was}`]),
    ...(before.state === 'judged' && found.length > 0 ? [`new: ${found.join(', ')}`] : []),
  ].join(', ');
}
