/**
 * Runs vitest for `npm test`, and counts what it ran, also when it does not come to its end.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, runBin } from './build.mjs';

/** @typedef {import('./vitest-reporter.mjs').Counts} Counts */

const REPORTERS = ['--reporter=default', `--reporter=${join(ROOT, 'bootstrap', 'vitest-reporter.mjs')}`];

/**
 * @param {readonly string[]} args of `vitest run` @param {number} limitMs after which it is stopped
 * @param {import('./processes.mjs').RunOptions} [options]
 * @returns {Promise<Counts>} where vitest itself failed, that is among what failed
 */
export async function runVitest(args, limitMs, options = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'gotwin-test-'));
  const file = join(folder, 'counts.json');
  const env = { ...process.env, ...options.env, GOTWIN_TEST_COUNTS: file };
  const settings = { ...options, env, timeoutMs: limitMs };
  const { code, stopped } = await runBin('vitest', ['run', ...REPORTERS, ...args], settings);
  const counts = read(file);
  rmSync(folder, { recursive: true, force: true });
  for (const name of counts.running) counts.failed.push(`${name}: it had not ended`);
  if (stopped) counts.failed.push(`vitest was stopped after ${limitMs / 60_000} minutes`);
  else if (!counts.complete) counts.failed.push(`vitest ended with exit code ${code} before its end`);
  else if (counts.passed + counts.failed.length === 0) counts.failed.push('no test ran');
  else if (code !== 0 && counts.failed.length === 0)
    counts.failed.push(`vitest ended with exit code ${code}`);
  return counts;
}

/** @param {string} file @returns {Counts} */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: [], skipped: [], slowest: [], running: [], complete: false };
  }
}
