/**
 * An object file as Go 1.9 writes it (cmd/internal/obj/objfile.go has the format): one stream of numbers, in which a
 * function stands between its data and the next symbol. Later releases write tables (../object.ts).
 */
import { latin1 } from '../archive.ts';
import { readPcsp, type Stretch } from '../pcsp.ts';

export interface Go19Symbol {
  readonly name: string;
  /** Only its own file knows it. */
  readonly isStatic: boolean;
}

export interface Go19Function {
  readonly symbol: Go19Symbol;
  readonly nosplit: boolean;
  /** Several packages may define it; the linker takes the one that it loads first. */
  readonly mayRepeat: boolean;
  /** Bytes of its variables. */
  readonly locals: number;
  readonly frame: readonly Stretch[];
  readonly calls: readonly Go19Call[];
}

export interface Go19Call {
  readonly offset: number;
  /** Undefined for a call through a register or memory. */
  readonly callee: Go19Symbol | undefined;
  /** The linker's `-c` lists it: it forgets the relocation that arm64 has for calls. */
  readonly listed: boolean;
}

export interface Go19Object {
  /** Import paths, as the archives that the linker goes on to load. */
  readonly imports: readonly string[];
  /** In the order of the file. */
  readonly functions: readonly Go19Function[];
}

const BEGIN = '\0\0go19ld\x01';
const END = '\xff\xffgo19ld';
/** Stands before each symbol, so that none is taken for the end. */
const SYMBOL = 0xfe;
const STEXT = 1;
const FLAG_DUPLICATE_OK = 1;
/** Of cmd/internal/objabi/reloctype.go. */
const CALLS = { call: 8, arm: 9, arm64: 10, power: 12, mips: 13 } as const;
const DIRECT = new Set<number>(Object.values(CALLS));
const INDIRECT = 11;

/** `member` is what an archive holds; undefined where it is no Go object. Throws RangeError for a damaged one. */
export function readGo19Object(member: Uint8Array, path: string, codeUnit: number): Go19Object | undefined {
  if (latin1(member, 0, 10) !== 'go object ') return undefined;
  const whole = Buffer.from(member.buffer, member.byteOffset, member.length);
  const start = whole.indexOf(`\n!\n${BEGIN}`, 0, 'latin1');
  if (start < 0) return undefined;
  return new Reader(member.subarray(start + 3 + BEGIN.length), prefixOf(path), codeUnit).object();
}

/** A symbol's package as the linker spells it: what is not plain, and the dots of the last element, as %xx. */
function prefixOf(path: string): string {
  const last = path.lastIndexOf('/') + 1;
  const escaped = [...path].map((char, at) =>
    /[!#$&-~]/.test(char) && (char !== '.' || at < last) ? char : hexOf(char),
  );
  return escaped.join('');
}

function hexOf(char: string): string {
  return [...Buffer.from(char)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #prefix: string;
  readonly #codeUnit: number;
  #at = 0;
  /** Where the next symbol's data begin, in the block that has them all. */
  #data = 0;
  #dataEnd = 0;
  readonly #symbols: Go19Symbol[] = [{ name: '', isStatic: false }];

  constructor(bytes: Uint8Array, prefix: string, codeUnit: number) {
    this.#bytes = bytes;
    this.#prefix = prefix;
    this.#codeUnit = codeUnit;
  }

  object(): Go19Object {
    const imports: string[] = [];
    for (let path = this.#text(); path !== ''; path = this.#text()) imports.push(path.replace(/\.a$/, ''));
    while (this.#peek() === SYMBOL) this.#symbols.push(this.#reference());
    this.#at++;
    const lengths = Array.from({ length: 6 }, () => this.#count());
    this.#data = this.#at;
    this.#dataEnd = this.#at + lengths[0]!;
    this.#skip(lengths[0]!);
    const functions: Go19Function[] = [];
    while (this.#peek() === SYMBOL) {
      const found = this.#definition();
      if (found !== undefined) functions.push(found);
    }
    if (latin1(this.#bytes, this.#at, this.#at + END.length) !== END)
      throw new RangeError('a Go 1.9 object without its end');
    return { imports, functions };
  }

  #reference(): Go19Symbol {
    this.#at++;
    const length = this.#count();
    const name = this.#string(length);
    return { name: name.replaceAll('"".', `${this.#prefix}.`), isStatic: this.#number() === 1 };
  }

  /** Undefined for what is no code. */
  #definition(): Go19Function | undefined {
    const kind = this.#bytes[this.#at + 1];
    this.#skip(2);
    const symbol = this.#symbol();
    const flags = this.#number();
    this.#numbers(2); // size, type
    this.#dataOf();
    const calls = this.#relocations();
    if (kind !== STEXT) return undefined;
    this.#number(); // bytes of arguments
    const locals = this.#number();
    const nosplit = this.#number() !== 0;
    this.#number(); // flags
    this.#each(4); // variables
    const pcsp = this.#dataOf();
    for (let table = 0; table < 3; table++) this.#dataOf();
    for (let left = this.#count(); left > 0; left--) this.#dataOf();
    this.#each(2); // funcdata and their offsets
    this.#each(1); // files
    this.#each(4); // inlined calls
    const mayRepeat = (flags & FLAG_DUPLICATE_OK) !== 0;
    return { symbol, nosplit, mayRepeat, locals, frame: readPcsp(pcsp, this.#codeUnit), calls };
  }

  #relocations(): Go19Call[] {
    const calls: Go19Call[] = [];
    for (let left = this.#count(); left > 0; left--) {
      const offset = this.#number();
      this.#number(); // size
      const type = this.#number();
      this.#number(); // addend
      const target = this.#symbol();
      const direct = DIRECT.has(type);
      const listed = direct && type !== CALLS.arm64;
      if (direct || type === INDIRECT) calls.push({ offset, callee: direct ? target : undefined, listed });
    }
    return calls;
  }

  #symbol(): Go19Symbol {
    const index = this.#number();
    const symbol = this.#symbols[index];
    if (symbol === undefined) throw new RangeError(`a reference to symbol ${index}, which is none`);
    return symbol;
  }

  /** Only lengths are in the stream; the data themselves are in their block, one after the other. */
  #dataOf(): Uint8Array {
    const length = this.#count();
    const data = this.#bytes.subarray(this.#data, this.#data + length);
    this.#data += length;
    if (this.#data > this.#dataEnd) throw new RangeError('a symbol whose data lie outside');
    return data;
  }

  /** Passes over a list of so many numbers each. */
  #each(numbers: number): void {
    for (let left = this.#count(); left > 0; left--) this.#numbers(numbers);
  }

  #numbers(count: number): void {
    for (let n = 0; n < count; n++) this.#number();
  }

  #text(): string {
    return this.#string(this.#count());
  }

  #string(length: number): string {
    const from = this.#at;
    this.#skip(length);
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + from, length).toString('utf8');
  }

  #skip(length: number): void {
    if (this.#at + length > this.#bytes.length) throw new RangeError('a Go 1.9 object that ends too early');
    this.#at += length;
  }

  #peek(): number | undefined {
    return this.#bytes[this.#at];
  }

  /** Each thing that is counted takes a byte at least, so a count is never more than there are bytes. */
  #count(): number {
    const count = this.#number();
    if (count < 0 || count > this.#bytes.length) throw new RangeError(`a count of ${count}`);
    return count;
  }

  /** A zigzag varint of 64 bits; exact up to 2^53, and what is larger is never used. */
  #number(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new RangeError('a Go 1.9 object that ends within a number');
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    throw new RangeError('a number that is too long');
  }
}
