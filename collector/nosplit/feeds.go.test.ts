import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProgramTarget } from '../build/target.ts';
import { resolveTarget } from '../build/target.ts';
import { goArch } from '../machine.ts';
import { installToolchain } from '../toolchain/install.ts';
import { archiveMembers } from './archive.ts';
import { archivesOf, linkListed, type NosplitBuild } from './build.ts';
import { collectNosplit } from './collect.ts';
import { ObjectFile } from './object.ts';
import { objectWords } from './object-words.ts';
import { readProgram } from './program.ts';

const workDir = mkdtempSync(join(tmpdir(), 'gotwin-feeds-'));
afterAll(() => rmSync(workDir, { recursive: true, force: true }));

let build: NosplitBuild;
beforeAll(async () => {
  const target = (await resolveTarget('hello')) as ProgramTarget;
  build = { target, toolchain: await installToolchain('1.26'), goarch: 'amd64', flags: [], workDir };
});

test('the linker lists the calls of hello, callees first, and links it', async () => {
  const [link, ...more] = await linkListed(build);
  expect(more).toEqual([]);
  expect(link).toMatchObject({ package: 'gotwin/fixtures/hello', text: '' });
  const { functions, again } = link!.listing;
  expect(again).toEqual([]);
  const place = new Map(functions.map(({ name }, at) => [name, at]));
  expect(place.get('runtime.systemstack<0>')).toBeLessThan(place.get('runtime.throw<1>')!);
});

test('a build that fails otherwise is an error with the words of the compiler', async () => {
  const bad = linkListed({ ...build, flags: ['-gcflags=-nosuchflag'] });
  await expect(bad).rejects.toMatchObject({
    code: 'does-not-compile',
    output: expect.stringContaining('nosuchflag'),
  });
});

test('of several programs one that does not build is told of, and the others are judged', async () => {
  const sources = {
    'go.mod': 'module example.com/m\n\ngo 1.22\n',
    'good/main.go': 'package main\n\nfunc main() { println(1) }\n',
    'bad/main.go': 'package main\n\nfunc main() { x }\n',
    'lib/lib.go': 'package lib\n\nfunc F() { y }\n',
    'worse/main.go': 'package main\n\nimport "example.com/m/lib"\n\nfunc main() { lib.F() }\n',
  };
  const dir = join(workDir, 'several');
  for (const [file, source] of Object.entries(sources)) {
    mkdirSync(join(dir, dirname(file)), { recursive: true });
    writeFileSync(join(dir, file), source);
  }
  const failed = new Map<string, string>();
  const evidence = collectNosplit({
    ...build,
    target: { kind: 'package', name: 'm', target: 'm', dir, pattern: '.', cwd: dir },
    patterns: ['good', 'bad', 'worse'].map((name) => `example.com/m/${name}`),
    onFailed: (program) => failed.set(program.package, program.said),
  });
  const linked: string[] = [];
  for await (const { link } of evidence) linked.push(link.package);
  expect(linked).toEqual(['example.com/m/good']);
  expect([...failed.keys()].sort()).toEqual(['bad', 'lib', 'worse'].map((name) => `example.com/m/${name}`));
  expect(failed.get('example.com/m/bad')).toContain('undefined: x');
  expect(failed.get('example.com/m/worse')).toContain('was not linked');
});

test('the race detector is refused at once where there is no C compiler for it', async () => {
  const goarch = goArch() === 'arm64' ? 'amd64' : 'arm64';
  const cc = process.env.CC;
  delete process.env.CC;
  try {
    const race = linkListed({ ...build, goarch, flags: ['-race'] });
    await expect(race).rejects.toThrow(/race detector is a library in C/);
  } finally {
    if (cc !== undefined) process.env.CC = cc;
  }
});

describe('object files', () => {
  test("give the linker's own calls of a function of the runtime", async () => {
    const archives = await archivesOf(build);
    const words = await objectWords(build.toolchain);
    const program = await readProgram({ archives, words, goarch: 'amd64', twoAbis: true });
    const [link] = await linkListed(build);
    const listed = link!.listing.functions.find(({ name }) => name === 'runtime.systemstack<0>');
    const read = program.get('runtime.systemstack<0>');
    expect(read?.nosplit).toBe(true);
    expect(read?.calls.map(({ callee }) => callee ?? 'indirect')).toEqual(
      listed?.calls.map(({ callee }) => callee),
    );
  });

  test('that are damaged anywhere are refused or read, and nothing else', async () => {
    const words = await objectWords(build.toolchain);
    const archive = (await archivesOf(build)).get('main')!;
    const bytes = new Uint8Array(await readFile(archive));
    const member = archiveMembers(bytes).find(({ name }) => name === '_go_.o')!.data;
    let refused = 0;
    for (let seed = 1; seed <= 3000; seed++) {
      const damaged = member.slice(0, seed % 7 === 0 ? (seed * 7919) % member.length : member.length);
      for (let n = 0; n < 4; n++)
        damaged[(seed * 104_729 + n * 15_485_863) % damaged.length] = (seed * (n + 3)) % 256;
      try {
        const file = ObjectFile.open(damaged, words, 'amd64');
        file?.imports();
        file?.definitions();
        file?.packageFunctions();
        file?.namedFunctions();
      } catch (error) {
        expect(error, `seed ${seed}`).toBeInstanceOf(RangeError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });
});
