/** Programs that Go traces in its own tests, and ours, built by any release and run with any settings. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { findArchitecture, findEmulator, goArch } from '../../collector/index.ts';
import { ROOT } from '../root.ts';
import { programs as sources } from './golang.ts';

/** Patch levels that are known to install and to run, one for each release that writes the format of today. */
export const RELEASES = ['1.22.12', '1.23.12', '1.24.9', '1.25.4', '1.26.8'] as const;

/** What the runtime is told, each in a run of its own. */
export const SETTINGS = [
  { name: 'default', godebug: '' },
  { name: 'generations', godebug: 'traceadvanceperiod=0' },
  { name: 'allocations', godebug: 'traceallocfree=1' },
] as const;

export type Setting = (typeof SETTINGS)[number];

/** Our own program, which does much of everything; it takes the trace's path. */
export const BUSY = join(ROOT, 'replay/decode/testdata/busy');

/** Those that also run under an emulator: few enough to wait for, and they need no C. */
const EMULATED = ['annotations.go', 'gomaxprocs.go', 'wait-on-pipe.go'] as const;

export interface Run {
  readonly go: string;
  readonly arch: string;
  /** Path of a Go file, or a folder. */
  readonly source: string;
  readonly setting: Setting;
  /** Runs the program where the machine's processor does not. */
  readonly emulator?: string;
}

export function runName({ go, arch, source, setting }: Run): string {
  return `${basename(source, '.go')} on go${go} ${arch}, ${setting.name}`;
}

const minute = 60_000;

function environment(go: string, arch?: string): Record<string, string> {
  const env = {
    GOTOOLCHAIN: `go${go}`,
    GO111MODULE: 'on',
    GOFLAGS: '-buildvcs=false -trimpath',
    GODEBUG: '',
  };
  return arch === undefined ? env : { ...env, GOARCH: arch };
}

/** The tree of a release, fetched through the ordinary Go client when it is not there. */
export async function goroot(go: string): Promise<string> {
  const { stdout } = await execa('go', ['env', 'GOROOT'], { cwd: tmpdir(), env: environment(go) });
  return stdout;
}

/** All of Go's own test programs, of the release's own tree, on this machine's processor. */
export async function ownRuns(go: string, settings: readonly Setting[]): Promise<Run[]> {
  const files = await sources(await goroot(go));
  return settings.flatMap((setting) => files.map((source) => ({ go, arch: goArch(), source, setting })));
}

/** Three of them for arm64; none where the machine is one, or has no emulator. */
export async function emulatedRuns(go: string): Promise<Run[]> {
  const arm64 = findArchitecture('arm64');
  const emulator = findEmulator(arm64);
  if (emulator === undefined || arm64.nativeOn.includes(goArch())) return [];
  const files = await sources(await goroot(go));
  const few = files.filter((file) => EMULATED.some((name) => basename(file) === name));
  return few.map((source) => ({ go, arch: arm64.goarch, source, setting: SETTINGS[0], emulator }));
}

/** Builds and runs programs in a temporary folder; each program is built once. */
export class Programs {
  /** Where traces go. */
  readonly folder: string;
  readonly #binaries = new Map<string, Promise<string>>();
  #count = 0;

  private constructor(dir: string) {
    this.folder = dir;
  }

  static async create(): Promise<Programs> {
    return new Programs(await mkdtemp(join(tmpdir(), 'gotwin-oracle-runs-')));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /**
   * Runs a program that writes its trace to standard output, or to the path that `args` is told; returns that path.
   */
  async record(run: Run, args?: (path: string) => readonly string[]): Promise<string> {
    const binary = await this.#build(run);
    const path = join(this.folder, `${this.#count++}-${basename(run.source, '.go')}.trace`);
    const { emulator } = run;
    const command = [...(emulator === undefined ? [] : [emulator]), binary, ...(args?.(path) ?? [])];
    await execa(command[0]!, command.slice(1), {
      env: { GODEBUG: run.setting.godebug },
      stdout: args === undefined ? { file: path } : 'ignore',
      stderr: 'pipe',
      timeout: 2 * minute,
    });
    const { size } = await stat(path);
    if (size === 0) throw new Error(`${runName(run)} wrote no trace`);
    return path;
  }

  #build(run: Run): Promise<string> {
    const key = `${run.go} ${run.arch} ${run.source}`;
    const built = this.#binaries.get(key) ?? this.#compile(run);
    this.#binaries.set(key, built);
    return built;
  }

  async #compile({ go, arch, source }: Run): Promise<string> {
    const binary = join(this.folder, `${go}-${arch}-${basename(source, '.go')}`);
    const env = environment(go, arch);
    // A file is a program by itself; a folder is one of its module.
    const isFile = source.endsWith('.go');
    const [cwd, what] = isFile ? [this.folder, source] : [source, '.'];
    await execa('go', ['build', '-o', binary, what], { cwd, env, timeout: 4 * minute });
    const { stdout } = await execa('go', ['version', binary], { cwd: this.folder, env: environment(go) });
    // The go command may quietly pass over a toolchain that it was told to use.
    if (!stdout.endsWith(` go${go}`)) throw new Error(`wanted go${go}, got ${stdout}`);
    return binary;
  }
}
