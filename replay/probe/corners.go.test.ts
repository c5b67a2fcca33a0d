import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { record } from '../../collector/index.ts';
import { assetPath } from '../../go-fixtures/index.ts';
import { replayFile } from '../replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-corners-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const program = join(folder, 'corners');
cpSync(assetPath('replay/probe/testdata/corners'), program, { recursive: true });

/** What a few rounds reach on any machine. */
const REACHED = [
  'exit/goexit1',
  'exit/stub',
  'stack/copy-owned',
  'stack/free-in-use',
  'stackcache/clear',
  'status/copystack',
  'status/scan-waiting',
  'thread/reap',
  'thread/g0-stack',
  'p/wire',
  'world/stop',
];

test.each(['1.22', '1.26'])(
  'what package runtime of Go %s does in rare cases is what the rows allow',
  async (goVersion) => {
    const outFile = join(folder, `${goVersion}.gotwin`);
    await record({ target: program, goVersion, outFile, args: ['4'], layers: ['probe'] });
    const { verdict, why, divergences, coverage, probe } = await replayFile(outFile);
    expect(divergences.map(({ rule, observed }) => `${rule}: ${observed}`)).toEqual([]);
    expect(verdict, why).toBe('conforms');
    expect(probe).toMatchObject({ mode: 'linear', beyond: 0 });
    const missed = REACHED.filter((id) => !coverage.rows.some(({ row, count }) => row === id && count > 0));
    expect(missed).toEqual([]);
  },
);
