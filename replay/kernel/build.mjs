/**
 * Builds the kernel: assembly/*.ts, by the AssemblyScript compiler, to module.ts,
 * which holds it as text, so that Node, browsers and bundlers need no file of it.
 * Run by `npm run build`, before tsc.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { main } from 'assemblyscript/asc';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const GENERATED = '// Made by replay/kernel/build.mjs; not to be edited.\n';

/** What the kernel takes from the tables of decode, order and judge, so that each number is said once. */
const SAID_ELSEWHERE = `
  export { EV, GO_STATUS, NOT_TIMED, PROC_STATUS } from './decode/specs.ts';
  export { ARGUMENT, MOST, STACK } from './decode/references.ts';
  export { NONE_WORD, WIDE_WORD } from './decode/columns.ts';
  export { WAIT_GC, WAIT_GOROUTINE, WAIT_PROC } from './order/guards.ts';
  export { BINDS, CLASSES, COLUMN, FACET, KEPT, KEPT_ROWS, LANE, LOGS, PACE, REASONS, ROW, ROW_FLAG, RUNS, SHAPE, SLOTS, STACK_IDS, STATES_MOST, STRING_IDS, UNASKED } from './judge/layout.ts';
  export { NEED } from './judge/needs.ts';
  export { GOROUTINE, PROC, RANGE_OFF, TASK } from './judge/states.ts';
`;

/** The names of tables there, where they are not in front of what stands in them. */
const PREFIXES = { GO_STATUS: 'G', PROC_STATUS: 'P', COLUMN: 'AT' };

async function constants() {
  const folder = await mkdtemp(join(tmpdir(), 'gotwin-kernel-'));
  try {
    const outfile = join(folder, 'specs.mjs');
    const stdin = { contents: SAID_ELSEWHERE, resolveDir: join(here, '..'), loader: 'ts' };
    await build({ stdin, outfile, bundle: true, format: 'esm', logLevel: 'error' });
    const { EV, ...said } = await import(pathToFileURL(outfile).href);
    const named = ([prefix, value]) =>
      typeof value === 'number'
        ? [[prefix, value]]
        : Object.entries(value).map(([name, number]) => [
            `${PREFIXES[prefix] ?? prefix}_${name.toUpperCase().replaceAll(' ', '_')}`,
            number,
          ]);
    return [...Object.entries(EV), ...Object.entries(said).flatMap(named)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes a file only where it changed, so that nothing is rebuilt for nothing. */
async function write(path, text) {
  const old = await readFile(path, 'utf8').catch(() => undefined);
  if (old !== text) await writeFile(path, text);
}

const lines = (await constants()).map(([name, value]) => `export const ${name}: u32 = ${value};\n`);
await write(join(here, 'assembly/specs.ts'), GENERATED + lines.join(''));

let wasm;
const { error, stderr } = await main(
  [
    'assembly/index.ts',
    '-O2',
    ...['--runtime', 'minimal', '--noAssert', '--use', 'abort=', '--outFile', 'kernel.wasm'],
  ],
  {
    readFile: (name, base) => readFile(join(here, base ?? '', name), 'utf8').catch(() => null),
    writeFile: (_, contents) => {
      wasm = contents;
    },
    listFiles: () => [],
  },
);
if (error !== null) {
  process.stderr.write(stderr.toString());
  throw error;
}
const text = Buffer.from(wasm).toString('base64');
await mkdir(here, { recursive: true });
await write(join(here, 'module.ts'), `${GENERATED}export const MODULE = '${text}';\n`);
