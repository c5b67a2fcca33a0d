import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, describe, expect, test } from 'vitest';
import { assetPath } from '../go-fixtures/index.ts';
import { openRecording, type RecordOptions, record } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-endings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const program = (name: string) => assetPath(join('collector/testdata', name));

let made = 0;

async function recorded(options: Partial<RecordOptions> & Pick<RecordOptions, 'target'>) {
  const outFile = join(folder, `${made++}.gotwin`);
  const { path, manifest } = await record({ goVersion: '1.26', outFile, ...options });
  return { manifest, exit: manifest.exit, ...(await textsOf(path)) };
}

async function textsOf(path: string) {
  const recording = await openRecording(path);
  const textOf = async (name: string) => {
    const chunks: Uint8Array[] = [];
    if (recording.has(name)) for await (const chunk of recording.read(name)) chunks.push(chunk);
    return Buffer.concat(chunks).toString('latin1');
  };
  const texts = {
    runtime: await textOf('runtime.txt'),
    trace: await textOf('trace'),
    os: await textOf('os/samples'),
  };
  const streams = { stdout: await textOf('stdout.txt'), stderr: await textOf('stderr.txt') };
  await recording.close();
  return { ...texts, ...streams };
}

/** Processes whose command line holds the text; Linux only, as the tests that use it are. */
function processesOf(text: string): string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(text);
      } catch {
        return false; // gone meanwhile
      }
    });
}

async function until(condition: () => boolean, ms: number): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) if (condition()) return true;
  return condition();
}

const quick = [
  { signal: 'SIGTERM', waitMs: 400 },
  { signal: 'SIGQUIT', waitMs: 3000 },
  { signal: 'SIGKILL', waitMs: 3000 },
] as const;

describe('a program that', () => {
  test('crashes at once leaves its stack and what it said', async () => {
    const { exit, runtime, stderr } = await recorded({ target: program('crash') });
    expect(exit).toEqual({ code: 2, signal: '', reason: 'exited', ladder: [] });
    expect(runtime).toMatch(/panic: assignment to entry in nil map[\s\S]*goroutine 1[\s\S]*main\.main\(\)/);
    expect(stderr).toBe('about to crash\n');
  });

  test.each([{ args: [] }, { args: ['-spin'] }])(
    'hangs $args is ended by SIGTERM, its trace whole',
    async (row) => {
      const { exit, trace, stdout, os } = await recorded({
        target: program('hang'),
        timeLimitMs: 700,
        ...row,
      });
      expect(exit).toEqual({ code: -1, signal: 'SIGTERM', reason: 'time-limit', ladder: ['SIGTERM'] });
      expect(stdout).toBe('hanging\n');
      // What each thread did when the time was up, and how it ended.
      expect(os).toMatch(
        /^gotwin-os 1 [\s\S]*\nat [\s\S]*\nhang \d+( \d+:[RSD])+\n([\s\S]*\n)?exit \d+ - SIGTERM\n$/,
      );
      // Go 1.26 ends each generation by one byte, 52: what is cut off lacks it.
      expect(trace.at(-1)?.charCodeAt(0)).toBe(52);
    },
  );

  test('ignores SIGTERM leaves a dump of its goroutines', async () => {
    const options = { timeLimitMs: 300, ladder: quick };
    const { exit, runtime } = await recorded({ target: program('stubborn'), ...options });
    expect(exit).toMatchObject({ code: 2, reason: 'time-limit', ladder: ['SIGTERM', 'SIGQUIT'] });
    expect(runtime).toMatch(/SIGQUIT: quit[\s\S]*goroutine 1 .*select \(no cases\)[\s\S]*main\.main\(\)/);
  });

  test('ignores SIGQUIT too is killed', async () => {
    const rungs = quick.map((rung) => ({ ...rung, waitMs: 400 }));
    const options = { args: ['all'], timeLimitMs: 300, ladder: rungs };
    const { exit } = await recorded({ target: program('stubborn'), ...options });
    expect(exit).toMatchObject({ signal: 'SIGKILL', ladder: ['SIGTERM', 'SIGQUIT', 'SIGKILL'] });
  });

  test('writes a larger trace than there may be is stopped', async () => {
    const limits = { trace: 100_000 };
    const { exit, manifest } = await recorded({ target: 'netecho', args: ['-d', '20s'], limits });
    expect(exit).toMatchObject({ reason: 'size-limit', ladder: ['SIGTERM'] });
    expect(manifest.durationMs).toBeLessThan(10_000);
  });

  test('does nothing has a recording all the same', async () => {
    const { exit, manifest, stdout } = await recorded({ target: program('silent') });
    expect(exit).toEqual({ code: 0, signal: '', reason: 'exited', ladder: [] });
    expect(manifest.layers).toContain('trace');
    expect(stdout).toBe('');
  });

  test.each([
    { holds: 'its streams', args: [] },
    { holds: 'nothing', args: ['quiet'] },
  ])('leaves a child behind that holds $holds does not leave it with us', async ({ args }) => {
    const { exit, stdout, manifest } = await recorded({ target: program('children'), args });
    expect(exit).toMatchObject({ code: 0, reason: 'exited' });
    // By its command line: a zombie, which only a lazy init leaves, has none.
    expect(processesOf(manifest.command[0] ?? '?')).not.toContain(stdout.trim());
  });
});

describe('Ctrl-C', () => {
  test('while the program runs ends it and keeps the recording', async () => {
    const stop = new AbortController();
    const outFile = join(folder, 'interrupted.gotwin');
    const options = { target: 'netecho', goVersion: '1.22', args: ['-d', '60s'], outFile };
    const outcome = record({ ...options, signal: stop.signal });
    await until(() => existsSync(`${outFile}.part/trace`), 60_000);
    await sleep(300);
    stop.abort();
    const { manifest } = await outcome;
    expect(manifest.exit).toMatchObject({ reason: 'interrupted', ladder: ['SIGTERM'], signal: 'SIGTERM' });
    expect((await textsOf(outFile)).trace.length).toBeGreaterThan(10_000);
    expect(processesOf(manifest.command[0] ?? '?')).toEqual([]);
  });

  test('while it is built leaves nothing', async () => {
    const stop = new AbortController();
    const outFile = join(folder, 'never.gotwin');
    const options = { target: 'hello', goVersion: '1.26', outFile, buildFlags: ['-a'] };
    const outcome = record({
      ...options,
      signal: stop.signal,
      onProgress: ({ phase }) => phase === 'build' && setTimeout(() => stop.abort(), 500),
    });
    await expect(outcome).rejects.toThrow('aborted');
    expect(readdirSync(folder).filter((name) => name.startsWith('never'))).toEqual([]);
  });
});

test('a collector that is killed leaves a readable .part, and its program ends', async () => {
  // Node 20 runs no TypeScript: the collector of the child is bundled, where it finds its packages.
  const bundle = assetPath('node_modules/.cache/gotwin-test/collector.mjs');
  mkdirSync(join(bundle, '..'), { recursive: true });
  const entryPoints = [assetPath('collector/index.ts')];
  const format = { format: 'esm', platform: 'node', packages: 'external' } as const;
  await build({ entryPoints, outfile: bundle, bundle: true, ...format });
  const outFile = join(folder, 'killed.gotwin');
  const options = { target: 'netecho', goVersion: '1.26', args: ['-d', '50s'], outFile };
  const script = `import { record } from ${JSON.stringify(bundle)}; await record(${JSON.stringify(options)});`;
  const child = execFile(process.execPath, ['--input-type=module', '-e', script]);
  expect(await until(() => existsSync(`${outFile}.part/trace`), 60_000)).toBe(true);
  await sleep(1000);
  child.kill('SIGKILL');
  const { manifest, sealed, close } = await openRecording(`${outFile}.part`);
  await close();
  expect(sealed).toBe(false);
  expect(manifest).toMatchObject({ program: { name: 'netecho' }, exit: { reason: 'lost', code: -1 } });
  expect(await until(() => processesOf(manifest.command[0] ?? '?').length === 0, 10_000)).toBe(true);
  const { trace, runtime } = await textsOf(`${outFile}.part`);
  expect(trace.at(-1)?.charCodeAt(0)).toBe(52);
  expect(runtime).toContain('SCHED ');
});
