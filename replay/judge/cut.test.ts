import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeWire } from '../decode/index.ts';
import { event, generation, sample, status } from '../decode/testdata/sample.ts';
import { replayFile } from '../replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-cut-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** M1 ends a collection in the second generation, and M2, which runs P1, is not heard of in it. */
async function broken({ ended }: { ended: boolean }): Promise<string[]> {
  const marking = [...status(), event('GCActive', { gc_seq: 1 })];
  const first = generation(26, 1, marking, [event('ProcStatus', { p: 1, pstatus: 1 })]);
  const second = generation(26, 2, [...status(), event('GCEnd', { gc_seq: 2 })]);
  const file = join(folder, `${ended}.trace`);
  writeFileSync(file, writeWire(sample(26, first, { ...second, ended })));
  const { divergences } = await replayFile(file);
  return divergences.filter((each) => each.class === 'diverges').map(({ rule }) => rule);
}

test('in a generation that was cut off nobody is accused of what others may have done in what is lost', async () => {
  expect(await broken({ ended: true })).toContain('gc/end-while-stopped');
  expect(await broken({ ended: false })).toEqual([]);
});
