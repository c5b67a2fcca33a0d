/** The file that a program maps and its probe writes into: made before it starts, kept when it has ended. */
import { createWriteStream } from 'node:fs';
import { type FileHandle, open, rm, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { claimFolder, removeAbandoned } from './abandoned.ts';
import {
  HEADER,
  HEADER_BYTES,
  PROBE_ARCHITECTURES,
  PROBE_FORMAT,
  PROBE_MAGIC,
  PROBE_MODES,
  type ProbeMode,
  probeKinds,
  RECORD_BYTES,
} from './layout.ts';

/** Names the file to the program; the probe takes it out of the environment. */
export const PROBE_VARIABLE = 'GOTWIN_PROBE';

export interface ProbeOptions {
  /** `linear` if not given. */
  readonly mode?: ProbeMode | undefined;
  /** Records that there is room for. */
  readonly window?: number | undefined;
  /** Names from kinds.json, of kinds or of groups; all if not given. */
  readonly kinds?: readonly string[] | undefined;
}

/** Records that there is room for where nobody says how many. */
export const PROBE_WINDOWS: Readonly<Record<ProbeMode, number>> = {
  // 192 MiB, the first second or two of a busy program.
  linear: 1 << 22,
  // 3 MiB, which stay in the processor's cache.
  ring: 1 << 16,
};

/** Where Linux keeps files in memory; a page fault there costs a fifth of what it costs on a disk. */
const MEMORY = '/dev/shm';
/** What is left free of the file system that the file is in. */
const RESERVE = 256 << 20;

/** More than all threads together have begun to write. */
const UNWRITTEN_BYTES = 1 << 20;
/** Of the count of blocks in stat. */
const STAT_BLOCK_BYTES = 512;

interface Loss {
  readonly what: string;
  readonly bytes: number;
}

export interface ProbeWindow {
  readonly file: string;
  /** What a recording lacks whose collector is killed before it could copy the file, as the manifest says it. */
  readonly elsewhere: readonly Loss[];
  /** Copies what was written into `to` and returns what is missing, as the manifest says it. */
  keep(to: string): Promise<Loss[]>;
  discard(): Promise<void>;
}

/** `fallback` is a file's path, for when there is no room in memory. */
export async function createWindow(
  options: ProbeOptions,
  goarch: string,
  fallback: string,
): Promise<ProbeWindow> {
  const mode = options.mode ?? 'linear';
  const capacity = capacityOf(mode, options.window);
  const bytes = HEADER_BYTES + capacity * RECORD_BYTES;
  await removeAbandoned(MEMORY);
  const file = (await hasRoom(MEMORY, bytes)) ? await claimFolder(MEMORY) : fallback;
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.write(headerOf(mode, capacity, goarch, options.kinds));
    await handle.truncate(bytes);
  } finally {
    await handle.close();
  }
  const discard = () => rm(file === fallback ? file : dirname(file), { recursive: true, force: true });
  return {
    file,
    discard,
    elsewhere:
      file === fallback
        ? []
        : [{ what: `probe: its records are in ${file}, until the next recording with probes`, bytes: 0 }],
    keep: async (to) => {
      if (file === to) return cut(file, capacity);
      try {
        const missing = await copyUsed(file, to, capacity);
        await discard();
        return missing;
      } catch (error) {
        // What could not be copied, because the disk is full, is worth more than the memory that it takes.
        return [{ what: `probe: ${(error as Error).message}; its records are in ${file}`, bytes: 0 }];
      }
    },
  };
}

/** The ring's number of records is a power of two, so that a slot is found by a mask. */
function capacityOf(mode: ProbeMode, window: number | undefined): number {
  if (mode === 'linear') return window ?? PROBE_WINDOWS.linear;
  return 2 ** Math.ceil(Math.log2(window ?? PROBE_WINDOWS.ring));
}

async function hasRoom(path: string, bytes: number): Promise<boolean> {
  const stats = await statfs(path).catch(() => undefined);
  return stats !== undefined && stats.bavail * stats.bsize >= bytes + RESERVE;
}

function headerOf(
  mode: ProbeMode,
  capacity: number,
  goarch: string,
  kinds: readonly string[] | undefined,
): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(PROBE_MAGIC, HEADER.magic, 'latin1');
  header.writeUInt32LE(PROBE_FORMAT, HEADER.format);
  header.writeUInt32LE(RECORD_BYTES, HEADER.recordBytes);
  header.writeBigUInt64LE(BigInt(capacity), HEADER.capacity);
  header.writeUInt32LE(PROBE_MODES[mode], HEADER.mode);
  header.writeUInt32LE(PROBE_ARCHITECTURES[goarch as keyof typeof PROBE_ARCHITECTURES] ?? 0, HEADER.arch);
  header.writeBigUInt64LE(maskOf(kinds), HEADER.mask);
  return header;
}

/** Marks of the clock are written whatever is asked for: without them a record has no time. */
function maskOf(wanted: readonly string[] | undefined): bigint {
  const bits = probeKinds()
    .filter(
      ({ kind, group }) =>
        wanted === undefined || group === 'clock' || wanted.includes(kind) || wanted.includes(group),
    )
    .map(({ number }) => 1n << BigInt(number));
  return bits.reduce((mask, bit) => mask | bit, 0n);
}

interface Used {
  readonly bytes: number;
  readonly missing: Loss[];
}

/** Of the header only the counter is believed: the program could write over all of it. */
async function usedOf(handle: FileHandle, capacity: number): Promise<Used> {
  const header = Buffer.alloc(HEADER_BYTES);
  await handle.read(header, 0, HEADER_BYTES, 0);
  if (header.readBigUInt64LE(HEADER.owner) === 0n) {
    return { bytes: 0, missing: [{ what: 'probe: the program ended before its first record', bytes: 0 }] };
  }
  const next = Number(header.readBigUInt64LE(HEADER.next));
  // What lies outside of the window is no loss: it was not asked for, and the header says how much it was.
  const bytes = HEADER_BYTES + Math.min(next, capacity) * RECORD_BYTES;
  return { bytes, missing: [] };
}

/** Pages that memory had no room for: whoever writes to it gets SIGBUS, which is not the program's fault. */
async function holesIn(handle: FileHandle, bytes: number): Promise<Loss[]> {
  const { blocks } = await handle.stat();
  // The last pages may be begun by a number that was given out, and not by its record yet.
  const least = bytes - UNWRITTEN_BYTES;
  if (blocks * STAT_BLOCK_BYTES >= least) return [];
  const what = 'probe: there was no room for its records, and the program may have died of that (SIGBUS)';
  return [{ what, bytes: least - blocks * STAT_BLOCK_BYTES }];
}

async function copyUsed(from: string, to: string, capacity: number): Promise<Used['missing']> {
  const handle = await open(from, 'r');
  try {
    const { bytes, missing } = await usedOf(handle, capacity);
    missing.push(...(await holesIn(handle, bytes)));
    if (bytes > 0) {
      const range = { start: 0, end: bytes - 1, highWaterMark: 1 << 20, autoClose: false };
      await pipeline(handle.createReadStream(range), createWriteStream(to, { highWaterMark: 1 << 20 }));
    }
    return missing;
  } finally {
    await handle.close();
  }
}

async function cut(file: string, capacity: number): Promise<Used['missing']> {
  const handle = await open(file, 'r+');
  try {
    const { bytes, missing } = await usedOf(handle, capacity);
    await handle.truncate(bytes);
    return missing;
  } finally {
    await handle.close();
  }
}
