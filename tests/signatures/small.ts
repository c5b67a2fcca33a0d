/** Recordings of seeded faults that are small enough to be kept beside a test: `npm run signatures -- --small DIR` makes them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  HEADER,
  HEADER_BYTES,
  type Manifest,
  openRecording,
  PROBE_FUNCTIONS_ENTRY,
  PROBE_RECORDS_ENTRY,
  RECORD,
  RECORD_BYTES,
  RecordingWriter,
} from '../../collector/index.ts';
import { runFault } from './trials.ts';

/** How little a fixture can do and still bring out its fault, and the records after which it has. */
const LITTLE: Readonly<Record<string, { args: string[]; window: number; env?: Record<string, string> }>> = {
  // The less there is to collect, the sooner a collection shrinks the first stack.
  'copystack-unowned': { args: ['-pairs', '2', '-d', '300ms'], window: 3_000, env: { GOGC: '5' } },
  'goexit-stub': { args: ['-goroutines', '8', '-d', '50ms'], window: 1_500 },
  'freem-leak': { args: ['-threads', '4', '-d', '50ms'], window: 1_000 },
};

export const SMALL = Object.keys(LITTLE);
/** Runs of each that are kept: two, to be told apart by nothing. */
const RUNS = [1, 2];
/** More than it takes, since what a run shows is luck. */
const TRIES = 20;

export async function writeSmall(name: string, dir: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gotwin-small-'));
  try {
    for (const number of RUNS) {
      const path = join(folder, 'small.gotwin');
      await untilFound(name, path);
      await writeWithout(path, join(dir, `${name}-${number}.gotwin`));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function untilFound(name: string, path: string): Promise<void> {
  const { args, window, env } = LITTLE[name]!;
  for (let tries = 0; tries < TRIES; tries++) {
    const { divergences } = await runFault(name, path, { args, env, probe: { window } });
    if (divergences.length > 0) return;
  }
  throw new Error(`${name} was not found in ${TRIES} runs of ${window} records`);
}

/** The records, and of the functions only those that they name: what was left out, the manifest says. */
async function writeWithout(path: string, out: string): Promise<void> {
  const recording = await openRecording(path);
  try {
    const records = await whole(recording.read(PROBE_RECORDS_ENTRY));
    const all = (await whole(recording.read(PROBE_FUNCTIONS_ENTRY))).toString('latin1');
    const named = functionsNamed(records, all);
    const lost = [{ what: 'functions that no record names', bytes: all.length - named.length }];
    const writer = await RecordingWriter.create(out, bare(recording.manifest, lost), true);
    await writer.writeEntry(PROBE_RECORDS_ENTRY, records);
    await writer.writeEntry(PROBE_FUNCTIONS_ENTRY, named);
    await writer.seal();
  } finally {
    await recording.close();
  }
}

/** Without what only says where it was made. */
function bare(manifest: Manifest, lost: Manifest['lost']): Manifest {
  const { command, machine } = manifest;
  return {
    ...manifest,
    layers: ['probe'],
    command: command.map((word, i) => (i === 0 ? basename(word) : word)),
    machine: { ...machine, kernel: '' },
    lost: [...manifest.lost, ...lost],
  };
}

async function whole(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

/** The lines `HEXADDR NAME` of the functions that an argument of a record points into, and of each the one behind it. */
function functionsNamed(records: Buffer, text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  const starts = lines.map((line) => BigInt(`0x${line.split(' ')[0]}`));
  const kept = new Set<number>();
  const keep = (address: bigint): void => {
    const behind = starts.findIndex((start) => start > address);
    if (behind > 0) for (const index of [behind - 1, behind]) kept.add(index);
  };
  keep(records.readBigUInt64LE(HEADER.goexit));
  for (let at = HEADER_BYTES; at + RECORD_BYTES <= records.length; at += RECORD_BYTES)
    for (const field of [RECORD.a, RECORD.b]) keep(records.readBigUInt64LE(at + field));
  return lines
    .filter((_, index) => kept.has(index))
    .map((line) => `${line}\n`)
    .join('');
}
