/** The records of a recording one after another, for who lists them; nothing is judged. */
import { PROBE_FUNCTIONS_ENTRY, PROBE_RECORDS_ENTRY, RECORD_BYTES } from '../../collector/index.ts';
import { type Evidence, openEvidence } from '../evidence.ts';
import type { EventView } from '../result.ts';
import { Clock } from './clock.ts';
import { type Functions, readFunctions } from './functions.ts';
import { Goids } from './goids.ts';
import { type Header, readHeader } from './header.ts';
import { KIND, KIND_NAMES } from './kinds.ts';
import { CurrentRecord } from './record.ts';
import { type Block, blocksOf, WORD } from './records.ts';
import { viewOf } from './view.ts';

/** Undefined where the file is no recording, or one without a probe layer. Close it when done. */
export async function openRecords(file: string): Promise<RecordListing | undefined> {
  const evidence = await openEvidence(file);
  if (evidence.has(PROBE_RECORDS_ENTRY)) return new RecordListing(evidence);
  await evidence.close();
  return undefined;
}

export class RecordListing {
  /** Numbers that were handed out, and whose record is not whole. */
  torn = 0;
  /** What is wrong with the file as a whole. */
  damage: string | undefined;
  readonly #evidence: Evidence;
  readonly #clock = new Clock();
  readonly #goids = new Goids();
  #functions: Functions | undefined;

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
  }

  close(): Promise<void> {
    return this.#evidence.close();
  }

  /** The whole records in the order of their numbers, a block at a time; each is good until the next is asked for. */
  async *blocks(): AsyncGenerator<Iterable<CurrentRecord>, void, void> {
    const read = () => this.#evidence.read(PROBE_RECORDS_ENTRY);
    const header = await readHeader(read());
    if ('code' in header) {
      this.damage = header.message;
      return;
    }
    await this.#prepare(read, header);
    for await (const block of blocksOf(read, header)) yield this.#recordsOf(block);
  }

  /** Nanoseconds from the first pair of clocks, as views have it. */
  timeOf(record: CurrentRecord): number {
    return this.#clock.nanoseconds(record);
  }

  view(record: CurrentRecord): EventView {
    return viewOf(record, {
      clock: this.#clock,
      functionAt: (lo, hi) => this.#functions?.nameAt(lo, hi) ?? '',
    });
  }

  /** A time needs the last pair of clocks, so they are read first. */
  async #prepare(read: () => AsyncIterable<Uint8Array>, header: Header): Promise<void> {
    if (this.#evidence.has(PROBE_FUNCTIONS_ENTRY)) {
      this.#functions = await readFunctions(this.#evidence.read(PROBE_FUNCTIONS_ENTRY));
      this.#functions.loadedAt(header.goexit);
    }
    const record = new CurrentRecord();
    for await (const { words, count, sequence } of blocksOf(read, header)) {
      for (let slot = 0; slot < count; slot++) {
        const at = slot * WORD.size;
        const kind = (words[at + WORD.tag] as number) & 0xff;
        if (kind !== KIND.begin && kind !== KIND.clock && kind !== KIND.end) continue;
        if (!isWhole(words, at, sequence + slot)) continue;
        record.read(words, at, sequence + slot, 0);
        this.#clock.pair(record);
      }
    }
  }

  *#recordsOf({ words, count, sequence, offset }: Block): Generator<CurrentRecord, void, void> {
    const record = new CurrentRecord();
    for (let slot = 0; slot < count; slot++) {
      const at = slot * WORD.size;
      if (!isWhole(words, at, sequence + slot)) {
        this.torn++;
        continue;
      }
      record.read(words, at, sequence + slot, offset + slot * RECORD_BYTES);
      this.#goids.name(record);
      yield record;
    }
  }
}

/** A record's number is written last; its kind is one that there is. */
function isWhole(words: Int32Array, at: number, number: number): boolean {
  const mark = number + 1;
  return (
    words[at] === (mark | 0) &&
    words[at + 1] === (Math.floor(mark / 0x1_0000_0000) | 0) &&
    KIND_NAMES[(words[at + WORD.tag] as number) & 0xff] !== undefined
  );
}
