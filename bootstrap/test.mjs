/**
 * `npm test`: every check and every test, on a machine that need have nothing but Node.
 * With arguments (`npm test -- replay/decode`) it builds, and runs only the tests that vitest selects by them.
 * The last line is `N passed, N failed`, with `, N skipped` when there are any.
 */
import { requireNode } from './machine.mjs';

requireNode();
const { ensurePackages } = await import('./build.mjs');
const { CHECKS } = await import('./checks.mjs');
const { ensureGo } = await import('./go.mjs');
const { ensurePerfetto } = await import('./perfetto.mjs');
const { fetchReleases } = await import('./releases.mjs');
const { say, sayWhatIsMissing, since } = await import('./say.mjs');
const { ensureArchitectures, ensureBrowser } = await import('./system.mjs');
const { runVitest } = await import('./vitest.mjs');

const selection = process.argv.slice(2);
/** Far more than a run takes, on a slow machine too: a test that hangs must not keep the closing line from coming. */
const TESTS_LIMIT_MS = 60 * 60_000;

/** @type {Pick<import('./vitest-reporter.mjs').Counts, 'passed' | 'failed' | 'skipped' | 'slowest'>} */
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
  const counts = await runVitest(selection, TESTS_LIMIT_MS);
  total.passed += counts.passed;
  total.failed.push(...counts.failed);
  total.skipped.push(...counts.skipped);
  total.slowest.push(...counts.slowest);
}

async function prepareAndRun() {
  // What each of these waits for is another part of the network, and only packages are needed to build.
  const go = ensureGo();
  const equipment = Promise.all([ensureArchitectures(), ensureBrowser(), ensurePerfetto()]);
  if (await ensurePackages()) await runAll(await go, equipment);
  else total.failed.push('npm packages');
  await equipment;
}

/** @param {boolean} hasGo @param {Promise<unknown>} equipment what tests need, and no check */
async function runAll(hasGo, equipment) {
  const [build, ...others] = CHECKS;
  if (build !== undefined) await perform(build, hasGo);
  const everything = selection.length === 0;
  // While the checks and the first tests compute, which need none of them.
  const releases = everything && hasGo ? fetchReleases() : undefined;
  if (everything) await Promise.all(others.map((check) => perform(check, hasGo)));
  await equipment;
  await runTests();
  await releases;
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
