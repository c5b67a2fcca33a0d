import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeWire } from '../decode/index.ts';
import { batch, event, generation, sample, tables } from '../decode/testdata/sample.ts';
import { replayFile } from '../replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-status-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** M1 has P0; in the next generation thread `m` says that it runs, and gives it up for M2. */
async function brokenBy(m: number): Promise<string[]> {
  const running = event('ProcStatus', { p: 0, pstatus: 1 });
  const leaves = batch(2, m, 1000, [running, event('ProcStop')]);
  const takes = batch(2, 2, 1010, [event('ProcStart', { p: 0, p_seq: 1 })]);
  const next = { number: 2, batches: [leaves, takes, ...tables(22, 2)], ended: false };
  const file = join(folder, `${m}.trace`);
  writeFileSync(file, writeWire(sample(22, generation(22, 1, [running]), next)));
  return (await replayFile(file)).divergences.map(({ rule }) => rule);
}

test('an M that exits gives up its P under no number, when unminit took that and a new generation its buffer', async () => {
  expect(await brokenBy(0)).toEqual([]);
});

test('any other M gives up only the P that it holds', async () => {
  expect(await brokenBy(1)).toEqual([]);
  expect(await brokenBy(7)).toEqual(['P/release', 'P/acquire']);
});
