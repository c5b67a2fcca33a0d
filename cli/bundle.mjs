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
import { rolldown } from 'rolldown';

const root = join(import.meta.dirname, '..');
const out = join(root, 'dist/bin');
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The command itself, and what its threads load. */
const ENTRIES = [
  'cli/main',
  'cli/event-counts',
  'cli/event-task',
  'cli/matrix/judge-thread',
  'replay/parallel/worker',
];

/** Needed by every call, so it comes along; the rest is loaded from node_modules by the calls that need it. */
const INSIDE = 'commander';

/**
 * What is always loaded together is one file: left to itself, a bundler cuts one for each set of commands that
 * share something, and each costs half a millisecond. A module goes with the first that names it.
 */
const TOGETHER = [
  { name: 'reading', test: /dist\/replay\/(kernel|decode(?!\/v1)|order|trace)\// },
  { name: 'events', test: /dist\/cli\/(event-|document|commands\/events)|dist\/replay\/(open|fifo|words)/ },
  {
    name: 'command',
    test: /commander|dist\/cli\/(run|program|problem|options|commands|values|terminal|exit)\.js/,
  },
];

const outside = Object.keys(dependencies).filter((name) => name !== INSIDE);
rmSync(out, { recursive: true, force: true });
const bundle = await rolldown({
  cwd: root,
  input: ENTRIES.map((entry) => `dist/${entry}.js`),
  platform: 'node',
  external: (id) => outside.some((name) => id === name || id.startsWith(`${name}/`)),
  // What a command loads late and another at once is at once in that other's file: as it should be.
  checks: { ineffectiveDynamicImport: false },
});
await bundle.write({
  dir: out,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
  codeSplitting: { groups: TOGETHER.map((group, n) => ({ ...group, priority: TOGETHER.length - n })) },
});
await bundle.close();
