import { mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { HEADER, HEADER_BYTES, RECORD_BYTES } from './layout.ts';
import { createWindow } from './window.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin window '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WINDOW = 1 << 16;
let made = 0;

/** A window that a program has written to: which numbers it gave out, and how many records it came to write. */
async function written({ next, records = 0, claim }: { next: bigint; records?: number; claim?: bigint }) {
  const window = await createWindow({ window: WINDOW }, 'amd64', join(folder, `fallback ${made++}`));
  const file = openSync(window.file, 'r+');
  const word = (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(value);
    return bytes;
  };
  writeSync(file, word(1n), 0, 8, HEADER.owner);
  writeSync(file, word(next), 0, 8, HEADER.next);
  if (claim !== undefined) writeSync(file, word(claim), 0, 8, HEADER.capacity);
  writeSync(file, Buffer.alloc(records * RECORD_BYTES, 1), 0, records * RECORD_BYTES, HEADER_BYTES);
  const to = join(folder, `kept ${made++}`);
  const lost = await window.keep(to);
  return { lost, bytes: readFileSync(to).length, inMemory: window.elsewhere.length > 0 };
}

test('what was written is kept, and not the room behind it', async () => {
  expect(await written({ next: 1000n, records: 1000 })).toMatchObject({
    lost: [],
    bytes: HEADER_BYTES + 1000 * RECORD_BYTES,
  });
});

test('a program that wrote over its header makes no file larger than the window', async () => {
  const bytes = HEADER_BYTES + WINDOW * RECORD_BYTES;
  const claim = 2n ** 63n;
  expect(await written({ next: 2n ** 64n - 1n, records: WINDOW, claim })).toMatchObject({ lost: [], bytes });
});

test('pages that memory had no room for are told as the loss that they are', async (context) => {
  const { lost, inMemory } = await written({ next: BigInt(WINDOW), records: 100 });
  if (!inMemory) context.skip('/dev/shm has no room here, and the file on a disk says nothing');
  expect(lost).toEqual([{ what: expect.stringContaining('SIGBUS'), bytes: expect.any(Number) }]);
});
