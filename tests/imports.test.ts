import { expect, test } from 'vitest';
import { FOLDERS, forbiddenImports, importCycles, importsOf } from './imports.ts';
import { readTree, select } from './tree.ts';

const tree = readTree();
const code = select(
  tree,
  (path) => path.endsWith('.ts') && FOLDERS.some((top) => path.startsWith(`${top}/`)),
);

test('folders import only from those before them, through their index.ts', () => {
  expect(code.size).toBeGreaterThan(50);
  expect(forbiddenImports(code)).toEqual([]);
});

test('no file imports itself, by however long a way', () => {
  expect(importCycles(code)).toEqual([]);
});

test('the bootstrap needs nothing but Node', () => {
  const scripts = select(tree, (path) => /^bootstrap\/.*\.mjs$/.test(path) && !path.endsWith('.test.mjs'));
  const foreign = [...scripts].flatMap(([file, text]) =>
    importsOf(text).flatMap(({ specifier = 'a computed name' }) =>
      /^(node:|\.\/[\w-]+\.mjs$)/.test(specifier) ? [] : [`${file}: ${specifier}`],
    ),
  );
  expect(scripts.size).toBeGreaterThan(5);
  expect(foreign).toEqual([]);
});

test.each([
  ["import { a } from './a.ts';", './a.ts'],
  ["import type { A } from './a.ts';", './a.ts'],
  ["import './a.ts';", './a.ts'],
  ["export * from './a.ts';", './a.ts'],
  ["export {\n  a, // from './b.ts'\n  b,\n} from './a.ts';", './a.ts'],
  ["const a = await import('./a.ts');", './a.ts'],
  ["let a: import('./a.ts').A;", './a.ts'],
  ["const quote = /['`/]/; import b from './a.ts';", './a.ts'],
  ['await import(`./a.ts`);', './a.ts'],
  [`await import(\`./\${name}.ts\`);`, undefined],
  ['await import(name);', undefined],
])('%s is an import', (source, specifier) => {
  expect(importsOf(source).map((one) => one.specifier)).toEqual([specifier]);
});

test.each([
  "// import './a.ts'",
  "/* import './a.ts' */",
  'const text = "import \'./a.ts\'";',
  "const text = `import './a.ts'`;",
  'Array.from("abc");',
  "row.import('a');",
])('%s imports nothing', (source) => {
  expect(importsOf(source)).toEqual([]);
});

test.each([
  ['replay/a.ts', '../differ/index.ts', 'differ comes after replay'],
  ['replay/a.ts', '../collector/run/run.ts', 'past collector/index.ts'],
  ['replay/a.ts', '../bootstrap/run.mjs', 'in no folder of the code'],
  ['collector/a.ts', '../tests/tree.ts', 'tests comes after collector'],
  ['replay/decode/a.ts', 'node:fs', 'must run in a browser'],
  ['replay/decode/a.ts', 'fs', 'must run in a browser'],
  ['replay/decode/a.ts', '../order/index.ts', 'only from replay/decode'],
  ['replay/order/a.ts', '../model/index.ts', 'only from replay/order and replay/decode'],
])('%s may not import %s', (file, specifier, objection) => {
  expect(forbiddenImports(new Map([[file, `import '${specifier}';`]]))).toEqual([
    expect.stringContaining(objection),
  ]);
});

test('a cycle is shown as the way round', () => {
  const round = new Map([
    ['replay/a.ts', "import './b.ts';"],
    ['replay/b.ts', "import type { C } from './c.ts';"],
    ['replay/c.ts', "export * from './a.ts';"],
  ]);
  expect(importCycles(round)).toEqual([['replay/a.ts', 'replay/b.ts', 'replay/c.ts', 'replay/a.ts']]);
});
