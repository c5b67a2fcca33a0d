import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { findRunner } from './architectures.ts';
import { clearGroup, descend, settlesWithin, signalGroup } from './ladder.ts';

function startGroup(script: string) {
  const child = spawn(process.execPath, ['-e', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return { child, group: child.pid!, ended: once(child, 'exit') };
}

const rungs = [
  { signal: 'SIGTERM', waitMs: 300 },
  { signal: 'SIGKILL', waitMs: 3000 },
] as const;

test('a process that listens needs one signal', async () => {
  const { child, group, ended } = startGroup('setInterval(() => {}, 1000); console.log("up")');
  await once(child.stdout, 'data');
  expect(await descend(group, rungs, ended)).toEqual(['SIGTERM']);
  expect(signalGroup(group, 0)).toBe(false);
});

test('one that does not is killed', async () => {
  const script = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("up")';
  const { child, group, ended } = startGroup(script);
  await once(child.stdout, 'data');
  expect(await descend(group, rungs, ended)).toEqual(['SIGTERM', 'SIGKILL']);
});

test('one that has ended gets none', async () => {
  const { group, ended } = startGroup('');
  await ended;
  expect(await descend(group, rungs, ended)).toEqual([]);
  await clearGroup(group);
});

test('waiting ends in time, and does not mind a failure', async () => {
  expect(await settlesWithin(new Promise(() => {}), 20)).toBe(false);
  expect(await settlesWithin(Promise.reject(new Error('x')), 20)).toBe(true);
  expect(await settlesWithin(Promise.resolve(), 0)).toBe(true);
});

test('an architecture that Go has and we do not is named with those that we have', async () => {
  await expect(findRunner('mips')).rejects.toMatchObject({ code: 'unknown-arch', wanted: 'mips' });
});

test('an emulator that is missing is named with what installs it', async () => {
  const path = process.env.PATH;
  process.env.PATH = '/nowhere';
  try {
    const outcome = findRunner('s390x');
    await expect(outcome).rejects.toMatchObject({ code: 'no-emulator', command: ['qemu-s390x'] });
    await expect(outcome).rejects.toMatchObject({ advice: expect.stringContaining('qemu-user') });
  } finally {
    process.env.PATH = path;
  }
});
