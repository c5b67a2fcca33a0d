import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { resultDocumentSchema, shrinkDocumentSchema } from '../cli/result-document.ts';
import { gotwin } from '../cli/spawned.ts';
import { assetPath } from '../go-fixtures/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-shrink-records-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function replayed(file: string) {
  const { stdout } = await gotwin(['replay', file, '--json']);
  return resultDocumentSchema.parse(JSON.parse(stdout)).recordings[0]!;
}

test.each(['copystack-unowned-1', 'goexit-stub-1', 'freem-leak-1'])(
  'the records of a probe are cut to those that show the same with all that led to it, and nothing else: %s',
  async (name) => {
    const file = assetPath(`tests/signatures/testdata/${name}.gotwin`);
    const small = join(folder, `${name}.gotwin`);
    const { code, stdout, stderr } = await gotwin(['shrink', file, '-o', small, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { signature, records, bytes } = shrinkDocumentSchema.parse(JSON.parse(stdout));
    expect(records?.kept).toBeLessThan(records?.of ?? 0);
    expect(bytes.kept).toBeLessThan(bytes.of);
    const [before, after] = [await replayed(file), await replayed(small)];
    const signatures = (replay: typeof before) => replay.divergences.map((each) => each.signature);
    expect(signatures(after)).toContain(signature);
    expect(signatures(before)).toEqual(expect.arrayContaining(signatures(after)));
    const led = ({ divergences }: typeof before) =>
      divergences.find((each) => each.signature === signature)?.slice.map(({ event }) => event.index);
    expect(led(after)).toEqual(led(before));
    expect(after.lost.notes.join()).toContain('cut away by gotwin shrink');
    expect(after.layers).toEqual(['probe']);
  },
);
