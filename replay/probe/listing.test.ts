import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { HEADER } from '../../collector/index.ts';
import { openRecords } from './listing.ts';
import { at, fileOf, type Written } from './small-records.ts';
import { writeRecording } from './testdata/recording.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-listing-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const clocks = Array.from({ length: 200 }, (_, n): Written => ({ kind: 'clock', a: n, b: n }));
const good = fileOf(clocks);
let written = 0;

function changed(offset: number, ...values: number[]): Uint8Array {
  const copy = good.slice();
  copy.set(values, offset);
  return copy;
}

const files: Record<
  string,
  readonly [records: Uint8Array, said: { listed: number; torn: number; damages: string[] }]
> = {
  'that is good': [good, { listed: 200, torn: 0, damages: [] }],
  'that ends early': [good.subarray(0, at(18) + 40), { listed: 18, torn: 0, damages: ['cut'] }],
  'that ends in its header': [good.subarray(0, 4000), { listed: 0, torn: 0, damages: ['header'] }],
  'with kinds that there are not': [changed(at(3) + 40, 200), { listed: 199, torn: 0, damages: ['kind'] }],
  'with a record that was begun': [changed(at(3), 0), { listed: 199, torn: 1, damages: [] }],
  'that was emptied': [good.slice().fill(0, at(0)), { listed: 0, torn: 200, damages: ['torn'] }],
  'whose header knows of none of its records': [
    changed(HEADER.next, 0),
    { listed: 0, torn: 0, damages: ['count'] },
  ],
};

test.each(Object.entries(files))(
  'a list of records says what is wrong with a file %s',
  async (_, [records, said]) => {
    const listing = await openRecords(await writeRecording(join(folder, `${written++}.gotwin`), records));
    let listed = 0;
    for await (const block of listing!.blocks()) for (const _record of block) listed++;
    await listing!.close();
    const damages = listing!.damages.map(({ code }) => code as string);
    expect({ listed, torn: listing!.torn, damages }).toEqual(said);
  },
);
