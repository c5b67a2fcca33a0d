import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assetPath, findFixture, fixtureManifestSchema, fixturesRoot, listFixtures } from './index.ts';

test('every fixture has a program and a manifest that promises something', () => {
  const fixtures = listFixtures();
  expect(fixtures.map(({ name }) => name)).toEqual([
    'goexit',
    'hello',
    'netecho',
    'netguy',
    'nosplit',
    'stackcache',
    'threadexit',
    'tightloop',
  ]);
  for (const { dir, manifest } of fixtures) {
    expect(existsSync(join(dir, 'main.go'))).toBe(true);
    expect(manifest.promises.length).toBeGreaterThan(0);
  }
});

test('netecho promises what issue 9186 is about: collections, and goroutines shrunk while they block in netpoll', () => {
  expect(findFixture('netecho')?.manifest.promises).toEqual([
    { row: 'goroutine/park', facet: 'network', atLeast: 1000, layer: 'trace' },
    { row: 'goroutine/unblock', facet: 'network', atLeast: 1000, layer: 'trace' },
    { row: 'gc/begin', atLeast: 50, layer: 'trace' },
    { row: 'schedule/netpoll', facet: 'its stack was shrunk while it waited', atLeast: 1000, layer: 'probe' },
  ]);
});

test('a name that is no fixture finds none, not even one that leads elsewhere', () => {
  for (const name of ['nothing', '', '.', '..', '../collector', 'internal', 'netecho/']) {
    expect(findFixture(name), name).toBeUndefined();
  }
});

test('a manifest with a word too many or a promise of nothing is refused', () => {
  const manifest = findFixture('hello')?.manifest;
  expect(fixtureManifestSchema.safeParse(manifest).success).toBe(true);
  expect(fixtureManifestSchema.safeParse({ ...manifest, promise: [] }).success).toBe(false);
  const empty = { ...manifest, promises: [{ row: 'gc/begin', atLeast: 0 }] };
  expect(fixtureManifestSchema.safeParse(empty).success).toBe(false);
});

test('assets are found from where the code runs', () => {
  expect(existsSync(assetPath('collector/recording/manifest.proto'))).toBe(true);
  expect(fixturesRoot()).toBe(assetPath('go-fixtures'));
});
