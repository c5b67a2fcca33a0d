/** A named pipe that a trace comes through, so that whoever waits for it can also stop waiting. */
import { close, constants, open } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const openFile = promisify(open);
const closeFile = promisify(close);

const RETRY_MS = 5;

/**
 * Waits for somebody to write. Read as a socket, the pipe is waited for by the
 * event loop; read as a file, it would keep a thread, and with it the process.
 */
export async function openFifo(path: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const opening = openFile(path, constants.O_RDONLY);
  try {
    const fd = await (signal === undefined ? opening : orAborted(opening, signal));
    return new Socket({ fd, readable: true, writable: false });
  } catch (error) {
    if (signal?.aborted) await giveUp(path, opening);
    throw error;
  }
}

/** Opening waits in a thread until the pipe has a writer, so for a moment we are it. */
async function giveUp(path: string, opening: Promise<number>): Promise<void> {
  let fd: number | undefined;
  let over = false;
  const reader = opening
    .then((opened) => {
      fd = opened;
    })
    .catch(() => undefined)
    .finally(() => {
      over = true;
    });
  // A writer is refused (ENXIO) as long as that thread has not come to its waiting.
  for (; !over; await sleep(RETRY_MS)) {
    const writer = await openFile(path, constants.O_WRONLY | constants.O_NONBLOCK).catch(codeOf);
    if (typeof writer === 'number') await closeFile(writer);
    else if (writer !== 'ENXIO') return;
  }
  await reader;
  if (fd !== undefined) await closeFile(fd);
}

function codeOf(error: NodeJS.ErrnoException): string {
  return error.code ?? 'unknown';
}

/** What a promise comes to, or the signal's reason, thrown as soon as it is aborted. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // Not Promise.race: a signal that outlives thousands of chunks would keep every one of them.
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    const settle = (): void => signal.removeEventListener('abort', abort);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(settle);
  });
}
