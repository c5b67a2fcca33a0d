/** A runtime that its user changed: found by the rule that the change breaks, and not taken for the release. */
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { goArch, installToolchain } from '../collector/index.ts';
import { type MatrixDocument, matrixDocumentSchema } from './matrix/document.ts';
import { resultDocumentSchema } from './result-document.ts';
import { gotwin } from './spawned.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-goroot-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a program is built of; the rest of a GOROOT is for people. */
const PARTS = ['VERSION', 'go.env', 'bin', 'lib', 'pkg', 'src'];

/** A copy of a release's GOROOT, by links where the file system has room for them. */
async function copyOf(release: string): Promise<string> {
  const { goroot } = await installToolchain(release);
  const copy = join(folder, release);
  const files = PARTS.flatMap((part) => filesIn(goroot, part));
  for (const file of files) {
    const to = join(copy, file);
    mkdirSync(dirname(to), { recursive: true });
    try {
      linkSync(join(goroot, file), to);
    } catch {
      copyFileSync(join(goroot, file), to);
    }
  }
  return copy;
}

function filesIn(root: string, part: string): string[] {
  if (/\.env$|^VERSION$/.test(part)) return [part];
  return readdirSync(join(root, part), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/_test\.go$|\/testdata\//.test(join(entry.parentPath, entry.name)))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

/** Written anew, since the file may be the release's own under a second name. */
function edit(file: string, from: string, to: string): void {
  const source = readFileSync(file, 'utf8');
  expect(source.split(from).length, `${file} has one statement to change`).toBe(2);
  rmSync(file);
  writeFileSync(file, source.replace(from, to));
}

async function check(goroot: string, report: string) {
  const args = ['check', 'netguy', '--goroot', goroot, '-d', '200ms', '--report', join(folder, report)];
  const ended = await gotwin([...args, '--json', '-q']);
  return { ...ended, args };
}

/** One cell, into a folder of its own; what is on stdout of the call. */
async function matrix(args: string[], code: number): Promise<MatrixDocument> {
  const cells = [{ programs: ['netguy'], go: ['1.26'], arch: [goArch()], duration: '200ms' }];
  const config = join(folder, 'matrix.json');
  writeFileSync(config, JSON.stringify({ schema: 1, cells }));
  const ended = await gotwin(['matrix', config, ...args, '--json', '-q']);
  expect(ended.code, `gotwin matrix ${config} ${args.join(' ')}\n${ended.stderr}`).toBe(code);
  return matrixDocumentSchema.parse(JSON.parse(ended.stdout));
}

/** What a matrix says of an edited tree, beside the matrix of its release. */
async function compareInMatrix(goroot: string): Promise<void> {
  const released = await matrix(['-o', join(folder, 'matrix-released')], 0);
  expect(released).toMatchObject({ verdict: 'conforms', cells: [{ go: 'go1.26.8', state: 'judged' }] });
  const since = ['--since', join(folder, 'matrix-released')];
  const edited = await matrix(['--goroot', goroot, ...since, '-o', join(folder, 'matrix-edited')], 1);
  expect(edited).toMatchObject({
    verdict: 'diverges',
    trees: [{ name: 'tree', version: 'go1.26.8', changed: ['runtime/netpoll.go'] }],
    cells: [
      {
        id: `netguy tree ${goArch()} d=200ms`,
        released: released.cells[0]?.id,
        verdict: 'diverges',
        news: expect.stringMatching(/^go1\.26\.8 was conforms, new: blocking\/reason-fits-stack~/),
      },
    ],
  });
  expect(edited.cells[0]?.key).not.toBe(released.cells[0]?.key);
}

describe.each(['1.26', '1.22'])("a copy of Go %s whose netpollblock gives another's reason", (release) => {
  test('is found, by the rule that a reason fits the stack; unchanged it conforms', async () => {
    const goroot = await copyOf(release);
    const before = await check(goroot, `${release}-before`);
    const [unchanged] = resultDocumentSchema.parse(JSON.parse(before.stdout)).recordings;
    expect(unchanged, before.args.join(' ')).toMatchObject({
      verdict: 'conforms',
      why: expect.stringMatching(/built with a copy of go1\.\d+\.\d+$/),
      tree: { changed: [] },
    });

    edit(
      join(goroot, 'src/runtime/netpoll.go'),
      'waitReasonIOWait, traceBlockNet,',
      'waitReasonIOWait, traceBlockSelect,',
    );
    const after = await check(goroot, `${release}-after`);
    const [changed] = resultDocumentSchema.parse(JSON.parse(after.stdout)).recordings;
    expect(changed, after.args.join(' ')).toMatchObject({
      verdict: 'diverges',
      tree: { release: unchanged?.go, changed: ['runtime/netpoll.go'] },
    });
    expect([...new Set(changed?.divergences.map(({ rule }) => rule))]).toEqual([
      'blocking/reason-fits-stack',
    ]);
    expect(changed?.tree?.runtimeHash).not.toBe(unchanged?.tree?.runtimeHash);

    const recording = join(folder, `${release}-after`, 'recordings', changed?.file ?? '');
    const untold = await gotwin(['repro', recording, '--rerun', '1']);
    expect(untold).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Name that tree: --goroot DIR'),
    });
    if (release === '1.26') await compareInMatrix(goroot);
  });
});

test('a tree that does not build is told with what the compiler says, and no recording is left', async () => {
  const goroot = join(folder, '1.26');
  edit(
    join(goroot, 'src/runtime/chan.go'),
    'func makechan(t *chantype, size int) *hchan {',
    'func makechan(t *chantype, size int) *hchan { return 7',
  );
  const { code, stderr } = await gotwin([
    'check',
    'hello',
    '--goroot',
    goroot,
    '--report',
    join(folder, 'broken'),
  ]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/hello does not build with go1\.26\.\d+/);
  expect(stderr).toMatch(/runtime\/chan\.go:\d+/);
  expect(existsSync(join(folder, 'broken'))).toBe(false);
});
