import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ProgramTarget, resolveTarget } from '../../build/target.ts';
import { installToolchain } from '../../toolchain/install.ts';
import { archiveMembers } from '../archive.ts';
import { type Go19Link, linkGo19 } from './build.ts';
import { readGo19Object } from './object.ts';
import { collectGo19 } from './program.ts';

const workDir = mkdtempSync(join(tmpdir(), 'gotwin go19 '));
afterAll(() => rmSync(workDir, { recursive: true, force: true }));

let link: Go19Link;
beforeAll(async () => {
  link = await linkGo19(await buildOf('nosplit/broken', ['-gcflags=-N -l']));
});

async function buildOf(name: string, flags: string[]) {
  const target = (await resolveTarget(name)) as ProgramTarget;
  const toolchain = await installToolchain('1.9', { toLink: true });
  return { target, toolchain, goarch: 'amd64', flags, workDir: mkdtempSync(join(workDir, 'w')) };
}

test('the linker of 1.9 tells golang issue 9721 in its old words, and what it keeps and calls', () => {
  expect(link.text).toMatch(
    /^main\.exitsyscall: nosplit stack overflow\n\t744\tassumed on entry to main\.exitsyscall \(nosplit\)\n/,
  );
  expect(link.kept.has('main.exitsyscall')).toBe(true);
  expect(link.calls).toContainEqual({ caller: 'main.main', callee: 'main.exitsyscall' });
});

test('a program that does not compile is an error with the words of the compiler', async () => {
  const bad = collectGo19(await buildOf('nosplit/over', ['-gcflags=-nosuchflag']));
  await expect(bad).rejects.toMatchObject({
    code: 'does-not-compile',
    output: expect.stringContaining('nosuchflag'),
  });
});

test('objects that are damaged anywhere are refused or read, and nothing else', async () => {
  const members = archiveMembers(await readFile(link.main));
  const member = members.find(({ name }) => name === '_go_.o')!.data;
  const whole = readGo19Object(member, 'main', 1)!;
  expect(whole.functions.map(({ symbol }) => symbol.name)).toContain('main.exitsyscall');
  const damage = fc.tuple(fc.nat(member.length), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }));
  fc.assert(
    fc.property(damage, ([length, changes]) => {
      const damaged = member.slice(0, length < member.length / 2 ? member.length : length);
      for (const [at, byte] of changes) damaged[at % damaged.length] = byte;
      try {
        readGo19Object(damaged, 'main', 1);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
    { numRuns: 2000 },
  );
});
