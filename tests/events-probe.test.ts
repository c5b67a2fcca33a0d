import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventCountsSchema } from '../cli/result-document.ts';
import { gotwin, Spawned } from '../cli/spawned.ts';
import { at, fileOf, pc, status, type Written } from '../replay/probe/small-records.ts';
import { writeRecording } from '../replay/probe/testdata/recording.ts';
import { eventViewSchema } from '../replay/result.ts';

const G = 0xc000_0010_0000;
const turn = (goid: number): Written[] => [
  { kind: 'gnew', gp: G, a: goid },
  status(G, 'dead', 'runnable', pc('runtime.newproc1')),
  status(G, 'runnable', 'running', pc('runtime.execute')),
  status(G, 'running', 'dead', pc('runtime.gdestroy')),
];
/** One g, used by G7 and then by G8. */
const records: Written[] = [
  { kind: 'begin', a: 1_000_000, b: 0, ticks: 0 },
  ...turn(7).map((record) => ({ ...record, ticks: 1_000_000 })),
  ...turn(8).map((record) => ({ ...record, ticks: 2_000_000 })),
  { kind: 'end', a: 4_000_000, b: 3_000_000, ticks: 3_000_000 },
];

const folder = mkdtempSync(join(tmpdir(), 'gotwin-events-probe-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'run.gotwin');
beforeAll(() => writeRecording(path, fileOf(records)));

const call = (...args: string[]) => gotwin(['events', '--layer', 'probe', ...args]);

describe('events of the probe layer', () => {
  test('are lines, each with the goroutine that its g was at that moment', async () => {
    const { code, stdout } = await call(path);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(records.length);
    expect(lines[2]).toBe(
      '  0.001000000  M1 P0 G7      gstatus gp=0xc00000100000 old=dead new=runnable  (newproc1)',
    );
    expect(lines[8]).toMatch(/M1 P0 G8 {6}gstatus gp=0xc00000100000 old=running new=dead/);
  });

  test('are filtered by goroutine and time, as objects or counts', async () => {
    const json = await call('--format', 'json', '--goroutine', '8', '--from', '1.5ms', '--to', '3ms', path);
    const views = json.stdout
      .trimEnd()
      .split('\n')
      .map((line) => eventViewSchema.parse(JSON.parse(line)));
    expect(views.map(({ name, g }) => `${name} ${g}`)).toEqual([
      'gnew 8',
      'gstatus 8',
      'gstatus 8',
      'gstatus 8',
    ]);
    const counts = await call('--format', 'none', '--json', path);
    expect(eventCountsSchema.parse(JSON.parse(counts.stdout))).toMatchObject({
      events: 10,
      kinds: { gstatus: 6, gnew: 2, begin: 1, end: 1 },
    });
  });

  test('end quietly when nobody reads on', async () => {
    const many = join(folder, 'many.gotwin');
    await writeRecording(many, fileOf(Array.from({ length: 5000 }, (_, i) => turn(i + 1)).flat()));
    const under = ['sh', '-c', '"$@" | head -1', 'sh'];
    const { code, stdout, stderr } = await new Spawned(['events', '--layer', 'probe', many], { under }).ended;
    expect({ code, lines: stdout.trimEnd().split('\n').length, stderr }).toEqual({
      code: 0,
      lines: 1,
      stderr: '',
    });
  });

  test('are told to be damaged, on the standard error and by the exit code', async () => {
    const cut = join(folder, 'cut.gotwin');
    await writeRecording(cut, fileOf(records).subarray(0, at(4) + 20));
    const { code, stdout, stderr } = await call(cut);
    expect({ code, lines: stdout.trimEnd().split('\n').length, stderr }).toEqual({
      code: 4,
      lines: 4,
      stderr:
        'gotwin: the records of probes are damaged: the file ends after 4 records, and 10 were written; 4 records shown\n',
    });
    const counts = await call('--format', 'none', '--json', cut);
    expect(counts.code).toBe(4);
    expect(eventCountsSchema.parse(JSON.parse(counts.stdout))).toMatchObject({
      events: 4,
      damages: ['the file ends after 4 records, and 10 were written'],
    });
  });

  test('say how to come by them where there are none', async () => {
    const { code, stderr } = await call(join(import.meta.dirname, 'testdata/busy.trace'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/busy\.trace holds no records of probes\n.*--layers probe,trace,text/);
  });
});
