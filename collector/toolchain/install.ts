/**
 * Gets a toolchain by version: an installed one, or one that any `go` on the
 * machine fetches as the module golang.org/toolchain, which Go checks against
 * the checksum database before it unpacks it.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assetPath } from '../../go-fixtures/index.ts';
import { runCommand } from '../command.ts';
import { ToolchainError } from '../errors.ts';
import { goArch, goOs } from '../machine.ts';
import { listToolchains, type Toolchain, toolchainEnv, toolchainIn, verifyToolchain } from './find.ts';
import {
  type GoVersion,
  KNOWN_GOOD,
  knownReleases,
  LINKED_ONLY,
  minorOf,
  parseGoVersion,
  TEXT_ONLY,
} from './versions.ts';

export interface ToolchainOptions {
  signal?: AbortSignal | undefined;
  /** Told, in a sentence, of what takes long. */
  onProgress?: ((message: string) => void) | undefined;
  /** Nothing will be run: a release will do of which only the linker is known. */
  toLink?: boolean | undefined;
}

/** The newest installed toolchain that fits, or undefined. Throws ToolchainError `bad-version`, `unknown-version`. */
export async function findToolchain(version: string): Promise<Toolchain | undefined> {
  return pick(await listToolchains(), parseGoVersion(version));
}

/**
 * A toolchain of that version, verified; fetched when it is not installed. A
 * release (`1.26`) is served by the newest patch level that is installed.
 * Throws ToolchainError.
 */
export async function installToolchain(version: string, options: ToolchainOptions = {}): Promise<Toolchain> {
  const wanted = parseGoVersion(version, options.toLink);
  const installed = await listToolchains();
  const toolchain = pick(installed, wanted) ?? (await fetchToolchain(version, wanted, installed, options));
  await verifyToolchain(toolchain, options.signal);
  return toolchain;
}

function pick(installed: readonly Toolchain[], wanted: GoVersion): Toolchain | undefined {
  return installed.find(({ version }) =>
    wanted.exact === undefined
      ? isRelease(version) && minorOf(version) === wanted.minor
      : version === wanted.exact,
  );
}

function isRelease(version: string): boolean {
  return /^go1\.\d+(\.\d+)?$/.test(version);
}

async function fetchToolchain(
  text: string,
  wanted: GoVersion,
  installed: readonly Toolchain[],
  options: ToolchainOptions,
): Promise<Toolchain> {
  const exact = wanted.exact ?? { ...LINKED_ONLY, ...TEXT_ONLY, ...KNOWN_GOOD }[wanted.minor];
  if (exact === undefined) throw unknownVersion(text, installed);
  // Any go from 1.18 on can; the newest knows best how to get through proxies.
  const by = installed[0] ?? (await firstToolchain(text, options));
  if (by.version === exact) return by;
  options.onProgress?.(`fetching ${exact} by ${by.version}`);
  const folder = await mkdtemp(join(tmpdir(), 'gotwin-toolchain-'));
  try {
    return await download(exact, by, folder, options.signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * A toolchain where there is none to fetch it with: the one that is pinned with its hash, in Gotwin's own cache.
 * Throws ToolchainError `no-go`, with why it could not be had.
 */
async function firstToolchain(text: string, { signal, onProgress }: ToolchainOptions): Promise<Toolchain> {
  onProgress?.('fetching a first Go (about 70 MB)');
  const script = assetPath('bootstrap/first-go.mjs');
  const result = await runCommand(process.execPath, [script], { signal });
  const lines = result.stdout.trim().split('\n');
  if (result.failed)
    throw noGo(text, lines.at(-1)?.replace(/^gotwin: (Go: )?/, '') || result.shortMessage, result);
  return { ...toolchainIn(lines.at(-1) ?? ''), from: 'gotwin-cache' };
}

async function download(
  exact: string,
  by: Toolchain,
  folder: string,
  signal?: AbortSignal,
): Promise<Toolchain> {
  await writeFile(join(folder, 'go.mod'), 'module gotwin.invalid/fetch\n');
  const module = `golang.org/toolchain@v0.0.1-${exact}.${goOs()}-${goArch()}`;
  const env = { ...toolchainEnv(by), GO111MODULE: 'on', GOFLAGS: '-mod=mod', GOWORK: 'off' };
  const run = (...args: string[]) => runCommand(by.go, args, { cwd: folder, env, signal });
  const sumdb = await run('env', 'GOSUMDB');
  if (sumdb.stdout.trim() === 'off') throw unverified(exact);
  const result = await run('mod', 'download', '-json', module);
  const said = parseAnswer(result.stdout);
  if (result.failed || said.Dir === undefined) {
    throw downloadError(exact, said.Error ?? (result.all || result.shortMessage), result);
  }
  // Go makes the commands of a toolchain executable when it first switches to it, not when it downloads it.
  const first = await runCommand(by.go, ['version'], {
    cwd: folder,
    env: { ...env, GOTOOLCHAIN: exact },
    signal,
  });
  if (first.failed) throw downloadError(exact, first.all || first.shortMessage, first);
  return { ...toolchainIn(said.Dir), from: 'module-cache' };
}

function parseAnswer(text: string): { Dir?: string; Error?: string } {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function downloadError(exact: string, said: string, cause: unknown): ToolchainError {
  if (/not found|unknown revision|404|invalid version|version is not available/i.test(said)) {
    return new ToolchainError('unknown-version', `there is no ${exact} for ${goOs()}/${goArch()}`, {
      wanted: exact,
      known: Object.keys(KNOWN_GOOD),
      advice: `Known to be good: ${Object.values(KNOWN_GOOD).join(', ')}.`,
      cause,
    });
  }
  return new ToolchainError('download-failed', `cannot fetch ${exact}: ${said.trim()}`, {
    wanted: exact,
    advice: 'Check the network and the settings GOPROXY and GOSUMDB of `go env`.',
    cause,
  });
}

function unknownVersion(text: string, installed: readonly Toolchain[]): ToolchainError {
  const known = [...new Set([...Object.keys(KNOWN_GOOD), ...installed.map(({ version }) => version)])];
  return new ToolchainError(
    'unknown-version',
    `Go ${text} is not installed and is no release that Gotwin knows`,
    {
      wanted: text,
      known,
      advice: `Known: ${known.join(', ')}. A release that is newer is fetched by its full version, for example 1.27.1.`,
    },
  );
}

function noGo(text: string, why: string, cause: unknown): ToolchainError {
  return new ToolchainError(
    'no-go',
    `Go ${text} is not installed, there is no other go to fetch it, and none could be had: ${why}`,
    {
      cause,
      wanted: text,
      known: Object.keys(KNOWN_GOOD),
      advice:
        `Set GOPROXY, or install any Go from 1.21 on (on Debian: apt-get install golang-go); ` +
        `Gotwin then gets ${knownReleases()} by itself.`,
    },
  );
}

function unverified(exact: string): ToolchainError {
  return new ToolchainError(
    'download-failed',
    `will not fetch ${exact}: GOSUMDB=off, so nobody could verify it`,
    {
      wanted: exact,
      advice: 'Run with GOSUMDB set to a checksum database, or install that version yourself.',
    },
  );
}
