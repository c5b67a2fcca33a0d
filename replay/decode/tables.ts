/** The string and stack tables of one generation: checked when read, decoded when asked for. */
import type { FormatError } from './errors.ts';
import { EV, MAX_FRAMES, MAX_STRING_SIZE } from './specs.ts';
import { Cursor } from './varint.ts';

export interface StackFrame {
  readonly pc: bigint;
  readonly func: string;
  readonly file: string;
  readonly line: number;
}

/** Where an entry stands: in which of the kept batches, from and to which byte. */
export interface Entry {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  /** File offset of the entry. */
  readonly offset: number;
}

/** Go takes ID 0 for "none" in both tables, and for present always. */
const NO_ID = 0;

export class StringTable {
  /** File offset after the last entry that was read whole: where a batch that failed stopped making sense. */
  kept = 0;
  readonly #entries = new Map<number, Entry>();
  readonly #decoded = new Map<number, string>([[NO_ID, '']]);

  get size(): number {
    return this.#entries.size;
  }

  has(id: number): boolean {
    return id === NO_ID || this.#entries.has(id);
  }

  /** The string; undefined when the generation's table does not hold that ID. */
  get(id: number): string | undefined {
    const known = this.#decoded.get(id);
    if (known !== undefined) return known;
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    const text = new TextDecoder().decode(entry.bytes.subarray(entry.from, entry.to));
    this.#decoded.set(id, text);
    return text;
  }

  /** The bytes as they stand in the trace, which need not be UTF-8. */
  bytes(id: number): Uint8Array | undefined {
    const entry = this.#entries.get(id);
    return entry?.bytes.subarray(entry.from, entry.to);
  }

  ids(): IterableIterator<number> {
    return this.#entries.keys();
  }

  /** Whether one of them is this text, without making texts of the others. */
  includes(text: string): boolean {
    const wanted = new TextEncoder().encode(text);
    for (const { bytes, from, to } of this.#entries.values())
      if (to - from === wanted.length && wanted.every((byte, i) => bytes[from + i] === byte)) return true;
    return false;
  }

  /** Takes one string, whose bytes the table keeps; false when there is one of that ID. */
  put(id: number, entry: Entry): boolean {
    if (this.has(id)) return false;
    this.#entries.set(id, entry);
    return true;
  }

  /** Reads a Strings batch, whose bytes the table keeps. */
  add(data: Uint8Array, base: number, generation: number): void {
    const cursor = new Cursor(data, 1, data.length, base, generation);
    this.kept = base;
    while (!cursor.done) {
      const offset = base + cursor.at;
      expectEntry(cursor, EV.String, 'String');
      const id = cursor.number('table-id', 'a string’s ID');
      const size = cursor.number('string-size', 'a string’s length');
      if (size > MAX_STRING_SIZE) throw cursor.error('string-size', `a string of ${size} bytes`);
      if (cursor.at + size > cursor.end) throw cursor.error('event-cut', 'a string runs past its batch');
      const entry = { bytes: data, from: cursor.at, to: cursor.at + size, offset };
      if (!added(this.#entries, id, entry)) throw cursor.error('string-duplicate', `a second string ${id}`);
      cursor.at += size;
      this.kept = base + cursor.at;
    }
  }
}

export class StackTable {
  /** As of the strings. */
  kept = 0;
  readonly #entries = new Map<number, Entry>();
  readonly #decoded = new Map<number, readonly StackFrame[]>();
  readonly #strings: StringTable;

  constructor(strings: StringTable) {
    this.#strings = strings;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(id: number): boolean {
    return id === NO_ID || this.#entries.has(id);
  }

  ids(): IterableIterator<number> {
    return this.#entries.keys();
  }

  /** Frames, innermost first; empty for "no stack" and for an ID that the table does not hold. */
  get(id: number): readonly StackFrame[] {
    const known = this.#decoded.get(id);
    if (known !== undefined) return known;
    const entry = this.#entries.get(id);
    if (entry === undefined) return [];
    const frames = this.#frames(entry);
    this.#decoded.set(id, frames);
    return frames;
  }

  /** Takes the frames of one stack, whose bytes the table keeps; false when there is one of that ID. */
  put(id: number, entry: Entry): boolean {
    if (this.has(id)) return false;
    this.#entries.set(id, entry);
    return true;
  }

  /** Reads a Stacks batch, whose bytes the table keeps. */
  add(data: Uint8Array, base: number, generation: number): void {
    const cursor = new Cursor(data, 1, data.length, base, generation);
    this.kept = base;
    while (!cursor.done) {
      const offset = base + cursor.at;
      expectEntry(cursor, EV.Stack, 'Stack');
      const id = cursor.number('table-id', 'a stack’s ID');
      const frames = cursor.number('stack-size', 'a stack’s depth');
      if (frames > MAX_FRAMES) throw cursor.error('stack-size', `a stack of ${frames} frames`);
      const from = cursor.at;
      cursor.skip(frames * 4);
      const entry = { bytes: data, from, to: cursor.at, offset };
      if (!added(this.#entries, id, entry)) throw cursor.error('stack-duplicate', `a second stack ${id}`);
      this.kept = base + cursor.at;
    }
  }

  /** Every frame's names must be in the string table, which may come after the stacks. */
  check(generation: number): FormatError | undefined {
    for (const entry of this.#entries.values()) {
      const cursor = new Cursor(entry.bytes, entry.from, entry.to, entry.offset - entry.from, generation);
      while (!cursor.done) {
        cursor.read();
        for (const part of ['function', 'file']) {
          const { value } = cursor.read();
          if (!this.#strings.has(value))
            return cursor.error('stack-string', `a frame’s ${part} is string ${value}`);
        }
        cursor.read();
      }
    }
    return undefined;
  }

  #frames(entry: Entry): StackFrame[] {
    const cursor = new Cursor(entry.bytes, entry.from, entry.to, entry.offset, 0);
    const frames: StackFrame[] = [];
    while (!cursor.done) {
      const pc = cursor.bigint();
      const func = this.#strings.get(cursor.read().value) ?? '';
      const file = this.#strings.get(cursor.read().value) ?? '';
      frames.push({ pc, func, file, line: cursor.read().value });
    }
    return frames;
  }
}

/** Adds an entry; of two that differ under one ID neither is certain, so then none stays. */
function added(entries: Map<number, Entry>, id: number, entry: Entry): boolean {
  const first = entries.get(id);
  if (first === undefined) {
    entries.set(id, entry);
    return true;
  }
  if (!sameBytes(first, entry)) entries.delete(id);
  return false;
}

function sameBytes(a: Entry, b: Entry): boolean {
  if (a.to - a.from !== b.to - b.from) return false;
  for (let i = 0; i < a.to - a.from; i++) if (a.bytes[a.from + i] !== b.bytes[b.from + i]) return false;
  return true;
}

function expectEntry(cursor: Cursor, type: number, name: string): void {
  const found = cursor.byte();
  if (found === type) return;
  cursor.at--;
  throw cursor.error('table-entry', `expected a ${name}, found event type ${found}`);
}
