/**
 * Module zips, as the Go module proxy serves them (https://go.dev/ref/mod#zip-files): read from memory, hashed as
 * the checksum database does (`h1:`), and unpacked. Only what such a file holds is supported: no zip64, no
 * encryption, entries stored or deflated.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

/** @typedef {{ name: string, read: () => Buffer }} Entry */

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
/** An end record may be followed by a comment of up to 64 KiB. */
const END_SEARCH = 22 + 0xffff;

/**
 * The files of a zip, in the order of its central directory. Throws an Error when it is damaged.
 * @param {Buffer} zip @returns {Entry[]}
 */
export function readZip(zip) {
  let at = endRecord(zip);
  const count = zip.readUInt16LE(at + 10);
  at = zip.readUInt32LE(at + 16);
  const entries = [];
  for (let n = 0; n < count; n++) {
    if (zip.readUInt32LE(at) !== CENTRAL) throw new Error(`zip: no directory entry at byte ${at}`);
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    if (!name.endsWith('/')) entries.push(entryAt(zip, at, name));
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

/** @param {Buffer} zip @returns {number} */
function endRecord(zip) {
  for (let at = zip.length - 22; at >= Math.max(0, zip.length - END_SEARCH); at--) {
    if (zip.readUInt32LE(at) === END) return at;
  }
  throw new Error('zip: no end record; the file is cut short or is not a zip');
}

/** @param {Buffer} zip @param {number} at of its directory entry @param {string} name @returns {Entry} */
function entryAt(zip, at, name) {
  const method = zip.readUInt16LE(at + 10);
  const packed = zip.readUInt32LE(at + 20);
  const size = zip.readUInt32LE(at + 24);
  const local = zip.readUInt32LE(at + 42);
  if (zip.readUInt32LE(local) !== LOCAL) throw new Error(`zip: ${name} is not where the directory says`);
  if (method !== 0 && method !== 8) throw new Error(`zip: ${name} is packed by method ${method}`);
  // The local header's name and extra field may differ in length from the directory's.
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const bytes = zip.subarray(start, start + packed);
  const read = () => {
    // The size is a limit as well: a small file must not unpack to more than the directory promised.
    const content = method === 0 ? bytes : inflateRawSync(bytes, { maxOutputLength: Math.max(1, size) });
    if (content.length !== size) throw new Error(`zip: ${name} is ${content.length} bytes, not ${size}`);
    return content;
  };
  return { name, read };
}

/**
 * The checksum database's hash of a module zip: SHA-256 over the lines `HEX-SHA-256  NAME\n`, sorted by name.
 * @param {readonly Entry[]} entries @returns {string} `h1:` and base64
 */
export function h1(entries) {
  const sorted = [...entries].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  const whole = createHash('sha256');
  for (const { name, read } of sorted) {
    whole.update(`${createHash('sha256').update(read()).digest('hex')}  ${name}\n`);
  }
  return `h1:${whole.digest('base64')}`;
}

/**
 * Writes the entries below `prefix` into `folder`. Throws before it writes anything if a name leads elsewhere.
 * @param {readonly Entry[]} entries @param {string} prefix ends in `/` @param {string} folder
 */
export function unpack(entries, prefix, folder) {
  const files = entries.map(({ name, read }) => ({ path: join(folder, inside(name, prefix)), read }));
  for (const { path, read } of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, read());
  }
}

/** @param {string} name @param {string} prefix @returns {string} the name below the prefix */
function inside(name, prefix) {
  const rest = name.slice(prefix.length);
  const odd = rest.split('/').some((part) => part === '' || part === '.' || part === '..');
  if (!name.startsWith(prefix) || odd || /[\\:\0]/.test(rest)) {
    throw new Error(`zip: ${JSON.stringify(name)} would be written outside of its folder`);
  }
  return rest;
}
