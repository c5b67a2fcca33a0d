import { expect, test } from 'vitest';
import { merge } from './merge.ts';
import { judged, matrix, row } from './testdata/rows.ts';

const first = { dir: 's1', matrix: matrix([judged('a'), row('b', { shard: 2 })]) };
const second = {
  dir: 's2',
  matrix: matrix([row('a'), judged('b', { shard: 2, verdict: 'diverges', signatures: ['x'] })]),
};

test('two shards are the whole, whatever their order', () => {
  const { document, from, warnings } = merge([first, second]);
  expect(document.cells).toEqual([first.matrix.cells[0], second.matrix.cells[1]]);
  expect([...from]).toEqual([
    ['a', 's1'],
    ['b', 's2'],
  ]);
  expect(warnings).toEqual([]);
  expect(document.done).toBe(true);
  expect(merge([second, first]).document.cells).toEqual(document.cells);
});

test('a shard that is not there is named, with its cells', () => {
  const { document, warnings } = merge([first]);
  expect(document.cells[1]).toMatchObject({ state: 'missing', why: expect.stringContaining('shard 2 of 2') });
  expect(document.done).toBe(false);
  expect(warnings).toEqual(['1 of 2 cells are missing, of shard 2']);
});

test('a shard that was not finished is named', () => {
  const cells = [row('a', { state: 'missing' }), row('b', { shard: 2 })];
  const { warnings } = merge([{ dir: 's1', matrix: matrix(cells, { done: false }) }, second]);
  expect(warnings[0]).toContain('s1 was not finished');
  expect(warnings[1]).toContain('1 of 2 cells are missing, of shard 1');
});

test('what one machine had to leave out counts where another ran it', () => {
  const cells = [row('a', { state: 'left-out', why: 'no qemu' }), row('b', { shard: 2 })];
  const lacking = { dir: 's3', matrix: matrix(cells) };
  expect(merge([lacking, first, second]).document.cells[0]).toMatchObject({ state: 'judged' });
  expect(merge([lacking, second]).document.cells[0]).toMatchObject({ state: 'left-out', why: 'no qemu' });
});

test('machines that were asked for other architectures go together, and what nobody was asked for is said', () => {
  const none = { dir: 's3', matrix: matrix([row('a', { shard: 0 }), row('b', { shard: 0 })]) };
  expect(merge([none, first, second]).warnings).toEqual([]);
  expect(merge([none, first]).document.cells[1]!.why).toContain('shard 2 of 2');
  const { document, warnings } = merge([none]);
  expect(document.cells[0]).toMatchObject({ state: 'missing', why: expect.stringContaining('--arch') });
  expect(warnings).toEqual(['2 of 2 cells are missing']);
});

test('the same cell twice is one when both say the same, and refused when they do not', () => {
  const again = (more: object) => ({
    dir: 's3',
    matrix: matrix([judged('a', more), row('b', { shard: 2 })]),
  });
  expect(merge([first, again({}), second]).document.cells).toHaveLength(2);
  const refused = (more: object) => {
    try {
      merge([first, again(more), second]);
    } catch (error) {
      return (error as Error).message;
    }
    return 'merged';
  };
  expect(refused({ verdict: 'diverges' })).toContain('s1 says conforms and s3 says diverges');
  expect(refused({ signatures: ['y'] })).toContain('with other findings');
  expect(refused({ key: '1'.repeat(32) })).toContain('ran it with other inputs');
});

test('shards that were run with different trees are refused, though their cells have the same names', () => {
  const tree = { name: 'tree', version: 'go1.26.8', hash: 'a'.repeat(64), release: '', changed: [] };
  const part = (dir: string, hash: string) => {
    const { matrix } = dir === 's1' ? first : second;
    return { dir, matrix: { ...matrix, trees: [{ ...tree, hash: hash.repeat(64) }] } };
  };
  expect(merge([part('s1', 'a'), part('s2', 'a')]).document).toMatchObject({ trees: [tree] });
  expect(() => merge([part('s1', 'a'), part('s2', 'b')])).toThrow('the Go tree tree of s2 is another');
});

test('shards of two matrices are refused, and two builds of Gotwin are said', () => {
  const other = { dir: 's2', matrix: { ...second.matrix, plan: 'b'.repeat(64) } };
  expect(() => merge([first, other])).toThrow('s1 and s2 are of two matrices');
  const build = { version: '0.0.0', code: 'other' };
  const { warnings } = merge([first, { ...second, matrix: { ...second.matrix, judgedBy: build } }]);
  expect(warnings).toEqual(['the shards were judged by 2 builds of Gotwin']);
});
