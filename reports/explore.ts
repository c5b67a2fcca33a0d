/** The page of `gotwin explore`: which worlds came out how, and the story of each that went wrong. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExplorationResult } from '../replay/index.ts';
import { bundleClient } from './bundle.ts';
import { pageOf } from './html.ts';
import { inPlace, writeTogether } from './write.ts';

/** What the page shows; it stands in the page as JSON. */
export interface ExploreReport {
  readonly explorations: readonly ExplorationResult[];
  /** The command that makes the report again. */
  readonly command: string;
}

/** Writes index.html and result.json into `dir`, and says where the page is. Throws ReportError. */
export async function writeExploreReport(
  report: ExploreReport,
  dir: string,
  signal?: AbortSignal,
): Promise<string> {
  const html = join(dir, 'index.html');
  await inPlace(dir, () => mkdir(dir, { recursive: true }));
  const { script, style } = await bundleClient('explore');
  const broken = report.explorations.filter(({ exhausted }) => !exhausted).length;
  const withoutScript = `Of ${report.explorations.length} worlds ${broken} have something wrong. result.json beside this file has everything.`;
  const page = pageOf({ title: 'Gotwin explore', script, style, withoutScript, data: report });
  const json = `${JSON.stringify({ schema: 1, explorations: report.explorations })}\n`;
  await writeTogether(
    [
      [html, page],
      [join(dir, 'result.json'), json],
    ],
    signal,
  );
  return html;
}
