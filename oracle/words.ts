/** Strings and stacks as the oracle's lines hold them. */
import { createHash } from 'node:crypto';
import type { Generation, StackFrame } from '../replay/index.ts';

/** Printable ASCII but for the two signs that the lines are made of. */
const PLAIN = /^[ !#$&-~]*$/;

/** What is not plain becomes % and two hex digits a byte: no two readers quote Unicode alike. */
function escapeText(text: string): string {
  return PLAIN.test(text) ? text : escapeBytes(new TextEncoder().encode(text));
}

function escapeBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x22 && byte !== 0x25;
    text += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

/** Short enough for a line, and long enough that two stacks never share one. */
export function hashOf(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex').slice(0, 16);
}

/** The strings and stacks of one generation, each made once. */
export class Words {
  readonly #generation: Generation;
  /** Frames by hash, of all generations: to explain a mismatch. */
  readonly #frames: Map<string, string>;
  readonly #strings = new Map<number, string>();
  readonly #stacks = new Map<number, string>();
  /** Go's reader knows one frame a program counter; the old format has several where calls were inlined. */
  readonly #firstOfPc: ReadonlyMap<bigint, StackFrame> | undefined;

  constructor(generation: Generation, frames: Map<string, string>) {
    this.#generation = generation;
    this.#frames = frames;
    if (generation.settled !== undefined) this.#firstOfPc = firstOfPc(generation);
  }

  /** A string in quotes. */
  quoted(id: number): string {
    const known = this.#strings.get(id);
    if (known !== undefined) return known;
    const bytes = this.#generation.strings.bytes(id);
    const text = bytes === undefined ? escapeText(this.#generation.string(id)) : escapeBytes(bytes);
    this.#strings.set(id, `"${text}"`);
    return `"${text}"`;
  }

  /** The hash of a stack's frames, "-" when there are none. */
  stack(id: number): string {
    const known = this.#stacks.get(id);
    if (known !== undefined) return known;
    const frames = this.#generation.stack(id).map((frame) => {
      const { pc, func, file, line } = this.#firstOfPc?.get(frame.pc) ?? frame;
      return `${pc.toString(16)} ${escapeText(func)} ${escapeText(file)}:${line};`;
    });
    const text = frames.join('');
    const hash = text === '' ? '-' : hashOf(text);
    this.#stacks.set(id, hash);
    if (text !== '') this.#frames.set(hash, text);
    return hash;
  }
}

/** The first frame of each program counter in the order of the file. */
function firstOfPc(generation: Generation): Map<bigint, StackFrame> {
  const first = new Map<bigint, StackFrame>();
  for (const id of generation.stacks.ids()) {
    for (const frame of generation.stack(id)) if (!first.has(frame.pc)) first.set(frame.pc, frame);
  }
  return first;
}
