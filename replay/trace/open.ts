/** Opens a trace wherever there is JavaScript. */
import {
  type Generation,
  type OpenOptions,
  openTrace as openSource,
  type TraceReader,
} from '../decode/index.ts';
import { sourceOf, type TraceInput } from './input.ts';

/** An open trace. `for await (const generation of trace)` reads it, once, one generation at a time. */
export interface Trace extends TraceReader, AsyncIterable<Generation> {}

/**
 * Reads a trace's header. `FormatError` (`empty`, `not-a-trace`, `truncated`)
 * is thrown for what is no trace, `VersionError` for one too old or too new,
 * `TypeError` for an input that holds no bytes. Damage further on is never
 * thrown: see `Trace.damages`.
 */
export async function openTrace(input: TraceInput, options: OpenOptions = {}): Promise<Trace> {
  const reader = await openSource(sourceOf(input), options);
  return Object.assign(reader, { [Symbol.asyncIterator]: () => reader.generations() });
}
