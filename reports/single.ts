/** A report that is one page, and beside it the same as JSON. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleClient } from './bundle.ts';
import { pageOf } from './html.ts';
import { inPlace, writeTogether } from './write.ts';

interface SinglePage {
  /** Which of the pages: its folder below reports/client. */
  readonly entry: 'explore' | 'nosplit';
  /** What stands in the page as JSON. */
  readonly data: object;
  /** What it says to who has no script; that result.json has everything is added. */
  readonly inShort: string;
  /** What result.json has. */
  readonly result: object;
}

/** Writes index.html and result.json into `dir`, and says where the page is. Throws ReportError. */
export async function writeSinglePage(
  { entry, data, inShort, result }: SinglePage,
  dir: string,
  signal?: AbortSignal,
): Promise<string> {
  const html = join(dir, 'index.html');
  await inPlace(dir, () => mkdir(dir, { recursive: true }));
  const { script, style } = await bundleClient(entry);
  const withoutScript = `${inShort} result.json beside this file has everything.`;
  await writeTogether(
    [
      [html, pageOf({ title: `Gotwin ${entry}`, script, style, withoutScript, data })],
      [join(dir, 'result.json'), `${JSON.stringify({ schema: 1, ...result })}\n`],
    ],
    signal,
  );
  return html;
}
