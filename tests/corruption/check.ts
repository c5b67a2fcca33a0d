/**
 * Reads a corrupted trace and says what is wrong with how it was read.
 *
 * Which event has to be what it was: one for which every byte from the header
 * of its batch to its own last is where it was, in one piece. Its kind, its
 * arguments, its thread, its generation and its place follow from those bytes
 * alone, so they must be equal. Its time follows from them and from how long a
 * tick is: it must be equal unless the generation's clocks were touched. An
 * event behind a touched byte of its batch may be anything that the bytes say:
 * another number there is as good an event as the one before.
 *
 * Which events must be there: all of every generation that ends before the
 * first touched byte; and where only data was touched, so that every batch is
 * still where it was, all events of batches of other threads too.
 */
import {
  type BatchInfo,
  FormatError,
  type Generation,
  openTrace,
  type TraceReader,
} from '../../replay/decode/index.ts';
import { Orderer } from '../../replay/order/index.ts';
import type { Batch, Intact } from './intact.ts';
import { type Corrupted, type Piece, pieceAt, stands, survived } from './mutate.ts';

export interface Verdict {
  /** What should not be; empty when all is well. */
  readonly problems: readonly string[];
  /** `sound`, or the codes of the damage. */
  readonly outcome: string;
  /** Events handed out, and those of them that were compared. */
  readonly events: number;
  readonly compared: number;
}

/** More than this of one corrupted trace nobody reads. */
const MANY = 10;

export async function check(intact: Intact, corrupted: Corrupted, reuse: boolean): Promise<Verdict> {
  const inspection = new Inspection(intact, corrupted);
  try {
    const reader = await openTrace(corrupted.bytes, { reuse });
    await inspection.read(reader, reuse);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    inspection.problem(`the header was left alone, and yet: ${error.message}`);
  }
  return inspection.verdict();
}

class Inspection {
  readonly #intact: Intact;
  readonly #corrupted: Corrupted;
  readonly #problems: string[] = [];
  /** Offsets of the sound trace whose events were handed out. */
  readonly #seen: Uint8Array;
  #codes: string[] = [];
  #events = 0;
  #compared = 0;

  constructor(intact: Intact, corrupted: Corrupted) {
    this.#intact = intact;
    this.#corrupted = corrupted;
    this.#seen = new Uint8Array(intact.bytes.length);
  }

  problem(what: string): void {
    if (this.#problems.length < MANY) this.#problems.push(what);
  }

  verdict(): Verdict {
    const outcome = this.#codes.length === 0 ? 'sound' : [...new Set(this.#codes)].sort().join('+');
    return { problems: this.#problems, outcome, events: this.#events, compared: this.#compared };
  }

  async read(reader: TraceReader, reuse: boolean): Promise<void> {
    const orderer = new Orderer({ reuse });
    let before = 0;
    for await (const generation of reader.generations()) {
      if (generation.number <= before) this.problem(`generation ${generation.number} after ${before}`);
      before = generation.number;
      this.#generation(reader, generation);
      this.#order(orderer, generation);
    }
    this.#damages(reader);
    this.#complete();
  }

  #generation(reader: TraceReader, generation: Generation): void {
    this.#events += generation.count;
    const later = Number(reader.base - this.#intact.base);
    for (const batch of generation.batches) {
      const piece = batch.last > batch.first ? pieceAt(this.#corrupted, batch.offset) : undefined;
      if (piece === undefined) continue;
      const was = this.#intact.generations.find(({ end }) => end > batch.offset - piece.at + piece.from);
      if (was !== undefined) this.#batch(generation, batch, piece, was, later);
    }
    this.#tables(generation);
  }

  /** Events of a batch as far as nothing from its header on was touched. `later` is what times count from, after what they did. */
  #batch(generation: Generation, batch: BatchInfo, piece: Piece, was: Generation, later: number): void {
    const { data, size, first, last } = batch;
    const { place, time } = generation.columns;
    const touched = piece.at + piece.size;
    const sameTick = generation.nsPerTick === was.nsPerTick || !this.#clocksTouched(was);
    for (let row = first; row < last; row++) {
      // The next event begins where this one ends; the last one ends where the batch does, or its fault begins.
      const end = row + 1 < last ? data + place[row + 1]! : data + size;
      if (end > touched) return;
      const offset = data + place[row]! - piece.at + piece.from;
      const then = this.#intact.rows[offset]! - 1;
      if (then < 0) {
        this.problem(`an event at ${offset} where there was none`);
        return;
      }
      this.#compared++;
      this.#seen[offset] = 1;
      if (!sameEvent(generation, row, was, then)) {
        this.problem(
          `the event at ${offset} was ${described(was, then)} and is ${described(generation, row)}`,
        );
      }
      if (sameTick && time[row]! + later !== was.columns.time[then]) {
        this.problem(
          `the event at ${offset} was at ${was.columns.time[then]} ns and is at ${time[row]! + later} ns`,
        );
      }
    }
  }

  #clocksTouched(generation: Generation): boolean {
    const clocks = this.#batches(generation, 'sync');
    return clocks.some(({ offset, end }) => !survived(this.#corrupted, offset, end));
  }

  #batches(generation: Generation, kind: Batch['kind']): Batch[] {
    return this.#intact.batches.filter((batch) => batch.generation === generation && batch.kind === kind);
  }

  /** Strings and stacks of a generation none of whose bytes was touched. */
  #tables(generation: Generation): void {
    const piece = pieceAt(this.#corrupted, generation.offset);
    if (piece === undefined || generation.end > piece.at + piece.size) return;
    const from = generation.offset - piece.at + piece.from;
    const was = this.#intact.generations.find(({ offset }) => offset === from);
    if (was === undefined || was.end - was.offset !== generation.end - generation.offset) return;
    for (const id of was.strings.ids()) {
      if (generation.string(id) !== was.string(id)) this.problem(`string ${id} of generation ${was.number}`);
    }
    for (const id of was.stacks.ids()) {
      const [now, then] = [generation.stack(id), was.stack(id)].map((frames) =>
        frames.map(({ pc }) => pc).join(),
      );
      if (now !== then) this.problem(`stack ${id} of generation ${was.number}`);
    }
  }

  #order(orderer: Orderer, generation: Generation): void {
    const { count, event, time, unplaced } = orderer.order(generation);
    if (count + unplaced !== generation.count) {
      this.problem(
        `generation ${generation.number}: ${count} placed, ${unplaced} not, of ${generation.count}`,
      );
    }
    if (unplaced > 0 && !generation.partial) this.problem('a whole generation has events without a place');
    const placed = new Uint8Array(generation.count);
    let last = Number.NEGATIVE_INFINITY;
    for (let position = 0; position < count; position++) {
      if (placed[event[position]!] !== 0) this.problem(`row ${event[position]} has two places`);
      placed[event[position]!] = 1;
      if (!(time[position]! > last)) this.problem(`time goes back at position ${position}`);
      last = time[position]!;
    }
  }

  #damages(reader: TraceReader): void {
    const { damages, keptBytes } = reader;
    const { bytes, cut, what } = this.#corrupted;
    this.#codes = damages.map(({ code }) => code);
    const lost = damages.reduce((sum, { lostBytes, missingBytes }) => sum + lostBytes - missingBytes, 0);
    if (keptBytes + lost !== bytes.length) {
      this.problem(`${keptBytes} bytes kept and ${lost} lost, of ${bytes.length}`);
    }
    for (const { offset, lostBytes, missingBytes, lostEvents, message } of damages) {
      const sane =
        offset >= 0 &&
        offset <= bytes.length &&
        missingBytes >= 0 &&
        lostBytes >= missingBytes &&
        lostEvents >= 0;
      if (!sane) this.problem(`damage that cannot be: ${message}`);
    }
    if (cut && damages.length === 0 && !this.#intact.boundaries.has(bytes.length)) {
      this.problem(`${what}, and nothing is said about it`);
    }
    if (cut && damages.length > 1) this.problem(`one cut, and ${damages.length} damages`);
  }

  #complete(): void {
    const { pieces, bytes } = this.#corrupted;
    const sound = pieces[0]?.from === 0 ? pieces[0].size : 0;
    for (const generation of this.#intact.generations) {
      if (generation.end < sound) this.#demand(generation, () => true);
    }
    if (bytes.length !== this.#intact.bytes.length || !this.#framesStand()) return;
    const touched = this.#intact.batches.filter(({ data, end }) => !stands(this.#corrupted, data, end));
    // Another length of a tick may put a whole generation out of reach.
    if (touched.some((batch) => batch.kind === 'sync' || this.#isSync(batch))) return;
    for (const generation of this.#intact.generations) {
      const here = touched.filter((batch) => batch.generation === generation);
      this.#demand(generation, ({ kind, m, offset }) => {
        const own = (each: Batch) => each.kind === kind && (kind !== 'events' || each.m === m);
        return !here.some((each) => own(each) && each.offset <= offset);
      });
    }
  }

  /** Whether every header, and every end mark, is where it was. */
  #framesStand(): boolean {
    const { batches, generations } = this.#intact;
    const heads = batches.every(({ offset, data }) => stands(this.#corrupted, offset, data));
    return heads && generations.every(({ end }) => stands(this.#corrupted, end - 1, end));
  }

  /** Whether the batch's first byte makes it one of clocks now. */
  #isSync({ data }: Batch): boolean {
    const type = this.#corrupted.bytes[data];
    return type === 8 || type === 50;
  }

  #demand(generation: Generation, wanted: (batch: Batch) => boolean): void {
    for (const batch of this.#intact.batches) {
      if (batch.generation !== generation || !wanted(batch)) continue;
      for (let row = batch.first; row < batch.last; row++) {
        const offset = generation.offsetOf(row);
        if (this.#seen[offset] === 1) continue;
        this.problem(
          `the event at ${offset} (generation ${generation.number}, thread ${batch.m}) is lost for nothing`,
        );
        return;
      }
    }
  }
}

/** Whether two rows say the same, their times aside. */
function sameEvent(a: Generation, row: number, b: Generation, other: number): boolean {
  const count = a.argCount(row);
  if (a.columns.kind[row] !== b.columns.kind[other] || count !== b.argCount(other)) return false;
  if (a.columns.place[row] !== b.columns.place[other]) return false;
  for (let n = 0; n < count; n++) {
    // Not a number past 2^53, where only the exact ones can be compared.
    if (a.arg(row, n) !== b.arg(other, n) && a.wideArg(row, n) !== b.wideArg(other, n)) return false;
  }
  return a.number === b.number && a.m(row) === b.m(other);
}

/** Everything that an event says but its time. */
function described(generation: Generation, row: number): string {
  const args = Array.from({ length: generation.argCount(row) }, (_, n) => generation.wideArg(row, n));
  const place = generation.columns.place[row];
  const { m } = generation.batchOf(row);
  return `kind ${generation.columns.kind[row]} (${args.join(' ')}) of thread ${m}, generation ${generation.number}, place ${place}`;
}
