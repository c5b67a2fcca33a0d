/**
 * Bytes to lines. Every byte of the text ends up in a line; one that fits no
 * descriptor is `unread`, never dropped and never bent until it fits.
 */
import { type Line, type LineSpec, lineSpecs } from './lines.ts';

/** Longer lines are unread: Go's own stay far below (a schedtrace of 512 Ps without detail has some 9,000 bytes). */
export const MAX_LINE = 32_768;

interface RawLine {
  readonly offset: number;
  readonly text: string;
  /** False where the text stopped before the line's end, or the line was too long: its figures may be cut. */
  readonly whole: boolean;
  /** The text stopped before the line's end. */
  readonly cut: boolean;
}

const NEWLINE = 10;
const utf8 = new TextEncoder();

/** The lines of a text in order; memory holds one line. `minor` chooses the release's descriptors. */
export async function* readLines(source: AsyncIterable<Uint8Array>, minor: number): AsyncGenerator<Line> {
  const classify = new Classifier(lineSpecs(minor));
  for await (const raw of rawLines(source)) yield* classify.next(raw);
  yield* classify.end();
}

async function* rawLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<RawLine> {
  const line = new LineBuffer();
  for await (const chunk of source) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      line.add(chunk.subarray(start, end));
      yield line.take(true);
      start = end + 1;
    }
    line.add(chunk.subarray(start));
  }
  if (line.length > 0) yield line.take(false);
}

/** The line that is coming in. Bytes past MAX_LINE are counted, not kept. */
class LineBuffer {
  readonly #bytes = new Uint8Array(MAX_LINE);
  /** Not fatal: bytes that are no UTF-8 become U+FFFD, and then the line fits nothing. */
  readonly #decoder = new TextDecoder();
  #offset = 0;
  length = 0;

  add(part: Uint8Array): void {
    const room = Math.max(0, MAX_LINE - this.length);
    this.#bytes.set(part.subarray(0, room), Math.min(this.length, MAX_LINE));
    this.length += part.length;
  }

  take(ended: boolean): RawLine {
    const kept = Math.min(this.length, MAX_LINE);
    const raw = {
      offset: this.#offset,
      text: this.#decoder.decode(this.#bytes.subarray(0, kept)),
      whole: ended && kept === this.length,
      cut: !ended,
    };
    this.#offset += this.length + 1;
    this.length = 0;
    return raw;
  }
}

/**
 * Go prints a schedtrace line by several print statements, each under printlock,
 * and a gctrace line by one, so that a whole gctrace line can stand inside of a
 * schedtrace line. That much is undone here. What a program writes to fd 2
 * itself knows no lock: lines it tore stay unread.
 */
class Classifier {
  readonly #specs: readonly LineSpec[];
  /** Lines that are one print each. */
  readonly #whole: readonly LineSpec[];
  #index = 0;
  /** The first part of a line that a gctrace line cut in two. */
  #held: RawLine | undefined;

  constructor(specs: readonly LineSpec[]) {
    this.#specs = specs;
    this.#whole = specs.filter((spec) => spec.kind === 'gc' || spec.kind === 'scvg');
  }

  *next(raw: RawLine): Generator<Line> {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) {
      const joined = { ...raw, offset: held.offset, text: held.text + raw.text };
      const line = this.#fit(joined, true) ?? (yield* this.#split(joined, held.text.length));
      if (line !== undefined) {
        if (line !== 'split') yield line;
        return;
      }
      yield this.#unread(held);
    }
    const line = this.#fit(raw, false) ?? (yield* this.#split(raw, 0));
    if (line === 'split') return;
    yield line ?? this.#unread(raw);
  }

  *end(): Generator<Line> {
    if (this.#held !== undefined) yield this.#unread(this.#held);
    this.#held = undefined;
  }

  /** A line of the collector at the end of something else: yields it and holds what stands before it. */
  *#split(raw: RawLine, from: number): Generator<Line, 'split' | undefined> {
    const start = Math.max(1, from);
    const at = start + raw.text.slice(start).search(/gc \d|scvg\d*: /);
    if (at < start || !raw.whole) return undefined;
    const before = raw.text.slice(0, at);
    const offset = raw.offset + utf8.encode(before).length;
    const gc = this.#fit({ offset, text: raw.text.slice(at), whole: true, cut: false }, false, this.#whole);
    if (gc === undefined) return undefined;
    yield gc;
    this.#held = { offset: raw.offset, text: before, whole: false, cut: false };
    return 'split';
  }

  #fit(raw: RawLine, mended: boolean, specs = this.#specs): Line | undefined {
    if (!raw.whole) return undefined;
    for (const spec of specs) {
      const values = spec.template.read(raw.text);
      if (values !== undefined) {
        return {
          index: this.#index++,
          offset: raw.offset,
          kind: spec.kind,
          family: spec.family,
          values,
          text: raw.text,
          mended,
        };
      }
    }
    return undefined;
  }

  #unread({ offset, text, cut }: RawLine): Line {
    return {
      index: this.#index++,
      offset,
      kind: cut ? 'cut' : 'unread',
      family: 'none',
      values: {},
      text,
      mended: false,
    };
  }
}
