import { expect, test } from 'vitest';
import { usersTree } from './testdata/rows.ts';
import { refuseChanged } from './trees.ts';

test('a tree that is edited while a cell is built makes no cell', () => {
  const released = { version: 'go1.26.8', hash: '', goos: 'linux', goarch: 'amd64' };
  const recorded = (runtimeHash: string) => {
    return { toolchain: { ...released, tree: { runtimeHash, release: '', changed: [] } } };
  };
  refuseChanged(undefined, { toolchain: released });
  refuseChanged(usersTree('tree', 'a'), recorded('a'));
  expect(() => refuseChanged(usersTree('tree', 'a'), recorded('b'))).toThrow('/go is not what it was');
});
