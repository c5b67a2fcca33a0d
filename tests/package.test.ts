import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importsOf } from './imports.ts';
import { blocksOf } from './shell.ts';
import { ROOT, readTree } from './tree.ts';

const tree = readTree();

/** Every file that a file brings along, and what it imports from elsewhere. */
function reached(entry: string): { files: Set<string>; foreign: string[] } {
  const files = new Set<string>([entry]);
  const foreign: string[] = [];
  for (const file of files) {
    const source = tree.get(file) ?? readFileSync(join(ROOT, file), 'utf8');
    for (const { specifier } of importsOf(source)) {
      if (specifier?.startsWith('.')) files.add(posix.join(posix.dirname(file), specifier));
      else foreign.push(`${file}: ${specifier ?? 'a computed name'}`);
    }
  }
  return { files, foreign };
}

test('nothing that gotwin/trace brings along needs Node, or any package', () => {
  const { files, foreign } = reached('replay/trace/index.ts');
  expect(files).toContain('replay/decode/reader.ts');
  expect(files).toContain('replay/order/orderer.ts');
  expect(foreign).toEqual([]);
  // The same walk does see Node where it is.
  expect(reached('replay/open.ts').foreign.join()).toContain('node:fs');
});

test('the listing of a bare trace waits for no package but the one that reads the command line', () => {
  const started = ['cli/main.ts', 'cli/run.ts', 'cli/commands/events.ts'].flatMap((entry) => loadedBy(entry));
  const packages = new Set(started.filter((specifier) => !/^(\.|node:)/.test(specifier)));
  expect([...packages]).toEqual(['commander']);
});

/** What is loaded with a file: imports of types alone and imports when called are not. */
function loadedBy(entry: string): string[] {
  const files = new Set([entry]);
  const found: string[] = [];
  for (const file of files) {
    const source = readFileSync(join(ROOT, 'dist', file.replace(/\.ts$/, '.js')), 'utf8');
    for (const [, specifier = ''] of source.matchAll(/^(?:import|export)\b[^'"=()]*'([^']+)';$/gm)) {
      found.push(specifier);
      if (specifier.startsWith('.')) files.add(posix.join(posix.dirname(file), specifier));
    }
  }
  return found;
}

/** An empty project of somebody else's, with the package in it as npm would unpack it. */
const project = mkdtempSync(join(tmpdir(), 'gotwin-package-'));
afterAll(() => rmSync(project, { recursive: true, force: true }));

beforeAll(() => {
  const modules = join(project, 'node_modules');
  const own = join(modules, 'gotwin');
  mkdirSync(own, { recursive: true });
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', project];
  const name = execFileSync('npm', pack, { cwd: ROOT, encoding: 'utf8' }).trim().split('\n').at(-1) ?? '';
  execFileSync('tar', ['-xzf', join(project, name), '-C', own, '--strip-components=1']);
  // What it declares is what it finds; @types/node is what users of TypeScript on Node have.
  const { dependencies } = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8'));
  for (const dependency of [...Object.keys(dependencies), '@types/node']) {
    mkdirSync(dirname(join(modules, dependency)), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', dependency), join(modules, dependency));
  }
  writeFileSync(join(project, 'package.json'), '{ "name": "somebody", "private": true, "type": "module" }\n');
  copyFileSync(join(ROOT, 'tests', 'testdata', 'busy.trace'), join(project, 'trace.out'));
}, 120_000);

const [example] = blocksOf(tree.get('README.md') ?? '').filter(({ info }) => info === 'ts run');

function runInProject(name: string, code: string): string {
  writeFileSync(join(project, name), code);
  return execFileSync(process.execPath, [name], { cwd: project, encoding: 'utf8' });
}

test('the example of the README runs with the package as it is published', async () => {
  const { transform } = await import('esbuild');
  const { code } = await transform(example?.text ?? '', { loader: 'ts', format: 'esm' });
  expect(runInProject('example.mjs', code)).toMatch(/chan receive/);
});

test('every entry of the package can be imported, and the command line runs', () => {
  const entries = ['gotwin', 'gotwin/trace', 'gotwin/collector', 'gotwin/differ', 'gotwin/reports'];
  const code = entries.map((entry) => `console.log((await import('${entry}')) !== undefined);`).join('\n');
  expect(runInProject('entries.mjs', code)).toBe('true\n'.repeat(entries.length));
  const main = join(project, 'node_modules', 'gotwin', 'dist', 'bin', 'main.js');
  const words = [main, 'events', '--format', 'none', 'trace.out'];
  expect(execFileSync(process.execPath, words, { cwd: project, encoding: 'utf8' })).toMatch(
    / in 1 generation\n$/,
  );
});

test('its types are found by TypeScript, on Node and without', () => {
  writeFileSync(join(project, 'node.ts'), example?.text ?? '');
  const web = `import { EventCursor, openTrace, Orderer, type Trace } from 'gotwin/trace';
export async function count(file: File): Promise<number> {
  const trace: Trace = await openTrace(file);
  const event = new EventCursor();
  let waits = 0;
  for await (const generation of trace) {
    event.over(new Orderer().order(generation));
    while (event.next()) if (event.name === 'GoBlock') waits += event.stack().length;
  }
  // @ts-expect-error A browser has no paths.
  await openTrace('a.trace');
  return waits;
}
`;
  writeFileSync(join(project, 'web.ts'), web);
  // What the types name must be there: in browsers with their library, on Node with nothing but Node's own.
  const kinds = [
    ['node.ts', 'node', 'es2023,dom'],
    ['web.ts', '', 'es2023,dom'],
    ['plain.ts', 'node', 'es2022'],
  ] as const;
  writeFileSync(join(project, 'plain.ts'), "export * from 'gotwin/trace';\n");
  for (const [file, types, lib] of kinds) {
    const flags = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--module', 'nodenext'];
    const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
    const words = [...flags, '--target', 'es2022', '--lib', lib, '--types', types, file];
    const { stdout, status } = spawnSync(tsc, words, { cwd: project, encoding: 'utf8' });
    expect({ file, stdout, status }).toEqual({ file, stdout: '', status: 0 });
  }
}, 120_000);
