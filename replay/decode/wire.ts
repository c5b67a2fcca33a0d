/** The text of `go tool trace -d=wire`: every wire event, in the order of the file. */
import { FormatError } from './errors.ts';
import { ByteFeed, type TraceSource } from './feed.ts';
import { HEADER_SIZE, MAX_FRAME_HEADER, readFrame, readWireHeader } from './frame.ts';
import { goQuote } from './quote.ts';
import { EVENT_SPECS, type EventSpec, type TraceVersion } from './specs.ts';
import { Cursor } from './varint.ts';
import { extraNumbers, FRAME_FIELDS, readData, readNumber, readSpec } from './wire-events.ts';

/** ` name=` for each argument, by event type. */
const LABELS: readonly (readonly string[])[] = labels();

function labels(): string[][] {
  const table: string[][] = [];
  for (const { type, args } of EVENT_SPECS) table[type] = args.map((name) => ` ${name}=`);
  return table;
}

/**
 * Byte for byte what `go tool trace -d=wire` prints (1.24 on; `-d=2` before),
 * in pieces of whole lines, one piece a batch. After the last line that can be
 * read it throws a FormatError if the file goes on; VersionError as `openTrace`.
 */
export async function* wireLines(source: TraceSource): AsyncGenerator<string, void, void> {
  const feed = new ByteFeed(source);
  try {
    await feed.reach(HEADER_SIZE);
    const version = readWireHeader(feed.bytes.subarray(0, Math.min(feed.end, HEADER_SIZE)));
    for (let at = HEADER_SIZE; await feed.reach(at + 1); ) {
      feed.drop(at);
      await feed.reach(at + MAX_FRAME_HEADER);
      const frame = readFrame(feed.bytes, feed.base, at, feed.end, 0);
      const whole = await feed.reach(frame.end);
      const text = new WireText(version);
      const cursor = new Cursor(
        feed.bytes,
        at - feed.base,
        Math.min(frame.end, feed.end) - feed.base,
        feed.base,
        0,
      );
      const fault = text.read(cursor);
      yield text.lines;
      if (!whole)
        throw new FormatError('truncated', feed.end, frame.generation, 'the file ends within a batch');
      if (fault !== undefined) throw fault;
      at = frame.end;
    }
  } finally {
    await feed.close();
  }
}

class WireText {
  lines = '';
  readonly #version: TraceVersion;

  constructor(version: TraceVersion) {
    this.#version = version;
  }

  /** Appends lines up to the cursor's end, or to the fault that it returns. */
  read(cursor: Cursor): FormatError | undefined {
    try {
      while (!cursor.done) this.lines += `${this.#event(readSpec(cursor, this.#version), cursor)}\n`;
      return undefined;
    } catch (error) {
      if (error instanceof FormatError) return error;
      throw error;
    }
  }

  #event(spec: EventSpec, cursor: Cursor): string {
    let line = spec.name;
    let last: number | bigint | undefined;
    for (const label of LABELS[spec.type]!) {
      last = readNumber(cursor);
      line += label + last;
    }
    const extra = extraNumbers(spec, last, cursor);
    for (let i = 0; i < extra; i++) {
      line += `${i % 4 === 0 ? '\n\t' : ' '}${FRAME_FIELDS[i % 4]}=${readNumber(cursor)}`;
    }
    if (!spec.data) return line;
    const data = readData(cursor);
    // Go's reader leaves nil for no bytes, and then prints no line.
    return data.length === 0 ? line : `${line}\n\tdata=${goQuote(data)}`;
  }
}
