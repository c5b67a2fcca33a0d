import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { constants as os } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * @typedef {object} Outcome
 * @property {number} code exit code; 128 + the signal's number after a signal, 127 when it could not be started
 * @property {string} output stdout and stderr as they came, empty when they were inherited
 * @property {string} stdout stdout alone
 * @property {boolean} stopped whether it ran for longer than it may, and was told to end
 *
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {boolean} [quiet] capture the output instead of showing it
 * @property {number} [timeoutMs] the child gets SIGTERM after this long, and SIGKILL five seconds later
 */

/** The children that run now; a signal to us is theirs too. @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
/** The signal that asked us to stop, if one did. @type {NodeJS.Signals | undefined} */
let interrupted;

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    // From a terminal, Ctrl-C has reached the whole group already, and a second SIGINT would mean "stop at once".
    // npm passes its own copy on as well; the children get one.
    const alreadyTheirs = interrupted === signal || (signal === 'SIGINT' && process.stdin.isTTY);
    interrupted = signal;
    if (!alreadyTheirs) for (const child of running) child.kill(signal);
    if (running.size === 0) process.exit(128 + os.signals[signal]);
  });
}

/**
 * Runs a program to its end. Never throws: a program that is not there has code 127.
 * @param {string} command @param {readonly string[]} args @param {RunOptions} [options]
 * @returns {Promise<Outcome>}
 */
export async function run(command, args, { cwd, env, quiet = false, timeoutMs } = {}) {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', ...outputs(quiet)] });
  running.add(child);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const limit = timeoutMs === undefined ? undefined : limited(child, timeoutMs);
  const code = await ended(child, stderr.chunks);
  const stopped = limit?.lift() ?? false;
  running.delete(child);
  if (interrupted) process.exit(128 + os.signals[interrupted]);
  return { code, stopped, stdout: stdout.text(), output: stdout.text() + stderr.text() };
}

/** @param {boolean} quiet @returns {['pipe' | 'inherit', 'pipe' | 'inherit']} */
const outputs = (quiet) => (quiet ? ['pipe', 'pipe'] : ['inherit', 'inherit']);

/** @param {import('node:stream').Readable | null} stream */
function collect(stream) {
  /** @type {Buffer[]} */
  const chunks = [];
  stream?.on('data', (chunk) => chunks.push(chunk));
  return { chunks, text: () => Buffer.concat(chunks).toString() };
}

/** @param {import('node:child_process').ChildProcess} child @param {number} ms */
function limited(child, ms) {
  let stopped = false;
  const stop = () => {
    stopped = true;
    child.kill('SIGTERM');
  };
  const timers = [setTimeout(stop, ms), setTimeout(() => child.kill('SIGKILL'), ms + 5_000)];
  const lift = () => {
    for (const timer of timers) clearTimeout(timer);
    return stopped;
  };
  return { lift };
}

/** @param {import('node:child_process').ChildProcess} child @param {Buffer[]} stderr @returns {Promise<number>} */
function ended(child, stderr) {
  return new Promise((resolve) => {
    child.on('error', (error) => {
      stderr.push(Buffer.from(`${error.message}\n`));
      resolve(127);
    });
    child.on('close', (code, signal) => resolve(code ?? 128 + (signal ? os.signals[signal] : 0)));
  });
}

/**
 * The file that a command's name stands for, looked up as a shell would.
 * @param {string} name @param {string} [path] @returns {string | undefined}
 */
export function which(name, path = process.env.PATH ?? '') {
  const candidates = path
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name));
  return candidates.find(isExecutable);
}

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
