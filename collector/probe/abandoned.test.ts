import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { claimFolder, removeAbandoned } from './abandoned.ts';

const memory = mkdtempSync(join(tmpdir(), 'gotwin memory '));
afterAll(() => rmSync(memory, { recursive: true, force: true }));

let made = 0;

/** A folder with records in it, of an owner that is written like this one's but for `change`. */
async function folderOf(change: (owner: string) => string): Promise<string> {
  const records = await claimFolder(memory);
  const owner = readFileSync(join(dirname(records), 'owner'), 'latin1');
  const folder = join(memory, `gotwin-probe-${made++}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'records'), 'x');
  writeFileSync(join(folder, 'owner'), change(owner));
  rmSync(dirname(records), { recursive: true });
  return folder;
}

test('what a collector left that is no more is removed, also when its number is another process now', async () => {
  const alive = dirname(await claimFolder(memory));
  const gone = await folderOf((owner) => owner.replace(/^\d+/, '4194399'));
  const again = await folderOf((owner) => owner.replace(/ \d+ /, ' 1 '));
  expect((await removeAbandoned(memory)).sort()).toEqual(
    [gone, again].map((path) => path.slice(memory.length + 1)).sort(),
  );
  expect([gone, again, alive].map((path) => existsSync(path))).toEqual([false, false, true]);
});

test('what is not certainly abandoned stays', async () => {
  const gone = (owner: string) => owner.replace(/^\d+/, '4194399');
  const elsewhere = await folderOf((owner) => gone(owner).replace(/pid:\[\d+\]/, 'pid:[1]'));
  const unsaid = await folderOf(() => 'not a number\n');
  const full = await folderOf(gone);
  writeFileSync(join(full, 'kept'), 'by somebody');
  const target = join(memory, 'other');
  mkdirSync(target);
  writeFileSync(join(target, 'owner'), readFileSync(join(full, 'owner')));
  writeFileSync(join(target, 'records'), 'x');
  symlinkSync(target, join(memory, 'gotwin-probe-link'));
  const linked = join(memory, 'gotwin-probe-linked-owner');
  mkdirSync(linked);
  symlinkSync(join(full, 'owner'), join(linked, 'owner'));
  expect(await removeAbandoned(memory)).toEqual([]);
  const kept = [elsewhere, unsaid, join(full, 'kept'), join(target, 'records'), linked];
  expect(kept.filter((path) => !existsSync(path))).toEqual([]);
});

test('where there is no such folder nothing is removed', async () => {
  expect(await removeAbandoned(join(memory, 'nowhere'))).toEqual([]);
});
