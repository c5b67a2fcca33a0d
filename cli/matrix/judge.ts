import { Worker } from 'node:worker_threads';
import type { Replay } from '../../replay/result.ts';
import type { Judgement } from './judge-thread.ts';

/** Threads run JavaScript only: from the sources, as tests are, they are those that were built. */
const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/cli/matrix/judge-thread.js' : './judge-thread.js',
  import.meta.url,
);

/** Replays a recording on a core of its own. Throws what the replay throws, or the signal's reason. */
export async function judgeApart(path: string, signal: AbortSignal): Promise<Replay> {
  signal.throwIfAborted();
  const worker = new Worker(THREAD, { workerData: { path } });
  const stop = () => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const judgement = await new Promise<Judgement>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) =>
        reject(new Error(`a judging thread ended early, with exit code ${code}`)),
      );
    });
    if ('replay' in judgement) return judgement.replay;
    throw Object.assign(new Error(judgement.error.message), judgement.error);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
