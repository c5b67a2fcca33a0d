/** One trace of a corpus through both readers, and what is wrong then. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FormatError, replayFile, VersionError } from '../../replay/index.ts';
import { differsOnPurpose, ourVerdictOn } from '../differences.ts';
import type { GoReader } from '../go-reader.ts';
import { mismatchText, type Verification, verify } from '../verify.ts';
import type { Sample } from './golang.ts';

export interface Outcome {
  readonly name: string;
  readonly path: string;
  /** Events that were held against each other, and how many of them stood in another order among equal times. */
  readonly events: number;
  readonly ties: number;
  /** By wire event: how many our side read. */
  readonly kinds: Float64Array;
  /** Empty when both readers agree. */
  readonly problems: readonly string[];
  /** Why Go's reader did not read it to the end. */
  readonly refused?: string | undefined;
}

type Passes = 'passes' | 'fails';

/**
 * A trace that a release of Go wrote, or a mutant of one. Where Go's reader stops we say something too, unless the
 * table of differences tells otherwise; where it does not stop, reader and orderer have nothing to say.
 */
export async function checkTrace(go: GoReader, name: string, path: string): Promise<Outcome> {
  const { events, ties, kinds, mismatch, goError, ourError } = await verify(go, path);
  const problems = mismatch === undefined ? [] : [mismatchText(path, mismatch)];
  if (goError === undefined && ourError !== undefined) problems.push(`${path}: only ours: ${ourError}`);
  if (goError !== undefined && ourError === undefined && !differsOnPurpose(goError)) {
    if ((await verdictOn(path)) === 'passes') problems.push(`${path}: only Go's reader: ${goError}`);
  }
  return { name, path, events, ties, kinds, problems, refused: goError };
}

/** A trace without an expectation of its own: of a format before 1.22, or a mutant. */
export async function checkBytes(go: GoReader, folder: string, sample: Sample): Promise<Outcome> {
  const path = join(folder, sample.name);
  await writeFile(path, sample.bytes);
  return await checkTrace(go, sample.name, path);
}

/** A trace of Go's own test data, which may be broken: then both must say so. */
export async function checkSample(go: GoReader, folder: string, sample: Sample): Promise<Outcome> {
  const path = join(folder, sample.name);
  await writeFile(path, sample.bytes);
  const found = await verifyBroken(go, path);
  const problems = found.mismatch === undefined ? [] : [mismatchText(path, found.mismatch)];
  const gos: Passes = found.goError === undefined ? 'passes' : 'fails';
  const wanted = { SUCCESS: 'passes', FAILURE: 'fails' } as const;
  const expected = sample.expect === undefined ? gos : wanted[sample.expect];
  const ours = await verdictOn(path);
  const agreed = ourVerdictOn(sample.name) ?? expected;
  if (gos !== expected)
    problems.push(`${path}: Go's own test expects that it ${expected}; Go's reader: ${gos}`);
  if (ours !== agreed)
    problems.push(`${path}: to us it ${ours}, to Go it ${gos}; see docs/reader-differences.md`);
  // What the judge refuses must still have been read as Go reads it.
  if (found.ourError !== undefined && agreed === 'passes') problems.push(`${path}: ours: ${found.ourError}`);
  const { events, ties, kinds } = found;
  return { name: sample.name, path, events, ties, kinds, problems };
}

async function verifyBroken(go: GoReader, path: string): Promise<Verification> {
  try {
    return await verify(go, path);
  } catch (error) {
    // Not even the header could be read.
    if (!(error instanceof FormatError || error instanceof VersionError)) throw error;
    const listing = go.list(path);
    for await (const _ of listing.lines());
    const { error: goError } = listing.ending;
    const none = { events: 0, ties: 0, kinds: new Float64Array(256), mismatch: undefined };
    return { ...none, goError, ourError: error.message };
  }
}

async function verdictOn(path: string): Promise<Passes> {
  try {
    const { verdict } = await replayFile(path);
    return verdict === 'diverges' || verdict === 'malformed' ? 'fails' : 'passes';
  } catch (error) {
    if (error instanceof FormatError || error instanceof VersionError) return 'fails';
    throw error;
  }
}
