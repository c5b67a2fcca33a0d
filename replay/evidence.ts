/** What a replay reads: a recording, or a bare trace file, through one face. */
import { createReadStream } from 'node:fs';
import { isRecording, type Manifest, openRecording, type Recording } from '../collector/index.ts';

export interface Evidence {
  readonly file: string;
  /** Absent for a bare trace. */
  readonly manifest: Manifest | undefined;
  /** False for a recording whose collector never finished it. */
  readonly sealed: boolean;
  has(entry: string): boolean;
  /** An entry's bytes from the beginning; may be read more than once. */
  read(entry: string): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

export const TRACE = 'trace';
export const RUNTIME_TEXT = 'runtime.txt';

/** Throws RecordingError or the file system's own error when it cannot be read at all. */
export async function openEvidence(file: string): Promise<Evidence> {
  return (await isRecording(file)) ? ofRecording(file, await openRecording(file)) : ofTrace(file);
}

/** The trace of a recording; what is open is closed when the reading ends. */
export async function* recordedTrace(file: string): AsyncGenerator<Uint8Array, void, void> {
  const evidence = await openEvidence(file);
  try {
    yield* evidence.read(TRACE);
  } finally {
    await evidence.close();
  }
}

/** Bytes of an entry that is held in memory. */
const LARGEST = 1 << 30;

class EntryTooLargeError extends Error {
  override readonly name = 'EntryTooLargeError';
  readonly code = 'too-large';
}

/** A trace in memory, and how it came to be where that is known. */
export interface WholeTrace {
  /** The file that it was read from. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Go's version as the recording has it; empty where only the trace itself says it. */
  readonly go: string;
  readonly manifest: Manifest | undefined;
}

/** Throws EntryTooLargeError past 1 GiB, else what `openEvidence` throws. */
export async function readWholeTrace(file: string): Promise<WholeTrace> {
  const evidence = await openEvidence(file);
  try {
    const { manifest } = evidence;
    const bytes = await wholeEntry(evidence, TRACE);
    return { name: file, bytes, go: manifest?.toolchain.version ?? '', manifest };
  } finally {
    await evidence.close();
  }
}

/** Throws EntryTooLargeError past 1 GiB. */
export async function wholeEntry({ file, read }: Evidence, entry: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of read(entry)) {
    size += chunk.length;
    if (size > LARGEST) throw new EntryTooLargeError(`${file}: ${entry} has more than ${LARGEST} bytes`);
    chunks.push(chunk.slice());
  }
  return Buffer.concat(chunks);
}

function ofRecording(file: string, recording: Recording): Evidence {
  return {
    file,
    manifest: recording.manifest,
    sealed: recording.sealed,
    has: (entry) => recording.has(entry),
    read: (entry) => recording.read(entry),
    close: () => recording.close(),
  };
}

function ofTrace(file: string): Evidence {
  return {
    file,
    manifest: undefined,
    sealed: true,
    has: (entry) => entry === TRACE,
    read: () => createReadStream(file, { highWaterMark: 1 << 20 }),
    close: () => Promise.resolve(),
  };
}
