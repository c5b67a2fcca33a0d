import { expect, test } from 'vitest';
import { withNews } from './news.ts';
import { judged, matrix, row } from './testdata/rows.ts';

const broken = { verdict: 'diverges' as const, signatures: ['exit/stub~1'] };
const before = matrix([
  judged('a'),
  judged('b', broken),
  judged('c', broken),
  row('d', { state: 'left-out' }),
]);

test('a cell that is as it was has no news', () => {
  const rows = [judged('a', { ms: 99, why: 'again' }), judged('b', broken), row('e')];
  expect(withNews(rows, before).map(({ news }) => news)).toEqual(['', '', '']);
});

test('a new verdict, a new finding, a new cell and a cell that can be run now are news', () => {
  const rows = [
    judged('a', broken),
    judged('b', { ...broken, signatures: ['exit/stub~1', 'stack/free~2'] }),
    judged('c'),
    judged('d'),
    judged('e'),
  ];
  expect(withNews(rows, before).map(({ news }) => news)).toEqual([
    'was conforms, new: exit/stub~1',
    'new: stack/free~2',
    'was diverges',
    'was left out',
    'new cell',
  ]);
});

test('a tree is held against itself as it was, and where it was not there against its release', () => {
  const tree = (id: string, released: string, more = {}) => judged(id, { go: 'tree', released, ...more });
  const earlier = matrix([judged('x go1.26.8'), judged('y go1.26.8'), tree('y tree', 'y go1.26.8', broken)]);
  const rows = [
    tree('x tree', 'x go1.26.8', broken),
    tree('y tree', 'y go1.26.8'),
    tree('z tree', 'z go1.26.8'),
  ];
  expect(withNews(rows, earlier).map(({ news }) => news)).toEqual([
    'go1.26.8 was conforms, new: exit/stub~1',
    'was diverges',
    'new cell',
  ]);
});

test('a cell of which the earlier shard says nothing has no news', () => {
  const shard = matrix([row('a', { state: 'elsewhere' })]);
  expect(withNews([judged('a', broken)], shard).map(({ news }) => news)).toEqual(['']);
});

test('without an earlier matrix nothing is said', () => {
  expect(withNews([judged('a')], undefined)).toEqual([judged('a')]);
});
