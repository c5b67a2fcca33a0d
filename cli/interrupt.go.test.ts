import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gotwin, Spawned, stackLines } from './spawned.ts';

const GO = ['--go', '1.26'];
let folder = '';
let recording = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gotwin-interrupt-'));
  recording = join(folder, 'netecho.gotwin');
  const made = await gotwin(['record', 'netecho', ...GO, '-d', '500ms', '-o', recording, '-q']);
  expect(made).toMatchObject({ code: 0, stderr: '' });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Waits for the end after a signal: nothing of the call is left, and nobody is shown our stack. */
async function end(call: Spawned) {
  const ended = await call.ended;
  expect(call.strays()).toEqual([]);
  expect(stackLines(ended)).toEqual([]);
  return ended;
}

function start(args: string[], env: Record<string, string> = {}): Spawned {
  return new Spawned(args, { cwd: folder, env });
}

test('Ctrl-C during the build ends the compilers too, and leaves no recording', async () => {
  // An empty build cache: the compiler has a runtime to compile.
  const call = start(['check', 'hello', ...GO, '--report', 'build'], { GOCACHE: join(folder, 'cache') });
  await call.says('amd64: build');
  await sleep(1000);
  call.interrupt();
  const { code, stdout, stderr } = await end(call);
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  expect(stderr).toContain('gotwin: interrupted by SIGINT');
  expect(readdirSync(join(folder, 'build', 'recordings'))).toEqual([]);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s during the run ends the program, and what it did until then can be replayed',
  async (signal, code) => {
    const dir = `run-${signal}`;
    const call = start(['check', 'netecho', ...GO, '-d', '60s', '--report', dir]);
    await call.says('amd64: run');
    await sleep(700);
    call.interrupt(signal);
    // Somebody who presses again is not to leave the program behind.
    call.interrupt(signal);
    const ended = await end(call);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(`interrupted by ${signal}`);
    const kept = join(dir, 'recordings', 'netecho-go1.26.8-amd64.gotwin');
    expect(ended.stderr).toContain(kept);
    const replay = await gotwin(['replay', kept, '--json'], { cwd: folder });
    const [judged] = JSON.parse(replay.stdout).recordings;
    expect(judged.exit).toMatch(/^interrupted/);
    expect(judged.events).toBeGreaterThan(1000);
    expect(judged.divergences).toEqual([]);
  },
);

test('Ctrl-C during a replay stops it', async () => {
  const call = start(['replay', recording, recording, recording, recording]);
  await call.says('replaying');
  call.interrupt();
  const { code, stdout } = await end(call);
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
});

test('Ctrl-C while events are listed stops the listing', async () => {
  const call = new Spawned(['events', recording], {
    cwd: folder,
    // Into a pipe that nobody reads, so that the listing is still at it however fast the machine is.
    under: ['sh', '-c', 'rm -f unread; mkfifo unread; sleep 4 < unread & exec "$@" > unread', 'sh'],
  });
  await sleep(2000);
  call.interrupt();
  expect((await end(call)).code).toBe(130);
});

test('Ctrl-C around the writing of a report leaves a whole one or none', async () => {
  const call = start(['report', recording, recording, '-o', 'report']);
  await call.says(
    /(conforms|unobservable|inconclusive)\n.*replaying\n.*(conforms|unobservable|inconclusive)\n/,
  );
  call.interrupt();
  const { code, stderr } = await end(call);
  const files = existsSync(join(folder, 'report')) ? readdirSync(join(folder, 'report')).sort() : [];
  if (code === 130) expect(stderr).toContain('interrupted by SIGINT');
  expect([[], ['index.html', 'junit.xml', 'result.json', 'results.sarif', 'summary.md']]).toContainEqual(
    files,
  );
});

test('--json says so in its one document', async () => {
  const call = start(['check', 'netecho', ...GO, '-d', '60s', '--report', 'json', '--json']);
  await call.says('amd64: run');
  await sleep(300);
  call.interrupt();
  const { code, stdout } = await end(call);
  expect(JSON.parse(stdout).error).toMatchObject({
    code: 'interrupted',
    details: [expect.stringContaining('netecho')],
  });
  expect(code).toBe(130);
});
