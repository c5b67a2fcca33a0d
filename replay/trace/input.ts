/** The forms in which a program has a trace's bytes, made one. Those of the web: no file, no path. */
import type { TraceSource } from '../decode/index.ts';

/**
 * All bytes at once (`Uint8Array` or any other view, `ArrayBuffer`), or as they arrive: a `Blob` or `File`, a web
 * `ReadableStream`, an async iterable of chunks of any size, such as a Node `Readable` without an encoding.
 */
export type TraceInput =
  | ArrayBufferView
  | ArrayBuffer
  | SharedArrayBuffer
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

/** Throws a TypeError for what holds no bytes, at once or, in a stream of something else, when it is read. */
export function sourceOf(input: TraceInput): TraceSource {
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  if (isBuffer(input)) return new Uint8Array(input);
  if (typeof input === 'object' && input !== null) {
    // Not every browser can iterate over a stream, so it is asked for a reader first.
    if ('getReader' in input) return checked(chunksOf(input));
    if (Symbol.asyncIterator in input) return checked(input);
    if ('stream' in input) return chunksOf(input.stream());
  }
  const found = input === null ? 'null' : typeof input;
  throw new TypeError(
    `a trace is read from bytes, a Blob or a stream of Uint8Array (by gotwin in Node from a path, too), not from ${found}`,
  );
}

/** By its tag: a buffer may come from another window or worker, whose ArrayBuffer is not this one. */
function isBuffer(input: unknown): input is ArrayBuffer {
  return /^\[object (Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(input));
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Whoever stops early wants no more; at the end it changes nothing.
    await reader.cancel();
  }
}

/** A stream of text would be read as bytes that nobody wrote. */
async function* checked(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of chunks) {
    if (!ArrayBuffer.isView(chunk)) {
      throw new TypeError(`a trace is bytes, and its source gives a ${typeof chunk}: leave out the encoding`);
    }
    yield chunk;
  }
}
