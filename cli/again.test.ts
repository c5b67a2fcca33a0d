import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DEFAULT_GODEBUG, type Manifest, RecordingWriter } from '../collector/index.ts';
import { runAgain } from './again.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-again-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const server = join(folder, 'server');
mkdirSync(server);
writeFileSync(join(server, 'main.go'), 'package main\n\nfunc main() {}\n');

const manifest: Manifest = {
  schema: 2,
  program: {
    name: 'server',
    kind: 'package',
    target: server,
    args: ['-listen', ':0'],
    hash: '',
    promises: [],
  },
  toolchain: { version: 'go1.25.4', hash: '', goos: 'linux', goarch: 'arm64' },
  emulated: true,
  emulator: 'qemu-aarch64 7.2',
  command: ['qemu-aarch64', '/tmp/server', '-listen', ':0'],
  env: { GODEBUG: `${DEFAULT_GODEBUG},asyncpreemptoff=1`, GOMAXPROCS: '3' },
  machine: { os: 'linux', arch: 'amd64', cpus: 2, kernel: '6.1' },
  startedAtMs: 1_800_000_000_123,
  durationMs: 1234,
  exit: { code: 0, signal: '', reason: 'stopped', ladder: ['SIGTERM'] },
  lost: [],
  layers: ['trace', 'text'],
  fault: { name: 'copystack-unowned', delayUs: 200 },
};

async function written(name: string, changed: Partial<Manifest>): Promise<string> {
  const writer = await RecordingWriter.create(join(folder, name), { ...manifest, ...changed });
  await writer.seal();
  return writer.path;
}

test('a run is asked for again as the recording says that it was made', async () => {
  const { again } = await runAgain(await written('server.gotwin', {}));
  expect(again).toMatchObject({
    target: server,
    test: false,
    args: ['-listen', ':0'],
    goVersion: '1.25.4',
    arch: 'arm64',
    env: { GOMAXPROCS: '3' },
    godebug: 'asyncpreemptoff=1',
    layers: ['trace', 'text'],
    stopAfterMs: 1234,
    fault: { name: 'copystack-unowned', delayUs: 200 },
  });
});

test('a fixture that ran as it is runs as it is again, and has its promises to keep', async () => {
  const program: Manifest['program'] = {
    ...manifest.program,
    kind: 'fixture',
    name: 'netecho',
    target: 'netecho',
    promises: [{ row: 'gc/begin', atLeast: 50 }],
  };
  const { again } = await runAgain(await written('netecho.gotwin', { program }));
  expect(again.args).toBeUndefined();
});

test('a variable that could load code is not handed on to the program', async () => {
  const env = { LD_PRELOAD: './evil.so', GOGC: '10' };
  const { again } = await runAgain(await written('hostile.gotwin', { env }));
  expect(again.env).toEqual({ GOGC: '10' });
});

test('a program that was stopped on purpose is not taken for one that hangs, however long it ran', async () => {
  const { again } = await runAgain(await written('long.gotwin', { durationMs: 90_000 }));
  expect(again).toMatchObject({ stopAfterMs: 90_000, timeLimitMs: 150_000 });
});

test('a run whose trace stayed empty is traced again', async () => {
  const { again } = await runAgain(await written('empty.gotwin', { layers: ['text'] }));
  expect(again.layers).toEqual(['trace', 'text']);
});

test('what is about to run is said, with its arguments and settings', async () => {
  const { what } = await runAgain(await written('told.gotwin', {}));
  expect(what).toBe(
    `package server in ${server}, arguments -listen :0, GOMAXPROCS=3, GODEBUG=asyncpreemptoff=1, fault copystack-unowned`,
  );
});

test('a path that is another program here is refused, and so are arguments that are none', async () => {
  const program = { ...manifest.program, name: 'hello' };
  await expect(runAgain(await written('other.gotwin', { program }))).rejects.toMatchObject({
    code: 'another-program',
  });
  for (const args of [['a\0b'], Array.from({ length: 60_000 }, () => 'xxxx')]) {
    const odd = await written(`args-${args.length}.gotwin`, { program: { ...manifest.program, args } });
    await expect(runAgain(odd)).rejects.toMatchObject({ code: 'arguments' });
  }
});

test("what was built with a tree of its user's own is not run again with a release, nor the other way round", async () => {
  const tree = { runtimeHash: 'ab'.repeat(32), release: 'go1.25.4', changed: ['runtime/chan.go'] };
  const own = await written('tree.gotwin', { schema: 3, toolchain: { ...manifest.toolchain, tree } });
  await expect(runAgain(own)).rejects.toMatchObject({
    code: 'needs-a-tree',
    message: expect.stringContaining('go1.25.4 changed in runtime/chan.go'),
  });
  const released = await written('released.gotwin', {});
  await expect(runAgain(released, folder)).rejects.toMatchObject({ code: 'needs-no-tree' });
});

test('a trace that Gotwin did not record cannot be run again', async () => {
  const trace = join(folder, 'trace.out');
  writeFileSync(trace, 'go 1.26 trace\0\0\0');
  await expect(runAgain(trace)).rejects.toMatchObject({ code: 'not-run' });
  const wrapped = await written('trace.gotwin', { program: { ...manifest.program, kind: 'trace' } });
  await expect(runAgain(wrapped)).rejects.toMatchObject({ code: 'not-run' });
});
