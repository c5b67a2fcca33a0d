import { mapGenerations } from '../../replay/parallel/index.ts';
import type { Call } from '../command.ts';
import type { EventPart } from '../event-counts.ts';
import { type EventSettings, type ListingFormat, settingsOf, taskFor } from '../event-settings.ts';
import type { EventFormat } from '../options.ts';
import { UsageError } from '../problem.ts';

/** The operand that means standard input. */
const STDIN = '-';

export async function run(call: Call): Promise<number> {
  const format = formatOf(call);
  const file = call.operands[0]!;
  const { workers = 1, limit, layer, from, to } = call.options;
  if (from !== undefined && to !== undefined && from >= to)
    throw new UsageError(
      'empty-window',
      '--from is not before --to: no event lies between',
      'Exchange the two.',
    );
  if (layer === 'probe') return await records(file, format, call);
  // A limit ends the reading early; there is nothing to be read ahead.
  const together = workers > 1 && limit === undefined && file !== STDIN;
  if (format !== 'wire' && together) return await withWorkers(file, workers, format, call);
  const { openBytes, openTrace } = await import('../../replay/open.ts');
  const { ordered, wire } = await import('../event-listing.ts');
  const source = file === STDIN ? process.stdin : file;
  if (format === 'wire') return await wire(await openBytes(source, call.signal), call);
  // Whatever is listed is text before the next generation is asked for, so all may share one memory.
  return await ordered(await openTrace(source, { reuse: true, signal: call.signal }), format, call);
}

async function records(file: string, format: EventFormat, call: Call): Promise<number> {
  if (format === 'wire')
    throw new UsageError(
      'layer-wire',
      'records of probes have no wire text',
      'Choose --format text, json or none.',
    );
  if (file === STDIN)
    throw new UsageError(
      'layer-stdin',
      'a recording cannot be read from standard input',
      'Give the path of a recording (.gotwin).',
    );
  const { listRecords } = await import('../record-listing.ts');
  return await listRecords(file, format, call);
}

/** Workers begin while the rest of this command loads. */
async function withWorkers(
  file: string,
  workers: number,
  format: ListingFormat,
  call: Call,
): Promise<number> {
  const settings = settingsOf(format, call);
  const options = { workers, settings, signal: call.signal };
  const mapping = mapGenerations<EventPart, EventSettings>(file, taskFor(settings), options);
  const parts = begun(mapping);
  const { mapped } = await import('../event-listing.ts');
  return await mapped(parts, mapping, format, call);
}

/** The same values, the first of which is asked for at once. */
function begun<T>(values: AsyncIterable<T>): AsyncIterable<T> {
  const iterator = values[Symbol.asyncIterator]();
  let first: Promise<IteratorResult<T>> | undefined = iterator.next();
  // Whoever asks for it gets the error; until then nobody is missing it.
  first.catch(() => undefined);
  const next = (): Promise<IteratorResult<T>> => {
    const result = first ?? iterator.next();
    first = undefined;
    return result;
  };
  const end = async (): Promise<IteratorResult<T>> => {
    await iterator.return?.();
    return { done: true, value: undefined };
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: end }) };
}

function formatOf({ options }: Call): EventFormat {
  const { format, json, from, to, goroutine, limit, workers = 1 } = options;
  const filtered = [from, to, goroutine, limit].some((value) => value !== undefined);
  if (format === 'wire' && filtered)
    throw new UsageError(
      'wire-filter',
      'the wire format is always whole',
      'Leave the filters out, or choose --format text.',
    );
  if (format === 'wire' && workers > 1)
    throw new UsageError(
      'wire-workers',
      'the wire format is written in one piece',
      'Leave --workers out, or choose --format text.',
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
