/**
 * Perfetto's own schema, a package of Python, for the one test that reads our Perfetto traces with it.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run, which } from './processes.mjs';
import { leaveOut, say, since, tail } from './say.mjs';

const PACKAGES = ['perfetto==0.59.1', 'protobuf==7.36.2'];
const WHAT = "the test of Perfetto traces against Perfetto's schema";
const REMEDY =
  'python3 -m venv DIR && DIR/bin/pip install perfetto, then GOTWIN_PYTHON=DIR/bin/python npm test';
const minute = 60_000;

/** Names a Python that has the package in GOTWIN_PYTHON, where the test looks for it. */
export async function ensurePerfetto() {
  if (process.env.GOTWIN_PYTHON !== undefined || (await hasPerfetto('python3'))) return;
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gotwin', 'perfetto-0.59.1');
  const python = join(folder, 'bin', 'python');
  const refusal = (await hasPerfetto(python)) ? undefined : await install(folder, python);
  if (refusal === undefined) process.env.GOTWIN_PYTHON = python;
  else leaveOut(WHAT, refusal, REMEDY);
}

/** @param {string} python @returns {Promise<boolean>} */
async function hasPerfetto(python) {
  if (!existsSync(python) && which(python) === undefined) return false;
  const asked = ['-c', 'from perfetto.protos.perfetto.trace import perfetto_trace_pb2'];
  return (await run(python, asked, { quiet: true, timeoutMs: minute })).code === 0;
}

/** @param {string} folder @param {string} python @returns {Promise<string | undefined>} why not */
async function install(folder, python) {
  if (which('python3') === undefined) return 'There is no python3.';
  const startedAt = Date.now();
  say('perfetto: installing the package from the registry (pip)');
  // A folder that was left half-made is made anew.
  const made = await run('python3', ['-m', 'venv', '--clear', folder], { quiet: true, timeoutMs: minute });
  if (made.code !== 0) return `\`python3 -m venv\` failed:\n${tail(made.output, 3)}`;
  const options = ['--quiet', '--no-deps', '--only-binary', ':all:', '--retries', '1', '--timeout', '20'];
  const pip = ['-m', 'pip', 'install', ...options, ...PACKAGES];
  const got = await run(python, pip, { quiet: true, timeoutMs: 2 * minute });
  if (got.code !== 0) return `\`pip install\` failed:\n${tail(got.output, 3)}`;
  say(`perfetto: installed in ${since(startedAt)}`);
  return undefined;
}
