/**
 * Bundles the compiled command line into dist/bin, which is what `gotwin` runs:
 * resolving and compiling a hundred modules one by one took longer than reading
 * a small trace. Run by `npm run build`, after tsc.
 *
 * Every file lands in that one folder, so a module may name another by URL only
 * when it is an entry below and stands beside it: `new URL('./worker.js', import.meta.url)`
 * then holds in both places. Other files of the package are found by `assetPath`.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** What threads load, and the command itself. */
const ENTRIES = ['cli/main', 'cli/event-counts', 'cli/event-task', 'replay/parallel/worker'];

/** Needed by every call, so it comes along; the rest is loaded from node_modules by the calls that need it. */
const INSIDE = 'commander';

rmSync(join(root, 'dist/bin'), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ENTRIES.map((entry) => `dist/${entry}.js`),
  entryNames: '[name]',
  outdir: 'dist/bin',
  bundle: true,
  splitting: true,
  minifyWhitespace: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: Object.keys(dependencies).filter((name) => name !== INSIDE),
  // Commander is CommonJS, and asks for modules of Node by `require`.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  logLevel: 'warning',
});
