/** Bytes that a compiler wrote, or did not: they are read or refused, and nothing else. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { archiveMembers } from './archive.ts';
import { readGo19Object } from './go19/object.ts';
import { readListing } from './listing.ts';
import { ObjectFile } from './object.ts';
import type { ObjectWords } from './object-words.ts';
import { readPcsp } from './pcsp.ts';

const words: ObjectWords = {
  text: new Set([1, 2]),
  directCalls: new Set([7, 8, 9]),
  indirectCall: 10,
  builtins: [{ name: 'runtime.newobject', abi: 1 }],
  codeUnit: new Map([['amd64', 1]]),
};

function refusedOrRead(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    // This one comes of recursion without an end, and not of a check.
    expect(String(error)).not.toContain('call stack');
  }
}

const bytes = fc.uint8Array({ maxLength: 600 });

test('an archive', () => {
  const header = fc.tuple(fc.string({ maxLength: 16 }), fc.string({ maxLength: 10 }), bytes);
  fc.assert(
    fc.property(header, ([name, size, data]) => {
      const head = `!<arch>\n${name.padEnd(48)}${size.padEnd(10)}\`\n`;
      refusedOrRead(() => archiveMembers(Buffer.concat([Buffer.from(head, 'latin1'), data])));
    }),
  );
});

test('an object file whose table of blocks ascends and whose blocks lie', () => {
  const blocks = fc.array(fc.nat(90), { minLength: 19, maxLength: 19 });
  fc.assert(
    fc.property(blocks, bytes, (sizes, body) => {
      const table = Buffer.alloc(8 + 8 + 4 + 19 * 4);
      table.write('\0go120ld', 'latin1');
      let at = table.length;
      for (const [block, size] of sizes.entries()) {
        table.writeUInt32LE(at, 20 + 4 * block);
        at += size;
      }
      const member = Buffer.concat([Buffer.from('go object linux amd64\n!\n'), table, body]);
      refusedOrRead(() => {
        const file = ObjectFile.open(member, words, 'amd64');
        file?.imports();
        file?.definitions();
        file?.packageFunctions();
        file?.namedFunctions();
      });
    }),
    { numRuns: 2000 },
  );
});

test('an object file of which an index goes back', () => {
  const table = Buffer.alloc(8 + 8 + 4 + 19 * 4);
  table.write('\0go120ld', 'latin1');
  // All blocks are empty but the index of relocations, block 11.
  for (let block = 0; block < 19; block++)
    table.writeUInt32LE(table.length + (block > 11 ? 8 : 0), 20 + 4 * block);
  const index = Buffer.from([5, 0, 0, 0, 4, 0, 0, 0]);
  const member = Buffer.concat([Buffer.from('go object linux amd64\n!\n'), table, index]);
  expect(() => ObjectFile.open(member, words, 'amd64')).toThrow(/goes back/);
});

test("an object file of Go 1.9's", () => {
  fc.assert(
    fc.property(bytes, (body) => {
      const head = Buffer.from('go object linux amd64\n!\n\0\0go19ld\x01', 'latin1');
      refusedOrRead(() => readGo19Object(Buffer.concat([head, body]), 'a/b.c', 1));
    }),
    { numRuns: 2000 },
  );
});

test('a PCSP table', () => {
  fc.assert(fc.property(bytes, (table) => refusedOrRead(() => readPcsp(table, 4))));
});

test('a listing of anything is read, and what is no call is text', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (lines) => {
      const { functions, text } = readListing(lines.join('\n'));
      if (functions.length === 0) expect(text).toBe(lines.join('\n'));
    }),
  );
});
