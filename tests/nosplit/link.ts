/** Compiles and links a program of one file by the tools themselves, against archives that the go command keeps. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import {
  hasTwoAbis,
  type NosplitEvidence,
  type ObjectWords,
  objectWords,
  type ReadArchives,
  readLinkerOutput,
  readProgram,
  type Toolchain,
} from '../../collector/index.ts';

/** One way to build: a release, an architecture, optimised or not, with the race detector or not. */
export interface Setting {
  readonly toolchain: Toolchain;
  readonly goarch: string;
  readonly unoptimised: boolean;
  readonly race: boolean;
}

/** Links one program after the other in a folder of its own. */
export class Linker {
  readonly #setting: Setting;
  readonly #dir: string;
  readonly #archives: ReadonlyMap<string, string>;
  readonly #words: ObjectWords;
  readonly #read: ReadArchives = new Map();
  readonly #env: Record<string, string>;

  static async open(setting: Setting, dir: string): Promise<Linker> {
    await mkdir(dir, { recursive: true });
    const { toolchain, goarch, race } = setting;
    const env = {
      ...{ GOROOT: toolchain.goroot, GOTOOLCHAIN: 'local', GOENV: 'off', GOFLAGS: '', GO111MODULE: 'off' },
      ...{ GOOS: 'linux', GOARCH: goarch, CGO_ENABLED: race ? '1' : '0' },
    };
    const packages = race ? ['runtime/race', 'runtime/cgo'] : ['runtime'];
    const flags = [...(race ? ['-race'] : []), ...(setting.unoptimised ? ['-gcflags=all=-N -l'] : [])];
    const format = '{{if .Export}}{{.ImportPath}}\t{{.Export}}{{end}}';
    const args = ['list', '-export', '-deps', '-f', format, ...flags, ...packages];
    const { stdout } = await execa(toolchain.go, args, { cwd: dir, env });
    const pairs = stdout.split('\n').map((line) => line.split('\t') as [string, string]);
    const config = pairs.map(([path, file]) => `packagefile ${path}=${file}\n`).join('');
    await writeFile(join(dir, 'importcfg'), config);
    const archives = new Map([...pairs, ['main', join(dir, 'main.a')] as const]);
    return new Linker(setting, dir, archives, await objectWords(toolchain), env);
  }

  private constructor(
    setting: Setting,
    dir: string,
    archives: ReadonlyMap<string, string>,
    words: ObjectWords,
    env: Record<string, string>,
  ) {
    this.#setting = setting;
    this.#dir = dir;
    this.#archives = archives;
    this.#words = words;
    this.#env = env;
  }

  /** What the linker says of the program, and what the compiler wrote. */
  async link(source: string): Promise<NosplitEvidence> {
    const { race, unoptimised, goarch } = this.#setting;
    await writeFile(join(this.#dir, 'main.go'), source);
    const flags = [...(race ? ['-race'] : []), ...(unoptimised ? ['-N', '-l'] : [])];
    const compiled = ['compile', '-pack', '-p', 'main', '-o', 'main.a', '-importcfg', 'importcfg', ...flags];
    await this.#tool([...compiled, 'main.go']);
    // The stack check comes before another linker is called, so that one need not do anything.
    const external = race ? ['-race', '-linkmode=external', '-extld=true'] : [];
    const args = [
      'link',
      '-importcfg',
      'importcfg',
      '-s',
      '-w',
      '-debugnosplit',
      '-o',
      'program',
      ...external,
    ];
    const output = await this.#tool([...args, 'main.a'], true);
    const link = readLinkerOutput('main', output);
    if (link.listing.functions.length === 0) throw new Error(`the linker listed nothing: ${output}`);
    this.#read.delete(join(this.#dir, 'main.a'));
    const program = await readProgram({
      archives: this.#archives,
      words: this.#words,
      goarch,
      twoAbis: hasTwoAbis(link),
      read: this.#read,
    });
    return { link, program };
  }

  async #tool(args: readonly string[], mayFail = false): Promise<string> {
    const { toolchain } = this.#setting;
    // One file for both streams: of two pipes nobody knows what came first.
    const said = await open(join(this.#dir, 'said'), 'w+');
    try {
      const options = { cwd: this.#dir, env: { ...process.env, ...this.#env } };
      const child = spawn(toolchain.go, ['tool', ...args], {
        ...options,
        stdio: ['ignore', said.fd, said.fd],
      });
      const [code] = await once(child, 'exit');
      const text = await readFile(join(this.#dir, 'said'), 'utf8');
      if (code !== 0 && !mayFail) throw new Error(`go tool ${args.join(' ')}: ${text}`);
      return text;
    } finally {
      await said.close();
    }
  }
}
