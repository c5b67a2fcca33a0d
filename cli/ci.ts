/** What a CI job's own page shows, where the program runs in a job of GitHub's runner: annotations and a summary. */
import { appendFile, stat } from 'node:fs/promises';
import type { Replay } from '../replay/index.ts';
import { toAnnotations, toMarkdown } from '../reports/index.ts';
import type { Terminal } from './terminal.ts';

/** Bytes that the runner takes of all that the step writes; a larger file it shows nothing of. */
const SUMMARY_BYTES = 1 << 20;

/** `more` is Markdown that stands below. Elsewhere it does nothing. What it cannot write it says, since the report itself is written. */
export async function tellCi(replays: readonly Replay[], { env, err }: Terminal, more = ''): Promise<void> {
  if (env.GITHUB_ACTIONS !== 'true') return;
  // The runner reads both streams; stdout may be a JSON document.
  for (const line of toAnnotations(replays)) await err.line(line);
  const file = env.GITHUB_STEP_SUMMARY;
  if (file === undefined || file === '') return;
  try {
    const text = toMarkdown(replays) + more;
    const before = (await stat(file).catch(() => undefined))?.size ?? 0;
    if (before + Buffer.byteLength(text) <= SUMMARY_BYTES) await appendFile(file, text);
    else await err.line('warning: the summary is not shown on the page of the job, which is full');
  } catch (error) {
    await err.line(`warning: the summary is not shown on the page of the job: ${(error as Error).message}`);
  }
}
