/** The page of `gotwin nosplit`: which chain of functions is too deep for its stack, and which of them to shrink. */
import type { NosplitDifference, NosplitResult } from '../replay/index.ts';
import { writeSinglePage } from './single.ts';

/** What the page shows; it stands in the page as JSON. */
export interface NosplitReport {
  readonly builds: readonly NosplitResult[];
  readonly differences: readonly NosplitDifference[];
  /** The command that makes the report again. */
  readonly command: string;
}

/** Writes index.html and result.json into `dir`, and says where the page is. Throws ReportError. */
export function writeNosplitReport(
  report: NosplitReport,
  dir: string,
  signal?: AbortSignal,
): Promise<string> {
  const { builds, differences } = report;
  const tooDeep = builds.filter(({ model }) => model.verdict === 'overflow').length;
  const inShort = `Of ${builds.length} builds ${tooDeep} are too deep.`;
  return writeSinglePage(
    { entry: 'nosplit', data: report, inShort, result: { builds, differences } },
    dir,
    signal,
  );
}
