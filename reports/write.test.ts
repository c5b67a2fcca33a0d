import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { resultSchema } from '../replay/index.ts';
import { ReportError, resultJsonSchema, toJson, writeReport } from './index.ts';
import { sampleReplays } from './testdata/sample.ts';

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gotwin-report-test-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('writeReport', () => {
  it('writes its files, the same bytes whatever the order of the replays', async () => {
    const replays = sampleReplays();
    const first = await writeReport(replays, join(dir, 'a', 'deep'));
    const second = await writeReport([...replays].reverse(), join(dir, 'b'));
    expect((await readdir(join(dir, 'b'))).sort()).toEqual([
      'index.html',
      'junit.xml',
      'result.json',
      'results.sarif',
      'summary.md',
    ]);
    for (const path of ['htmlPath', 'junitPath', 'markdownPath', 'jsonPath', 'sarifPath'] as const) {
      expect(await readFile(second[path], 'utf8')).toBe(await readFile(first[path], 'utf8'));
    }
  });

  it('writes a trace for each recording where it is asked to, whatever the recordings are called', async () => {
    const [replay] = sampleReplays();
    const names = ['a b.gotwin', 'a_b.gotwin', '../../etc/x', '.gotwin', 'é'.repeat(500)];
    const here = join(dir, 'perfetto');
    const { perfettoPaths } = await writeReport(
      names.map((file) => ({ ...replay!, file })),
      here,
      { perfetto: true },
    );
    expect(new Set(perfettoPaths).size).toBe(names.length);
    const written = (await readdir(here)).filter((name) => name.endsWith('.perfetto-trace'));
    expect(written.sort()).toEqual(perfettoPaths.map((path) => basename(path)).sort());
    for (const name of written) expect(name).toMatch(/^\w[\w.-]*$/);
  });

  it('takes the place of an older report', async () => {
    const here = join(dir, 'again');
    await writeReport([], here);
    const { jsonPath } = await writeReport(sampleReplays(), here);
    expect(JSON.parse(await readFile(jsonPath, 'utf8')).recordings).toHaveLength(8);
    expect(await readdir(here)).toHaveLength(5);
  });

  it('names the file that stands where the folder should be', async () => {
    const here = join(dir, 'occupied');
    await writeFile(here, '');
    await expect(writeReport([], here)).rejects.toMatchObject({
      name: 'ReportError',
      code: 'not-a-directory',
      path: here,
    });
  });

  it('leaves nothing of itself when it is interrupted', async () => {
    const here = join(dir, 'interrupted');
    const error = await writeReport([], here, { signal: AbortSignal.abort() }).catch((caught) => caught);
    expect(error).toBeInstanceOf(ReportError);
    expect(error.code).toBe('interrupted');
    expect(await readdir(here)).toEqual([]);
  });

  it('keeps the older report when a file cannot take its name', async (context) => {
    if (process.getuid?.() === 0) context.skip('root may write anywhere');
    const here = join(dir, 'blocked');
    const { jsonPath } = await writeReport(sampleReplays().slice(0, 1), here);
    const before = await readFile(jsonPath, 'utf8');
    await rm(join(here, 'index.html'));
    await writeFile(join(here, 'index.html'), 'older');
    await chmod(here, 0o500);
    try {
      const error = await writeReport(sampleReplays(), here).catch((caught) => caught);
      expect(error).toMatchObject({ code: 'unwritable' });
      expect(await readFile(jsonPath, 'utf8')).toBe(before);
    } finally {
      await chmod(here, 0o700);
    }
  });
});

describe('the JSON document', () => {
  it('is a result by the schema, and the published JSON schema describes it', () => {
    const result = JSON.parse(JSON.stringify(toJson(sampleReplays())));
    expect(resultSchema.parse(result)).toEqual(result);
    const published = z.fromJSONSchema(resultJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
    expect(published.safeParse(result).success).toBe(true);
    expect(published.safeParse({ ...result, verdict: 'fine' }).success).toBe(false);
    expect(published.safeParse({ ...result, schema: 99 }).success).toBe(false);
  });
});
