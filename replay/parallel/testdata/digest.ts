/** Tasks for the tests of workers; built before the tests run, since a worker reads JavaScript only. */
import { createHash } from 'node:crypto';
import type { OrderedGeneration } from '../../order/index.ts';
import type { Place } from '../task.ts';

export interface Digest extends Place {
  readonly number: number;
  readonly count: number;
  readonly hash: string;
}

/** What a test asks for. */
export interface Settings {
  /** The generation, from 0, at which something happens. */
  readonly at?: number;
  readonly what?: 'throw' | 'die';
  /** Values of each generation, beside the digest. */
  readonly more?: number;
}

/** A hash over all that is known of each event, in the order of the history. */
export function digestOf(history: OrderedGeneration, place: Place): Digest {
  const { generation, count, event, p, g, time } = history;
  const { columns, strings, stacks } = generation;
  const hash = createHash('sha256');
  const words = columns.argStart[columns.count]!;
  for (const column of [event, p, g, time]) hash.update(bytesOf(column, count));
  for (const column of [columns.kind, columns.time, columns.place]) {
    hash.update(bytesOf(column, columns.count));
  }
  hash.update(bytesOf(columns.args, words));
  const ms = generation.batches.map(({ m, time: at, ...where }) => [m, at, Object.values(where)]);
  const tables = [...columns.wide].map(([index, value]) => `${index} ${value}`);
  hash.update(JSON.stringify([ms, tables, generation.clock && String(generation.clock.mono)]));
  for (let row = 0; row < columns.count; row += 97) {
    const id = generation.argCount(row) > 0 ? generation.arg(row, generation.argCount(row) - 1) : 0;
    if (stacks.has(id)) hash.update(JSON.stringify(generation.stack(id), text));
    if (strings.has(id)) hash.update(generation.string(id));
  }
  return { ...place, number: generation.number, count, hash: hash.digest('hex') };
}

function bytesOf(column: ArrayBufferView & { BYTES_PER_ELEMENT: number }, count: number): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, count * column.BYTES_PER_ELEMENT);
}

function text(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

export function* task(history: OrderedGeneration, place: Place, settings: Settings): Generator<Digest | number> {
  if (place.generations === settings.at) {
    if (settings.what === 'die') process.exit(3);
    throw new RangeError('the task of the test throws');
  }
  yield digestOf(history, place);
  for (let i = 0; i < (settings.more ?? 0); i++) yield i;
}
