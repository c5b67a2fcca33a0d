import { describe, expect, test } from 'vitest';
import type { ProgramTarget } from '../collector/index.ts';
import { resolveTarget } from '../collector/index.ts';
import { findFixture } from '../go-fixtures/index.ts';
import { type Cell, cellsOf } from './cells.ts';
import { checkOptions, faultWarnings, settingsFor } from './recorder.ts';

const fixture = async (name: string) => (await resolveTarget(name)) as ProgramTarget;
const server: ProgramTarget = {
  kind: 'package',
  name: 'server',
  target: './server',
  dir: '/x',
  pattern: '.',
  cwd: '/x',
};

describe('a duration', () => {
  test("takes the place of a fixture's own", async () => {
    const { args } = settingsFor(await fixture('netguy'), { options: { duration: 300 }, programArgs: [] });
    expect(args).toEqual(findFixture('netguy')!.manifest.args.with(-1, '300ms'));
  });

  test('means nothing to a fixture that ends when it is done, so that it keeps its promises', async () => {
    expect(settingsFor(await fixture('hello'), { options: { duration: 300 }, programArgs: [] })).toEqual({});
  });

  test('stops any other program; a time limit beside it stays a limit', () => {
    expect(settingsFor(server, { options: { duration: 300 }, programArgs: [] })).toEqual({
      stopAfterMs: 300,
    });
    expect(settingsFor(server, { options: { duration: 300, timeLimit: 900 }, programArgs: [] })).toEqual({
      stopAfterMs: 300,
      timeLimitMs: 900,
    });
  });
});

test('arguments after -- are all that the program gets', async () => {
  const { args } = settingsFor(await fixture('netguy'), { options: {}, programArgs: ['-pairs', '2'] });
  expect(args).toEqual(['-pairs', '2']);
});

test('a fault is seeded with the delay that was asked for, or its own', () => {
  const seeded = (options: { fault: string; delay?: number }) =>
    settingsFor(server, { options, programArgs: [] }).fault;
  expect(seeded({ fault: 'copystack-stw' })).toEqual({ name: 'copystack-stw' });
  expect(seeded({ fault: 'copystack-unowned', delay: 0.2 })).toEqual({
    name: 'copystack-unowned',
    delayUs: 200,
  });
});

test('a fault is recorded with the probe, in which it shows itself, and a call that will not see it is warned', () => {
  const fault = 'copystack-unowned';
  expect(settingsFor(server, { options: { fault }, programArgs: [] }).layers).toContain('probe');
  expect(settingsFor(server, { options: { fault, layers: ['trace'] }, programArgs: [] }).layers).toEqual([
    'trace',
  ]);
  expect(faultWarnings([server], { fault, layers: ['trace'] })).toEqual([
    expect.stringMatching(/not recorded: add it to --layers/),
    expect.stringMatching(/was tried on netecho; server may never/),
  ]);
  expect(faultWarnings([server], {})).toEqual([]);
});

test('a fault with which no program links is refused where programs are run', () => {
  expect(() => checkOptions({ options: { fault: 'nosplit-hog' } })).toThrow(/no program links/);
});

test('a delay without a fault that waits is refused before anything is built', () => {
  expect(() => checkOptions({ options: { delay: 1 } })).toThrow(/for a seeded fault/);
  expect(() => checkOptions({ options: { fault: 'goexit-stub', delay: 1 } })).toThrow(/takes no delay/);
  expect(() => checkOptions({ options: { fault: 'goexit' } })).toThrow(/there is no fault "goexit"/);
});

test('settings for GODEBUG come after what turns a layer off', () => {
  const options = { layers: ['trace' as const], godebug: { asyncpreemptoff: '1', gctrace: '2' } };
  expect(settingsFor(server, { options, programArgs: [] }).godebug).toBe(
    'schedtrace=0,scheddetail=0,gctrace=2,asyncpreemptoff=1',
  );
});

test('text and the system alone are not to be recorded', () => {
  for (const layers of [['text'], ['os'], ['text', 'os']] as const)
    expect(() => checkOptions({ options: { layers: [...layers] } })).toThrow(/too little to judge/);
  expect(() => checkOptions({ options: { layers: ['text', 'probe'] } })).not.toThrow();
});

test('how to probe means nothing without the layer', () => {
  expect(() => checkOptions({ options: { probeMode: 'ring' } })).toThrow(/not recorded/);
  const options = { layers: ['probe' as const], probeMode: 'ring' as const, probeWindow: 100 };
  expect(() => checkOptions({ options })).not.toThrow();
  expect(() => checkOptions({ options: { ...options, probeKinds: ['status', 'thrown'] } })).toThrow(
    /"thrown"/,
  );
  expect(settingsFor(server, { options, programArgs: [] })).toMatchObject({
    layers: ['probe'],
    probe: { mode: 'ring', window: 100 },
  });
});

test('every run has a file of its own, also when two targets share a name', () => {
  const ground = {
    toolchains: [{ version: 'go1.26.8', goroot: '/go', go: '/go/bin/go', from: 'path' as const }],
    architectures: ['amd64', 'arm64'],
    leftOut: [],
  };
  const targets = [server, { ...server, target: './b/server' }, { ...server, name: '../odd name' }];
  const optional = { go: false, arch: false };
  const cells = cellsOf({ targets, go: [], arch: [], optional, count: 2 }, ground);
  const files = cells.map(({ file }: Cell) => file);
  expect(new Set(files).size).toBe(12);
  expect(files[0]).toBe('server.1-go1.26.8-amd64-1.gotwin');
  expect(files.at(-1)).toBe('odd_name-go1.26.8-arm64-2.gotwin');
});
