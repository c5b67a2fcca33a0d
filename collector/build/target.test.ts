import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { resolveTarget } from './target.ts';

const cwd = mkdtempSync(join(tmpdir(), 'gotwin target '));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
mkdirSync(join(cwd, 'netecho'));
mkdirSync(join(cwd, '-server', 'cmd'), { recursive: true });
writeFileSync(join(cwd, 'one.go'), 'package main\n');
writeFileSync(join(cwd, 'a.trace'), 'go 1.26 trace\0\0\0rest');
writeFileSync(join(cwd, 'notes.txt'), 'nothing');

test('a bare name is the fixture, a path is the folder of the same name', async () => {
  expect(await resolveTarget('netecho', { cwd })).toMatchObject({ kind: 'fixture', pattern: './netecho' });
  const dir = join(cwd, 'netecho');
  expect(await resolveTarget('./netecho', { cwd })).toMatchObject({
    kind: 'package',
    dir,
    pattern: '.',
    cwd,
  });
  expect(await resolveTarget('netecho', { cwd, test: true })).toMatchObject({ kind: 'test', dir, cwd: dir });
});

test('a case of a fixture is named behind it, and nothing else is', async () => {
  expect(await resolveTarget('nosplit/over', { cwd })).toMatchObject({
    kind: 'fixture',
    name: 'nosplit-over',
    pattern: './nosplit/over',
  });
  for (const target of ['nosplit/nothing', 'nosplit/../hello', 'internal/loopback', 'nosplit/over/'])
    expect(await resolveTarget(target, { cwd }).catch(() => ({ kind: 'none' })), target).not.toMatchObject({
      kind: 'fixture',
    });
});

test('a folder may have any name, and a path may go up', async () => {
  const dir = join(cwd, '-server', 'cmd');
  expect(await resolveTarget('-server/cmd', { cwd })).toMatchObject({ kind: 'package', dir, name: 'cmd' });
  expect(await resolveTarget('netecho/../-server/cmd', { cwd })).toMatchObject({ dir });
});

test('a file is Go source or a trace', async () => {
  expect(await resolveTarget('one.go', { cwd })).toMatchObject({
    kind: 'package',
    dir: cwd,
    pattern: './one.go',
  });
  expect(await resolveTarget('a.trace', { cwd })).toMatchObject({
    kind: 'trace',
    path: join(cwd, 'a.trace'),
  });
  await expect(resolveTarget('notes.txt', { cwd })).rejects.toMatchObject({ code: 'not-a-program' });
});

test('what is none of these may be a package of the module that we are in', async () => {
  const target = await resolveTarget('example.com/cmd/server', { cwd });
  expect(target).toMatchObject({
    kind: 'package',
    pattern: 'example.com/cmd/server',
    name: 'server',
    dir: cwd,
  });
});

test('with its tests a package of the standard library may be meant, of one word too; a fixture has none', async () => {
  expect(await resolveTarget('runtime', { cwd, test: true })).toMatchObject({
    kind: 'test',
    pattern: 'runtime',
  });
  await expect(resolveTarget('hello', { cwd, test: true })).rejects.toThrow('a fixture has no tests');
});

test.each(['', 'nosuch', './nosuch', '/nosuch', '--help', '-exec=ls', 'a b', 'x/...', 'x;y/z', '$(x)/y'])(
  '%j is not found, and the fixtures are named',
  async (target) => {
    await expect(resolveTarget(target, { cwd })).rejects.toMatchObject({
      code: 'not-found',
      advice: expect.stringContaining('netecho'),
    });
  },
);
