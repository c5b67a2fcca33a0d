/**
 * A Go tree of the user's own (`--goroot`): whether it is one that builds, which release it calls itself, and what
 * of its runtime is not as that release has it.
 */
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { runCommand } from '../command.ts';
import { ToolchainError } from '../errors.ts';
import { goArch, goOs } from '../machine.ts';
import {
  hashToolchain,
  listToolchains,
  runtimeSources,
  type Toolchain,
  type Tree,
  toolchainEnv,
} from './find.ts';
import { canRecord } from './versions.ts';

export type TreeToolchain = Toolchain & { readonly tree: Tree };

export function isTree(toolchain: Toolchain): toolchain is TreeToolchain {
  return toolchain.tree !== undefined;
}

/** Throws ToolchainError `not-a-tree`, `not-built`, `no-source` or `unknown-version`. */
export async function openTree(dir: string, signal?: AbortSignal): Promise<TreeToolchain> {
  const goroot = rootOf(dir);
  const go = join(goroot, 'bin', 'go');
  const tools = join(goroot, 'pkg', 'tool', `${goOs()}_${goArch()}`);
  for (const program of [go, ...['asm', 'compile', 'link'].map((name) => join(tools, name))])
    refuseUnlessRuns(program, goroot);
  const unasked: Toolchain = { version: '', goroot, go, from: 'given' };
  const toolchain = { ...unasked, version: await versionOf(unasked, signal) };
  if (!canRecord(toolchain.version, 'trace')) throw tooOld(toolchain);
  const own = await digests(goroot);
  const release = await releaseLike(toolchain);
  const changed = release === undefined ? [] : differences(own, await digests(release.goroot));
  return { ...toolchain, tree: { runtimeHash: hashOf(own), release, changed } };
}

/** A sentence's part for people: `go1.26.8, changed in runtime/chan.go`. */
export function treeText({
  version,
  tree,
}: {
  readonly version: string;
  readonly tree: { readonly release?: unknown; readonly changed: readonly string[] };
}): string {
  if (tree.release === undefined) return `${version}, which is not installed as a release to hold it against`;
  return `${version}, ${tree.changed.length === 0 ? 'its runtime as released' : `changed in ${tree.changed.join(', ')}`}`;
}

/**
 * SHA-256, in hex, over all that a program is built of: the tools and every source of the library. Another place has the
 * same hash, another comment has another. Much more than a recording says of its tree, and read once for many runs.
 */
export async function contentHash(toolchain: TreeToolchain): Promise<string> {
  const src = join(toolchain.goroot, 'src');
  const entries = await readdir(src, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(src, join(entry.parentPath, entry.name)))
    // Of cmd the programs count, which are hashed as tools.
    .filter((file) => !/^cmd\/|(^|\/)testdata\/|_test\.go$/.test(file));
  const hash = createHash('sha256').update(await hashToolchain(toolchain));
  for (const file of files.sort()) hash.update(`${sha256(await readFile(join(src, file)))}  ${file}\n`);
  return hash.digest('hex');
}

function rootOf(dir: string): string {
  const given = resolve(dir);
  const refuse = (why: string) => {
    throw new ToolchainError('not-a-tree', `${dir} is no GOROOT: ${why}`, {
      wanted: dir,
      advice: 'Give the folder that holds bin, pkg and src: `go env GOROOT` says where the one in use is.',
    });
  };
  if (!existsSync(given)) refuse('there is no such folder');
  if (!statSync(given).isDirectory()) refuse('it is a file');
  if (!existsSync(join(given, 'src', 'runtime', 'proc.go'))) refuse('it has no src/runtime/proc.go');
  return realpathSync(given);
}

function refuseUnlessRuns(program: string, goroot: string): void {
  const missing = !existsSync(program);
  if (!missing && runs(program)) return;
  throw new ToolchainError('not-built', `${program} ${missing ? 'is missing' : 'cannot be executed'}`, {
    wanted: goroot,
    advice: missing
      ? 'Build the tree (src/make.bash), or copy bin and pkg from the release that it was made from.'
      : 'Make it executable: chmod +x.',
  });
}

function runs(program: string): boolean {
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What its tools put into a program as runtime.Version(): `go1.26.8`, `go1.27-devel_0a1b2c3 Mon Nov …`. */
async function versionOf(toolchain: Toolchain, signal?: AbortSignal): Promise<string> {
  const env = { ...toolchainEnv(toolchain), GOENV: 'off', GOFLAGS: '' };
  const result = await runCommand(toolchain.go, ['env', 'GOVERSION', 'GOROOT'], { env, signal });
  const [version = '', goroot = ''] = result.stdout.trim().split('\n');
  if (!result.failed && /\bgo1\.\d/.test(version) && goroot === toolchain.goroot) return version;
  const said = result.all.trim() || result.shortMessage;
  throw new ToolchainError(
    'not-built',
    `${toolchain.go} does not work as the go command of its tree: ${said}`,
    {
      wanted: toolchain.goroot,
      advice: 'Build the tree again (src/make.bash).',
      cause: result,
    },
  );
}

/** A release under the same name that lies somewhere else: best one from a cache, where nobody edits. */
async function releaseLike({ version, goroot }: Toolchain): Promise<Toolchain | undefined> {
  const others = (await listToolchains()).filter(
    (other) => other.version === version && other.goroot !== goroot,
  );
  return others.find(({ from }) => from === 'module-cache' || from === 'gotwin-cache') ?? others[0];
}

/** From each source file of the runtime to a hash of what is in it. */
async function digests(goroot: string): Promise<Map<string, string>> {
  const sources = await runtimeSources(goroot);
  const files = sources.filter((file) => !file.includes('/testdata/')).sort();
  const hashes = await Promise.all(files.map(async (file) => sha256(await readFile(join(goroot, file)))));
  return new Map(files.map((file, i) => [file.replace(/^src\//, ''), hashes[i]!]));
}

function hashOf(files: ReadonlyMap<string, string>): string {
  return sha256([...files].map(([file, hash]) => `${hash}  ${file}\n`).join(''));
}

function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

function differences(own: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): string[] {
  const files = new Set([...own.keys(), ...other.keys()]);
  return [...files].filter((file) => own.get(file) !== other.get(file)).sort();
}

function tooOld({ version, goroot }: Toolchain): ToolchainError {
  return new ToolchainError(
    'unknown-version',
    `${goroot} is ${version}: only trees of Go 1.22 and later are recorded`,
    {
      wanted: version,
      advice: 'Releases before Go 1.22 are run as they are, with --go.',
    },
  );
}
