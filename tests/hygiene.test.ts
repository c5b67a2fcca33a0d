import { homedir } from 'node:os';
import { expect, test } from 'vitest';
import {
  emptyNames,
  lengthProblems,
  linesWith,
  machinePaths,
  registryHosts,
  TABLES,
  unfinishedTests,
} from './hygiene.ts';
import { readTree, select } from './tree.ts';

const tree = readTree();
const code = select(tree, (path) => /\.(ts|mjs|go|css)$/.test(path) && !path.includes('/testdata/'));

test('no file names a registry or a proxy', () => {
  const hosts = registryHosts();
  expect(hosts.length).toBeGreaterThan(0);
  expect(linesWith(tree, hosts)).toEqual([]);
});

test('no file holds a path of the machine it was written on', () => {
  expect(linesWith(tree, machinePaths())).toEqual([]);
});

test('no test stands alone, and none waits to be written', () => {
  expect(unfinishedTests(select(code, /\.test\./))).toEqual([]);
});

test('no code file is longer than one can hold in mind, tables aside', () => {
  expect(lengthProblems(code, TABLES)).toEqual([]);
});

test('every name says what is inside', () => {
  expect(emptyNames(code.keys())).toEqual([]);
});

test('the lock holds no download addresses, and is of this package', () => {
  const lock = JSON.parse(tree.get('package-lock.json') ?? '{}');
  const own = JSON.parse(tree.get('package.json') ?? '{}');
  expect(Object.keys(lock.packages).length).toBeGreaterThan(50);
  expect(Object.entries<object>(lock.packages).filter(([, one]) => 'resolved' in one)).toEqual([]);
  expect(lock.packages['']).toMatchObject({
    dependencies: own.dependencies,
    devDependencies: own.devDependencies,
  });
});

test('the lock has every platform, or npm ci would refuse it', () => {
  const { packages } = JSON.parse(tree.get('package-lock.json') ?? '{}') as { packages: Packages };
  const lost = Object.entries(packages).flatMap(([at, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !packages[`node_modules/${name}`] && !packages[`${at}/node_modules/${name}`],
    ),
  );
  expect(lost).toEqual([]);
});

type Packages = Record<string, { optionalDependencies?: Record<string, string> }>;

test('each of these checks sees what it is for', () => {
  const broken = new Map([['a.ts', `one\n${homedir()}/x from registry.example/\n`]]);
  expect(linesWith(broken, [`${homedir()}/`])).toEqual([`a.ts:2 ${homedir()}/`]);
  expect(linesWith(broken, ['registry.example'])).toEqual(['a.ts:2 registry.example']);
  for (const word of ['only', 'todo']) {
    expect(unfinishedTests(new Map([['a.test.ts', `test.${word}('x')`]]))).toEqual(['a.test.ts']);
  }
  const long = new Map([['a.ts', 'x\n'.repeat(501)]]);
  expect(lengthProblems(long, new Map())).toEqual(['a.ts is too long']);
  expect(lengthProblems(long, new Map([['a.ts', 'a table']]))).toEqual([]);
  expect(lengthProblems(new Map([['a.ts', 'x\n']]), new Map([['a.ts', '']]))).toHaveLength(1);
  expect(emptyNames(['a/utils.ts', 'a/utility.ts', 'helpers/a.ts', 'a/command.ts'])).toHaveLength(2);
});
