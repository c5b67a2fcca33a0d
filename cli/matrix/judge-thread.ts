/** Judges one recording in a thread of its own: another program's streams must not wait for it. */
import { parentPort, workerData } from 'node:worker_threads';
import { replayFile } from '../../replay/index.ts';
import type { Replay } from '../../replay/result.ts';

export type Judgement =
  | { readonly replay: Replay }
  /** What was thrown; a class does not travel, its name and facts do. */
  | { readonly error: { name: string; message: string; code?: unknown; advice?: unknown; path?: unknown } };

async function judge(path: string): Promise<Judgement> {
  try {
    return { replay: await replayFile(path) };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const { name, message } = error;
    const { code, advice, path: file } = error as { code?: unknown; advice?: unknown; path?: unknown };
    return { error: { name, message, code, advice, path: file } };
  }
}

parentPort?.postMessage(await judge(workerData.path));
