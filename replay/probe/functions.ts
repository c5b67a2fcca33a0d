/**
 * The functions of the binary, as the collector lists them in `probe/functions`:
 * a line `HEXADDR NAME` for each, sorted by address. They are physical functions:
 * what the compiler inlined bears the name of the function that it ended up in.
 */
import { wide } from './record.ts';

/** More than the largest Go binaries have. */
const MAX_FUNCTIONS = 1 << 20;
const MAX_LINE = 4096;
const ALIGNMENT = 16;

export class Functions {
  readonly #start: Float64Array;
  readonly #names: readonly string[];
  /** Bytes from where they were linked to where they lie. */
  #moved = 0;

  constructor(lines: Iterable<string>) {
    const starts: number[] = [];
    const names: string[] = [];
    for (const line of lines) {
      const [, address, name] = /^(?:0x)?([0-9a-f]{1,16}) (\S+)$/i.exec(line) ?? [];
      if (address === undefined || name === undefined || starts.length >= MAX_FUNCTIONS) continue;
      const start = Number.parseInt(address, 16);
      // Sorted, or else what is out of place is left out: a search in the rest still finds what it finds.
      if (start < (starts.at(-1) ?? 0)) continue;
      starts.push(start);
      names.push(name);
    }
    this.#start = Float64Array.from(starts);
    this.#names = names;
  }

  /**
   * Puts the functions where the program was loaded: the list says where they were
   * linked, and a position independent program, or one that C was linked to, lies
   * elsewhere. `goexit` is any address in that function, as the program gave it.
   */
  loadedAt(goexit: number): void {
    const index = this.#names.findIndex((name) => /^runtime\.goexit(\.abi0)?$/.test(name));
    // Functions begin at multiples of 16, and the address lies an instruction behind.
    if (goexit > 0 && index >= 0)
      this.#moved = Math.floor(goexit / ALIGNMENT) * ALIGNMENT - (this.#start[index] as number);
  }

  get count(): number {
    return this.#names.length;
  }

  has(name: string): boolean {
    return this.#names.includes(name);
  }

  /** The name of the function that a return address leads back into; empty where it is not known. */
  nameAt(lo: number, hi: number): string {
    // A call may be a function's last instruction: then the return address is already the next one's.
    const pc = wide(lo, hi) - 1 - this.#moved;
    let from = 0;
    let to = this.#start.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#start[middle] as number) <= pc) from = middle + 1;
      else to = middle;
    }
    return this.#names[from - 1] ?? '';
  }
}

/**
 * The names that a physical function is known by: its own, and those of the
 * functions whose closures it came from, `gcStart.forEachP.func8` being of forEachP.
 */
export function namesIn(physical: string): string[] {
  const plain = physical.replace(/\[.*\]/g, '').replace(/^.*\//, '');
  return plain
    .split('.')
    .slice(1)
    .map((part) => part.replace(/-\w+$/, ''));
}

/** Closures, what wraps calls, and the ABI of what is written in assembly. */
const UNNAMED = /^(?:(?:func|gowrap)?\d+|abi\d)$/;

/**
 * The function in whose text a closure stands, wherever it was inlined: `forEachP` of `runtime.gcStart.forEachP.func8`.
 * So it is the same with each compiler.
 */
export function declaredIn(physical: string): string {
  return namesIn(physical).findLast((name) => !UNNAMED.test(name)) ?? '';
}

export async function readFunctions(source: AsyncIterable<Uint8Array>): Promise<Functions> {
  const lines: string[] = [];
  const decoder = new TextDecoder('latin1');
  let rest = '';
  for await (const chunk of source) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = (parts.pop() ?? '').slice(0, MAX_LINE);
    for (const part of parts) if (lines.length < MAX_FUNCTIONS && part.length <= MAX_LINE) lines.push(part);
  }
  if (rest !== '') lines.push(rest);
  return new Functions(lines);
}
