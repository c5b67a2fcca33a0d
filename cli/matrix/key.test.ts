import { expect, test } from 'vitest';
import { inheritedSettings, KEY, keyOf } from './key.ts';
import type { PlannedCell } from './plan.ts';
import { planned } from './testdata/rows.ts';

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

test('of the environment only what a Go program reads counts', () => {
  expect(inheritedSettings({ HOME: '/a', GOGC: '10', GODEBUG: 'x=1' })).toEqual({
    GOGC: '10',
    GODEBUG: 'x=1',
  });
});
