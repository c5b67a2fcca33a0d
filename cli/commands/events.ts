import {
  type Damage,
  eventName,
  FormatError,
  type OrderedGeneration,
  Orderer,
  openEvidence,
  openTrace,
  RESULT_SCHEMA,
  wireLines,
} from '../../replay/index.ts';
import { columns, count } from '../columns.ts';
import type { Call } from '../command.ts';
import { type EventFilter, eventView, textLine, wanted } from '../event-lines.ts';
import { EXIT } from '../exit.ts';
import type { EventFormat } from '../options.ts';
import { UsageError } from '../problem.ts';
import { printDocument } from '../result-document.ts';
import { plural } from '../verdict-text.ts';

/** Characters gathered before they are written: a write for each line would cost more than the line. */
const PIECE = 1 << 16;
const TRACE = 'trace';

export async function run(call: Call): Promise<number> {
  const format = formatOf(call);
  const file = call.operands[0]!;
  const evidence = await openEvidence(file);
  try {
    if (!evidence.has(TRACE)) throw noTrace(file);
    return format === 'wire'
      ? await wire(evidence.read(TRACE), call)
      : await ordered(evidence.read(TRACE), format, call);
  } finally {
    await evidence.close();
  }
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

function noTrace(file: string): UsageError {
  return new UsageError(
    'no-trace',
    `${file} holds no execution trace`,
    'Record it again with the layer trace.',
  );
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

async function ordered(
  source: AsyncIterable<Uint8Array>,
  format: Exclude<EventFormat, 'wire'>,
  call: Call,
): Promise<number> {
  const reader = await openTrace(source);
  const listing = new Listing(format, call);
  const orderer = new Orderer();
  let unplaced = 0;
  for await (const generation of reader.generations()) {
    const history = orderer.order(generation);
    unplaced += history.unplaced;
    if (!(await listing.add(history))) break;
  }
  await listing.end();
  await tellDamage(reader.damages, listing.events, call);
  if (unplaced > 0) {
    const what = `${plural(unplaced, 'event')} of a generation that was cut off`;
    await call.terminal.err.line(`gotwin: ${what} had no certain place and were left out`);
  }
  return reader.damages.length === 0 ? EXIT.conforms : EXIT.malformed;
}

/** Writes the wanted events of one generation after another, no faster than they are read. */
class Listing {
  /** Events written or counted. */
  events = 0;
  readonly #format: Exclude<EventFormat, 'wire'>;
  readonly #call: Call;
  readonly #filter: EventFilter;
  readonly #limit: number;
  readonly #kinds = new Map<number, number>();
  #generations = 0;
  /** Position in the whole history of the generation's first event. */
  #base = 0;
  #piece = '';

  constructor(format: Exclude<EventFormat, 'wire'>, call: Call) {
    const { from, to, goroutine, limit } = call.options;
    this.#format = format;
    this.#call = call;
    this.#filter = { from: from && from * 1e6, to: to && to * 1e6, goroutine };
    this.#limit = limit ?? Number.POSITIVE_INFINITY;
  }

  /** False when no more are wanted. */
  async add(ordered: OrderedGeneration): Promise<boolean> {
    const { out } = this.#call.terminal;
    this.#generations++;
    for (let position = 0; position < ordered.count; position++) {
      if (this.events >= this.#limit) return false;
      if (!wanted(ordered, position, this.#filter)) continue;
      this.#take(ordered, position);
      if (this.#piece.length >= PIECE) await this.#flush();
      if (out.closed) return false;
    }
    this.#call.signal.throwIfAborted();
    this.#base += ordered.count;
    return this.events < this.#limit;
  }

  async end(): Promise<void> {
    await this.#flush();
    if (this.#format !== 'none') return;
    const kinds = [...this.#kinds]
      .map(([kind, n]): [string, number] => [eventName(kind), n])
      .sort((a, b) => b[1] - a[1]);
    await (this.#call.options.json ? this.#document(kinds) : this.#table(kinds));
  }

  #take(ordered: OrderedGeneration, position: number): void {
    this.events++;
    if (this.#format === 'text') this.#piece += `${textLine(ordered, position)}\n`;
    else if (this.#format === 'json')
      this.#piece += `${JSON.stringify(eventView(ordered, position, this.#base + position))}\n`;
    else this.#countKind(ordered.generation.columns.kind[ordered.event[position]!]!);
  }

  #countKind(kind: number): void {
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
  }

  async #flush(): Promise<void> {
    const piece = this.#piece;
    this.#piece = '';
    if (piece !== '') await this.#call.terminal.out.write(piece);
    this.#call.signal.throwIfAborted();
  }

  async #table(kinds: [string, number][]): Promise<void> {
    const rows = kinds.map(([name, n]) => [count(n), name]);
    const total = `${plural(this.events, 'event')} in ${plural(this.#generations, 'generation')}`;
    await this.#call.terminal.out.line([...columns(rows, [0]), total].join('\n'));
  }

  async #document(kinds: [string, number][]): Promise<void> {
    const file = this.#call.operands[0];
    const document = { schema: RESULT_SCHEMA, file, events: this.events, generations: this.#generations };
    await printDocument({ ...document, kinds: Object.fromEntries(kinds) }, this.#call);
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
