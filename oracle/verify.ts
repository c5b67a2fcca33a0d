/** One trace through both readers. */
import { createReadStream } from 'node:fs';
import { Comparison, type Mismatch } from './compare.ts';
import type { GoListing, GoReader } from './go-reader.ts';
import { Lifter } from './lift.ts';

export interface Verification {
  /** Events that were held against each other. */
  readonly events: number;
  /** Of these, how many stood in another order among equal times. */
  readonly ties: number;
  /** By wire event: how many our side read. */
  readonly kinds: Float64Array;
  readonly mismatch: Mismatch | undefined;
  /** Go's error, and what our reader and orderer had to say: undefined for a sound trace. */
  readonly goError: string | undefined;
  readonly ourError: string | undefined;
}

/**
 * Holds every event of a trace against Go's, up to where either of the two is in doubt. `bytes` are for ours to
 * read in place of the file's: to see that a difference is found.
 */
export async function verify(go: GoReader, path: string, bytes?: Uint8Array): Promise<Verification> {
  const lifter = new Lifter();
  const listing = go.list(path);
  const ours = new Lines(lifter.lines(bytes ?? createReadStream(path, { highWaterMark: 1 << 20 })));
  const theirs = new Lines(listing.lines());
  const comparison = new Comparison();
  try {
    let mismatch = await compare(ours, theirs, comparison, lifter);
    const rest: Rest = { ours: await ours.drain(), theirs: await theirs.drain() };
    const goError = listing.ending.error;
    const ourError = errorOf(lifter);
    const sound = goError === undefined && ourError === undefined;
    if (mismatch === undefined && sound) mismatch = comparison.end(rest.ours, rest.theirs);
    if (mismatch !== undefined) mismatch = withFrames(mismatch, lifter, listing);
    const { events, ties } = comparison;
    return { events, ties, kinds: lifter.account.kinds, mismatch, goError, ourError };
  } finally {
    await theirs.close();
    await ours.close();
  }
}

/** The first line of each listing that was not compared. */
interface Rest {
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

async function compare(
  ours: Lines,
  theirs: Lines,
  comparison: Comparison,
  lifter: Lifter,
): Promise<Mismatch | undefined> {
  while ((await ours.fill()) && (await theirs.fill())) {
    const { certain } = lifter.account;
    while (ours.ready && theirs.ready) {
      if (comparison.events >= certain) return undefined;
      const mismatch = comparison.add(ours.take(), theirs.take());
      if (mismatch !== undefined) return mismatch;
    }
  }
  return undefined;
}

/** What our side says of a trace that is not sound. */
function errorOf(lifter: Lifter): string | undefined {
  const { reader, forced, unplaced } = lifter.account;
  if (reader.damage !== undefined) return reader.damage.message;
  if (forced > 0) return `${forced} events out of turn`;
  return unplaced > 0 ? `${unplaced} events without a place` : undefined;
}

/** A listing line by line, without an await for each. */
class Lines {
  readonly #chunks: AsyncGenerator<string[], void, void>;
  #chunk: readonly string[] = [];
  #at = 0;

  constructor(chunks: AsyncGenerator<string[], void, void>) {
    this.#chunks = chunks;
  }

  /** Whether a line can be taken at once. */
  get ready(): boolean {
    return this.#at < this.#chunk.length;
  }

  take(): string {
    return this.#chunk[this.#at++]!;
  }

  /** Makes a line ready; false at the end. */
  async fill(): Promise<boolean> {
    while (!this.ready) {
      const { value, done } = await this.#chunks.next();
      if (done === true || value === undefined) return false;
      this.#chunk = value;
      this.#at = 0;
    }
    return true;
  }

  /** Reads to the end, since that is where a listing says how it ended; returns the line that was next. */
  async drain(): Promise<string | undefined> {
    const next = (await this.fill()) ? this.take() : undefined;
    while (await this.fill()) this.#at = this.#chunk.length;
    return next;
  }

  async close(): Promise<void> {
    await this.#chunks.return();
  }
}

const STACKS = / (?:of|stack)=([0-9a-f]{16})/g;

/** A mismatch whose lines name stacks shows their frames where they differ. */
function withFrames(mismatch: Mismatch, lifter: Lifter, listing: GoListing): Mismatch {
  const stacks = (line: string, frames: ReadonlyMap<string, string>): string =>
    [...line.matchAll(STACKS)].map(([, hash = '']) => `\n    ${hash}: ${frames.get(hash) ?? '?'}`).join('');
  const { ours, theirs } = mismatch;
  const named = (line: string): string => [...line.matchAll(STACKS)].map(([, hash]) => hash).join();
  if (named(ours) === named(theirs)) return mismatch;
  return {
    ...mismatch,
    ours: ours + stacks(ours, lifter.frames),
    theirs: theirs + stacks(theirs, listing.frames),
  };
}

/** A mismatch for people, with the command that shows it again. */
export function mismatchText(path: string, { position, why, ours, theirs }: Mismatch): string {
  return [
    `${path}: event ${position}: ${why}`,
    `  ours: ${ours}`,
    `  Go's: ${theirs}`,
    `  again: npm run oracle -- ${path}`,
  ].join('\n');
}
