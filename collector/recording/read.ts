import { constants, createReadStream } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordingError } from '../errors.ts';
import type { Container } from './container.ts';
import { isEntryName, layerOf, MANIFEST_ENTRY, MAX_ENTRIES } from './entries.ts';
import type { EvidenceLayer, Manifest } from './manifest.ts';
import { isZip, openZip } from './zip-read.ts';

/** A recording that is open for reading. Its evidence never changes, save in one that is still written. */
export interface Recording {
  readonly path: string;
  readonly manifest: Manifest;
  /** False for a `.part`: still being written, or left by a collector that was killed. */
  readonly sealed: boolean;
  /** The entries that are evidence; what is kept for people only (`stdout.txt`) is left out. */
  readonly evidence: readonly { name: string; layer: EvidenceLayer; bytes: number }[];
  has(name: string): boolean;
  /** Chunks of the entry's bytes, in order. Throws RecordingError `no-such-entry`, `damaged` or `too-large`. */
  read(name: string): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens a recording: `NAME.gotwin`, or the folder `NAME.gotwin.part`.
 * Throws RecordingError `not-found`, `not-a-recording`, `damaged` or `newer-schema`.
 */
export async function openRecording(path: string): Promise<Recording> {
  const info = await statOf(path);
  const container = info.isDirectory() ? await openFolder(path) : await openZip(path);
  try {
    return await recordingOf(path, container, !info.isDirectory());
  } catch (error) {
    await container.close();
    throw error;
  }
}

/** Whether a path looks like a recording, from its first bytes or its manifest, without opening it. */
export async function isRecording(path: string): Promise<boolean> {
  const info = await statOf(path);
  return info.isDirectory() ? (await readdir(path)).includes(MANIFEST_ENTRY) : isZip(path);
}

/** All bytes of an entry; throws RecordingError `too-large` past `limit`. */
async function readWhole(container: Container, name: string, limit: number, path: string) {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of container.read(name)) {
    size += chunk.length;
    if (size > limit) throw tooLarge(path, name, limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function recordingOf(path: string, container: Container, sealed: boolean): Promise<Recording> {
  if (!container.entries.has(MANIFEST_ENTRY)) {
    throw new RecordingError('not-a-recording', `${path} is not a recording: it has no manifest`, { path });
  }
  // Only now: who asks of a bare trace whether it is a recording needs no protobuf.
  const { decodeManifest, MANIFEST_MAX_BYTES } = await import('./manifest.ts');
  const manifest = decodeManifest(await readWhole(container, MANIFEST_ENTRY, MANIFEST_MAX_BYTES, path), path);
  return {
    path,
    manifest,
    sealed,
    evidence: evidenceIn(container),
    has: (name) => container.entries.has(name),
    read: (name) => {
      if (!container.entries.has(name)) throw noSuchEntry(path, name);
      return container.read(name);
    },
    close: () => container.close(),
  };
}

function evidenceIn(container: Container) {
  return [...container.entries].flatMap(([name, { bytes }]) => {
    const layer = layerOf(name);
    return layer === undefined ? [] : [{ name, layer, bytes }];
  });
}

async function openFolder(path: string): Promise<Container> {
  const entries = new Map<string, { bytes: number }>();
  // Any folder can be given by mistake: look no further into one that is not ours.
  const ours = (await readdir(path)).includes(MANIFEST_ENTRY);
  for (const name of ours ? await namesBelow(path) : []) {
    const info = await lstat(join(path, name));
    // A link could lead anywhere, and Gotwin writes none.
    if (info.isFile() && isEntryName(name) && entries.size < MAX_ENTRIES) {
      entries.set(name, { bytes: info.size });
    }
  }
  return {
    entries,
    read: (name) => readFileOf(join(path, name)),
    close: async () => {},
  };
}

/** Files of the folder and of the folders in it; no entry lies deeper. */
async function namesBelow(path: string): Promise<string[]> {
  const found = await readdir(path, { withFileTypes: true });
  const inner = found
    .filter((entry) => entry.isDirectory())
    .map(async (entry) => {
      const names = await readdir(join(path, entry.name));
      return names.map((name) => `${entry.name}/${name}`);
    });
  return [...found.map((entry) => entry.name), ...(await Promise.all(inner)).flat()];
}

async function* readFileOf(file: string): AsyncIterable<Uint8Array> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  yield* createReadStream('', { fd: handle, autoClose: true, highWaterMark: 1 << 18 });
}

async function statOf(path: string) {
  try {
    // Not lstat: a user may well keep a link to a recording.
    const handle = await open(path, 'r');
    try {
      return await handle.stat();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new RecordingError('not-found', `cannot open ${path}: ${reasonOf(cause)}`, { path, cause });
  }
}

function reasonOf(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'permission denied';
  return (cause as Error).message;
}

function tooLarge(path: string, entry: string, limit: number): RecordingError {
  return new RecordingError('too-large', `${path}: ${entry} holds more than ${limit} bytes`, { path, entry });
}

function noSuchEntry(path: string, entry: string): RecordingError {
  return new RecordingError('no-such-entry', `${path} has no ${entry}`, { path, entry });
}
