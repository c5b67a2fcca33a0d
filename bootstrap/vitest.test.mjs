import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ROOT } from './build.mjs';
import { run } from './processes.mjs';
import { runVitest } from './vitest.mjs';

/** Where test files of no account find vitest, and vitest does not find them by itself. */
const root = join(ROOT, 'node_modules', '.cache', 'gotwin-test', `vitest-${process.pid}`);
mkdirSync(root, { recursive: true });
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** @param {Record<string, string>} files name and text */
function counted(files) {
  const settings = { include: Object.keys(files), exclude: [], maxWorkers: 2, cache: false };
  const config = `export default { test: ${JSON.stringify(settings)} };`;
  for (const [name, text] of Object.entries({ ...files, 'vitest.config.mjs': config }))
    writeFileSync(join(root, name), `import { test } from 'vitest';\n${text}`);
  return runVitest(['--root', root], 60_000, { quiet: true });
}

/** Each starts a vitest of its own. */
const PATIENT = { timeout: 120_000 };
const passing = "test('is well', () => {});";

test('what ran is counted', PATIENT, async () => {
  const failing = "test('fails', () => { throw new Error('as it should'); });";
  expect(await counted({ 'a.mjs': passing, 'b.mjs': failing })).toMatchObject({
    passed: 1,
    failed: ['b.mjs > fails'],
    skipped: [],
    complete: true,
  });
});

test(
  'where vitest does not come to its end, what ran until then is counted, and what did not end is named',
  PATIENT,
  async () => {
    const ending = `
    import { existsSync, readFileSync } from 'node:fs';
    import { setTimeout as sleep } from 'node:timers/promises';
    const file = process.env.GOTWIN_TEST_COUNTS;
    const ready = () => {
      if (!existsSync(file)) return false;
      const { passed, running } = JSON.parse(readFileSync(file));
      return passed === 1 && running.includes('b.mjs');
    };
    test('ends vitest when the other file is counted', async () => {
      while (!ready()) await sleep(10);
      process.kill(process.ppid, 'SIGKILL');
    }, 60_000);`;
    expect(await counted({ 'a.mjs': passing, 'b.mjs': ending })).toMatchObject({
      passed: 1,
      failed: ['b.mjs: it had not ended', 'vitest ended with exit code 137 before its end'],
      complete: false,
    });
  },
);

test('a program that runs for longer than it may is stopped, and that is said', async () => {
  const endless = ['-e', 'setInterval(() => {}, 1000)'];
  expect(await run(process.execPath, endless, { timeoutMs: 300 })).toMatchObject({
    code: 143,
    stopped: true,
  });
  expect(await run(process.execPath, ['-e', ''], { timeoutMs: 60_000 })).toMatchObject({ stopped: false });
});
