/** The last records of a probe, down to a finding, in which the same thing is still wrong. */
import {
  HEADER,
  HEADER_BYTES,
  type Manifest,
  PROBE_FUNCTIONS_ENTRY,
  PROBE_MODES,
  PROBE_RECORDS_ENTRY,
  RECORD_BYTES,
} from '../collector/index.ts';
import { openEvidence, wholeEntry } from './evidence.ts';
import { type Header, judgeProbe, type ProbeSource, readProbeHeader } from './probe/index.ts';
import { probeSourceOf } from './probe-source.ts';
import type { Divergence } from './result.ts';

export interface ShrunkRecords {
  /** A `probe/records` of its own, as a ring that was full leaves it. */
  readonly records: Uint8Array;
  /** Number of the first record that is kept. */
  readonly first: number;
  /** Records kept, and records that there were. */
  readonly kept: number;
  readonly of: number;
}

/** What is kept of a recording whose records were cut. */
export interface ShrunkProbe extends ShrunkRecords {
  readonly manifest: Manifest;
  /** The bytes of `probe/functions`, where the recording has them. */
  readonly functions: Uint8Array | undefined;
}

/**
 * Cuts the records of a recording's probe to those that a divergence needs, which rests on them alone. Undefined where it
 * needs them all. Throws EntryTooLargeError for records of more than 1 GiB, else what `openEvidence` throws.
 */
export async function shrinkProbe(
  file: string,
  { signature, at }: Divergence,
  signal?: AbortSignal,
): Promise<ShrunkProbe | undefined> {
  const evidence = await openEvidence(file);
  try {
    const { manifest } = evidence;
    const source = probeSourceOf(evidence, manifest?.toolchain.version ?? '', signal);
    if (manifest === undefined || source === undefined) return undefined;
    const bytes = await wholeEntry(evidence, PROBE_RECORDS_ENTRY);
    const shrunk = await shrinkRecords(bytes, source, { signature, at: at.index });
    if (shrunk === undefined) return undefined;
    const functions = source.functions && (await wholeEntry(evidence, PROBE_FUNCTIONS_ENTRY));
    return { ...shrunk, manifest, functions };
  } finally {
    await evidence.close();
  }
}

/** The fewest records that are tried: what a ring holds is a power of two. */
const FEWEST = 16;

/**
 * Cuts records to the fewest before `at`, the number of the one at which `signature` was noticed, that still show it
 * with all that led to it, and nothing that the whole does not show. What is noticed only when all is over is looked
 * for from the end. Undefined where no part of the records does. `bytes` is the whole file of records.
 */
async function shrinkRecords(
  bytes: Uint8Array,
  source: Omit<ProbeSource, 'records'>,
  { signature, at }: { readonly signature: string; readonly at: number },
): Promise<ShrunkRecords | undefined> {
  const judged = async (records: Uint8Array) => {
    const { divergences } = await judgeProbe({ ...source, records: () => once(records) });
    const found = divergences.find((each) => each.signature === signature && each.at.index === at);
    const slice = found?.slice.map(({ event }) => event.index).join();
    return { signatures: divergences.map((each) => each.signature), slice };
  };
  const header = await readProbeHeader(once(bytes));
  if ('code' in header) return undefined;
  const whole = await judged(bytes);
  if (whole.slice === undefined) return undefined;
  const { oldest, end } = windowOf(header);
  for (const to of new Set([Math.min(end, at + 1), end]))
    for (let count = FEWEST; to - count > oldest; count *= 2) {
      const records = cut(bytes, header, to - count, count);
      const { signatures, slice } = await judged(records);
      if (slice === whole.slice && signatures.every((each) => whole.signatures.includes(each)))
        return { records, first: to - count, kept: count, of: end - oldest };
    }
  return undefined;
}

/** Numbers of the oldest record that is there, and of the first that is not. */
function windowOf({ mode, capacity, next }: Header): { oldest: number; end: number } {
  const isRing = mode === 'ring' && next > capacity;
  return { oldest: isRing ? next - capacity : 0, end: isRing ? next : Math.min(next, capacity) };
}

function cut(bytes: Uint8Array, { capacity }: Header, first: number, count: number): Uint8Array {
  const kept = new Uint8Array(HEADER_BYTES + count * RECORD_BYTES);
  kept.set(bytes.subarray(0, HEADER_BYTES));
  const header = new DataView(kept.buffer);
  header.setBigUint64(HEADER.capacity, BigInt(count), true);
  header.setUint32(HEADER.mode, PROBE_MODES.ring, true);
  header.setBigUint64(HEADER.next, BigInt(first + count), true);
  for (let number = first; number < first + count; number++) {
    const from = HEADER_BYTES + (number % capacity) * RECORD_BYTES;
    const to = HEADER_BYTES + (number % count) * RECORD_BYTES;
    kept.set(bytes.subarray(from, from + RECORD_BYTES), to);
  }
  return kept;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}
