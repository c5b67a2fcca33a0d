/**
 * The trace's bytes: all at once, or in chunks of any size as they arrive. A
 * chunk is copied before the next is asked for, so a source may fill one again.
 */
export type TraceSource = AsyncIterable<Uint8Array> | Uint8Array;

/** Most generations fit into the first window; what is not touched of it costs no memory, an outgrown one does until it is collected. */
const LEAST = 3 << 21;
const GROWTH = 1.5;

/**
 * A window on the source that holds what is not yet dropped. Positions are file
 * offsets, since the window moves; `bytes[offset - base]` is the byte.
 */
export class ByteFeed {
  /** The window's store; only `[start - base, end - base)` is meaningful. */
  bytes: Uint8Array;
  /** File offset of `bytes[0]`. */
  base = 0;
  /** File offset after the last byte that has arrived. */
  end: number;
  #start = 0;
  #chunks: AsyncIterator<Uint8Array> | undefined;

  constructor(source: TraceSource) {
    if (source instanceof Uint8Array) {
      // A Buffer is a Uint8Array of another shape, and the hot loop should see one shape only.
      this.bytes = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
      this.end = source.byteLength;
    } else {
      this.bytes = new Uint8Array(LEAST);
      this.end = 0;
      this.#chunks = source[Symbol.asyncIterator]();
    }
  }

  /** Waits until `offset` has arrived; false when the source ends before it. */
  async reach(offset: number): Promise<boolean> {
    while (this.end < offset) {
      if (this.#chunks === undefined) return false;
      const next = await this.#chunks.next();
      if (next.done === true) {
        this.#chunks = undefined;
        return false;
      }
      this.#append(next.value);
    }
    return true;
  }

  /** Says that nothing before `offset` will be asked for again. */
  drop(offset: number): void {
    this.#start = offset;
  }

  /** Lets the source close what it holds open. */
  async close(): Promise<void> {
    const chunks = this.#chunks;
    this.#chunks = undefined;
    await chunks?.return?.();
  }

  #append(chunk: Uint8Array): void {
    const kept = this.end - this.#start;
    if (this.end - this.base + chunk.length > this.bytes.length) this.#move(kept, chunk.length);
    this.bytes.set(chunk, this.end - this.base);
    this.end += chunk.length;
  }

  /** Moves what is kept to the front, into a larger store if it must. */
  #move(kept: number, more: number): void {
    const from = this.#start - this.base;
    const kept8 = this.bytes.subarray(from, from + kept);
    const needed = kept + more;
    // Nearly all of it may be what is kept: moving that now and then costs less than a window that nothing fills.
    if (needed > this.bytes.length * 0.95) {
      const larger = new Uint8Array(Math.max(LEAST, Math.ceil(needed * GROWTH)));
      larger.set(kept8);
      this.bytes = larger;
    } else {
      this.bytes.copyWithin(0, from, from + kept);
    }
    this.base = this.#start;
  }
}
