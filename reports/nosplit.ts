/** The page of `gotwin nosplit`: which chain of functions is too deep for its stack, and which of them to shrink. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NosplitDifference, NosplitResult } from '../replay/index.ts';
import { bundleClient } from './bundle.ts';
import { pageOf } from './html.ts';
import { inPlace, writeTogether } from './write.ts';

/** What the page shows; it stands in the page as JSON. */
export interface NosplitReport {
  readonly builds: readonly NosplitResult[];
  readonly differences: readonly NosplitDifference[];
  /** The command that makes the report again. */
  readonly command: string;
}

/** Writes index.html and result.json into `dir`, and says where the page is. Throws ReportError. */
export async function writeNosplitReport(
  report: NosplitReport,
  dir: string,
  signal?: AbortSignal,
): Promise<string> {
  const html = join(dir, 'index.html');
  await inPlace(dir, () => mkdir(dir, { recursive: true }));
  const page = await nosplitPage(report);
  const json = `${JSON.stringify({ schema: 1, builds: report.builds, differences: report.differences })}\n`;
  await writeTogether(
    [
      [html, page],
      [join(dir, 'result.json'), json],
    ],
    signal,
  );
  return html;
}

async function nosplitPage(report: NosplitReport): Promise<string> {
  const { script, style } = await bundleClient('nosplit');
  const tooDeep = report.builds.filter(({ model }) => model.verdict === 'overflow').length;
  const withoutScript = `Of ${report.builds.length} builds ${tooDeep} are too deep. result.json beside this file has everything.`;
  return pageOf({ title: 'Gotwin nosplit', script, style, withoutScript, data: report });
}
