/**
 * Traces of releases before Go 1.22: the program `older`, built and run by
 * them, and what the parsers that they came with make of such traces.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ExecaError, execa } from 'execa';

/** Where the programs' sources are, also when what runs was compiled into `dist`. */
const here = fileURLToPath(new URL('.', import.meta.url)).replace(/([\\/])dist[\\/](?=replay)/, '$1');

/** A release that is not here and cannot be fetched. */
export class NoRelease extends Error {
  override readonly name = 'NoRelease';
}

/** Builds and runs programs with old releases. */
export class OldReleases {
  readonly #dir: Promise<string> = mkdtemp(join(tmpdir(), 'gotwin-older-'));
  readonly #roots = new Map<string, Promise<string>>();
  #count = 0;

  /** Runs `older`; returns the trace's path. Throws NoRelease. */
  async record(go: string, rounds: number): Promise<string> {
    const dir = await this.#dir;
    const program = join(dir, `older-${go}`);
    await this.#run(go, join(here, 'older'), ['build', '-o', program, '.']);
    const path = join(dir, `${go}-${this.#count++}.trace`);
    await execa(program, ['-rounds', String(rounds), path], { env: { GODEBUG: '' } });
    return path;
  }

  /** The parser that the release came with (testdata/parser), as a program. Throws NoRelease. */
  async parser(go: string): Promise<string> {
    const dir = await this.#dir;
    const program = join(dir, `parser-${go}`);
    const variant = go.startsWith('1.9.') ? 'parse_9.go' : 'parse_10.go';
    const sources = ['main.go', variant].map((name) => join(here, 'parser', name));
    await this.#run(go, dir, ['tool', 'compile', '-o', `${program}.o`, ...sources]);
    await this.#run(go, dir, ['tool', 'link', '-o', program, `${program}.o`]);
    return program;
  }

  async remove(): Promise<void> {
    await rm(await this.#dir, { recursive: true, force: true });
  }

  /** Runs that release's own go command, which knows nothing of toolchains, nor of today's settings. */
  async #run(go: string, cwd: string, args: string[]): Promise<void> {
    const root = await this.#root(go);
    const GOPATH = join(await this.#dir, 'gopath');
    const own = { GOROOT: root, GOPATH, GOTOOLCHAIN: 'local', GOENV: 'off', GO111MODULE: 'off' };
    await execa(join(root, 'bin', 'go'), args, { cwd, env: { ...own, GOFLAGS: '', CGO_ENABLED: '0' } });
  }

  #root(go: string): Promise<string> {
    const known = this.#roots.get(go) ?? this.#fetch(go);
    this.#roots.set(go, known);
    return known;
  }

  /** Go fetches the toolchain if it must, and then is that toolchain. */
  async #fetch(go: string): Promise<string> {
    const cwd = join(await this.#dir, 'gopath');
    await mkdir(cwd, { recursive: true });
    // Flags of today, which the user may have set for good, would stop an old release.
    const env = { GOTOOLCHAIN: `go${go}`, GO111MODULE: 'on', GOFLAGS: '-tags=x' };
    try {
      const { stdout } = await execa('go', ['env', 'GOROOT'], { cwd, env });
      return stdout;
    } catch (error) {
      const said = error instanceof ExecaError ? String(error.stderr ?? error.shortMessage) : String(error);
      throw new NoRelease(`Go ${go} is not installed and cannot be fetched: ${said.trim().split('\n').at(-1)}`);
    }
  }
}
