/**
 * `npm test`: every check and every test, on a machine that need have nothing but Node.
 * With arguments (`npm test -- replay/decode`) it builds, and runs only the tests that vitest selects by them.
 * The last line is `N passed, N failed`, with `, N skipped` when there are any.
 */
import { requireNode } from './machine.mjs';

requireNode();
const { mkdtempSync, readFileSync, rmSync } = await import('node:fs');
const { tmpdir } = await import('node:os');
const { join } = await import('node:path');
const { ensurePackages, runBin } = await import('./build.mjs');
const { CHECKS } = await import('./checks.mjs');
const { ensureGo } = await import('./go.mjs');
const { ensurePerfetto } = await import('./perfetto.mjs');
const { say, sayWhatIsMissing, since } = await import('./say.mjs');
const { ensureArchitectures, ensureBrowser } = await import('./system.mjs');

const selection = process.argv.slice(2);
/** Far more than a run takes: a test that hangs must not keep the closing line from coming. */
const TESTS_LIMIT_MS = 30 * 60_000;

/** @type {import('./vitest-reporter.mjs').Counts} */
const total = { passed: 0, failed: [], skipped: [], slowest: [] };

/** @param {import('./checks.mjs').Check} check @param {boolean} hasGo */
async function perform(check, hasGo) {
  if (check.needs === 'go' && !hasGo) {
    total.skipped.push({ name: check.name, why: 'there is no Go here, as said above' });
    return;
  }
  const startedAt = Date.now();
  const found = await check.run();
  say(`${found === undefined ? 'passed' : 'FAILED'}: ${check.name} (${since(startedAt)})`);
  if (found === undefined) total.passed++;
  else total.failed.push(check.name);
  if (found !== undefined) console.log(found);
}

async function runTests() {
  const folder = mkdtempSync(join(tmpdir(), 'gotwin-test-'));
  const counts = join(folder, 'counts.json');
  const env = { ...process.env, GOTWIN_TEST_COUNTS: counts };
  const reporters = ['--reporter=default', '--reporter=./bootstrap/vitest-reporter.mjs'];
  const { code } = await runBin('vitest', ['run', ...reporters, ...selection], {
    env,
    timeoutMs: TESTS_LIMIT_MS,
  });
  addTests(counts, code);
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string} file @param {number} code vitest's exit code */
function addTests(file, code) {
  const before = total.failed.length;
  try {
    /** @type {import('./vitest-reporter.mjs').Counts} */
    const counted = JSON.parse(readFileSync(file, 'utf8'));
    if (counted.passed + counted.failed.length === 0) total.failed.push('no test ran');
    total.passed += counted.passed;
    total.failed.push(...counted.failed);
    total.skipped.push(...counted.skipped);
    total.slowest.push(...counted.slowest);
  } catch {
    total.failed.push(`vitest ended with exit code ${code} and no result`);
  }
  if (code !== 0 && total.failed.length === before) total.failed.push(`vitest ended with exit code ${code}`);
}

async function prepareAndRun() {
  if (!(await ensurePackages())) {
    total.failed.push('npm packages');
    return;
  }
  const hasGo = await ensureGo();
  await ensureArchitectures();
  await ensureBrowser();
  await ensurePerfetto();
  const checks = selection.length > 0 ? CHECKS.slice(0, 1) : CHECKS;
  for (const check of checks) await perform(check, hasGo);
  await runTests();
}

function close() {
  sayWhatIsMissing();
  // Only where everything was run: whoever asks for some tests knows which.
  if (selection.length === 0)
    for (const { name, ms } of total.slowest) console.log(`${(ms / 1000).toFixed(0).padStart(4)} s  ${name}`);
  for (const { name, why } of total.skipped)
    console.log(`skipped: ${name}${why === undefined ? '' : `: ${why}`}`);
  for (const name of total.failed) console.log(`failed: ${name}`);
  const skipped = total.skipped.length > 0 ? `, ${total.skipped.length} skipped` : '';
  console.log(`${total.passed} passed, ${total.failed.length} failed${skipped}`);
  process.exitCode = total.failed.length > 0 ? 1 : 0;
}

const startedAt = Date.now();
await prepareAndRun();
say(`all of it took ${since(startedAt)}`);
close();
