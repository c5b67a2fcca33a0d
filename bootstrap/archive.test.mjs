import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { h1, readZip, unpack } from './archive.mjs';

/** @typedef {{ name: string, content: string, claimedSize?: number }} File */

/** @param {Buffer} buffer @param {readonly (readonly [at: number, value: number])[]} words of four bytes */
function withWords(buffer, words) {
  for (const [at, value] of words) buffer.writeUInt32LE(value, at);
  return buffer;
}

/** A zip as a module proxy would serve it: deflated, no extra fields. @param {readonly File[]} files */
function zipOf(files) {
  const bodies = [];
  const directory = [];
  let offset = 0;
  for (const { name, content, claimedSize } of files) {
    const packed = deflateRawSync(content);
    const size = claimedSize ?? Buffer.byteLength(content);
    const sizes = /** @type {const} */ ([packed.length, size]);
    const local = withWords(Buffer.alloc(30), [
      [0, 0x04034b50],
      [18, sizes[0]],
      [22, sizes[1]],
    ]);
    local.writeUInt16LE(8, 8);
    local.writeUInt16LE(name.length, 26);
    const words = /** @type {const} */ ([
      [0, 0x02014b50],
      [20, sizes[0]],
      [24, sizes[1]],
      [42, offset],
    ]);
    const central = withWords(Buffer.alloc(46), words);
    central.writeUInt16LE(8, 10);
    central.writeUInt16LE(name.length, 28);
    bodies.push(local, Buffer.from(name), packed);
    directory.push(central, Buffer.from(name));
    offset += local.length + name.length + packed.length;
  }
  const end = withWords(Buffer.alloc(22), [
    [0, 0x06054b50],
    [12, Buffer.concat(directory).length],
    [16, offset],
  ]);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  return Buffer.concat([...bodies, ...directory, end]);
}

const files = [
  { name: 'm@v1/go.mod', content: 'module m\n' },
  { name: 'm@v1/a.go', content: 'package a\n' },
];

test('a module zip is unpacked below its folder, without its prefix', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gotwin-archive-'));
  unpack(readZip(zipOf(files)), 'm@v1/', folder);
  expect(readFileSync(join(folder, 'a.go'), 'utf8')).toBe('package a\n');
  rmSync(folder, { recursive: true });
});

test('the hash is that of the checksum database, whatever the order of the entries', () => {
  // printf 'package a\n' | sha256sum, and so on, sorted by name, hashed again: see `go help module-auth`.
  const expected = 'h1:k7QjrpUgo/+SgxDyzq1UW6dxFl39Ze90dLWKk13yyqQ=';
  expect(h1(readZip(zipOf(files)))).toBe(expected);
  expect(h1(readZip(zipOf([...files].reverse())))).toBe(expected);
});

test.each(['m@v1/../../evil', 'm@v1//etc/passwd', 'm@v1/a\\..\\b', 'other/a.go', 'm@v1/./a'])(
  'nothing at all is written when an entry is called %s',
  (name) => {
    const folder = join(tmpdir(), `gotwin-archive-never-${process.pid}`);
    const entries = readZip(zipOf([...files, { name, content: 'x' }]));
    expect(() => unpack(entries, 'm@v1/', folder)).toThrow('outside of its folder');
    expect(() => readFileSync(join(folder, 'a.go'))).toThrow('ENOENT');
  },
);

test('an entry that unpacks to more than the directory says is refused', () => {
  const entries = readZip(zipOf([{ name: 'm@v1/bomb', content: 'x'.repeat(1_000_000), claimedSize: 10 }]));
  expect(() => h1(entries)).toThrow();
});

test('a zip that was cut short is refused, wherever the cut is', () => {
  const whole = zipOf(files);
  for (let length = 0; length < whole.length; length++) {
    expect(() => h1(readZip(whole.subarray(0, length))), `cut at ${length}`).toThrow();
  }
});
