/**
 * A Go toolchain for a machine that has none: from our cache, through the module proxy that the environment names,
 * or through the system's own package, which then fetches the one we want. Whatever way it came, it is unpacked
 * from a module zip whose hash is pinned in toolchain-sums.json.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { h1, readZip, unpack } from './archive.mjs';
import { isExecutable, run, which } from './processes.mjs';
import { leaveOut, say, since, tail } from './say.mjs';
import { installPackage } from './system.mjs';

/** The oldest `go` that compiles the fixtures, which say `go 1.22`; other releases are fetched by the collector. */
const OLDEST_USABLE = 22;
/** The oldest `go` whose `go mod download` verifies a toolchain's zip against the checksum database. */
const OLDEST_DOWNLOADER = 18;
const MODULE = 'golang.org/toolchain';
const minute = 60_000;

/** @type {{ version: string, sums: Record<string, string | undefined> }} */
const pinned = JSON.parse(readFileSync(new URL('./toolchain-sums.json', import.meta.url), 'utf8'));

/**
 * Finds or installs Go, and puts it on this process's PATH.
 * @returns {Promise<boolean>} whether there is a usable `go` now
 */
export async function ensureGo() {
  const present = which('go');
  const minor = present === undefined ? 0 : await minorVersion(present);
  if (minor >= OLDEST_USABLE) {
    say(`Go: ${present} (go1.${minor})`);
    return true;
  }
  const root = await toolchain(minor >= OLDEST_DOWNLOADER ? present : undefined);
  if (root === undefined) return false;
  process.env.PATH = `${join(root, 'bin')}:${process.env.PATH ?? ''}`;
  return true;
}

/** @param {string} go @returns {Promise<number>} 22 for go1.22.4; 0 when it does not say */
async function minorVersion(go) {
  const { stdout } = await run(go, ['version'], { quiet: true, cwd: tmpdir(), timeoutMs: minute });
  return Number(/ go1\.(\d+)/.exec(stdout)?.[1] ?? 0);
}

/** @param {string | undefined} downloader a `go` too old to use, but not to download with */
async function toolchain(downloader) {
  const wanted = pinnedHere();
  if (wanted === undefined) return without(`no ${pinned.version} is pinned for this system`);
  if (isThere(wanted)) return wanted.root;
  return (await fromProxies(wanted)) ?? (await fromOlderGo(wanted, downloader));
}

/**
 * The pinned toolchain for a machine without any `go`, where nothing of the system's may be changed: from our cache,
 * or through the proxy that the environment names.
 * @returns {Promise<string | undefined>} its GOROOT; why there is none has been said
 */
export async function pinnedToolchain() {
  const wanted = pinnedHere();
  if (wanted === undefined) say(`Go: no ${pinned.version} is pinned for this system`);
  else if (isThere(wanted)) return wanted.root;
  else if (proxies().length === 0) say('Go: GOPROXY names no address to get it from');
  else return await fromProxies(wanted);
  return undefined;
}

/** @returns {Wanted | undefined} */
function pinnedHere() {
  const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const sum = pinned.sums[platform];
  return sum === undefined
    ? undefined
    : { platform, root: join(cacheFolder(), `${pinned.version}.${platform}`), sum };
}

/** @param {Wanted} wanted */
function isThere({ root }) {
  if (!isExecutable(join(root, 'bin', 'go'))) return false;
  say(`Go: ${pinned.version}, from an earlier run (${root})`);
  return true;
}

function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gotwin', 'toolchains');
}

/** @typedef {{ platform: string, root: string, sum: string }} Wanted */

/** @param {Wanted} wanted @returns {Promise<string | undefined>} */
async function fromProxies(wanted) {
  for (const proxy of proxies()) {
    const address = `${proxy.replace(/\/$/, '')}/${MODULE}/@v/v0.0.1-${pinned.version}.${wanted.platform}.zip`;
    try {
      say(`Go: none here; downloading ${pinned.version} through GOPROXY (about 70 MB)`);
      return install(await download(address), wanted);
    } catch (error) {
      say(`Go: GOPROXY did not give it: ${reason(error)}`);
    }
  }
  return undefined;
}

/** The proxies that GOPROXY names, in the environment or in go's env file; none when it is not set. */
function proxies() {
  const list = process.env.GOPROXY || /^GOPROXY=(.*)$/m.exec(goEnvFile())?.[1] || '';
  return list
    .split(/[,|]/)
    .map((one) => one.trim())
    .filter((one) => /^(https?|file):/.test(one));
}

function goEnvFile() {
  const config = process.platform === 'darwin' ? 'Library/Application Support' : '.config';
  const folder = process.env.XDG_CONFIG_HOME || join(homedir(), config);
  const file = process.env.GOENV || join(folder, 'go', 'env');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Where systems keep the certificates that they trust, in the order in which Go looks. */
const CERTIFICATES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** @param {string} address @returns {Promise<Buffer>} */
async function download(address) {
  if (address.startsWith('file:')) return readFileSync(fileURLToPath(address));
  const trusted = process.env.SSL_CERT_FILE ?? CERTIFICATES.find((file) => existsSync(file));
  const env = { NODE_EXTRA_CA_CERTS: trusted, ...process.env };
  return inTemporaryFolder(async (folder) => {
    const file = join(folder, 'toolchain.zip');
    const script = fileURLToPath(new URL('./download.mjs', import.meta.url));
    const args = [script, address, file];
    const { code, output } = await run(process.execPath, args, { env, quiet: true, timeoutMs: 5 * minute });
    if (code !== 0) throw new Error(output.trim() || 'it took more than five minutes');
    return readFileSync(file);
  });
}

/** @template T @param {(folder: string) => Promise<T>} use @returns {Promise<T>} */
async function inTemporaryFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), 'gotwin-go-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Lets a `go` that is too old for us fetch the one we want; installs that `go` from the system's packages if need be.
 * @param {Wanted} wanted @param {string | undefined} downloader @returns {Promise<string | undefined>}
 */
async function fromOlderGo(wanted, downloader) {
  const refusal = downloader === undefined ? await installPackage('golang-go') : undefined;
  if (refusal !== undefined) return without(refusal);
  const go = downloader ?? which('go') ?? 'go';
  try {
    return install(await goModDownload(go, wanted.platform), wanted);
  } catch (error) {
    return without(reason(error));
  }
}

/** @param {string} go @param {string} platform @returns {Promise<Buffer>} the toolchain's module zip */
function goModDownload(go, platform) {
  say(`Go: ${go} is too old to use; it downloads ${pinned.version} (about 70 MB)`);
  return inTemporaryFolder(async (folder) => {
    writeFileSync(join(folder, 'go.mod'), 'module download\n');
    const args = ['mod', 'download', '-json', `${MODULE}@v0.0.1-${pinned.version}.${platform}`];
    const { code, stdout, output } = await run(go, args, {
      cwd: folder,
      quiet: true,
      timeoutMs: 10 * minute,
    });
    if (code !== 0) throw new Error(`\`go ${args.join(' ')}\` failed:\n${tail(output)}`);
    return readFileSync(JSON.parse(stdout).Zip);
  });
}

/** @param {unknown} error */
const reason = (error) => (error instanceof Error ? error.message : String(error));

/** @param {string} why */
function without(why) {
  leaveOut('Go', why, 'install Go 1.22 or later and have it on PATH, or set GOPROXY');
  return undefined;
}

/**
 * Checks a toolchain's zip against its pinned hash, and unpacks it where `wanted` says, all or nothing.
 * @param {Buffer} zip @param {Wanted} wanted @returns {string} its GOROOT
 */
function install(zip, { platform, root, sum }) {
  const startedAt = Date.now();
  const entries = readZip(zip);
  const found = h1(entries);
  if (found !== sum) throw new Error(`its hash is ${found}, and ${pinned.version} is pinned at ${sum}`);
  // A name that no one takes for a toolchain, should we be stopped half-way.
  const partial = join(dirname(root), `.part-${process.pid}`);
  unpack(entries, `${MODULE}@v0.0.1-${pinned.version}.${platform}/`, partial);
  finishToolchain(partial);
  // Another bootstrap may have been faster; its copy has the same hash.
  if (existsSync(root)) rmSync(partial, { recursive: true });
  else renameSync(partial, root);
  say(`Go: ${pinned.version} verified and unpacked to ${root} in ${since(startedAt)}`);
  return root;
}

/**
 * Undoes what a module zip cannot hold: execute bits, and go.mod files below its root, which it calls _go.mod.
 * @param {string} root
 */
function finishToolchain(root) {
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (basename(path) === '_go.mod') copyFileSync(join(root, path), join(root, dirname(path), 'go.mod'));
    if (/^(bin|pkg\/tool\/[^/]+)\/[^/]+$/.test(path)) chmodSync(join(root, path), 0o755);
  }
}
