/** The records of a recording one after another, for who lists them; nothing is judged. */
import { PROBE_FUNCTIONS_ENTRY, PROBE_RECORDS_ENTRY, RECORD_BYTES } from '../../collector/index.ts';
import { type Evidence, openEvidence } from '../evidence.ts';
import type { EventView } from '../result.ts';
import { Clock } from './clock.ts';
import { Damages } from './damages.ts';
import { type Functions, readFunctions } from './functions.ts';
import { Goids } from './goids.ts';
import { type Header, type ProbeDamage, readHeader } from './header.ts';
import { KIND } from './kinds.ts';
import { CurrentRecord, NO_THREAD } from './record.ts';
import { type Block, blocksOf, isBehind, isWhole, kindsIn, WORD } from './records.ts';
import { viewOf } from './view.ts';

/** Undefined where the file is no recording, or one without a probe layer. Close it when done. */
export async function openRecords(file: string): Promise<RecordListing | undefined> {
  const evidence = await openEvidence(file);
  if (evidence.has(PROBE_RECORDS_ENTRY)) return new RecordListing(evidence);
  await evidence.close();
  return undefined;
}

export class RecordListing {
  #damages: Damages | undefined;
  /** Where the file has no header that can be read. */
  #unreadable: ProbeDamage | undefined;
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

  /** Numbers that were handed out, and whose record was not written to its end: of what was listed. */
  get torn(): number {
    return this.#damages?.torn ?? 0;
  }

  /** What is wrong with what was listed; with the file as a whole, once all of it was. */
  get damages(): readonly ProbeDamage[] {
    return this.#unreadable === undefined ? (this.#damages?.found ?? []) : [this.#unreadable];
  }

  /** The whole records in the order of their numbers, a block at a time; each is good until the next is asked for. */
  async *blocks(): AsyncGenerator<Iterable<CurrentRecord>, void, void> {
    const read = () => this.#evidence.read(PROBE_RECORDS_ENTRY);
    const header = await readHeader(read());
    if ('code' in header) {
      this.#unreadable = header;
      return;
    }
    await this.#prepare(read, header);
    const damages = new Damages(header);
    this.#damages = damages;
    let slots = 0;
    for await (const block of blocksOf(read, header, true)) {
      if (isBehind(block, header)) {
        damages.behind(block);
        continue;
      }
      slots += block.count;
      yield this.#recordsOf(block, damages);
    }
    await damages.end(slots, read);
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
    const kinds = kindsIn(header);
    for await (const { words, count, sequence } of blocksOf(read, header)) {
      for (let slot = 0; slot < count; slot++) {
        const at = slot * WORD.size;
        const kind = (words[at + WORD.tag] as number) & 0xff;
        if (kind !== KIND.begin && kind !== KIND.clock && kind !== KIND.end) continue;
        if (!isWhole(words, at, sequence + slot, kinds)) continue;
        record.read(words, at, sequence + slot, 0);
        this.#clock.pair(record);
      }
    }
  }

  *#recordsOf(
    { words, count, sequence, offset }: Block,
    damages: Damages,
  ): Generator<CurrentRecord, void, void> {
    const record = new CurrentRecord();
    for (let slot = 0; slot < count; slot++) {
      const at = slot * WORD.size;
      const place = offset + slot * RECORD_BYTES;
      if (!isWhole(words, at, sequence + slot, damages.kinds)) {
        damages.slot(words, at, sequence + slot, place);
        continue;
      }
      record.read(words, at, sequence + slot, place);
      if (record.m !== NO_THREAD) damages.ms[record.m] = 1;
      this.#goids.name(record);
      yield record;
    }
  }
}
