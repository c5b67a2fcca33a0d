/**
 * npm packages and the build: both are done only when what they come from has changed.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './processes.mjs';
import { say, since } from './say.mjs';

/** The repository's root. */
export const ROOT = join(import.meta.dirname, '..');
const STAMP = join(ROOT, 'dist', '.built-from');
const minute = 60_000;

/** @returns {Promise<boolean>} whether node_modules is as the lock says */
export async function ensurePackages() {
  // npm writes its own copy of the lock last, so a broken install leaves none.
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && modified(installed) >= modified(join(ROOT, 'package-lock.json'))) return true;
  const startedAt = Date.now();
  say('npm packages: installing (npm ci)');
  const { code } = await npm(['ci', '--no-progress', '--loglevel=warn'], {
    cwd: ROOT,
    timeoutMs: 10 * minute,
  });
  if (code === 0) say(`npm packages: installed in ${since(startedAt)}`);
  else say('npm packages: npm ci failed, as it says above. Without them nothing of Gotwin runs.');
  return code === 0;
}

/** @param {string} file */
const modified = (file) => statSync(file).mtimeMs;

/** @param {string[]} args @param {import('./processes.mjs').RunOptions} options */
function npm(args, options) {
  const script = process.env.npm_execpath;
  // Started by npm, we use that same npm; yarn and pnpm set the variable too, and know nothing of our lock.
  return script?.endsWith('npm-cli.js')
    ? run(process.execPath, [script, ...args], options)
    : run('npm', args, options);
}

/**
 * Runs a program that an npm package brought.
 * @param {string} name @param {string[]} args @param {import('./processes.mjs').RunOptions} [options]
 */
export const runBin = (name, args, options) =>
  run(join(ROOT, 'node_modules', '.bin', name), args, { cwd: ROOT, ...options });

/** Makes replay/kernel/module.ts, which tsc then compiles. */
const KERNEL_BUILD = 'replay/kernel/build.mjs';
/** Bundles what tsc compiled of the command line. */
const BUNDLE_BUILD = 'cli/bundle.mjs';

/**
 * Compiles into dist/, unless it was made from these very sources.
 * @returns {Promise<boolean>} whether dist/ is up to date and free of type errors
 */
export async function ensureBuild() {
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint()) return true;
  const startedAt = Date.now();
  const kernel = await run(process.execPath, [join(ROOT, KERNEL_BUILD)], { cwd: ROOT });
  if (kernel.code !== 0) {
    say('build: the AssemblyScript compiler found the errors above');
    return false;
  }
  const { code } = await runBin('tsc', []);
  if (code !== 0) {
    say('build: tsc found the errors above');
    return false;
  }
  removeOrphans();
  const bundle = await run(process.execPath, [join(ROOT, BUNDLE_BUILD)], { cwd: ROOT });
  if (bundle.code !== 0) {
    say('build: the bundler found the errors above');
    return false;
  }
  writeFileSync(STAMP, fingerprint());
  say(`build: done in ${since(startedAt)}`);
  return true;
}

/** Changes when any source, or what tsc is told, changes. */
function fingerprint() {
  const hash = createHash('sha256');
  const { include } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8'));
  const sources = include.flatMap((/** @type {string} */ folder) => filesBelow(folder, '.ts')).sort();
  for (const file of ['tsconfig.json', 'package-lock.json', KERNEL_BUILD, BUNDLE_BUILD, ...sources]) {
    hash.update(`${file}\0`).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest('hex');
}

/** Removes what was compiled from sources that are gone, so that nothing can still import it. */
function removeOrphans() {
  for (const file of filesBelow('dist', '.js')) {
    const source = join(ROOT, file.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
    if (existsSync(source)) continue;
    for (const made of ['.js', '.js.map', '.d.ts'])
      rmSync(join(ROOT, file.replace(/\.js$/, made)), { force: true });
  }
}

/**
 * @param {string} folder in the repository; need not exist @param {string} ending
 * @returns {string[]} paths from the root
 */
export function filesBelow(folder, ending) {
  if (!existsSync(join(ROOT, folder))) return [];
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith(ending) && !name.includes('node_modules'))
    .map((name) => join(folder, name));
}
