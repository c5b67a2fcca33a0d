/**
 * A prediction held against the records of a run: are those that the story has there, in its order,
 * by threads that are told apart as in the story, and was the held thread still meanwhile?
 */
import { KIND } from '../probe/kinds.ts';
import type { RecordListing } from '../probe/listing.ts';
import { type CurrentRecord, wide } from '../probe/record.ts';
import type { EventView } from '../result.ts';
import type { ExpectedRecord, Prediction } from './prediction.ts';

/** The records of one place in a recording where the prediction came true; undefined for those that never came. */
export type Sighting = readonly (EventView | undefined)[];

/** More of them say nothing more. */
const MAX_SIGHTINGS = 1000;

/** The first places of a recording where all came as predicted. */
export async function sightingsIn(
  listing: Pick<RecordListing, 'blocks' | 'view'>,
  prediction: Prediction,
  signal?: AbortSignal,
): Promise<Sighting[]> {
  const watch = new Watch(prediction, (record) => listing.view(record));
  for await (const records of listing.blocks()) {
    signal?.throwIfAborted();
    for (const record of records) watch.see(record);
  }
  return watch.sightings;
}

/** What was seen of one subject so far. */
interface Chain {
  /** Those of the prediction's records that are about the subject and came, in order. */
  readonly came: {
    readonly record: CurrentRecord /** What its thread wrote before. */;
    readonly last: number;
  }[];
  sighting?: (EventView | undefined)[];
}

class Watch {
  readonly sightings: Sighting[] = [];
  readonly #prediction: Prediction;
  readonly #view: (record: CurrentRecord) => EventView;
  /** Those about the subject, in order, and those that only say what the held thread did last. */
  readonly #about: readonly ExpectedRecord[];
  readonly #context: readonly ExpectedRecord[];
  readonly #kinds: ReadonlySet<number>;
  readonly #chains = new Map<number, Chain>();
  /** By thread: its last record, and its last one of a kind that says what the held thread did. */
  readonly #last = new Map<number, number>();
  readonly #contexts = new Map<number, CurrentRecord>();

  constructor(prediction: Prediction, view: (record: CurrentRecord) => EventView) {
    this.#prediction = prediction;
    this.#view = view;
    this.#about = prediction.records.filter(({ subject }) => subject !== undefined);
    this.#context = prediction.records.filter(({ subject }) => subject === undefined);
    this.#kinds = new Set(this.#about.map(({ kind }) => KIND[kind]));
  }

  see(record: CurrentRecord): void {
    if (this.#kinds.has(record.kind)) this.#follow(record);
    if (this.#context.some((each) => isSuch(record, each))) this.#contexts.set(record.m, record.copy());
    this.#last.set(record.m, record.sequence);
  }

  /** What is told of a subject comes in the story's order, and nothing else of these kinds between. */
  #follow(record: CurrentRecord): void {
    const subject = this.#subjectOf(record);
    let chain = this.#chains.get(subject);
    if (chain === undefined || !this.#isNext(record, chain)) {
      this.#chains.delete(subject);
      chain = { came: [] };
      if (!this.#isNext(record, chain)) return;
      this.#chains.set(subject, chain);
    }
    chain.came.push({ record: record.copy(), last: this.#last.get(record.m) ?? -1 });
    this.#look(chain);
  }

  #subjectOf({ kind, gpLo, gpHi, aLo, aHi }: CurrentRecord): number {
    const isInA = this.#about.some((each) => KIND[each.kind] === kind && each.subject === 'a');
    return isInA ? wide(aLo, aHi) : wide(gpLo, gpHi);
  }

  #isNext(record: CurrentRecord, { came }: Chain): boolean {
    const next = this.#about[came.length];
    if (next === undefined || !isSuch(record, next)) return false;
    // Who is one in the story is one here, and who are two are two.
    return came.every(
      ({ record: { m } }, index) => (m === record.m) === (this.#about[index]?.thread === next.thread),
    );
  }

  #look(chain: Chain): void {
    const { broken, records } = this.#prediction;
    const { came } = chain;
    if (chain.sighting !== undefined) {
      chain.sighting[records.indexOf(this.#about[came.length - 1] as ExpectedRecord)] = this.#viewAt(
        chain,
        came.length - 1,
      );
      return;
    }
    if (this.#about.indexOf(records[broken] as ExpectedRecord) !== came.length - 1) return;
    if (this.sightings.length >= MAX_SIGHTINGS || !this.#wasHeld(chain)) return;
    const sighting = records.map((each) => this.#viewOf(each, chain));
    const isWhole = sighting.slice(0, broken + 1).every((view) => view !== undefined);
    if (!isWhole || records.some(({ by }, index) => by !== undefined && !isBy(sighting[index], by))) return;
    chain.sighting = sighting;
    this.sightings.push(sighting);
  }

  /** The held thread wrote nothing from before the others came in between until it went on itself. */
  #wasHeld({ came }: Chain): boolean {
    const { window, held } = this.#prediction;
    if (window === undefined) return true;
    const others = came.findIndex((_, index) => this.#about[index]?.thread !== held);
    const since = came[others]?.record.sequence ?? 0;
    return came
      .slice(others)
      .every(({ last }, index) => this.#about[others + index]?.thread !== held || last < since);
  }

  #viewOf(expected: ExpectedRecord, chain: Chain): EventView | undefined {
    const index = this.#about.indexOf(expected);
    if (index >= 0) return this.#viewAt(chain, index);
    const thread = this.#about.findIndex((each) => each.thread === expected.thread);
    const m = chain.came[thread]?.record.m;
    const record = m === undefined ? undefined : this.#contexts.get(m);
    const first = chain.came[0]?.record.sequence ?? 0;
    return record === undefined || record.sequence > first ? undefined : this.#view(record);
  }

  #viewAt({ came }: Chain, index: number): EventView | undefined {
    const record = came[index]?.record;
    return record === undefined ? undefined : this.#view(record);
  }
}

function isSuch({ kind, aLo, aHi }: CurrentRecord, { kind: name, words }: ExpectedRecord): boolean {
  return KIND[name] === kind && (words === undefined || (aHi === words[0] && aLo === words[1]));
}

/** A function may have been inlined, and then it is a part of the name of the one that it is in. */
function isBy(view: EventView | undefined, name: string): boolean {
  return view === undefined || (view.stack[0] ?? '').split('.').includes(name);
}
