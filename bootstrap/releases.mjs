/**
 * The Go releases that the tests ask for, fetched while something else is done. Each is 60 to 70 MB, for which a test
 * would wait.
 */
import { ROOT } from './build.mjs';
import { run } from './processes.mjs';
import { say, since } from './say.mjs';

/** One that is not here is fetched by the test that needs it; one that none needs is fetched in vain. */
const RELEASES = ['1.22', '1.23', '1.24', '1.25', '1.26', '1.9', '1.10', '1.16', '1.21'];
const minute = 60_000;

/** Never fails: what could not be had, its tests ask for again, and say why not. */
export async function fetchReleases() {
  const startedAt = Date.now();
  const args = ['dist/cli/main.js', 'toolchain', 'install', ...RELEASES];
  const { code } = await run(process.execPath, args, { cwd: ROOT, quiet: true, timeoutMs: 10 * minute });
  const how = code === 0 ? `there, after ${since(startedAt)}` : 'not all to be had now';
  say(`Go releases for the tests: ${how}`);
}
