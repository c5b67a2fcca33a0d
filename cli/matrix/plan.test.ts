import { expect, test } from 'vitest';
import { KNOWN_GOOD, minorNumber } from '../../collector/index.ts';
import { listFixtures } from '../../go-fixtures/index.ts';
import { DEFAULT_MATRIX, type MatrixConfig, matrixConfigSchema } from './config.ts';
import { planOf, releasedId } from './plan.ts';
import { usersTree } from './testdata/rows.ts';
import { withGivenTree } from './trees.ts';

const configOf = (config: object): MatrixConfig => matrixConfigSchema.parse({ schema: 1, ...config });
const block = { programs: ['hello'], go: ['1.26'], arch: ['amd64'] };

test('a release is run at the patch level that Gotwin is tested with, whatever a machine has', async () => {
  const { cells } = await planOf(configOf({ cells: [{ ...block, go: ['1.22', '1.25.1'] }] }));
  expect(cells.map(({ go }) => go)).toEqual([KNOWN_GOOD['1.22'], 'go1.25.1']);
});

test('without a configuration every fixture is run on every release, and netguy on every architecture', async () => {
  const { cells, hash } = await planOf(DEFAULT_MATRIX);
  for (const { name, manifest } of listFixtures()) {
    for (const go of Object.values(KNOWN_GOOD))
      expect(cells.some(({ id }) => id === `${name} ${go} arm64`)).toBe(minorNumber(manifest.go.from) <= 22);
  }
  for (const arch of ['386', 'arm', 'riscv64', 'ppc64le', 's390x'])
    expect(cells.filter((cell) => cell.arch === arch).map(({ target }) => target.name)).toEqual(['netguy']);
  expect((await planOf(DEFAULT_MATRIX)).hash).toBe(hash);
});

test('cells have names and recordings of their own, and what two blocks name is one cell', async () => {
  const cells = [{ ...block, count: 2, settings: ['default', 'race', 'one-p'] }, block];
  const plan = await planOf(configOf({ cells }));
  expect(plan.cells.map(({ id }) => id)).toEqual([
    'hello go1.26.8 amd64',
    'hello go1.26.8 amd64 #2',
    'hello go1.26.8 amd64 race',
    'hello go1.26.8 amd64 race #2',
    'hello go1.26.8 amd64 one-p',
    'hello go1.26.8 amd64 one-p #2',
  ]);
  expect(new Set(plan.cells.map(({ file }) => file)).size).toBe(6);
  for (const { file } of plan.cells) expect(file).toMatch(/^[\w.-]+\.gotwin$/);
});

test('arguments that are no file name still give one', async () => {
  const args = ['-x', '../../etc/passwd', 'ü'.repeat(400)];
  const [cell] = (await planOf(configOf({ cells: [{ ...block, args }] }))).cells;
  expect(cell!.file).toMatch(/^hello-go1\.26\.8-amd64-[\w.-]{1,40}\.gotwin$/);
});

test('what is excluded stays in the plan with its reason, and so does what cannot be', async () => {
  const { cells, excluded } = await planOf(
    configOf({
      cells: [{ ...block, arch: ['amd64', '386'], settings: ['default', 'race'] }],
      exclude: [{ go: ['1.26'], arch: ['amd64'], settings: ['default'], reason: 'too slow' }],
    }),
  );
  expect(cells.map(({ id }) => id)).toEqual(['hello go1.26.8 amd64 race', 'hello go1.26.8 386']);
  expect(excluded.map(({ id, reason }) => [id, reason])).toEqual([
    ['hello go1.26.8 amd64', 'too slow'],
    ['hello go1.26.8 386 race', 'Go has no race detector for linux/386'],
  ]);
});

const DEVEL = 'go1.27-devel_0a1b2c3 Mon Nov 2 10:00:00 2026 +0000';

test('a tree has one name whatever it calls itself, so that an edited one has the cells of before', async () => {
  const config = configOf({
    trees: { mine: '/go' },
    cells: [{ ...block, go: ['mine', '1.26'], settings: ['default', 'race'], count: 2 }],
    exclude: [{ go: ['1.26'], settings: ['race'], reason: 'the release alone' }],
  });
  const plans = await Promise.all(
    ['go1.26.8', DEVEL].map((version) =>
      planOf(config, new Map([['mine', usersTree('mine', 'a', version)]])),
    ),
  );
  expect(plans[0]!.hash).toBe(plans[1]!.hash);
  const { cells } = plans[0]!;
  expect(cells.map((cell) => [cell.id, releasedId(cell)])).toEqual([
    ['hello mine amd64', 'hello go1.26.8 amd64'],
    ['hello mine amd64 #2', 'hello go1.26.8 amd64 #2'],
    ['hello mine amd64 race', 'hello go1.26.8 amd64 race'],
    ['hello mine amd64 race #2', 'hello go1.26.8 amd64 race #2'],
    ['hello go1.26.8 amd64', undefined],
    ['hello go1.26.8 amd64 #2', undefined],
  ]);
  expect(cells[0]!.file).toBe('hello-mine-amd64.gotwin');
});

test('--goroot takes the place of what is run, stands beside it, or is run where the configuration says', () => {
  const config = configOf({ trees: { mine: '/go' }, cells: [block, { ...block, go: ['mine', '*'] }] });
  const goOf = ({ cells }: MatrixConfig) => cells.map(({ go }) => go);
  expect(goOf(withGivenTree(config, '/my/go', false))).toEqual([['tree'], ['tree']]);
  expect(goOf(withGivenTree(config, '/my/go', true))).toEqual([
    ['1.26', 'tree'],
    ['*', 'tree'],
  ]);
  const named = configOf({ cells: [block, { ...block, go: ['tree', '1.25'] }] });
  expect(withGivenTree(named, '/my/go', false)).toEqual({ ...named, trees: { tree: '/my/go' } });
});

test.each([
  [{ cells: [{ ...block, go: ['mine'] }] }, 'there is no Go tree "mine"'],
  [{ cells: [{ ...block, go: ['constructor'] }] }, 'there is no Go tree "constructor"'],
  [{ cells: [block], exclude: [{ go: ['constructor'], reason: 'x' }] }, 'there is no Go tree "constructor"'],
  [{ cells: [{ ...block, settings: ['fast'] }] }, 'there is no setting "fast"'],
  [{ cells: [block], exclude: [{ settings: ['fast'], reason: 'x' }] }, 'there is no setting "fast"'],
  [{ cells: [{ ...block, programs: ['helo'] }] }, 'cannot find the target "helo"'],
  [{ cells: [{ ...block, count: 1000, settings: ['*'], arch: ['*'] }] }, 'more than 20000 cells'],
  [{ cells: [{ ...block, go: ['1.21', '1.12'] }] }, 'Gotwin cannot record Go 1.12'],
])('%j is refused before anything runs', async (config, message) => {
  await expect(planOf(configOf(config))).rejects.toThrow(message);
});
