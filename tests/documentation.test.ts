import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { blocksOf, commandsOf, falsehood, type Project } from './shell.ts';
import { ROOT, readTree, select } from './tree.ts';

const tree = readTree();
const documents = select(tree, (path) => path.endsWith('.md') && !path.includes('/testdata/'));
const main = join(ROOT, 'dist', 'cli', 'main.js');

/** Folders that hold code, and a document that says what for. */
const FOLDERS = [
  'bench',
  'bootstrap',
  'cli',
  'collector',
  'differ',
  'go-fixtures',
  'oracle',
  'replay',
  'reports',
  'tests',
];

test.each(FOLDERS)('%s says in a README what it is for', (folder) => {
  expect(tree.has(`${folder}/README.md`)).toBe(true);
});

const help = new Map<string, string | undefined>();

/** Asks the real command line, once for each command. */
function helpOf(command: string): string | undefined {
  if (!help.has(command)) {
    if (!existsSync(main)) throw new Error('dist/bin/main.js is missing: npm run build');
    const words = command.split(' ').filter(Boolean);
    const { stdout } = spawnSync(process.execPath, [main, ...words, '--help'], { encoding: 'utf8' });
    // An operand after a command would give that command's help too.
    const named = stdout.includes(`Usage: ${['gotwin', ...words].join(' ')} `);
    help.set(command, named ? stdout : undefined);
  }
  return help.get(command);
}

const project: Project = {
  scripts: Object.keys(JSON.parse(tree.get('package.json') ?? '{}').scripts),
  exists: (path) => existsSync(join(ROOT, path)),
  help: helpOf,
};

test.each([...documents.keys()])('every command that %s names exists, with its options', (document) => {
  const shell = blocksOf(documents.get(document) ?? '').filter(({ info }) =>
    /^(sh|bash|console)\b/.test(info),
  );
  const wrong = shell.flatMap(({ line, text }) =>
    commandsOf(text).flatMap((words) => {
      const why = falsehood(words, project);
      return why === undefined ? [] : [`${document}:${line} ${words.join(' ')}: ${why}`];
    }),
  );
  expect(wrong).toEqual([]);
});

test.each([...documents.keys()])('every file that %s links to exists', (document) => {
  const text = (documents.get(document) ?? '').replace(/^( *)```[\s\S]*?^\1```/gm, '');
  const targets = [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map((match) => match[1] ?? '');
  const local = targets.filter((target) => !/^[a-z]+:/.test(target));
  const lost = local.filter((target) => !existsSync(join(ROOT, posix.join(posix.dirname(document), target))));
  expect(lost).toEqual([]);
});

/** Snippets lie inside the repository, so that `import … from 'gotwin'` finds this very package. */
const snippets = join(ROOT, '.gotwin', `snippets-${process.pid}`);
afterAll(() => rmSync(snippets, { recursive: true, force: true }));

interface Snippet {
  document: string;
  info: string;
  file: string;
  text: string;
}

function snippetsOf(document: string): Snippet[] {
  const blocks = blocksOf(documents.get(document) ?? '').filter(({ info }) => /^ts( run)?$/.test(info));
  return blocks.map(({ info, line, text }) => {
    const name = `${document.replace(/\W/g, '-')}-${line}`;
    // Relative imports are meant from the document's folder.
    const folder = join(ROOT, posix.dirname(document));
    const placed = text.replace(/(?<=from ')\.\.?\/[^']*/g, (path) => relative(snippets, join(folder, path)));
    // A module of its own each, or two snippets could not use the same name.
    return { document, info, file: join(snippets, `${name}.ts`), text: `${placed}\nexport {};\n` };
  });
}

const all = [...documents.keys()].flatMap(snippetsOf);

test('the TypeScript in the documents is right', () => {
  expect(all.length).toBeGreaterThan(0);
  mkdirSync(snippets, { recursive: true });
  for (const { file, text } of all) writeFileSync(file, text);
  const settings = {
    extends: '../../tsconfig.json',
    compilerOptions: { noEmit: true, rootDir: '../..', noUnusedLocals: false },
    include: ['*.ts'],
    exclude: [],
  };
  writeFileSync(join(snippets, 'tsconfig.json'), JSON.stringify(settings));
  const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
  const { stdout } = spawnSync(tsc, ['-p', snippets], { encoding: 'utf8', cwd: ROOT });
  expect(stdout).toBe('');
});

const runnable = all.filter(({ info }) => info === 'ts run');

test.each(runnable)('the example in $document runs, beside a trace.out', async ({ file, text }) => {
  const { transform } = await import('esbuild');
  const { code } = await transform(text, { loader: 'ts', format: 'esm' });
  const script = file.replace(/\.ts$/, '.mjs');
  mkdirSync(snippets, { recursive: true });
  writeFileSync(script, code);
  copyFileSync(join(ROOT, 'tests', 'testdata', 'busy.trace'), join(snippets, 'trace.out'));
  const stdout = execFileSync(process.execPath, [script], { cwd: snippets, stdio: 'pipe' });
  expect(stdout.length, 'an example shows something').toBeGreaterThan(0);
});

const invented: Project = {
  scripts: ['test', 'start'],
  exists: (path) => path === 'replay/decode',
  help: (command) =>
    ({ '': 'Usage: gotwin \n  -V, --version', check: '  --go LIST\n  -o, --out DIR' })[command],
};

test.each([
  ['npm run nothing', 'no script nothing'],
  ['npm start -- --goo 1.22', 'gotwin check has no option --goo'],
  ['npm test -- replay/decoder', 'no replay/decoder to test'],
  ['gotwin chekc netguy', 'no command chekc'],
  ['gotwin check netguy --g 1.22', 'no option --g'],
  ['npx gotwin check --out-dir x', 'no option --out-dir'],
  ['CI=1 node dist/bin/main.js check \\\n  --nope', 'no option --nope'],
  ['cd x && node lost.mjs', 'no lost.mjs'],
])('%s is found to be false', (text, why) => {
  const found = commandsOf(text).map((words) => falsehood(words, invented));
  expect(found.join()).toContain(why);
});

test.each([
  '$ npm test -- replay/decode -t "a name"  # a part of it',
  "npx gotwin check 'a --b' -o dir --go=1.22 -- --for-the-program",
  'gotwin --version',
  'go tool trace -d=wire trace.out > wire.txt',
])('%s is found to be true', (text) => {
  expect(commandsOf(text).map((words) => falsehood(words, invented))).toEqual([undefined]);
});

test('blocks are found with their line, also inside a list', () => {
  const markdown = 'a\n```sh run\nnpm ci\n```\n- b\n  ```ts\n  let c;\n  ```\n';
  expect(blocksOf(markdown)).toEqual([
    { info: 'sh run', line: 3, text: 'npm ci\n' },
    { info: 'ts', line: 7, text: 'let c;\n' },
  ]);
});
