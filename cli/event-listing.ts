/** Lists what `gotwin events` reads: lines as they come, or counts at the end. */

import type { Mapping } from '../replay/parallel/index.ts';
import { RESULT_SCHEMA } from '../replay/schema-version.ts';
import {
  type Damage,
  eventName,
  FormatError,
  type OrderedGeneration,
  Orderer,
  type Trace,
  wireLines,
} from '../replay/trace/index.ts';
import { unplacedText } from '../replay/words.ts';
import { columns, count, plural } from './columns.ts';
import type { Call } from './command.ts';
import { printDocument } from './document.ts';
import { type EventPart, noKinds } from './event-counts.ts';
import { type EventFilter, EventLines, wanted } from './event-lines.ts';
import { type ListingFormat, settingsOf } from './event-settings.ts';
import { countKinds } from './event-task.ts';
import { EXIT } from './exit.ts';
import type { EventCounts } from './result-document.ts';

/** Characters gathered before they are written: a write for each line would cost more than the line. */
const PIECE = 1 << 16;

export async function wire(source: AsyncIterable<Uint8Array>, { terminal, signal }: Call): Promise<number> {
  try {
    for await (const lines of wireLines(source)) {
      signal.throwIfAborted();
      await terminal.out.write(lines);
      if (terminal.out.closed) break;
    }
    return EXIT.conforms;
  } catch (error) {
    if (!(error instanceof FormatError) || error.code === 'empty' || error.code === 'not-a-trace')
      throw error;
    await terminal.err.line(
      `gotwin: the trace is damaged: ${error.message}; every line before that is above`,
    );
    return EXIT.malformed;
  }
}

export async function ordered(trace: Trace, format: ListingFormat, call: Call): Promise<number> {
  const listing = listingOf(format, call);
  const order = { generations: 0, unplaced: 0, forced: 0 };
  for await (const history of histories(trace)) {
    order.generations++;
    order.unplaced += history.unplaced;
    order.forced += history.forced.length;
    if (!(await listing.add(history))) break;
    call.signal.throwIfAborted();
  }
  await listing.end(trace.damages, order);
  return await conclude(trace.damages, order, listing, call);
}

/** The same, of what workers made of the generations. */
export async function mapped(
  parts: AsyncIterable<EventPart>,
  mapping: Mapping<EventPart>,
  format: ListingFormat,
  call: Call,
): Promise<number> {
  const listing = listingOf(format, call);
  const order = { generations: 0, unplaced: 0, forced: 0 };
  for await (const part of parts) {
    order.generations++;
    order.unplaced += part.unplaced;
    order.forced += part.forced;
    if (!(await listing.take(part))) break;
    call.signal.throwIfAborted();
  }
  await listing.end(mapping.damages, order);
  return await conclude(mapping.damages, order, listing, call);
}

/** What was seen of a whole trace. */
type Oddities = Pick<EventPart, 'unplaced' | 'forced'>;

interface Order extends Oddities {
  /** Or parts of them. */
  readonly generations: number;
}

async function conclude(
  damages: readonly Damage[],
  { generations, unplaced, forced }: Order,
  listing: Listing,
  call: Call,
): Promise<number> {
  await tellDamage(damages, listing.events, call);
  if (unplaced > 0) {
    const [what, were] = [unplacedText(unplaced, damages), unplaced === 1 ? 'was' : 'were'];
    await call.terminal.err.line(`gotwin: ${what} had no certain place and ${were} left out`);
  }
  if (forced > 0) {
    const [fit, them] =
      forced === 1
        ? ['fits nowhere and stands where it was', 'it']
        : ['fit nowhere and stand where they were', 'them'];
    await call.terminal.err.line(
      `gotwin: ${plural(forced, 'event')} ${fit} let through; gotwin replay says what is wrong with ${them}`,
    );
  }
  if (generations === 0 && damages.length === 0) {
    await call.terminal.err.line(
      'gotwin: the trace holds no generation: the program ended, or was killed, before it was written',
    );
    return EXIT.inconclusive;
  }
  return damages.length === 0 && forced === 0 ? EXIT.conforms : EXIT.malformed;
}

/** The generations in order, each good until the next is asked for. */
async function* histories(trace: Trace): AsyncGenerator<OrderedGeneration, void, void> {
  const orderer = new Orderer({ reuse: true });
  for await (const generation of trace) yield orderer.order(generation);
}

/** What is made of one generation after another. */
interface Listing {
  /** Events written or counted. */
  readonly events: number;
  /** False when no more are wanted. */
  add(history: OrderedGeneration): boolean | Promise<boolean>;
  /** The same for what a worker made of a generation. */
  take(part: EventPart): boolean | Promise<boolean>;
  /** All that could be read was given, but for what was damaged. */
  end(damages: readonly Damage[], order: Oddities): Promise<void>;
}

function listingOf(format: ListingFormat, call: Call): Listing {
  const { limit } = call.options;
  const { filter } = settingsOf(format, call);
  const most = limit ?? Number.POSITIVE_INFINITY;
  if (format === 'none') return new Tally(limit === undefined ? filter : (filter ?? {}), most, call);
  const lines = new EventLines();
  const write: Write = format === 'text' ? (h, at) => lines.text(h, at) : (h, at, n) => lines.json(h, at, n);
  return new Lines(write, filter ?? {}, most, call);
}

/** The line of the event at a position of a generation, and of the whole history. */
type Write = (history: OrderedGeneration, position: number, index: number) => string;

/** Writes the wanted events, no faster than they are read. */
class Lines implements Listing {
  events = 0;
  readonly #write: Write;
  readonly #filter: EventFilter;
  readonly #limit: number;
  readonly #call: Call;
  /** Position in the whole history of the generation's first event. */
  #base = 0;
  #piece = '';

  constructor(write: Write, filter: EventFilter, limit: number, call: Call) {
    this.#write = write;
    this.#filter = filter;
    this.#limit = limit;
    this.#call = call;
  }

  async add(history: OrderedGeneration): Promise<boolean> {
    const { out } = this.#call.terminal;
    for (let position = 0; position < history.count && this.events < this.#limit; position++) {
      if (!wanted(history, position, this.#filter)) continue;
      this.events++;
      this.#piece += `${this.#write(history, position, this.#base + position)}\n`;
      if (this.#piece.length < PIECE) continue;
      await this.#flush();
      if (out.closed) return false;
    }
    this.#base += history.count;
    // The next generation may be long in coming.
    await this.#flush();
    return this.events < this.#limit && !out.closed;
  }

  async take({ events, content }: EventPart): Promise<boolean> {
    this.events += events;
    if (typeof content === 'string') this.#piece = content;
    await this.#flush();
    return !this.#call.terminal.out.closed;
  }

  end(): Promise<void> {
    return this.#flush();
  }

  async #flush(): Promise<void> {
    const piece = this.#piece;
    this.#piece = '';
    if (piece !== '') await this.#call.terminal.out.write(piece);
    this.#call.signal.throwIfAborted();
  }
}

/** Counts the wanted events by kind. */
class Tally implements Listing {
  events = 0;
  readonly #filter: EventFilter | undefined;
  readonly #limit: number;
  readonly #call: Call;
  readonly #kinds = noKinds();
  #generations = 0;

  /** Without a filter every event is wanted, up to no limit. */
  constructor(filter: EventFilter | undefined, limit: number, call: Call) {
    this.#filter = filter;
    this.#limit = limit;
    this.#call = call;
  }

  add(history: OrderedGeneration): boolean {
    this.#generations++;
    this.events += countKinds(history, this.#filter, this.#limit - this.events, this.#kinds);
    return this.events < this.#limit;
  }

  take({ events, content }: EventPart): boolean {
    this.#generations++;
    this.events += events;
    if (typeof content !== 'string')
      content.forEach((n, kind) => {
        this.#kinds[kind]! += n;
      });
    return true;
  }

  async end(damages: readonly Damage[], order: Oddities): Promise<void> {
    const kinds = [...this.#kinds.entries()]
      .filter(([, n]) => n > 0)
      .map(([kind, n]): [string, number] => [eventName(kind), n])
      .sort((a, b) => b[1] - a[1]);
    await (this.#call.options.json ? this.#document(kinds, damages, order) : this.#table(kinds));
  }

  async #table(kinds: [string, number][]): Promise<void> {
    const rows = kinds.map(([name, n]) => [count(n), name]);
    const total = `${plural(this.events, 'event')} in ${plural(this.#generations, 'generation')}`;
    await this.#call.terminal.out.line([...columns(rows, [0]), total].join('\n'));
  }

  async #document(
    kinds: [string, number][],
    damages: readonly Damage[],
    { unplaced, forced }: Oddities,
  ): Promise<void> {
    const document: EventCounts = {
      schema: RESULT_SCHEMA,
      file: this.#call.operands[0]!,
      events: this.events,
      generations: this.#generations,
      kinds: Object.fromEntries(kinds),
      unplaced,
      forced,
      lost: lossOf(damages),
      damages: damages.map(({ message }) => message),
    };
    await printDocument(document, this.#call);
  }
}

function lossOf(damages: readonly Damage[]): { bytes: number; events: number; exact: boolean } {
  const loss = { bytes: 0, events: 0, exact: true };
  for (const { lostBytes, lostEvents, exact } of damages) {
    loss.bytes += lostBytes;
    loss.events += lostEvents;
    loss.exact &&= exact;
  }
  return loss;
}

async function tellDamage(damages: readonly Damage[], events: number, { terminal }: Call): Promise<void> {
  for (const { message, lostBytes, lostEvents, exact } of damages) {
    const ofEvents = lostEvents === 0 ? '' : ` and ${exact ? '' : 'at least '}${plural(lostEvents, 'event')}`;
    const lost = `${plural(lostBytes, 'byte')}${ofEvents} lost`;
    await terminal.err.line(
      `gotwin: the trace is damaged: ${message}; ${lost}, ${plural(events, 'event')} shown`,
    );
  }
}
