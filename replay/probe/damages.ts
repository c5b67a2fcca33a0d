/** What is wrong with a file of records, gathered while it is read: by the judge, and by who lists the records. */
import { HEADER_BYTES, RECORD_BYTES } from '../../collector/index.ts';
import { damage, type Header, type ProbeDamage, readHeader } from './header.ts';
import { KIND_NAMES } from './kinds.ts';
import { type CurrentRecord, wide } from './record.ts';
import { type Block, isCommitted, type Kinds, kindsIn, runsOf, WORD } from './records.ts';

/** Slots told one by one. */
const MAX_SLOTS = 20;
/** Records that an M has under way at most: the one that it writes, and the note before it. */
const UNDER_WAY = 2;
/** Ms of which no whole record is left, more than were ever seen. */
const UNSEEN_MS = 64;

export class Damages {
  readonly found: ProbeDamage[] = [];
  /** Numbers that were handed out, and whose record was not written to its end. */
  torn = 0;
  /** Those of which a record is whole. */
  readonly kinds: Kinds;
  /** 1 for every M that a record names. */
  readonly ms = new Uint8Array(0x10000);
  readonly #header: Header;
  #firstTorn = 0;
  #surplus = 0;

  constructor(header: Header) {
    this.#header = header;
    this.kinds = kindsIn(header);
  }

  /** Of a slot that is not whole: either its writer did not come to its end, or it cannot be the probe's. */
  slot(words: Int32Array, at: number, number: number, offset: number): void {
    if (isCommitted(words, at, number)) {
      this.#tag(words[at + WORD.tag] as number, number, offset);
      return;
    }
    const claimed = wide(words[at] as number, words[at + 1] as number) - 1;
    // Zero, or of an earlier round of the ring.
    if (claimed < number) {
      if (this.torn === 0) this.#firstTorn = offset;
      this.torn++;
    } else this.#note(damage('commit-mark', offset, `the slot of record ${number} holds record ${claimed}`));
  }

  /** Of a record that names a P as no Go numbers one. */
  proc({ sequence, offset }: CurrentRecord): void {
    this.#note(damage('proc', offset, `record ${sequence} names a P whose id is no number that a P has`));
  }

  /** Of a block of slots to which no number was handed out. */
  behind({ words, count, sequence }: Block): void {
    for (let slot = 0; slot < count; slot++)
      if (isCommitted(words, slot * WORD.size, sequence + slot)) this.#surplus++;
  }

  /** When so many slots were read; `read` as before. */
  async end(slots: number, read: () => AsyncIterable<Uint8Array>): Promise<void> {
    const expected = runsOf(this.#header).reduce((sum, { count }) => sum + count, 0);
    if (slots < expected)
      this.found.push(
        damage(
          'cut',
          HEADER_BYTES + slots * RECORD_BYTES,
          `the file ends after ${slots} records, and ${expected} were written`,
        ),
      );
    if (this.#surplus > 0 && !(await this.#isGrowing(read))) this.found.push(this.#miscounted());
    const threads = this.ms.reduce((sum, seen) => sum + seen, 0);
    if (this.torn > UNDER_WAY * (threads + UNSEEN_MS)) this.found.push(this.#emptied(threads));
  }

  #tag(tag: number, number: number, offset: number): void {
    const kind = tag & 0xff;
    const name = KIND_NAMES[kind];
    if (name === undefined)
      this.#note(damage('kind', offset, `record ${number} is of kind ${kind}, which there is not`));
    else if (this.kinds[kind] === 0)
      this.#note(damage('kind', offset, `record ${number} is a ${name}, and none were asked for`));
    else this.#note(damage('spare-bits', offset, `record ${number} has bits that no recorder sets`));
  }

  #note(found: ProbeDamage): void {
    if (this.found.length < MAX_SLOTS) this.found.push(found);
  }

  /** A program that still runs hands out numbers after its header was read. */
  async #isGrowing(read: () => AsyncIterable<Uint8Array>): Promise<boolean> {
    const now = await readHeader(read());
    return 'code' in now || now.next !== this.#header.next;
  }

  #miscounted(): ProbeDamage {
    const { next } = this.#header;
    const message = `the header says that ${next} numbers were handed out, and behind them are whole records`;
    return damage('count', HEADER_BYTES + next * RECORD_BYTES, message);
  }

  #emptied(threads: number): ProbeDamage {
    const message = `${this.torn} records were not written to their end, more than ${threads} Ms can have had under way`;
    return damage('torn', this.#firstTorn, message);
  }
}
