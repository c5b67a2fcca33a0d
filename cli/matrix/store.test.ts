import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { Replay } from '../../replay/result.ts';
import { CellError, Store, storeIn, writeCell } from './store.ts';
import { cellDocument, judged, matrix } from './testdata/rows.ts';

const KEY = 'ab'.repeat(16);
const root = mkdtempSync(join(tmpdir(), 'gotwin-store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const replay: Replay = {
  ...{
    file: 'hello.gotwin',
    program: 'hello',
    go: 'go1.26.8',
    arch: 'amd64',
    emulated: false,
    layers: ['trace'],
  },
  ...{ events: 1, generations: 1, counts: { goroutines: 1, procs: 1, threads: 1 }, duration: 1 },
  ...{
    lost: { bytes: 0, events: 0, notes: [] },
    verdict: 'conforms',
    why: '',
    exit: 'exit 0',
    divergences: [],
    suspicions: [],
  },
  coverage: { rows: [], observed: 0, unobserved: 0, promises: [] },
  timeline: { start: 0, end: 0, resolution: 1, lanes: [] },
};

let n = 0;
let store: Store;
beforeEach(async () => {
  store = new Store(join(root, `store-${n++}`));
  await store.open();
});

async function put(into: Store, key = KEY, more = {}): Promise<void> {
  await into.write(key, async (folder) => {
    writeFileSync(join(folder, 'hello.gotwin'), 'a recording');
    await writeCell(folder, cellDocument(key, more), replay);
  });
}

test('a cell is there whole or not at all, and the first stays', async () => {
  await expect(
    store.write(KEY, async (folder) => {
      writeFileSync(join(folder, 'hello.gotwin'), 'half');
      throw new Error('killed');
    }),
  ).rejects.toThrow('killed');
  expect(await store.cell(KEY)).toBeUndefined();
  await put(store);
  await put(store, KEY, { why: 'second' });
  const cell = await store.cell(KEY);
  expect(cell?.why).toBe('');
  expect(await store.replay(cell!)).toEqual(replay);
  expect(readdirSync(join(store.dir, 'unfinished'))).toEqual([]);
});

test('what a killed process left is swept away; what another machine, or a living process, writes is not', async () => {
  const unfinished = join(store.dir, 'unfinished');
  const gone = `${hostname()}-999999999-00000000`;
  const alive = `${hostname()}-${process.pid}-00000000`;
  const elsewhere = `other-host-${process.pid}-00000000`;
  for (const name of [gone, alive, elsewhere]) mkdirSync(join(unfinished, name));
  await store.open();
  expect(readdirSync(unfinished).sort()).toEqual([alive, elsewhere].sort());
});

test('a cell goes over to another folder as it is', async () => {
  await put(store);
  const other = new Store(join(root, 'other'));
  await other.open();
  await other.take(store, (await store.cell(KEY))!);
  const cell = await other.cell(KEY);
  expect(readFileSync(other.recordingOf(cell!), 'utf8')).toBe('a recording');
});

test.each<[string, (folder: string) => void, RegExp]>([
  ['is cut off', (folder) => writeFileSync(join(folder, 'cell.json'), '{"schema": 1,'), /is no JSON/],
  ['is another cell', (folder) => change(folder, { key: 'cd'.repeat(16) }), /holds the cell cdcd/],
  ['leads elsewhere', (folder) => change(folder, { file: '../../x.gotwin' }), /wrong at file/],
  ['has a verdict of its own', (folder) => change(folder, { verdict: 'fine' }), /wrong at verdict/],
  [
    'says otherwise than its replay',
    (folder) => change(folder, { verdict: 'diverges' }),
    /a replay that is not this/,
  ],
  ['has no recording', (folder) => rmSync(join(folder, 'hello.gotwin')), /hello.gotwin is missing/],
  ['is a link', (folder) => link(join(folder, 'cell.json')), /cell.json is no file/],
  ['has a link for its recording', (folder) => link(join(folder, 'hello.gotwin')), /hello.gotwin is no file/],
  [
    'is too long',
    (folder) => writeFileSync(join(folder, 'cell.json'), ' '.repeat(5 << 20)),
    /more than 4194304 bytes/,
  ],
])('a cell that %s is refused', async (_, spoil, message) => {
  await put(store);
  spoil(store.folderOf(KEY));
  const read = async () => await store.replay((await store.cell(KEY))!);
  await expect(read()).rejects.toThrow(CellError);
  await expect(read()).rejects.toThrow(message);
});

function change(folder: string, more: object): void {
  const path = join(folder, 'cell.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...more }));
}

function link(path: string): void {
  rmSync(path);
  symlinkSync('/etc/passwd', path);
}

test('a folder is a shard only with its matrix.json, and that only in its form', async () => {
  await expect(storeIn(store.dir)).rejects.toThrow('is no folder of a matrix');
  await store.writeMatrix(matrix([judged('a')]));
  expect((await storeIn(store.dir)).matrix.cells).toHaveLength(1);
  await store.writeMatrix(matrix([judged('a', { key: '../..' })]));
  await expect(storeIn(store.dir)).rejects.toThrow('wrong at cells.0.key');
});
