import { expect, test } from 'vitest';
import { paintFor } from '../paint.ts';
import { cellsMarkdown, matrixLines, unjudgedMarkdown } from './table.ts';
import { judged, matrix, row } from './testdata/rows.ts';

const paint = paintFor(false, false, {});
const emulated = { arch: 'arm64', notObserved: ['emulated: says little'] };

const document = matrix(
  [
    judged('a 1'),
    judged('a 2', { verdict: 'diverges', why: 'a rule' }),
    judged('b', { go: 'go1.9.7', verdict: 'unobservable', why: 'no model' }),
    judged('c', emulated),
    row('d', { arch: 'arm64', go: 'go1.22.12', state: 'left-out', why: 'no qemu' }),
    row('e', { program: 'other' }),
    row('f', { program: 'x|y\u001b[31m', state: 'excluded', why: 'too <slow>' }),
  ],
  { text: { snapshots: 3, collections: 1, checks: 20, disagreements: 0 } },
);

test('the table has every cell that is not of another shard, releases in their order', () => {
  expect(matrixLines(document, paint)).toEqual([
    'program  arch   setting  go1.9.7       go1.26.8',
    'hello    amd64  default  unobservable  conforms 1 of 2, diverges 1 of 2',
    '',
    'program  arch   setting  go1.22.12  go1.26.8',
    'hello    arm64  default  left out   conforms',
    '',
    'program  arch   setting  go1.26.8',
    'x|y      amd64  default  excluded',
    '',
    'Not conforming, and why',
    '  diverges: a rule\n      a 2',
    '  unobservable: no model\n      b',
    '  left out: no qemu\n      d',
    '  excluded: too <slow>\n      f',
    '',
    'Not observed',
    '  1 cell  emulated: says little',
    '',
    'text against trace: 3 snapshots and 1 collection read, 20 checks between the two, 0 disagreements',
    '',
  ]);
});

test('trees of the user stand behind the releases, with what they are and what is new in them', () => {
  const changed = {
    name: 'tree',
    version: 'go1.26.8',
    hash: 'f'.repeat(64),
    release: 'go1.26.8',
    changed: ['runtime/chan.go'],
  };
  const cells = [judged('a', { go: 'tree', news: 'go1.26.8 was diverges' }), judged('b', { news: '' })];
  const lines = matrixLines(matrix(cells, { trees: [changed] }), paint);
  expect(lines).toEqual([
    'program  arch   setting  go1.26.8  tree',
    'hello    amd64  default  conforms  conforms',
    '',
    'tree: go1.26.8, changed in runtime/chan.go',
    '',
    'Since the earlier matrix',
    '  a: go1.26.8 was diverges',
    '',
  ]);
});

test('a name or a reason that somebody made up is no Markdown', () => {
  const cells = [row('x|y', { state: 'excluded', why: '<b>`no`</b>\n| a' })];
  const [, , line] = cellsMarkdown({ cells }).split('\n');
  expect(line).toMatch(/^\| x\\\|y \| excluded \| \\<b\\>\\`no\\`.*\\\| a \|$/);
});

test('a CI job is told of what was not judged, and of nothing where all was', () => {
  expect(unjudgedMarkdown(document)).toMatch(/### Not judged[\s\S]*no qemu/);
  expect(unjudgedMarkdown(document)).not.toContain('a 2');
  expect(unjudgedMarkdown(matrix([judged('a')]))).toBe('');
});
