/**
 * The causal slices of the findings: of each address that took part the last
 * records before, and those that set the state. Fetched in a second reading,
 * since the first keeps no record; good recordings never need it.
 */
import { RECORD_BYTES } from '../../collector/index.ts';
import type { SliceStep } from '../result.ts';
import { addressText } from './address-table.ts';
import type { ProbeFinding } from './court.ts';
import { deedText } from './deeds.ts';
import { Goids, namesGoroutine } from './goids.ts';
import { KIND } from './kinds.ts';
import { CurrentRecord } from './record.ts';
import { type Block, isWhole, type Kinds, WORD } from './records.ts';
import { type Names, viewOf } from './view.ts';
import { SCAN, wordOf } from './words.ts';

/** Records shown of each address that took part. */
const LAST = 6;
/** Of these addresses, records of the finding's own M, its own among them: what it did before, while others did more. */
const LAST_OF_ITS_OWN = 4;

class Wanted {
  readonly end: number;
  readonly setBy: ReadonlySet<number>;
  readonly kept = new Map<number, CurrentRecord>();
  readonly last = new Map<string, CurrentRecord[]>();
  readonly #m: number;
  /** Each with what it answers, if anything. */
  readonly #own: CurrentRecord[][] = [];
  /** The last time that the finding's own M took hold of a goroutine by the scan bit. */
  #taken: CurrentRecord | undefined;

  constructor({ at, before, involved }: ProbeFinding) {
    this.end = at.sequence;
    this.#m = at.m;
    this.setBy = new Set(before.flatMap(({ setBy }) => (setBy === undefined ? [] : [setBy])));
    for (const [lo, hi] of involved) this.last.set(key(lo, hi), []);
  }

  /** Of an address that took part. */
  see(record: CurrentRecord, address: string): void {
    if (record.sequence > this.end) return;
    keepLast(this.last.get(address) as CurrentRecord[], record.copy(), LAST);
    if (record.m !== this.#m || this.#own.at(-1)?.at(-1)?.sequence === record.sequence) return;
    keepLast(this.#own, this.#withHold(record.copy()), LAST_OF_ITS_OWN);
  }

  steps(): CurrentRecord[] {
    for (const each of [...this.#own, ...this.last.values()].flat()) this.kept.set(each.sequence, each);
    return [...this.kept.values()].sort((a, b) => a.sequence - b.sequence);
  }

  /**
   * Who is shown to let go of a goroutine is shown to take hold of it, however much it did in between:
   * that it owned it once, and when it no longer did, is often the cause.
   */
  #withHold(record: CurrentRecord): CurrentRecord[] {
    if (takesHold(record)) this.#taken = record;
    const taken = this.#taken;
    return letsGo(record) && taken !== undefined && isOfSame(taken, record) ? [taken, record] : [record];
  }
}

function takesHold({ kind, aLo }: CurrentRecord): boolean {
  return kind === KIND.gstatus && wordOf(aLo) >= SCAN;
}

function letsGo({ kind, aHi, aLo }: CurrentRecord): boolean {
  return kind === KIND.gstatus && wordOf(aHi) >= SCAN && wordOf(aLo) < SCAN;
}

function isOfSame(a: CurrentRecord, b: CurrentRecord): boolean {
  return a.gpLo === b.gpLo && a.gpHi === b.gpHi;
}

function keepLast<T>(all: T[], last: T, most: number): void {
  all.push(last);
  if (all.length > most) all.shift();
}

const key = addressText;

export class Slices {
  readonly #wanted: readonly Wanted[];
  readonly #byAddress = new Map<string, Wanted[]>();
  readonly #bySetter = new Map<number, Wanted[]>();
  /** Low halves of the addresses: a cheap look before the table is asked. */
  readonly #low = new Set<number>();
  readonly #end: number;
  readonly #kinds: Kinds;
  readonly #record = new CurrentRecord();
  readonly #goids = new Goids();

  constructor(findings: readonly ProbeFinding[], kinds: Kinds) {
    this.#kinds = kinds;
    this.#wanted = findings.map((finding) => new Wanted(finding));
    this.#end = Math.max(...this.#wanted.map(({ end }) => end));
    for (const wanted of this.#wanted) {
      for (const address of wanted.last.keys()) push(this.#byAddress, address, wanted);
      for (const setter of wanted.setBy) push(this.#bySetter, setter, wanted);
      push(this.#bySetter, wanted.end, wanted);
    }
    for (const { involved } of findings) for (const [lo] of involved) this.#low.add(lo);
  }

  /** Whether there is anything to see past this record. */
  isOver(sequence: number): boolean {
    return sequence > this.#end;
  }

  see({ words, count, sequence, offset }: Block): void {
    for (let slot = 0; slot < count; slot++) {
      const at = slot * WORD.size;
      const number = sequence + slot;
      const kind = (words[at + WORD.tag] as number) & 0xff;
      const isNear =
        namesGoroutine(kind) ||
        this.#low.has(words[at + WORD.gp] as number) ||
        this.#low.has(words[at + WORD.a] as number) ||
        this.#low.has(words[at + WORD.b] as number) ||
        this.#bySetter.has(number);
      // What was not written to its end, or is of a ring's last round, is no evidence.
      if (!isNear || !isWhole(words, at, number, this.#kinds)) continue;
      this.#record.read(words, at, number, offset + slot * RECORD_BYTES);
      this.#goids.name(this.#record);
      this.#keep(this.#record);
    }
  }

  /** The record that is the finding's own, with the goroutine that it was of. */
  ownOf(index: number): CurrentRecord | undefined {
    const wanted = this.#wanted[index];
    return wanted?.kept.get(wanted.end);
  }

  steps(index: number, names: Names): SliceStep[] {
    const wanted = this.#wanted[index];
    if (wanted === undefined) return [];
    const latest = new Map<string, number>();
    return wanted.steps().map((record) => {
      const shared = addressesOf(record).filter((address) => wanted.last.has(address));
      const after = [...new Set(shared.flatMap((address) => latest.get(address) ?? []))];
      for (const address of shared) latest.set(address, record.sequence);
      return {
        event: viewOf(record, names),
        role: roleOf(record, wanted, names),
        after: after.sort((a, b) => a - b),
      };
    });
  }

  #keep(record: CurrentRecord): void {
    for (const wanted of this.#bySetter.get(record.sequence) ?? [])
      wanted.kept.set(record.sequence, record.copy());
    for (const address of addressesOf(record))
      for (const wanted of this.#byAddress.get(address) ?? []) wanted.see(record, address);
  }
}

function addressesOf({ gpLo, gpHi, aLo, aHi, bLo, bHi }: CurrentRecord): string[] {
  return [key(gpLo, gpHi), key(aLo, aHi), key(bLo, bHi)];
}

/** What it tells, and what that is to the finding. */
function roleOf(record: CurrentRecord, { end, setBy }: Wanted, names: Names): string {
  const { sequence } = record;
  const deed = deedText(record, names);
  const part = sequence === end ? 'here it was noticed' : setBy.has(sequence) ? 'this made the state so' : '';
  return [deed, part].filter((each) => each !== '').join(': ');
}

function push<K, V>(map: Map<K, V[]>, at: K, value: V): void {
  const values = map.get(at);
  if (values === undefined) map.set(at, [value]);
  else values.push(value);
}
