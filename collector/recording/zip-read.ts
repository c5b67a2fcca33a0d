/**
 * Reads the zip that a sealed recording is. Only what Gotwin writes is accepted:
 * one part, no encryption, stored or deflated entries, no zip64. Nothing is ever
 * unpacked to a file, so a name in an archive leads nowhere; sizes are held
 * against what the directory declares, so a small file cannot unfold into an
 * endless one.
 * Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.
 */
import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { RecordingError } from '../errors.ts';
import type { Container } from './container.ts';
import { isEntryName, MAX_ENTRIES } from './entries.ts';

const LOCAL_HEADER = { signature: 0x04034b50, bytes: 30 };
const CENTRAL_HEADER = { signature: 0x02014b50, bytes: 46 };
const END_RECORD = { signature: 0x06054b50, bytes: 22 };
/** The end record may carry a comment of this many bytes at most. */
const MAX_COMMENT = 0xffff;
const MAX_DIRECTORY = 4 << 20;
const STORED = 0;
const DEFLATED = 8;

interface ZipEntry {
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly bytes: number;
  readonly offset: number;
}

export async function isZip(path: string): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const head = await readAt(handle, 0, 4);
    return head.length === 4 && head.readUInt32LE(0) === LOCAL_HEADER.signature;
  } finally {
    await handle.close();
  }
}

/** Throws RecordingError `not-a-recording` or `damaged`. The caller closes what it gets. */
export async function openZip(path: string): Promise<Container> {
  const handle = await open(path, 'r');
  try {
    const entries = await readDirectory(handle, path);
    return {
      entries,
      read: (name) => readEntry(handle, path, name, entries.get(name)!),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readDirectory(handle: FileHandle, path: string): Promise<Map<string, ZipEntry>> {
  const { size } = await handle.stat();
  const tailSize = Math.min(size, END_RECORD.bytes + MAX_COMMENT);
  const tail = await readAt(handle, size - tailSize, tailSize);
  const at = lastEndRecord(tail);
  if (at < 0) throw await withoutEnd(path);
  const count = tail.readUInt16LE(at + 10);
  const bytes = tail.readUInt32LE(at + 12);
  if (count > MAX_ENTRIES || bytes > MAX_DIRECTORY) throw damaged(path, 'its directory is too large');
  const directory = await readAt(handle, tail.readUInt32LE(at + 16), bytes);
  if (directory.length < bytes) throw damaged(path, 'its directory is cut off');
  return parseDirectory(directory, count, path);
}

function parseDirectory(directory: Buffer, count: number, path: string): Map<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_HEADER.bytes > directory.length) throw damaged(path, 'its directory is cut off');
    if (directory.readUInt32LE(at) !== CENTRAL_HEADER.signature)
      throw damaged(path, 'its directory is broken');
    const nameEnd = at + CENTRAL_HEADER.bytes + directory.readUInt16LE(at + 28);
    const name = directory.toString('utf8', at + CENTRAL_HEADER.bytes, nameEnd);
    if (!isEntryName(name)) throw damaged(path, `no recording has an entry called ${JSON.stringify(name)}`);
    if (entries.has(name)) throw damaged(path, `it has ${name} twice`);
    entries.set(name, entryAt(directory, at));
    at = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

function entryAt(directory: Buffer, at: number): ZipEntry {
  return {
    method: directory.readUInt16LE(at + 10),
    crc: directory.readUInt32LE(at + 16),
    packed: directory.readUInt32LE(at + 20),
    bytes: directory.readUInt32LE(at + 24),
    offset: directory.readUInt32LE(at + 42),
  };
}

async function* readEntry(
  handle: FileHandle,
  path: string,
  name: string,
  entry: ZipEntry,
): AsyncIterable<Uint8Array> {
  const start = await dataOffset(handle, path, name, entry);
  let size = 0;
  let crc = 0;
  for await (const chunk of unpacked(handle, path, name, entry, start)) {
    size += chunk.length;
    if (size > entry.bytes) {
      throw new RecordingError('too-large', `${path} is damaged: ${name} is larger than it says`, {
        path,
        entry: name,
      });
    }
    crc = crc32(chunk, crc);
    yield chunk;
  }
  if (size !== entry.bytes || crc !== entry.crc) throw damaged(path, `${name} is not what was written`, name);
}

async function* unpacked(handle: FileHandle, path: string, name: string, entry: ZipEntry, start: number) {
  const packed = rangeOf(handle, start, entry.packed);
  if (entry.method === STORED) return yield* packed;
  if (entry.method !== DEFLATED) throw damaged(path, `${name} is packed by method ${entry.method}`, name);
  const source = Readable.from(packed);
  const inflate = source.pipe(createInflateRaw({ chunkSize: 1 << 18 }));
  source.on('error', (error) => inflate.destroy(error));
  try {
    yield* inflate as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw damaged(path, `${name} cannot be unpacked`, name, cause);
  } finally {
    inflate.destroy();
    source.destroy();
    // Who stops in the middle closes the file next, and the source may still be reading ahead.
    if (!source.closed) await once(source, 'close');
  }
}

/** The local header repeats the name, with extra fields of its own: only it says where the data begins. */
async function dataOffset(handle: FileHandle, path: string, name: string, entry: ZipEntry): Promise<number> {
  const header = await readAt(handle, entry.offset, LOCAL_HEADER.bytes);
  const whole = header.length === LOCAL_HEADER.bytes;
  if (!whole || header.readUInt32LE(0) !== LOCAL_HEADER.signature) {
    throw damaged(path, `${name} is not where the directory says`, name);
  }
  return entry.offset + LOCAL_HEADER.bytes + header.readUInt16LE(26) + header.readUInt16LE(28);
}

async function* rangeOf(handle: FileHandle, start: number, bytes: number): AsyncGenerator<Uint8Array> {
  let at = start;
  const end = start + bytes;
  while (at < end) {
    const chunk = await readAt(handle, at, Math.min(1 << 18, end - at));
    if (chunk.length === 0) return;
    at += chunk.length;
    yield chunk;
  }
}

async function readAt(handle: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await handle.read(buffer, 0, bytes, position);
  return buffer.subarray(0, bytesRead);
}

function lastEndRecord(tail: Buffer): number {
  for (let at = tail.length - END_RECORD.bytes; at >= 0; at--) {
    if (tail.readUInt32LE(at) === END_RECORD.signature) return at;
  }
  return -1;
}

async function withoutEnd(path: string): Promise<RecordingError> {
  if (await isZip(path)) return damaged(path, 'its end is missing');
  return new RecordingError('not-a-recording', `${path} is not a recording`, { path });
}

function damaged(path: string, what: string, entry?: string, cause?: unknown): RecordingError {
  return new RecordingError('damaged', `${path} is damaged: ${what}`, { path, entry, cause });
}
