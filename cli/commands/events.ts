import { openBytes, openTrace } from '../../replay/open.ts';
import {
  type Damage,
  eventName,
  FormatError,
  type OrderedGeneration,
  Orderer,
  type Trace,
  wireLines,
} from '../../replay/trace/index.ts';
import { columns, count, plural } from '../columns.ts';
import type { Call } from '../command.ts';
import { type EventFilter, EventLines, wanted } from '../event-lines.ts';
import { EXIT } from '../exit.ts';
import type { EventFormat } from '../options.ts';
import { UsageError } from '../problem.ts';

/** Characters gathered before they are written: a write for each line would cost more than the line. */
const PIECE = 1 << 16;
/** The operand that means standard input. */
const STDIN = '-';

type ListingFormat = Exclude<EventFormat, 'wire'>;

export async function run(call: Call): Promise<number> {
  const format = formatOf(call);
  const file = call.operands[0]!;
  const source = file === STDIN ? process.stdin : file;
  if (format === 'wire') return await wire(await openBytes(source, call.signal), call);
  // Whatever is listed is text before the next generation is asked for, so all may share one memory.
  return await ordered(await openTrace(source, { reuse: true, signal: call.signal }), format, call);
}

function formatOf({ options }: Call): EventFormat {
  const { format, json, from, to, goroutine, limit } = options;
  const filtered = [from, to, goroutine, limit].some((value) => value !== undefined);
  if (format === 'wire' && filtered)
    throw new UsageError(
      'wire-filter',
      'the wire format is always whole',
      'Leave the filters out, or choose --format text.',
    );
  if (json && format !== undefined && format !== 'none') {
    throw new UsageError(
      'json-format',
      `--json means one document, and --format ${format} is none`,
      'Choose --format json for an object a line, or --format none --json for the counts.',
    );
  }
  return format ?? (json ? 'none' : 'text');
}

async function wire(source: AsyncIterable<Uint8Array>, { terminal, signal }: Call): Promise<number> {
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

async function ordered(trace: Trace, format: ListingFormat, call: Call): Promise<number> {
  const listing = listingOf(format, call);
  let unplaced = 0;
  for await (const history of histories(trace)) {
    unplaced += history.unplaced;
    if (!(await listing.add(history))) break;
    call.signal.throwIfAborted();
  }
  await listing.end();
  await tellDamage(trace.damages, listing.events, call);
  if (unplaced > 0) {
    const what = `${plural(unplaced, 'event')} of a generation that was cut off`;
    await call.terminal.err.line(`gotwin: ${what} had no certain place and were left out`);
  }
  return trace.damages.length === 0 ? EXIT.conforms : EXIT.malformed;
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
  end(): Promise<void>;
}

function listingOf(format: ListingFormat, call: Call): Listing {
  const { from, to, goroutine, limit } = call.options;
  const filter: EventFilter = { from: from && from * 1e6, to: to && to * 1e6, goroutine };
  const all = [from, to, goroutine, limit].every((value) => value === undefined);
  const most = limit ?? Number.POSITIVE_INFINITY;
  if (format === 'none') return new Tally(all ? undefined : filter, most, call);
  const lines = new EventLines();
  const write: Write = format === 'text' ? (h, at) => lines.text(h, at) : (h, at, n) => lines.json(h, at, n);
  return new Lines(write, filter, most, call);
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
  readonly #kinds = new Float64Array(256);
  #generations = 0;

  /** Without a filter every event is wanted, up to no limit. */
  constructor(filter: EventFilter | undefined, limit: number, call: Call) {
    this.#filter = filter;
    this.#limit = limit;
    this.#call = call;
  }

  add(history: OrderedGeneration): boolean {
    this.#generations++;
    if (this.#filter === undefined) this.#addAll(history);
    else this.#addWanted(history, this.#filter);
    return this.events < this.#limit;
  }

  #addAll({ generation, event, count, unplaced }: OrderedGeneration): void {
    const { kind } = generation.columns;
    const kinds = this.#kinds;
    this.events += count;
    if (unplaced === 0) for (let row = 0; row < count; row++) kinds[kind[row]!]!++;
    else for (let position = 0; position < count; position++) kinds[kind[event[position]!]!]!++;
  }

  #addWanted(history: OrderedGeneration, filter: EventFilter): void {
    const { kind } = history.generation.columns;
    for (let position = 0; position < history.count && this.events < this.#limit; position++) {
      if (!wanted(history, position, filter)) continue;
      this.events++;
      this.#kinds[kind[history.event[position]!]!]!++;
    }
  }

  async end(): Promise<void> {
    const kinds = [...this.#kinds.entries()]
      .filter(([, n]) => n > 0)
      .map(([kind, n]): [string, number] => [eventName(kind), n])
      .sort((a, b) => b[1] - a[1]);
    await (this.#call.options.json ? this.#document(kinds) : this.#table(kinds));
  }

  async #table(kinds: [string, number][]): Promise<void> {
    const rows = kinds.map(([name, n]) => [count(n), name]);
    const total = `${plural(this.events, 'event')} in ${plural(this.#generations, 'generation')}`;
    await this.#call.terminal.out.line([...columns(rows, [0]), total].join('\n'));
  }

  async #document(kinds: [string, number][]): Promise<void> {
    const { printEventCounts } = await import('../result-document.ts');
    const file = this.#call.operands[0]!;
    const counts = { file, events: this.events, generations: this.#generations };
    await printEventCounts({ ...counts, kinds: Object.fromEntries(kinds) }, this.#call);
  }
}

async function tellDamage(damages: readonly Damage[], events: number, { terminal }: Call): Promise<void> {
  for (const { message, lostBytes, lostEvents, exact } of damages) {
    const lost = `${plural(lostBytes, 'byte')} and ${exact ? '' : 'at least '}${plural(lostEvents, 'event')} lost`;
    await terminal.err.line(
      `gotwin: the trace is damaged: ${message}; ${lost}, ${plural(events, 'event')} shown`,
    );
  }
}
