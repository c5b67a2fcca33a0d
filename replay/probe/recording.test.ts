import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Manifest } from '../../collector/index.ts';
import { replayFile } from '../replay.ts';
import { replaySchema } from '../result.ts';
import { fileOf, pc, status, type Written, wait } from './small-records.ts';
import { HUNG, manifest, writeRecording } from './testdata/recording.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-probe-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const G = 0xc000_0010_0000;
const good: readonly Written[] = [
  { kind: 'begin', a: 1_000_000, b: 0, ticks: 0 },
  status(G, 'idle', 'dead', pc('runtime.newproc1')),
  status(G, 'dead', 'runnable', pc('runtime.newproc1')),
  status(G, 'runnable', 'running', pc('runtime.execute')),
  { kind: 'end', a: 3_000_000, b: 2_000_000, ticks: 2_000_000 },
];

let written = 0;

async function replay(records: Uint8Array, change: Partial<Manifest> = {}, trace?: Uint8Array) {
  const path = join(folder, `${written++}.gotwin`);
  return replaySchema.parse(await replayFile(await writeRecording(path, records, change, trace)));
}

describe('a recording with records of probes alone', () => {
  test('conforms when a row allows every record', async () => {
    const { verdict, why, layers, counts, probe, coverage, duration } = await replay(fileOf(good));
    expect({ verdict, why, layers }).toEqual({
      verdict: 'conforms',
      why: '5 records of probes, every one allowed by a row of the model',
      layers: ['probe'],
    });
    expect(counts).toEqual({ goroutines: 1, procs: 0, threads: 1 });
    expect(probe).toMatchObject({ records: 5, mode: 'linear', beyond: 0, torn: 0, kinds: { gstatus: 3 } });
    expect(coverage.rows.find(({ row }) => row === 'status/execute')).toMatchObject({
      count: 1,
      layer: 'probe',
    });
    expect(duration).toBe(2_000_000);
  });

  test('tells of a trace that a crash cut short after what it crashed over, and draws nothing of it', async () => {
    const bad = good.toSpliced(-1, 0, status(G, 'running', 'copystack', pc('runtime.scanstack')));
    const cut = new TextEncoder().encode('go 1.26 trace\0\0\0\x01');
    const crashed = { exit: { ...manifest.exit, code: 2 }, layers: ['probe' as const, 'trace' as const] };
    const { verdict, divergences, timeline, duration } = await replay(fileOf(bad), crashed, cut);
    expect(verdict).toBe('diverges');
    expect(divergences.map(({ class: of }) => of)).toEqual(['diverges', 'malformed']);
    expect(timeline.lanes).toEqual([]);
    expect(duration).toBe(2_000_000);
    const whole = await replay(fileOf(bad), { ...crashed, exit: manifest.exit }, cut);
    expect(whole.verdict).toBe('malformed');
    expect(whole.divergences.map(({ class: of }) => of)).toEqual(['malformed', 'diverges']);
  });

  test('diverges where none does, and says how to see it again', async () => {
    const bad = [
      status(G, 'running', 'waiting', pc('runtime.park_m')),
      status(G, 'waiting', 'copystack', pc('runtime.scanstack'), 2),
    ];
    const { verdict, divergences } = await replay(fileOf([...good, ...bad]));
    expect(verdict).toBe('diverges');
    expect(divergences[0]).toMatchObject({
      rule: 'status/copystack',
      layers: ['probe'],
      evidence: 'observed',
    });
    expect(divergences[0]?.repro).toMatch(
      /^gotwin replay \d+\.gotwin --divergence 'status\/copystack~[0-9a-f]{8}#1'$/,
    );
  });

  test('of a program that hung shows who still waits', async () => {
    const stuck = [
      ...good,
      status(G, 'running', 'scan running', pc('runtime.suspendG'), 2),
      wait(G, 'running', 'scan running', pc('runtime.park_m')),
    ];
    const hung = await replay(fileOf(stuck), { exit: HUNG });
    expect(hung.divergences.map(({ rule }) => rule)).toEqual(['status/wait-ends']);
    expect(hung.why).toMatch(/status\/wait-ends: .*; the program ended: time limit/);
  });

  test('is malformed where its records cannot be the probe’s', async () => {
    const { verdict, why } = await replay(new Uint8Array(10));
    expect({ verdict, why }).toEqual({
      verdict: 'malformed',
      why: 'probe/header: the file ends after 10 bytes, within its header',
    });
  });

  test('shows nothing where it holds none', async () => {
    expect((await replay(fileOf([]))).verdict).toBe('unobservable');
  });

  test('is not judged by the model of another release', async () => {
    const toolchain = { ...manifest.toolchain, version: 'go1.21.13' };
    expect((await replay(fileOf(good), { toolchain })).verdict).toBe('unobservable');
  });

  test('says what lies outside of its window, and that this is no loss', async () => {
    const { verdict, probe, lost } = await replay(fileOf(good, { capacity: 4, next: 5 }));
    expect({ verdict, notes: lost.notes }).toEqual({ verdict: 'conforms', notes: [] });
    expect(probe).toMatchObject({ records: 4, beyond: 1, mode: 'linear' });
  });

  test('says how much it tells of Ps that are not judged', async () => {
    const { verdict, lost, counts } = await replay(fileOf([...good, { kind: 'pstatus', a: 70_000 }]));
    expect({ verdict, procs: counts.procs, notes: lost.notes }).toEqual({
      verdict: 'conforms',
      procs: 0,
      notes: ['1 record of Ps beyond the last that is judged'],
    });
  });

  test('says which records were begun and not ended', async () => {
    const { lost } = await replay(fileOf(good, { capacity: 6, next: 6 }));
    expect(lost).toEqual({ bytes: 0, events: 1, notes: ['1 record of probes not written to its end'] });
  });
});
