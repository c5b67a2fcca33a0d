/**
 * An object file as Go's compiler and assembler write it since Go 1.20 (cmd/internal/goobj describes the format):
 * of every function whether it checks for a split, how deep its frame is, and whom it calls.
 */
import { latin1 } from './archive.ts';
import type { ObjectWords } from './object-words.ts';
import { readPcsp, type Stretch } from './pcsp.ts';

/** A symbol of some object file, or of none where nothing defines it. */
export interface SymbolName {
  readonly name: string;
  readonly abi: number;
}

/** One function as it was compiled. */
export interface ObjectFunction {
  readonly symbol: SymbolName;
  readonly nosplit: boolean;
  /** Bytes of code. */
  readonly size: number;
  /** How deep the frame is in each stretch of code. */
  readonly frame: readonly Stretch[];
  readonly calls: readonly ObjectCall[];
}

export interface ObjectCall {
  readonly offset: number;
  /** Undefined for a call through a register or memory. */
  readonly callee: SymbolReference | undefined;
}

/** A symbol by name, or by its place among those that a package's compiled Go defines. */
export type SymbolReference = SymbolName | { readonly package: string; readonly place: number };

/** ABI of symbols that only their own file knows. */
export const STATIC = 0xffff;

const MAGIC = '\0go120ld';
/** Blocks of the file, by their place in the header's table of offsets. */
const BLOCK = {
  autolib: 0,
  packages: 1,
  definitions: 3,
  hashed64: 4,
  hashed: 5,
  nonPackage: 6,
  references: 7,
  refFlags: 8,
  relocIndex: 11,
  auxIndex: 12,
  dataIndex: 13,
  relocs: 14,
  aux: 15,
  data: 16,
} as const;
/** Bytes of an entry of each kind. */
const SIZE = { string: 8, autolib: 16, symbol: 21, reloc: 23, aux: 9 } as const;
/** Packages that mean something else. */
const PACKAGE = {
  none: 0x7fffffff,
  hashed64: 0x7ffffffe,
  hashed: 0x7ffffffd,
  builtin: 0x7ffffffc,
  self: 0x7ffffffb,
};
const FLAG_NOSPLIT = 16;
const AUX = { funcInfo: 1, pcsp: 7 } as const;

/** One object file. Methods throw RangeError where a number in it leads outside. */
export class ObjectFile {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #words: ObjectWords;
  readonly #offsets: readonly number[];
  readonly #codeUnit: number;

  /** `member` is what an archive holds; undefined where it is no Go object but, say, C. */
  static open(member: Uint8Array, words: ObjectWords, goarch: string): ObjectFile | undefined {
    if (latin1(member, 0, 10) !== 'go object ') return undefined;
    const start = Buffer.from(member.buffer, member.byteOffset, member.length).indexOf(
      `\n!\n${MAGIC}`,
      0,
      'latin1',
    );
    return start < 0 ? undefined : new ObjectFile(member.subarray(start + 3), words, goarch);
  }

  private constructor(bytes: Uint8Array, words: ObjectWords, goarch: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#words = words;
    this.#codeUnit = words.codeUnit.get(goarch) ?? 1;
    const table = MAGIC.length + 8 + 4;
    this.#offsets = Array.from({ length: 19 }, (_, block) => this.#word(table + 4 * block));
    // Whatever is counted or walked below lies between two of these.
    const ascending = this.#offsets.every((offset, block) => offset >= (this.#offsets[block - 1] ?? 0));
    if (!ascending || this.#offsets.at(-1)! > bytes.length) throw new RangeError('blocks that lie outside');
    for (const index of [BLOCK.relocIndex, BLOCK.auxIndex, BLOCK.dataIndex]) this.#checkIndex(index);
  }

  /** Import paths in the order in which the linker goes on to load them. */
  imports(): string[] {
    return this.#entries(BLOCK.autolib, SIZE.autolib).map((at) => this.#string(at));
  }

  /** The symbols of the package itself, in their order: what other packages' references count. */
  definitions(): SymbolName[] {
    return this.#entries(BLOCK.definitions, SIZE.symbol).map((at) => this.#symbol(at));
  }

  /** The functions that are the package's own. */
  packageFunctions(): ObjectFunction[] {
    return this.#functions(0, this.#count(BLOCK.definitions, SIZE.symbol));
  }

  /** The functions that are known by name alone: what assembly defines, and what several packages may define. */
  namedFunctions(): ObjectFunction[] {
    const counts = [BLOCK.definitions, BLOCK.hashed64, BLOCK.hashed].map((block) =>
      this.#count(block, SIZE.symbol),
    );
    const first = counts.reduce((sum, count) => sum + count, 0);
    return this.#functions(first, this.#count(BLOCK.nonPackage, SIZE.symbol));
  }

  #functions(first: number, count: number): ObjectFunction[] {
    const found: ObjectFunction[] = [];
    for (let place = first; place < first + count; place++) {
      const at = this.#at(BLOCK.definitions) + place * SIZE.symbol;
      const made = this.#words.text.has(this.#bytes[at + 10] ?? 0) ? this.#function(place, at) : undefined;
      if (made !== undefined) found.push(made);
    }
    return found;
  }

  #function(place: number, at: number): ObjectFunction | undefined {
    const flags = this.#bytes[at + 11]!;
    const aux = this.#auxOf(place);
    if (!aux.has(AUX.funcInfo)) return undefined;
    const nosplit = (flags & FLAG_NOSPLIT) !== 0;
    const table = aux.get(AUX.pcsp);
    return {
      symbol: this.#symbol(at),
      nosplit,
      size: this.#word(at + 13),
      frame: nosplit && table !== undefined ? this.#frame(table) : [],
      calls: nosplit ? this.#calls(place) : [],
    };
  }

  #auxOf(place: number): Map<number, number> {
    const [first, last] = this.#range(BLOCK.auxIndex, place, BLOCK.aux, SIZE.aux);
    const found = new Map<number, number>();
    for (let nth = first; nth < last; nth++) {
      const at = this.#at(BLOCK.aux) + nth * SIZE.aux;
      const target = this.#local(this.#word(at + 1), this.#word(at + 5));
      if (target !== undefined) found.set(this.#bytes[at]!, target);
    }
    return found;
  }

  /** Place among the file's own symbols, where it is one. */
  #local(pkg: number, place: number): number | undefined {
    const [definitions, hashed64, hashed] = [BLOCK.definitions, BLOCK.hashed64, BLOCK.hashed].map((block) =>
      this.#count(block, SIZE.symbol),
    ) as [number, number, number];
    if (pkg === PACKAGE.self) return place;
    if (pkg === PACKAGE.hashed64) return definitions + place;
    if (pkg === PACKAGE.hashed) return definitions + hashed64 + place;
    return pkg === PACKAGE.none ? definitions + hashed64 + hashed + place : undefined;
  }

  #frame(place: number): Stretch[] {
    const [first, last] = this.#range(BLOCK.dataIndex, place, BLOCK.data, 1);
    const base = this.#at(BLOCK.data);
    return readPcsp(this.#bytes.subarray(base + first, base + last), this.#codeUnit);
  }

  #calls(place: number): ObjectCall[] {
    const [first, last] = this.#range(BLOCK.relocIndex, place, BLOCK.relocs, SIZE.reloc);
    const calls: ObjectCall[] = [];
    for (let nth = first; nth < last; nth++) {
      const at = this.#at(BLOCK.relocs) + nth * SIZE.reloc;
      const type = this.#view.getUint16(at + 5, true);
      const direct = this.#words.directCalls.has(type);
      if (!direct && type !== this.#words.indirectCall) continue;
      const callee = direct ? this.#reference(this.#word(at + 15), this.#word(at + 19)) : undefined;
      calls.push({ offset: this.#view.getInt32(at, true), callee });
    }
    return calls;
  }

  #reference(pkg: number, place: number): SymbolReference {
    if (pkg === PACKAGE.builtin) {
      const builtin = this.#words.builtins[place];
      if (builtin === undefined)
        throw new RangeError(`there is no function ${place} that the compiler knows`);
      return builtin;
    }
    const local = this.#local(pkg, place);
    if (local === undefined) return { package: this.#package(pkg), place };
    // References to what other packages define by name follow on the file's own symbols.
    const at = this.#at(BLOCK.definitions) + local * SIZE.symbol;
    if (at >= this.#at(BLOCK.refFlags)) throw new RangeError(`a reference to symbol ${local}, which is none`);
    return this.#symbol(at);
  }

  #package(index: number): string {
    if (index >= this.#count(BLOCK.packages, SIZE.string))
      throw new RangeError(`a reference to package ${index}, which is none`);
    return this.#string(this.#at(BLOCK.packages) + index * SIZE.string);
  }

  #symbol(at: number): SymbolName {
    return { name: this.#string(at), abi: this.#view.getUint16(at + 8, true) };
  }

  #entries(block: number, size: number): number[] {
    return Array.from({ length: this.#count(block, size) }, (_, nth) => this.#at(block) + nth * size);
  }

  #count(block: number, size: number): number {
    const count = (this.#offsets[block + 1]! - this.#offsets[block]!) / size;
    if (!Number.isInteger(count) || count < 0)
      throw new RangeError(`block ${block} has a size that it cannot have`);
    return count;
  }

  /** Entries of a symbol end where those of the next begin: else a few bytes could stand for any amount of work. */
  #checkIndex(block: number): void {
    let last = 0;
    for (const at of this.#entries(block, 4)) {
      const next = this.#word(at);
      if (next < last) throw new RangeError(`an index of symbols, block ${block}, that goes back`);
      last = next;
    }
  }

  #at(block: number): number {
    return this.#offsets[block]!;
  }

  /** Where a symbol's entries in a block begin and end: the two neighbours in the block's index. */
  #range(index: number, place: number, block: number, size: number): [number, number] {
    const at = this.#at(index) + 4 * place;
    const [first, last] = [this.#word(at), this.#word(at + 4)];
    const most = (this.#offsets[block + 1]! - this.#offsets[block]!) / size;
    if (first > last || last > most)
      throw new RangeError(`a symbol whose entries lie outside of block ${block}`);
    return [first, last];
  }

  #word(at: number): number {
    return this.#view.getUint32(at, true);
  }

  /** A string is a length and an offset. */
  #string(at: number): string {
    const [length, start] = [this.#word(at), this.#word(at + 4)];
    if (start + length > this.#bytes.length) throw new RangeError('a string that lies outside');
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + start, length).toString('utf8');
  }
}
