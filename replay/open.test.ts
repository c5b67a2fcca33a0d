import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { writeWire } from './decode/index.ts';
import { generation, sample, status } from './decode/testdata/sample.ts';
import { openTrace } from './open.ts';
import type { Trace } from './trace/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-open-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const wire = sample(26, generation(26, 1, status()), generation(26, 2, status()));
const bytes = writeWire(wire);
/** The first of two generations of one length, after the header, and the beginning of the second. */
const first = bytes.subarray(0, 16 + (bytes.length - 16) / 2 + 60);
const file = join(folder, 'a b.trace');
writeFileSync(file, bytes);

async function counts(trace: Trace): Promise<number[]> {
  const found: number[] = [];
  for await (const { count } of trace) found.push(count);
  return found;
}

/** Files below the folder that this process holds open. */
function held(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.startsWith(folder) ? [path] : [];
    } catch {
      return [];
    }
  });
}

function fifo(name: string): string {
  const path = join(folder, name);
  execFileSync('mkfifo', [path]);
  return path;
}

test('a trace reads from a path, a file URL and bytes', async () => {
  for (const source of [file, pathToFileURL(file), bytes]) {
    expect(await counts(await openTrace(source))).toEqual([3, 3]);
  }
});

test.each([undefined, null, 42, true])('%j is no source, and the error says what is', async (source) => {
  await expect(openTrace(source as unknown as string)).rejects.toThrow(
    /^a trace is read from .* path, too\), not from/,
  );
  await expect(openTrace(source as unknown as string)).rejects.toBeInstanceOf(TypeError);
});

test('a file is closed at the end, when the reading stops early, and when it is no trace', async () => {
  await counts(await openTrace(file));
  for await (const _ of await openTrace(file)) break;
  const other = join(folder, 'other');
  writeFileSync(other, 'This is not what Go wrote, however long it may be.');
  await expect(openTrace(other)).rejects.toMatchObject({ name: 'FormatError', code: 'not-a-trace' });
  await expect.poll(held, { timeout: 10_000 }).toEqual([]);
});

test('what cannot be opened is the system’s own error', async () => {
  await expect(openTrace(join(folder, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' });
  mkdirSync(join(folder, 'below'));
  await expect(openTrace(join(folder, 'below'))).rejects.toMatchObject({ code: 'EISDIR' });
  await expect(openTrace(new URL('https://example.com/a.trace'))).rejects.toThrow(TypeError);
});

test('a generation is there as soon as its bytes are, while the writer still writes', async () => {
  const path = fifo('growing');
  const opening = openTrace(path);
  const writer: FileHandle = await open(path, 'w');
  await writer.write(first);
  const reading = (await opening).generations();
  expect((await reading.next()).value).toMatchObject({ number: 1 });
  await writer.write(bytes.subarray(first.length));
  await writer.close();
  expect((await reading.next()).value).toMatchObject({ number: 2 });
  expect(await reading.next()).toMatchObject({ done: true });
});

test('waiting for a pipe that nobody writes to ends when it is told to', async () => {
  const path = fifo('silent');
  const stop = new AbortController();
  const opening = openTrace(path, { signal: stop.signal });
  setTimeout(() => stop.abort(new Error('enough')), 20);
  await expect(opening).rejects.toThrow('enough');
  await expect.poll(held, { timeout: 10_000 }).toEqual([]);
});

test('waiting for bytes that do not come ends when it is told to, and the source is let go', async () => {
  const source = new PassThrough();
  source.write(first);
  const stop = new AbortController();
  const reading = (await openTrace(source, { signal: stop.signal })).generations();
  expect((await reading.next()).value).toMatchObject({ number: 1 });
  const waiting = reading.next();
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await expect.poll(() => source.destroyed, { timeout: 10_000 }).toBe(true);
  await expect(openTrace(source, { signal: stop.signal })).rejects.toThrow('enough');
});
