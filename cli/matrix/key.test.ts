import { expect, test } from 'vitest';
import { inheritedSettings, KEY, keyOf } from './key.ts';
import type { PlannedCell } from './plan.ts';
import { planned, usersTree } from './testdata/rows.ts';

const base = planned('a');
const key = (cell: Partial<PlannedCell> = {}, sources = 's', gotwin = '1', env = {}) =>
  keyOf({ ...base, ...cell }, sources, gotwin, env);

test('a key is the same for the same inputs, in whatever order a setting was written', () => {
  expect(key()).toMatch(KEY);
  expect(key({ setting: { gomaxprocs: 1, race: true } })).toBe(
    key({ setting: { race: true, gomaxprocs: 1 } }),
  );
});

test.each<[string, string]>([
  ['name', key({ id: 'b' })],
  ['program', key({ target: { ...base.target, target: 'netguy' } })],
  ['sources', key({}, 't')],
  ['release', key({ go: 'go1.26.7' })],
  ['tree', key({ tree: usersTree('tree', 'a') })],
  ['architecture', key({ arch: 'arm64' })],
  ['setting', key({ setting: { gomaxprocs: 1 } })],
  ['layers', key({ layers: ['probe'] })],
  ['arguments', key({ args: ['-d'] })],
  ['duration', key({ duration: '1s' })],
  ['time limit', key({ timeLimit: '1s' })],
  ['repeat', key({ run: 2 })],
  ['Gotwin', key({}, 's', '2')],
  ['environment', key({}, 's', '1', { GOGC: '10' })],
])('another %s is another cell', (_, other) => {
  expect(other).not.toBe(key());
});

test('an edited tree is another cell, and one that lies elsewhere is not', () => {
  const tree = usersTree('tree', 'a');
  const moved = { ...tree, toolchain: { ...tree.toolchain, goroot: '/elsewhere' } };
  expect(key({ tree: moved })).toBe(key({ tree }));
  expect(key({ tree: usersTree('tree', 'b') })).not.toBe(key({ tree }));
});

test('of the environment only what a Go program reads counts', () => {
  expect(inheritedSettings({ HOME: '/a', GOGC: '10', GODEBUG: 'x=1' })).toEqual({
    GOGC: '10',
    GODEBUG: 'x=1',
  });
});
