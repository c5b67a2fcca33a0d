import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { type OsLine, osLines } from './lines.ts';
import { type Watch, watch } from './watch.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-os-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function linesOf(file: string): Promise<OsLine[]> {
  const lines: OsLine[] = [];
  const read = osLines(createReadStream(file), (what) => expect.unreachable(what));
  for await (const line of read) lines.push(line);
  return lines;
}

async function samplesOf(file: string) {
  return (await linesOf(file)).flatMap((line) => (line.kind === 'sample' ? [line.sample] : []));
}

test('a process is sampled while it runs, and its states and its end are told', async (context) => {
  if (process.platform !== 'linux') return context.skip('only Linux has /proc');
  const startNs = process.hrtime.bigint();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const file = join(folder, 'os', 'samples');
  const watching = watch({ pid: child.pid!, startNs, isTraced: false, file }) as Watch;
  // However slow the machine is: Node has a handful of threads by the time that it runs what it was given.
  while (!(await samplesOf(file)).some(({ after }) => after > 1)) await sleep(20);
  watching.hang();
  child.kill('SIGKILL');
  const [code, signal] = await once(child, 'exit');
  watching.ended(code, signal);
  watching.ended(code, signal);
  const lines = await linesOf(file);
  const samples = await samplesOf(file);
  expect(lines[0]).toMatchObject({
    kind: 'head',
    head: { pid: child.pid, startNs: Number(startNs), isTraced: false },
  });
  expect(samples[0]!.came).toContain(child.pid);
  expect(samples[0]!.from).toBeGreaterThan(Number(startNs));
  for (const { from, to, rssKiB, peakKiB } of samples) {
    expect(to).toBeGreaterThan(from);
    expect(peakKiB).toBeGreaterThanOrEqual(rssKiB);
  }
  expect(lines.at(-2)).toMatchObject({
    kind: 'hang',
    states: expect.arrayContaining([expect.stringMatching(/^[RSD]$/)]),
  });
  expect(lines.at(-1)!.kind).toBe('exit');
});

test('a process that is gone leaves a head and an end', async (context) => {
  if (process.platform !== 'linux') return context.skip('only Linux has /proc');
  const child = spawn(process.execPath, ['-e', '0']);
  await once(child, 'exit');
  const file = join(folder, 'gone');
  const watching = watch({ pid: child.pid!, startNs: 0n, isTraced: true, file }) as Watch;
  await sleep(30);
  watching.ended(0, null);
  expect((await linesOf(file)).map(({ kind }) => kind)).toEqual(['head', 'exit']);
});

test('where the file cannot be, nothing is watched and nothing is thrown, and it is said why', () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  const request = { pid: process.pid, startNs: 0n, isTraced: true, file: join(file, 'samples') };
  expect(watch(request)).toEqual({ why: expect.stringContaining('a-file') });
});
