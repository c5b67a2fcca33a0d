/** Opens a trace in Node: what browsers can read, and what has a path. */
import type { Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { OpenOptions } from './decode/index.ts';
import { openFifo, orAborted } from './fifo.ts';
import { openTrace as openInput, type Trace, type TraceInput } from './trace/index.ts';

export interface OpenTraceOptions extends OpenOptions {
  /** Ends the reading: what waits for bytes throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Bytes asked of a file at a time: what stays in a processor's cache until it was copied. */
const CHUNK = 1 << 17;
/** The first bytes of a zip, which a sealed recording is. */
const ZIP = [0x50, 0x4b, 0x03, 0x04];

/**
 * Opens an execution trace and reads its header. A string is a path and a URL a
 * `file:` one: of a trace, of a pipe that a trace comes through, or of a
 * recording (`.gotwin`, `.gotwin.part`), whose trace is read. Anything else gives
 * the bytes themselves.
 *
 * Throws what `openTrace` of `gotwin/trace` throws; for a path also the file
 * system's own error, and for a recording RecordingError.
 */
export async function openTrace(
  source: string | URL | TraceInput,
  options: OpenTraceOptions = {},
): Promise<Trace> {
  if (!isPath(source) && !isStream(source)) return await openInput(source, options);
  const bytes = await openBytes(source, options.signal);
  const chunks = bytes[Symbol.asyncIterator]();
  try {
    return await openInput({ [Symbol.asyncIterator]: () => chunks }, options);
  } catch (error) {
    // No generation will be asked for, so nobody else lets the file go.
    await chunks.return?.();
    throw error;
  }
}

/** The bytes of a trace, for what reads them otherwise; closed when the reading ends, however it does. */
export async function openBytes(
  source: string | URL | AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  signal?.throwIfAborted();
  const bytes = isPath(source) ? await openPath(source, signal) : source;
  return signal === undefined ? bytes : untilAborted(bytes, signal);
}

function isPath(source: unknown): source is string | URL {
  return typeof source === 'string' || source instanceof URL;
}

function isStream(source: unknown): source is AsyncIterable<Uint8Array> {
  return typeof source === 'object' && source !== null && Symbol.asyncIterator in source;
}

async function openPath(source: string | URL, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const path = source instanceof URL ? fileURLToPath(source) : source;
  const info = await stat(path);
  if (info.isFIFO()) return await openFifo(path, signal);
  if (!(await isRecording(path, info))) return fileChunks(path);
  // Recordings bring protobuf and zip along, which a bare trace should not wait for.
  const { recordedTrace } = await import('./evidence.ts');
  return recordedTrace(path);
}

/** A file's bytes, all in one buffer: each chunk is good until the next is asked for. */
async function* fileChunks(path: string): AsyncGenerator<Uint8Array, void, void> {
  const file = await open(path);
  try {
    const chunk = new Uint8Array(CHUNK);
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK, null);
      if (bytesRead === 0) return;
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function isRecording(path: string, info: Stats): Promise<boolean> {
  if (!info.isFile()) return info.isDirectory();
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(ZIP.length), 0, ZIP.length, 0);
    return bytesRead === ZIP.length && ZIP.every((byte, at) => buffer[at] === byte);
  } finally {
    await file.close();
  }
}

/** The same chunks; after the abort neither the source nor what it waits for is waited for. */
async function* untilAborted(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  const chunks = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await orAborted(chunks.next(), signal);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    if (signal.aborted) abandon(source, chunks);
    else await chunks.return?.();
  }
}

/** An iterator ends only after what it waits for has come; a stream of Node can be ended at once. */
function abandon(source: AsyncIterable<Uint8Array>, chunks: AsyncIterator<Uint8Array>): void {
  if ('destroy' in source && typeof source.destroy === 'function') source.destroy();
  chunks.return?.().catch(() => undefined);
}
