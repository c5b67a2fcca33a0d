/** Opens a trace wherever there is JavaScript. */
import {
  type Generation,
  type OpenOptions,
  openTrace as openSource,
  type TraceReader,
} from '../decode/index.ts';
import { sourceOf, type TraceInput } from './input.ts';

/**
 * An open trace. `for await (const generation of trace)` reads it, one generation at a time, and once: who iterates
 * over it again is thrown an Error. `generations()` is for one reading too, and leaves it to the caller to keep to that.
 */
export interface Trace extends TraceReader, AsyncIterable<Generation> {}

/**
 * Reads a trace's header. `FormatError` (`empty`, `not-a-trace`, `truncated`)
 * is thrown for what is no trace, `VersionError` for one too old or too new,
 * `TypeError` for an input that holds no bytes. Damage further on is never
 * thrown: see `Trace.damages`.
 */
export async function openTrace(input: TraceInput, options: OpenOptions = {}): Promise<Trace> {
  const reader = await openSource(sourceOf(input), options);
  return Object.assign(reader, { [Symbol.asyncIterator]: once(() => reader.generations()) });
}

/** The bytes are gone when they were read: an empty second reading would look like a trace without events. */
function once<T>(read: () => T): () => T {
  let begun = false;
  return () => {
    if (begun) throw new Error('this trace was read already: to read it again, open it again');
    begun = true;
    return read();
  };
}
