import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type WireBatch, writeWire } from '../decode/index.ts';
import { batch, event, sample, status, tables } from '../decode/testdata/sample.ts';
import { replayFile } from '../replay.ts';
import type { Replay } from '../result.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-times-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BEGIN = 10_000;
/** As a tick lasts in these traces. */
const ticks = (us: number): number => Math.round((us * 1000) / 64);

async function replayOf(...batches: WireBatch[]): Promise<Replay> {
  const file = join(folder, 'a.trace');
  const later = tables(22, 1).map((table) => ({ ...table, time: BEGIN + ticks(1000) }));
  writeFileSync(file, writeWire(sample(22, { number: 1, batches: [...batches, ...later], ended: false })));
  return await replayFile(file);
}

/** M1 readies a goroutine, and M2 had started it so many us before. */
function startedBefore(us: number): Promise<Replay> {
  const readies = batch(1, 1, BEGIN, [...status(), event('GoUnblock', { g: 2, g_seq: 1, stack: 1 })]);
  const starts = [event('ProcStatus', { p: 1, pstatus: 1 }), event('GoStart', { g: 2, g_seq: 2 })];
  return replayOf(readies, batch(1, 2, BEGIN - ticks(us), starts));
}

const said = ({ verdict, divergences, suspicions }: Replay) => [
  verdict,
  divergences.map(({ rule }) => rule),
  suspicions.map(({ rule, at }) => `${rule} ${at.name}`),
];

test('a time that goes back is suspicious, and a divergence when it goes back farther than clocks may be apart', async () => {
  expect(said(await startedBefore(5))).toEqual(['conforms', [], []]);
  expect(said(await startedBefore(50))).toEqual(['conforms', [], ['time/goroutine GoStart']]);
  expect(said(await startedBefore(200))).toEqual(['diverges', ['time/goroutine'], []]);
});

/** An M's second batch begins so many us before its first ended. */
const twice = (us: number): Promise<Replay> =>
  replayOf(
    batch(1, 1, BEGIN, [...status(), event('GoLabel', { label_string: 1 })]),
    batch(1, 1, BEGIN - ticks(us), [event('GoLabel', { label_string: 1 })]),
  );

test('so it is of an M’s own batches', async () => {
  expect(said(await twice(5))).toEqual(['conforms', [], []]);
  expect(said(await twice(50))).toEqual(['conforms', [], ['time/M GoLabel']]);
  expect(said(await twice(200))).toEqual(['diverges', ['time/M'], []]);
});

/** An M's last event is so many us later than the end of its generation. */
const late = (us: number): Promise<Replay> =>
  replayOf(
    batch(1, 1, BEGIN, status()),
    batch(1, 1, BEGIN + ticks(1000 + us), [event('GoLabel', { label_string: 1 })]),
  );

test('so it is of what comes after the end of its generation', async () => {
  expect(said(await late(5))).toEqual(['conforms', [], []]);
  expect(said(await late(50))).toEqual(['conforms', [], ['time/generation GoLabel']]);
  expect(said(await late(200))).toEqual(['diverges', ['time/generation'], []]);
});
