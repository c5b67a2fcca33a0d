/**
 * Writes a recording. While it is written it is the folder `NAME.gotwin.part`,
 * in which everything is a plain file from the first byte on, so that a killed
 * collector leaves all that was known. `seal` makes the one file of it.
 */
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { constants, deflateRawSync } from 'node:zlib';
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { RecordingError } from '../errors.ts';
import { MANIFEST_ENTRY, PROBE_RECORDS_ENTRY } from './entries.ts';
import { encodeManifest, type Manifest } from './manifest.ts';

/** Without zip64 no archive is larger; such a recording stays a `.part`, which every command reads too. */
const MAX_ZIP_BYTES = 0xffff_ffff;
/** zip has no time zone: midnight, local, at the start of its epoch gives the same bytes everywhere. */
const NO_TIME = new Date(1980, 0, 1);

export class RecordingWriter {
  /** Where the sealed recording will be. */
  readonly path: string;
  /** The folder in which it grows. */
  readonly part: string;

  private constructor(path: string) {
    this.path = path;
    this.part = `${path}.part`;
  }

  /** Throws RecordingError `exists`, `cannot-write` or `disk-full`. */
  static async create(path: string, manifest: Manifest, overwrite = false): Promise<RecordingWriter> {
    const writer = new RecordingWriter(path);
    if (!overwrite) await refuseIfThere(path);
    try {
      await mkdir(dirname(path), { recursive: true });
      if (overwrite) await rm(writer.part, { recursive: true, force: true });
      await mkdir(writer.part);
      await writer.writeManifest(manifest);
    } catch (cause) {
      throw writeError(cause, writer.part);
    }
    return writer;
  }

  /** Path of an entry's file, for a process that writes it itself. */
  file(name: string): string {
    return join(this.part, name);
  }

  async writeEntry(name: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(this.file(name)), { recursive: true });
    await writeFile(this.file(name), content).catch((cause) => {
      throw writeError(cause, this.part, name);
    });
  }

  async writeManifest(manifest: Manifest): Promise<void> {
    const bytes = encodeManifest(manifest);
    const target = this.file(MANIFEST_ENTRY);
    try {
      await writeFile(`${target}.new`, bytes);
      await rename(`${target}.new`, target);
    } catch (cause) {
      if (!isFull(cause)) throw writeError(cause, this.part, MANIFEST_ENTRY);
      // The old manifest's own block is the one place that a full disk still has for the new one.
      await rm(`${target}.new`, { force: true });
      await overwriteInPlace(target, bytes, this.part);
    }
  }

  /**
   * Packs everything into one file, and removes the folder once that file is
   * there under its name. If that fails, the folder stays and is readable.
   */
  async seal(): Promise<void> {
    const temporary = `${this.path}.${process.pid}.tmp`;
    try {
      await packFolder(this.part, temporary);
      await rename(temporary, this.path);
    } catch (cause) {
      await rm(temporary, { force: true });
      if (cause instanceof RecordingError) throw cause;
      throw writeError(cause, this.part);
    }
    await rm(this.part, { recursive: true, force: true });
  }

  /** Gives up a recording in which nothing has happened yet. */
  async discard(): Promise<void> {
    await rm(this.part, { recursive: true, force: true });
  }
}

/**
 * The same entries give the same bytes, on every machine: fflate packs in JavaScript, zlib by the processor's
 * leave. The probe's records alone go through zlib: there are hundreds of megabytes of them, and it is eight
 * times as fast; their bytes in the archive may differ between machines, what is unpacked does not.
 */
async function packFolder(folder: string, target: string): Promise<void> {
  const output = await open(target, 'wx');
  try {
    const packed: Uint8Array[] = [];
    const zip = new Zip((error, chunk) => {
      if (error) throw error;
      packed.push(chunk);
    });
    let size = 0;
    const flush = async () => {
      for (const chunk of packed.splice(0)) {
        size += chunk.length;
        if (size > MAX_ZIP_BYTES) throw tooLargeToSeal(folder);
        await output.write(chunk);
      }
    };
    for (const name of await entryNames(folder)) {
      if ((await stat(join(folder, name))).size > MAX_ZIP_BYTES) throw tooLargeToSeal(folder);
      await packFile(zip, folder, name, flush);
    }
    zip.end();
    await flush();
    await output.sync();
  } finally {
    await output.close();
  }
}

/** Each chunk becomes deflate blocks that end at a byte, so that one after another they are one stream. */
class NativeDeflate extends ZipPassThrough {
  constructor(name: string) {
    super(name);
    this.compression = 8;
  }

  protected override process(chunk: Uint8Array, final: boolean): void {
    const finishFlush = final ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
    this.ondata(null, deflateRawSync(chunk, { level: 1, finishFlush }), final);
  }
}

async function packFile(zip: Zip, folder: string, name: string, flush: () => Promise<void>): Promise<void> {
  const entry = name === PROBE_RECORDS_ENTRY ? new NativeDeflate(name) : new ZipDeflate(name, { level: 1 });
  entry.mtime = NO_TIME;
  zip.add(entry);
  for await (const chunk of createReadStream(join(folder, name), { highWaterMark: 1 << 18 })) {
    entry.push(chunk);
    await flush();
  }
  entry.push(new Uint8Array(0), true);
  await flush();
}

async function entryNames(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = found
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
  // First in the file, so that `head` of a recording already says what it is.
  return [MANIFEST_ENTRY, ...names.filter((name) => name !== MANIFEST_ENTRY)];
}

async function overwriteInPlace(file: string, bytes: Uint8Array, part: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r+');
    await handle.write(bytes, 0, bytes.length, 0);
    await handle.truncate(bytes.length);
  } catch (cause) {
    throw writeError(cause, part, MANIFEST_ENTRY);
  } finally {
    await handle?.close();
  }
}

/** Throws RecordingError `exists`. */
export async function refuseIfThere(path: string): Promise<void> {
  for (const there of [path, `${path}.part`]) {
    const info = await stat(there).catch(() => undefined);
    if (info === undefined) continue;
    throw new RecordingError('exists', `${there} is already there`, {
      path: there,
      advice: 'Recordings are evidence and are not replaced; remove it or choose another name.',
    });
  }
}

function isFull(cause: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((cause as NodeJS.ErrnoException).code ?? '');
}

export function writeError(cause: unknown, path: string, entry?: string): RecordingError {
  const facts = { path, entry, cause };
  if (isFull(cause)) {
    const advice = 'Free some space, or record to another disk. What was written so far is readable.';
    return new RecordingError('disk-full', `the disk is full: cannot write ${path}`, { ...facts, advice });
  }
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'EEXIST') return new RecordingError('exists', `${path} is already there`, facts);
  return new RecordingError('cannot-write', `cannot write ${path}: ${(cause as Error).message}`, facts);
}

function tooLargeToSeal(folder: string): RecordingError {
  return new RecordingError('too-large', `${folder} is too large for one file and stays a folder`, {
    path: folder,
    advice: 'Every command reads the folder as it is. Record for a shorter time to get one file.',
  });
}
