/** The page of `gotwin explore`: which worlds came out how, and the story of each that went wrong. */
import type { ExplorationResult } from '../replay/index.ts';
import { writeSinglePage } from './single.ts';

/** What the page shows; it stands in the page as JSON. */
export interface ExploreReport {
  readonly explorations: readonly ExplorationResult[];
  /** The command that makes the report again. */
  readonly command: string;
}

/** Writes index.html and result.json into `dir`, and says where the page is. Throws ReportError. */
export function writeExploreReport(
  report: ExploreReport,
  dir: string,
  signal?: AbortSignal,
): Promise<string> {
  const { explorations } = report;
  const broken = explorations.filter(({ exhausted }) => !exhausted).length;
  const inShort = `Of ${explorations.length} worlds ${broken} have something wrong.`;
  return writeSinglePage({ entry: 'explore', data: report, inShort, result: { explorations } }, dir, signal);
}
