import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { goArch } from '../../collector/index.ts';
import { gotwin, Spawned } from '../spawned.ts';
import { type MatrixDocument, matrixDocumentSchema } from './document.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-matrix-'));
/** A busy machine makes them slower, and no less right. */
const PATIENCE_MS = 600_000;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  const place = { go: ['1.26'], arch: [goArch()] };
  const cells = [
    { programs: ['hello'], ...place, settings: ['default', 'one-p'], count: 2 },
    // Long enough that the shard is still at it when it is killed.
    { programs: ['netecho'], ...place, duration: '2s' },
  ];
  const exclude = [{ settings: ['one-p'], programs: ['netecho'], reason: 'not asked for' }];
  writeFileSync(join(folder, 'matrix.json'), JSON.stringify({ schema: 1, cells, exclude }));
});

/** What must be the same in every run: numbers of events are not. */
function resultOf({ cells, verdict }: MatrixDocument) {
  const rows = cells.map(({ id, state, key, signatures, notObserved, ...row }) => {
    return { id, state, key, verdict: row.verdict, signatures, notObserved };
  });
  return { verdict, rows };
}

function onDisk(dir: string): MatrixDocument {
  return matrixDocumentSchema.parse(JSON.parse(readFileSync(join(folder, dir, 'matrix.json'), 'utf8')));
}

async function matrix(args: string[], code = 0): Promise<MatrixDocument> {
  const ended = await gotwin([...args, '--json'], { cwd: folder });
  const again = `gotwin ${args.join(' ')}\n${ended.stdout.slice(0, 2000)}\n${ended.stderr}`;
  expect(ended.code, again).toBe(code);
  return matrixDocumentSchema.parse(JSON.parse(ended.stdout));
}

test('two shards, one of them killed half-way, are after a restart and a merge what a single run is', {
  timeout: PATIENCE_MS,
}, async () => {
  const single = await matrix(['matrix', 'matrix.json', '-o', 'single']);
  expect(single.cells.map(({ id, state }) => [id, state])).toEqual([
    [`hello go1.26.8 ${goArch()}`, 'judged'],
    [`hello go1.26.8 ${goArch()} #2`, 'judged'],
    [`hello go1.26.8 ${goArch()} one-p`, 'judged'],
    [`hello go1.26.8 ${goArch()} one-p #2`, 'judged'],
    [`netecho go1.26.8 ${goArch()} d=2s`, 'judged'],
  ]);
  expect(single.verdict).toBe('conforms');
  expect(onDisk('single')).toMatchObject({ verdict: 'conforms', text: single.text });

  const shard = (i: number) => ['matrix', 'matrix.json', '--shard', `${i}/2`, '-o', `shard-${i}`];
  const other = await matrix(shard(2));
  const own = other.cells.filter(({ state }) => state === 'judged').length;
  const killed = new Spawned(shard(1), { cwd: folder });
  await killed.says(/\[1 of 3 cells/);
  killed.interrupt('SIGKILL');
  await killed.ended;

  const partial = await matrix(['merge', 'shard-1', 'shard-2', '-o', 'partial'], 2);
  expect(partial.done).toBe(false);
  const missing = partial.cells.filter(({ state }) => state === 'missing');
  expect(missing.length + own).toBe(single.cells.length);
  for (const { why } of missing) expect(why).toContain('shard 1 of 2');
  const junit = readFileSync(join(folder, 'partial', 'junit.xml'), 'utf8');
  expect(junit.match(/<error type="missing" message="missing: it is of shard 1 of 2/g)).toHaveLength(
    missing.length,
  );

  const restarted = await gotwin(shard(1), { cwd: folder });
  expect(restarted.code, restarted.stderr).toBe(0);
  expect(restarted.stderr).toMatch(/\(of before\)$/m);
  const merged = await matrix(['merge', 'shard-1', 'shard-2', '-o', 'merged']);
  expect(resultOf(merged)).toEqual(resultOf(single));
  expect(resultOf(onDisk('merged'))).toEqual(resultOf(single));
  for (const file of ['index.html', 'junit.xml', 'results.sarif', 'cells.md'])
    expect(existsSync(join(folder, 'merged', file)), file).toBe(true);
  expect(readdirSync(join(folder, 'merged', 'cells'))).toHaveLength(single.cells.length);
});

test('what is finished is not run again, and Ctrl-C leaves it', { timeout: PATIENCE_MS }, async () => {
  const call = new Spawned(['matrix', 'matrix.json', '-o', 'single'], { cwd: folder });
  const { code, stderr } = await call.ended;
  expect(code).toBe(0);
  expect(stderr.match(/\(of before\)$/gm), stderr).toHaveLength(5);

  const interrupted = new Spawned(['matrix', 'matrix.json', '-o', 'stopped'], { cwd: folder });
  await interrupted.says(/\[1 of 5 cells/);
  interrupted.interrupt();
  const ended = await interrupted.ended;
  expect(ended.code).toBe(130);
  expect(ended.stderr).toMatch(/stopped: [1-4] of 5 cells are finished/);
  expect(interrupted.strays()).toEqual([]);
  expect(readdirSync(join(folder, 'stopped', 'unfinished'))).toEqual([]);
});

test('a cell whose folder was damaged is run again, and that is said', { timeout: PATIENCE_MS }, async () => {
  const [key = ''] = readdirSync(join(folder, 'single', 'cells'));
  writeFileSync(join(folder, 'single', 'cells', key, 'cell.json'), '{"schema": 1,');
  const call = new Spawned(['matrix', 'matrix.json', '-o', 'single'], { cwd: folder });
  const { code, stderr } = await call.ended;
  expect(code).toBe(0);
  expect(stderr.match(/\(of before\)$/gm), stderr).toHaveLength(4);
  expect(stderr).toContain('what was kept of it is of no use: ');
});

/** A program that puts another trace in the place of its own: one with the header of a release to come. */
const AHEAD = `package main

import (
	"os"
	"path/filepath"
)

func main() {
	links, _ := filepath.Glob("/proc/self/fd/*")
	for _, link := range links {
		if file, _ := os.Readlink(link); filepath.Base(file) == "trace" {
			os.Remove(file)
			os.WriteFile(file, []byte("go 1.99 trace\\x00\\x00\\x00"), 0o644)
		}
	}
}
`;

test('a release whose traces cannot be read yet, as a nightly may find, fails by the name of its format', async () => {
  mkdirSync(join(folder, 'ahead'));
  writeFileSync(join(folder, 'ahead', 'go.mod'), 'module ahead\n\ngo 1.22\n');
  writeFileSync(join(folder, 'ahead', 'main.go'), AHEAD);
  const cells = [{ programs: ['./ahead'], go: ['1.26'], arch: [goArch()] }];
  writeFileSync(join(folder, 'newest.json'), JSON.stringify({ schema: 1, cells }));
  const { cells: rows } = await matrix(['matrix', 'newest.json', '-o', 'newest'], 2);
  expect(rows).toMatchObject([
    { state: 'failed', why: expect.stringMatching(/has the format go 1\.99: newer than/) },
  ]);
  expect(readFileSync(join(folder, 'newest', 'junit.xml'), 'utf8')).toContain('<error type="failed"');
});
