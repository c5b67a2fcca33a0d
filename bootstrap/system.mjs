/**
 * What only the system's package manager can give: qemu-user, a browser, a first Go.
 */
import { run, which } from './processes.mjs';
import { leaveOut, say, since, tail } from './say.mjs';

const APT_ENV = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
/** Bounds, so that a held lock or a dead network ends in a line instead of a wait without end. */
const APT_OPTIONS = ['-y', '-q', '-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=1'];
const APT_NETWORK = ['-o', 'Acquire::http::Timeout=30', '-o', 'Acquire::https::Timeout=30'];
const minute = 60_000;

/** The one `apt-get update` of this run: undefined before it, then what it found wrong, if anything. */
let updated = /** @type {Promise<string | undefined> | undefined} */ (undefined);
/** The installation asked for last: apt-get does one at a time, and refuses, or waits for its lock, otherwise. */
let last = /** @type {Promise<unknown>} */ (Promise.resolve());

/**
 * Installs one of the system's packages, without asking anything.
 * @param {string} name @returns {Promise<string | undefined>} why it could not be installed, or undefined
 */
export function installPackage(name) {
  const mine = last.then(() => install(name));
  last = mine;
  return mine;
}

/** @param {string} name @returns {Promise<string | undefined>} */
async function install(name) {
  if (which('apt-get') === undefined) return 'This system has no apt-get.';
  if (process.getuid?.() !== 0) return `Only root may install ${name}.`;
  const startedAt = Date.now();
  say(`${name}: installing the system's package (apt-get)`);
  updated ??= aptGet(['update']);
  const stale = await updated;
  const failure = await aptGet(['install', '--no-install-recommends', name]);
  if (failure === undefined) say(`${name}: installed in ${since(startedAt)}`);
  return failure && [stale, failure].filter(Boolean).join('\n');
}

/** @param {string[]} args @returns {Promise<string | undefined>} what went wrong */
async function aptGet(args) {
  const all = [...APT_OPTIONS, ...APT_NETWORK, ...args];
  const { code, output } = await run('apt-get', all, { quiet: true, env: APT_ENV, timeoutMs: 10 * minute });
  return code === 0 ? undefined : `\`apt-get ${args.join(' ')}\` failed:\n${tail(output, 5)}`;
}

/** qemu-user's name for the other of the two architectures that the main job runs. */
const FOREIGN =
  process.arch === 'arm64' ? { go: 'amd64', qemu: 'qemu-x86_64' } : { go: 'arm64', qemu: 'qemu-aarch64' };
/** Names under which a system may have Chromium. */
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * Makes sure that programs of the other architecture can run.
 * @returns {Promise<string[]>} the architectures, in Go's words, that this machine can run; its own first
 */
export async function ensureArchitectures() {
  const native = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const names = [FOREIGN.qemu, `${FOREIGN.qemu}-static`];
  const command = 'sudo apt-get install -y --no-install-recommends qemu-user';
  const present = await ensure(names, 'qemu-user', `${FOREIGN.go} (emulated)`, command);
  return present ? [native, FOREIGN.go] : [native];
}

/** @returns {Promise<boolean>} whether there is a browser for the report's tests */
export function ensureBrowser() {
  const command = 'sudo apt-get install -y --no-install-recommends chromium';
  return ensure(BROWSERS, 'chromium', "the report's tests in a browser", command);
}

/**
 * @param {string[]} names of the program, any of them @param {string} pack that has it
 * @param {string} what is lost without it @param {string} remedy @returns {Promise<boolean>}
 */
async function ensure(names, pack, what, remedy) {
  const found = names.map((name) => which(name)).find(Boolean);
  if (found !== undefined) {
    say(`${pack}: ${found}`);
    return true;
  }
  const refusal = await installPackage(pack);
  if (refusal !== undefined) leaveOut(what, refusal, remedy);
  return refusal === undefined;
}
