/** Real traces for the tests of decode and order: the program `busy`, built and run by a release of Go. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** The releases whose traces must read, with the flag that makes their own `go tool trace` print wire text. */
export const RELEASES = [
  { go: '1.22.12', version: 22, wireFlag: '-d=2' },
  { go: '1.23.12', version: 23, wireFlag: '-d=2' },
  { go: '1.24.9', version: 23, wireFlag: '-d=wire' },
  { go: '1.25.4', version: 25, wireFlag: '-d=wire' },
  { go: '1.26.8', version: 26, wireFlag: '-d=wire' },
] as const;

export const NEWEST = '1.26.8';

/** Beside this file's source, also when what runs was compiled into `dist`. */
const busy = fileURLToPath(new URL('./busy', import.meta.url)).replace(/([\\/])dist[\\/](?=replay)/, '$1');

/** The environment in which `go` is that release, with a standard library that the collector's fixtures have compiled too. */
function release(go: string): Record<string, string> {
  const shared = { GOFLAGS: '-mod=mod -trimpath', CGO_ENABLED: '0' };
  return { GOTOOLCHAIN: `go${go}`, GO111MODULE: 'on', GODEBUG: '', ...shared };
}

export async function goroot(go: string): Promise<string> {
  const { stdout } = await execa('go', ['env', 'GOROOT'], { cwd: busy, env: release(go) });
  return stdout;
}

/** Standard output of `go tool trace` of that release, or its failure. */
export async function goToolTrace(go: string, flag: string, path: string): Promise<string> {
  const options = { cwd: busy, env: release(go), stripFinalNewline: false, maxBuffer: 1 << 29 };
  const { stdout } = await execa('go', ['tool', 'trace', flag, path], options);
  return stdout;
}

/** A folder for one test file's traces. */
export class Recorder {
  readonly #program: string;
  readonly #dir: Promise<string> = mkdtemp(join(tmpdir(), 'gotwin-busy-'));
  readonly #binaries = new Map<string, Promise<string>>();
  #count = 0;

  /** `program`: the folder of a program that writes a trace to the path which is its last argument. */
  constructor(program = busy) {
    this.#program = program;
  }

  /** Runs `busy`; returns the trace's path. */
  async record(go: string, rounds: number, godebug = ''): Promise<string> {
    return await this.run(go, ['-rounds', String(rounds)], godebug);
  }

  /** Runs the program; returns the trace's path. */
  async run(go: string, args: readonly string[] = [], godebug = ''): Promise<string> {
    const binary = await this.#build(go);
    const path = join(await this.#dir, `${go}-${this.#count++}.trace`);
    await execa(binary, [...args, path], { env: { GODEBUG: godebug } });
    return path;
  }

  async remove(): Promise<void> {
    await rm(await this.#dir, { recursive: true, force: true });
  }

  #build(go: string): Promise<string> {
    const built = this.#binaries.get(go) ?? this.#compile(go);
    this.#binaries.set(go, built);
    return built;
  }

  async #compile(go: string): Promise<string> {
    const binary = join(await this.#dir, `program-${go}`);
    await execa('go', ['build', '-o', binary, '.'], { cwd: this.#program, env: release(go) });
    const { stdout } = await execa('go', ['version', binary], { cwd: this.#program });
    if (!stdout.endsWith(`go${go}`)) throw new Error(`wanted go${go}, got ${stdout}`);
    return binary;
  }
}

/** Numbers in [0, 1) that a seed determines (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}
