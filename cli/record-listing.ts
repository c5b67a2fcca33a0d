/** Lists the records of probes, as `gotwin events --layer probe` prints them: lines as they are read, or counts at the end. */
import { openRecords, type ProbeRecord, type RecordListing } from '../replay/index.ts';
import { RESULT_SCHEMA } from '../replay/schema-version.ts';
import { columns, count, plural } from './columns.ts';
import type { Call } from './command.ts';
import { printDocument } from './document.ts';
import { contextOf, type EventFilter, secondsText } from './event-lines.ts';
import { type ListingFormat, settingsOf } from './event-settings.ts';
import { EXIT } from './exit.ts';
import { printable } from './paint.ts';
import { UsageError } from './problem.ts';
import type { EventCounts } from './result-document.ts';

/** Characters gathered before they are written. */
const PIECE = 1 << 16;

export async function listRecords(file: string, format: ListingFormat, call: Call): Promise<number> {
  const listing = await openRecords(file);
  if (listing === undefined)
    throw new UsageError(
      'no-probe-layer',
      `${file} holds no records of probes`,
      'Record it again with them: gotwin record TARGET --layers probe,trace,text',
    );
  try {
    return await list(listing, format, call);
  } finally {
    await listing.close();
  }
}

async function list(listing: RecordListing, format: ListingFormat, call: Call): Promise<number> {
  const { options, terminal, signal } = call;
  const { filter = {} } = settingsOf(format, call);
  const { limit = Number.POSITIVE_INFINITY } = options;
  const kinds = new Map<string, number>();
  let [listed, piece] = [0, ''];
  for await (const records of listing.blocks()) {
    signal.throwIfAborted();
    for (const record of records) {
      if (listed >= limit) break;
      if (!wanted(record, listing, filter)) continue;
      listed++;
      if (format === 'none') kinds.set(record.name, (kinds.get(record.name) ?? 0) + 1);
      else piece += `${lineOf(listing, record, format)}\n`;
      if (piece.length < PIECE) continue;
      await terminal.out.write(piece);
      piece = '';
      if (terminal.out.closed) break;
    }
    if (listed >= limit || terminal.out.closed) break;
  }
  if (piece !== '') await terminal.out.write(piece);
  if (format === 'none') await tell(listed, kinds, listing, call);
  return await conclude(listing, listed, call);
}

function wanted(record: ProbeRecord, listing: RecordListing, { from, to, goroutine }: EventFilter): boolean {
  if (goroutine !== undefined && record.goid !== goroutine) return false;
  if (from === undefined && to === undefined) return true;
  const time = listing.timeOf(record);
  return (from === undefined || time >= from) && (to === undefined || time < to);
}

function lineOf(listing: RecordListing, record: ProbeRecord, format: 'text' | 'json'): string {
  const view = listing.view(record);
  if (format === 'json') return JSON.stringify(view);
  const { time, name, args, stack } = view;
  const by = stack[0] === undefined ? '' : `  (${printable(stack[0])})`;
  return `${secondsText(time).padStart(13)}  ${contextOf(view).padEnd(12)}  ${`${name} ${args}`.trimEnd()}${by}`;
}

async function tell(
  records: number,
  kinds: ReadonlyMap<string, number>,
  listing: RecordListing,
  call: Call,
): Promise<void> {
  const sorted = [...kinds].sort((a, b) => b[1] - a[1]);
  if (!call.options.json) {
    const rows = sorted.map(([name, n]) => [count(n), name]);
    await call.terminal.out.line([...columns(rows, [0]), plural(records, 'record')].join('\n'));
    return;
  }
  const document: EventCounts = {
    schema: RESULT_SCHEMA,
    file: call.operands[0]!,
    events: records,
    generations: 0,
    kinds: Object.fromEntries(sorted),
    unplaced: 0,
    forced: 0,
    lost: { bytes: 0, events: listing.torn, exact: true },
    damages: listing.damages.map(({ message }) => message),
  };
  await printDocument(document, call);
}

async function conclude(
  { damages, torn }: RecordListing,
  listed: number,
  { terminal }: Call,
): Promise<number> {
  for (const { message } of damages)
    await terminal.err.line(
      `gotwin: the records of probes are damaged: ${message}; ${plural(listed, 'record')} shown`,
    );
  if (torn > 0)
    await terminal.err.line(`gotwin: ${plural(torn, 'record')} not written to the end, and left out`);
  return damages.length === 0 ? EXIT.conforms : EXIT.malformed;
}
