/**
 * The text form of a trace back to bytes: what `go tool trace -d=wire` prints,
 * with the line in front that Go's own test data has (`Trace Go1.26`). The
 * inverse of wire.ts, off the same table. Sizes of batches and IDs stand as
 * the text has them, so a broken trace can be written too.
 */
import { ByteWriter } from './byte-writer.ts';
import { EVENT_SPECS, type EventSpec, TRACE_VERSIONS, type TraceVersion } from './specs.ts';
import { goUnquote } from './unquote.ts';
import { FRAME_FIELDS } from './wire-events.ts';

/** A line that is no line of the text form. */
export class AssembleError extends Error {
  override readonly name = 'AssembleError';
  /** Counted from 1. */
  readonly line: number;

  constructor(line: number, what: string) {
    super(`line ${line}: ${what}`);
    this.line = line;
  }
}

const SPECS: ReadonlyMap<string, EventSpec> = new Map(EVENT_SPECS.map((spec) => [spec.name, spec]));

/** Makes a trace of its text. Throws AssembleError. */
export function assemble(text: string): Uint8Array {
  const lines = new TextLines(text);
  const out = new ByteWriter();
  const version = readVersion(lines);
  out.text(`go 1.${version} trace\0\0\0`);
  while (lines.next()) {
    const spec = SPECS.get(lines.words[0]!);
    if (spec === undefined || spec.since > version) throw lines.error(`no event ${lines.words[0]}`);
    writeEvent(out, spec, lines);
  }
  return out.take();
}

function readVersion(lines: TextLines): TraceVersion {
  const [, minor] = (lines.next() ? /^Trace Go1\.(\d+)$/.exec(lines.words.join(' ')) : undefined) ?? [];
  const version = TRACE_VERSIONS.find((known) => known === Number(minor));
  // What came before 1.22 has no text form.
  if (version === undefined || version < 22)
    throw lines.error('expected "Trace Go1.N", with N a version of the format');
  return version;
}

function writeEvent(out: ByteWriter, spec: EventSpec, lines: TextLines): void {
  out.byte(spec.type);
  const args = readArgs(lines, spec.args, lines.words.slice(1), spec.name);
  for (const value of args) out.varint(value);
  if (spec.name === 'Stack') {
    for (let i = 0n; i < (args[1] ?? 0n); i++) {
      if (!lines.next()) throw lines.error('a stack lacks frames');
      for (const value of readArgs(lines, FRAME_FIELDS, lines.words, 'frame')) out.varint(value);
    }
  }
  if (!spec.data) return;
  const data = lines.data();
  out.varint(data.length);
  out.bytes(data);
}

function readArgs(
  lines: TextLines,
  names: readonly string[],
  words: readonly string[],
  what: string,
): bigint[] {
  const pairs = words.map((word) => /^(\w+)=(\d+)$/.exec(word));
  const found = pairs.map((pair) => pair?.[1]).join(' ');
  if (found !== names.join(' ')) {
    throw lines.error(`${what} has the arguments ${names.join(', ') || '(none)'}`);
  }
  const values = pairs.map((pair) => BigInt(pair?.[2] ?? 0));
  if (values.some((value) => value > 0xffffffffffffffffn))
    throw lines.error('a number is longer than 64 bits');
  return values;
}

/** Lines with their comments taken away; empty ones are passed over. */
class TextLines {
  words: readonly string[] = [];
  readonly #lines: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#lines = text.split('\n');
  }

  /** Moves on to the next line that says something; false at the end. */
  next(): boolean {
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at++]!;
      this.words = line.replace(/#.*/, '').split(/\s+/).filter(Boolean);
      if (this.words.length > 0) return true;
    }
    return false;
  }

  /** The raw bytes behind an event; where it has none, no line need stand for them. */
  data(): Uint8Array {
    const literal = /^\s*data\s*=\s*(".*")\s*$/.exec(this.#lines[this.#at] ?? '')?.[1];
    if (literal === undefined) return new Uint8Array();
    this.#at++;
    const data = goUnquote(literal);
    if (data === undefined) throw this.error('data is no string literal');
    return data;
  }

  error(what: string): AssembleError {
    return new AssembleError(this.#at, what);
  }
}
