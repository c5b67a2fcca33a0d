import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROBE_FUNCTIONS_ENTRY, PROBE_RECORDS_ENTRY, record } from '../../collector/index.ts';
import { assetPath } from '../../go-fixtures/index.ts';
import { openEvidence, TRACE } from '../evidence.ts';
import { judgeProbe } from '../probe/index.ts';
import { replayFile } from '../replay.ts';
import { judgeLayers } from './index.ts';
import { chooser, LIES, type Lie } from './testdata/lies.ts';

const NEWEST = '1.26';
/** Choices of the places: more of them find no more, as long as each lie is certain to be noticed. */
const SEEDS = [1];

const folder = mkdtempSync(join(tmpdir(), 'gotwin-lies-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const recordingOf = (go: string): string => join(folder, `${go}.gotwin`);

const target = assetPath('replay/layers/testdata/both');

/** Each release once. */
async function run(goVersion: string): Promise<string> {
  const outFile = recordingOf(goVersion);
  await record({ target, goVersion, outFile, layers: ['probe', 'trace'] });
  return outFile;
}

beforeAll(() => run(NEWEST));

test.each([NEWEST, '1.22'])('what the probes of Go %s show is what its trace tells', async (go) => {
  const { divergences, compared, coverage } = await replayFile(
    go === NEWEST ? recordingOf(go) : await run(go),
  );
  expect(divergences.map(({ rule, observed }) => `${rule}: ${observed}`)).toEqual([]);
  expect(compared).toMatchObject({ until: 'end', foreign: 0 });
  const rules = new Set(LIES.map(({ rule }) => rule));
  const silent = coverage.rows.filter(({ row, count }) => rules.has(row) && count === 0);
  expect(silent.map(({ row }) => row)).toEqual([]);
});

test('a ring that does not go back to where tracing began is not compared, and it says why', async () => {
  const outFile = recordingOf('ring');
  const probe = { mode: 'ring', window: 1024 } as const;
  await record({ target, goVersion: NEWEST, outFile, layers: ['probe', 'trace'], probe });
  const { divergences, compared } = await replayFile(outFile);
  expect(divergences.map(({ rule, observed }) => `${rule}: ${observed}`)).toEqual([]);
  expect(compared).toMatchObject({ until: 'nothing', changes: 0 });
  expect(compared?.text).toMatch(
    /not held against each other: the ring kept the last 1,024 records of [\d,]+/,
  );
});

describe('a small lie in one layer is named by the row that it breaks', () => {
  let truth: { trace: Uint8Array; probe: Uint8Array; functions: Uint8Array };

  beforeAll(async () => {
    const evidence = await openEvidence(recordingOf(NEWEST));
    const read = async (entry: string): Promise<Uint8Array> => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of evidence.read(entry)) chunks.push(chunk.slice());
      return new Uint8Array(Buffer.concat(chunks));
    };
    truth = {
      trace: await read(TRACE),
      probe: await read(PROBE_RECORDS_ENTRY),
      functions: await read(PROBE_FUNCTIONS_ENTRY),
    };
    await evidence.close();
  });

  /** What the layers do not agree on, first things first. */
  async function rulesBroken(told: Partial<typeof truth>): Promise<string[]> {
    const { trace, probe, functions } = { ...truth, ...told };
    const source = {
      records: () => whole(probe),
      functions: () => whole(functions),
      release: 'go1.26' as const,
    };
    const { read } = await judgeProbe({ ...source, hungMs: undefined });
    if (read?.functions === undefined) throw new RangeError('the lie made the records unreadable');
    const layers = await judgeLayers({
      ...read,
      ...source,
      functions: read.functions,
      trace: () => whole(trace),
    });
    return layers.divergences.map(({ rule }) => rule);
  }

  test.each(LIES)('of the $layer: $name', async ({ layer, rule, tell }: Lie) => {
    const missed: string[] = [];
    for (const seed of SEEDS) {
      const lie = tell(truth[layer], chooser(seed));
      expect(lie, 'the run has no place for it').toBeDefined();
      if (lie === undefined) continue;
      const broken = await rulesBroken({ [layer]: lie.bytes });
      if (!broken.includes(rule)) missed.push(`seed ${seed}, ${lie.where}: ${broken.join(' ') || 'nothing'}`);
    }
    expect(missed).toEqual([]);
  });
});

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield bytes;
}
