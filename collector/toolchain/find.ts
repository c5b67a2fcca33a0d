/**
 * Finds the Go toolchains of this machine: the `go` on PATH and in its usual
 * places, those that Go itself keeps in its module cache, and Gotwin's own.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { runCommand } from '../command.ts';
import { ToolchainError } from '../errors.ts';
import { compareVersions, isDevel } from './versions.ts';

export interface Toolchain {
  /** As its VERSION file has it: `go1.26.8`. */
  readonly version: string;
  readonly goroot: string;
  /** Path of its `go` command. */
  readonly go: string;
  readonly from: 'path' | 'system' | 'module-cache' | 'gotwin-cache' | 'given';
  /** Of a tree of the user's own. */
  readonly tree?: Tree | undefined;
}

/** What is known of a tree beside its version. */
export interface Tree {
  /** SHA-256, in hex, over the sources of package runtime and what belongs to it. */
  readonly runtimeHash: string;
  /** An installed toolchain of the same version, which it was held against; undefined where there is none. */
  readonly release: Toolchain | undefined;
  /** Source files, below `src`, that are not as the release has them, or that only one of both has. */
  readonly changed: readonly string[];
}

/**
 * Newest first; a toolchain found in two places is listed once. One that `go mod
 * download` fetched and nobody ran yet is not executable, so it is not listed:
 * fetching it again costs nothing and makes it so.
 */
export async function listToolchains(): Promise<Toolchain[]> {
  const found = new Map<string, Toolchain>();
  for (const { goroot, from } of candidates()) {
    const toolchain = isExecutable(join(goroot, 'bin', 'go')) ? toolchainAt(goroot, from) : undefined;
    if (toolchain && !found.has(toolchain.goroot)) found.set(toolchain.goroot, toolchain);
  }
  return [...found.values()].sort((a, b) => compareVersions(b.version, a.version));
}

/** The toolchain whose GOROOT this is. Throws ToolchainError `no-go`. */
export function toolchainIn(goroot: string): Toolchain {
  const toolchain = toolchainAt(goroot, 'given');
  if (toolchain !== undefined && existsSync(toolchain.go)) return toolchain;
  throw new ToolchainError('no-go', `${goroot} is not the root of a Go toolchain`, {
    wanted: goroot,
    advice: 'It needs bin/go and a VERSION file; a source tree must be built first (src/make.bash).',
  });
}

/**
 * What a `go` command must be told so that it is the toolchain that it is, and
 * does not hand over to another. `GOENV=off` is left to those who can do without
 * the user's settings.
 */
export function toolchainEnv(toolchain: Toolchain): Record<string, string> {
  return { GOROOT: toolchain.goroot, GOTOOLCHAIN: 'local' };
}

/** Asks the toolchain itself. Throws ToolchainError `wrong-version`. */
export async function verifyToolchain(toolchain: Toolchain, signal?: AbortSignal): Promise<void> {
  const env = { ...toolchainEnv(toolchain), GOENV: 'off' };
  const result = await runCommand(toolchain.go, ['version'], { env, signal });
  const said = /^go version (\S+)/.exec(result.stdout)?.[1];
  if (said === toolchain.version || isDevel(toolchain.version)) return;
  throw new ToolchainError(
    'wrong-version',
    `${toolchain.go} should be ${toolchain.version} and says ${said ?? (result.all || result.shortMessage)}`,
    { wanted: toolchain.version, cause: result },
  );
}

/**
 * SHA-256, in hex, over what decides how a program runs: the version, the go
 * command, the compiler, assembler and linker, and the runtime's source. So an
 * edited runtime has another hash, and the same release from another place the same.
 */
export async function hashToolchain(toolchain: Toolchain): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await filesThatMatter(toolchain.goroot)) {
    const digest = createHash('sha256').update(await readFile(join(toolchain.goroot, file)));
    hash.update(`${digest.digest('hex')}  ${file}\n`);
  }
  return hash.digest('hex');
}

/** Where Gotwin keeps, and looks for, toolchains of its own. */
export function gotwinCache(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gotwin');
}

async function filesThatMatter(goroot: string): Promise<string[]> {
  const tools = await readdir(join(goroot, 'pkg', 'tool')).catch(() => []);
  const programs = tools.flatMap((arch) =>
    ['asm', 'compile', 'link'].map((name) => `pkg/tool/${arch}/${name}`),
  );
  const always = ['VERSION', 'bin/go', ...programs].filter((file) => existsSync(join(goroot, file)));
  return [...always, ...(await runtimeSources(goroot))].sort();
}

/** Source files of package runtime and of what belongs to it, below the GOROOT, without their tests. */
export async function runtimeSources(goroot: string): Promise<string[]> {
  const dirs = ['src/runtime', 'src/internal/runtime'];
  return (await Promise.all(dirs.map((dir) => sourcesIn(goroot, dir)))).flat();
}

async function sourcesIn(goroot: string, dir: string): Promise<string[]> {
  const names = await readdir(join(goroot, dir), { recursive: true }).catch(() => []);
  return names.filter((name) => /(?<!_test)\.(go|s|h)$/.test(name)).map((name) => join(dir, name));
}

function* candidates(): Generator<{ goroot: string; from: Toolchain['from'] }> {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    const go = join(dir, 'go');
    // /usr/bin/go is often a link into the toolchain, which begins two folders above what it links to.
    if (dir !== '' && existsSync(go)) yield { goroot: dirname(dirname(realpathSync(go))), from: 'path' };
  }
  yield { goroot: '/usr/local/go', from: 'system' };
  for (const goroot of below('/usr/lib', /^go-1\.\d+$/)) yield { goroot, from: 'system' };
  for (const cache of moduleCaches()) {
    for (const goroot of below(join(cache, 'golang.org'), /^toolchain@/))
      yield { goroot, from: 'module-cache' };
  }
  const ours = gotwinCache();
  for (const dir of [ours, join(ours, 'toolchains'), join(ours, 'toolchains', 'golang.org')]) {
    for (const goroot of below(dir, /^(go|toolchain@)/)) yield { goroot, from: 'gotwin-cache' };
  }
}

/** Asking `go env` would be surer, but a machine may have toolchains and no `go` that runs. */
function moduleCaches(): string[] {
  const gopath = process.env.GOPATH?.split(delimiter)[0] || join(homedir(), 'go');
  return [process.env.GOMODCACHE ?? '', join(gopath, 'pkg', 'mod')].filter((dir) => dir !== '');
}

function below(dir: string, pattern: RegExp): string[] {
  if (!existsSync(dir)) return [];
  const names = readdirSync(dir).filter((name) => pattern.test(name));
  return names.map((name) => join(dir, name));
}

function isExecutable(file: string): boolean {
  const info = statSync(file, { throwIfNoEntry: false });
  return info?.isFile() === true && (process.platform === 'win32' || (info.mode & 0o111) !== 0);
}

function toolchainAt(goroot: string, from: Toolchain['from']): Toolchain | undefined {
  const file = join(goroot, 'VERSION');
  if (!existsSync(file)) return undefined;
  const version = readFileSync(file, 'utf8').split('\n')[0]!.trim();
  const real = realpathSync(goroot);
  return { version, goroot: real, go: join(real, 'bin', 'go'), from };
}
