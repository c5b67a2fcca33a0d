import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { afterAll, describe, expect, test } from 'vitest';
import { decodeManifest, encodeManifest, type Manifest } from './manifest.ts';
import { isRecording, openRecording, type Recording } from './read.ts';
import { RecordingWriter } from './write.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin recording-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const manifest: Manifest = {
  schema: 1,
  program: {
    name: 'netecho',
    kind: 'fixture',
    target: 'netecho',
    args: ['-d', '1s'],
    hash: 'ab'.repeat(32),
    promises: [
      { row: 'goroutine/park', facet: 'network', atLeast: 1000 },
      { row: 'gc/begin', atLeast: 50 },
    ],
  },
  toolchain: { version: 'go1.26.8', hash: '', goos: 'linux', goarch: 'arm64' },
  emulated: true,
  emulator: 'qemu-aarch64 7.2',
  command: ['qemu-aarch64', '/tmp/with space/netecho', '-d', '1s'],
  env: { GODEBUG: 'gctrace=1' },
  machine: { os: 'linux', arch: 'amd64', cpus: 2, kernel: '6.1' },
  startedAtMs: 1_800_000_000_123,
  durationMs: 1234,
  exit: { code: -1, signal: 'SIGKILL', reason: 'time-limit', ladder: ['SIGTERM', 'SIGQUIT', 'SIGKILL'] },
  lost: [{ what: 'stdout', bytes: 12 }],
  layers: ['trace', 'text'],
};

/** 3 MB that do not pack well, from a generator that gives the same bytes each time. */
const noise = Buffer.concat(
  Array.from({ length: 48_000 }, (_, i) => createHash('sha512').update(String(i)).digest()),
);

async function written(name: string): Promise<RecordingWriter> {
  const writer = await RecordingWriter.create(join(folder, name), manifest);
  await writer.writeEntry('trace', noise);
  await writer.writeEntry('runtime.txt', 'gc 1 @0.001s\n');
  await writer.writeEntry('stdout.txt', '');
  await writer.writeEntry('probe/ring', 'p');
  return writer;
}

async function bytesOf(recording: Recording, name: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of recording.read(name)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function codeOf(action: () => Promise<unknown>): Promise<string> {
  return action().then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );
}

async function useUp(path: string, name = 'trace'): Promise<void> {
  const recording = await openRecording(path);
  try {
    await bytesOf(recording, name);
  } finally {
    await recording.close();
  }
}

describe('a recording', () => {
  test('reads the same as a folder and as one file', async () => {
    const writer = await written('same.gotwin');
    const open = await openRecording(writer.part);
    expect(open.sealed).toBe(false);
    const before = await bytesOf(open, 'trace');
    await writer.seal();
    const sealed = await openRecording(writer.path);
    expect(sealed.sealed).toBe(true);
    expect(sealed.manifest).toEqual(manifest);
    expect(sealed.manifest).toEqual(open.manifest);
    expect(before.equals(noise)).toBe(true);
    expect((await bytesOf(sealed, 'trace')).equals(noise)).toBe(true);
    expect((await bytesOf(sealed, 'stdout.txt')).length).toBe(0);
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect([...sealed.evidence].sort(byName)).toEqual([
      { name: 'probe/ring', layer: 'probe', bytes: 1 },
      { name: 'runtime.txt', layer: 'text', bytes: 13 },
      { name: 'trace', layer: 'trace', bytes: noise.length },
    ]);
    expect([...open.evidence].sort(byName)).toEqual([...sealed.evidence].sort(byName));
    await sealed.close();
  });

  test('may be closed in the middle of an entry', async () => {
    const writer = await written('middle.gotwin');
    await writer.seal();
    for (let round = 0; round < 20; round++) {
      const recording = await openRecording(writer.path);
      for await (const chunk of recording.read('trace')) if (chunk.length > 0) break;
      await recording.close();
    }
    // An error of what still read ahead would come now, and end the process.
    await new Promise(setImmediate);
  });

  test('of the same run has the same bytes', async () => {
    const first = await written('first.gotwin');
    const second = await written('second.gotwin');
    await first.seal();
    await second.seal();
    expect(readFileSync(first.path).equals(readFileSync(second.path))).toBe(true);
  });

  test('is a zip that others read too', async () => {
    const writer = await written('others.gotwin');
    await writer.seal();
    const files = unzipSync(readFileSync(writer.path));
    expect(Object.keys(files)).toEqual(['manifest.pb', 'probe/ring', 'runtime.txt', 'stdout.txt', 'trace']);
    expect(noise.equals(files.trace ?? new Uint8Array())).toBe(true);
  });

  test('is not written over', async () => {
    const writer = await written('once.gotwin');
    expect(await codeOf(() => written('once.gotwin'))).toBe('exists');
    await writer.seal();
    expect(await codeOf(() => written('once.gotwin'))).toBe('exists');
  });

  test('says that a name is not in it', async () => {
    const writer = await written('absent.gotwin');
    expect(await codeOf(() => useUp(writer.part, 'os/threads'))).toBe('no-such-entry');
  });
});

describe('openRecording', () => {
  test('refuses what is no recording', async () => {
    const file = join(folder, 'other');
    writeFileSync(file, 'go 1.26 trace\0\0\0');
    expect(await codeOf(() => openRecording(file))).toBe('not-a-recording');
    expect(await codeOf(() => openRecording(join(folder, 'nowhere')))).toBe('not-found');
    expect(await codeOf(() => openRecording(tmpdir()))).toBe('not-a-recording');
    writeFileSync(file, '');
    expect(await codeOf(() => openRecording(file))).toBe('not-a-recording');
    expect(await isRecording(file)).toBe(false);
  });

  test('names what is damaged', async () => {
    const writer = await written('damaged.gotwin');
    await writer.seal();
    const whole = readFileSync(writer.path);
    const flipped = Buffer.from(whole);
    flipped[2_000_000]! ^= 0xff;
    writeFileSync(writer.path, flipped);
    expect(await codeOf(() => useUp(writer.path))).toBe('damaged');
    truncateSync(writer.path, 2_000_000);
    expect(await codeOf(() => useUp(writer.path))).toBe('damaged');
  });

  test('never lets a name lead out of the archive, and follows no link', async () => {
    const bomb = join(folder, 'names.gotwin');
    const manifestBytes = encodeManifest(manifest);
    for (const name of ['../outside', '/etc/passwd', 'a/../../b', 'a\\b', 'con:', '']) {
      writeFileSync(bomb, zipSync({ 'manifest.pb': manifestBytes, [name]: new Uint8Array(1) }));
      expect(await codeOf(() => openRecording(bomb)), name).toBe('damaged');
    }
    const writer = await written('links.gotwin');
    symlinkSync('/etc/hostname', join(writer.part, 'link.txt'));
    const open = await openRecording(writer.part);
    expect(open.has('link.txt')).toBe(false);
  });

  test('stops unpacking at the size that the directory declares', async () => {
    const bomb = join(folder, 'bomb.gotwin');
    const zip = zipSync({ 'manifest.pb': encodeManifest(manifest), trace: new Uint8Array(50 << 20) });
    const directory = zip.lastIndexOf(0x50, zip.length - 23);
    const at = Buffer.from(zip).lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    expect(directory).toBeGreaterThan(0);
    Buffer.from(zip.buffer, zip.byteOffset).writeUInt32LE(1000, at + 24);
    writeFileSync(bomb, zip);
    expect(await codeOf(() => useUp(bomb))).toBe('too-large');
  });
});

describe('the manifest', () => {
  test('comes back as it was written', () => {
    expect(decodeManifest(encodeManifest(manifest), 'x')).toEqual(manifest);
  });

  test('is refused with the field that is wrong', () => {
    const wrong = { ...manifest, exit: { ...manifest.exit, reason: 'bored' } } as unknown as Manifest;
    expect(() => encodeManifest(wrong)).toThrow();
    const text = Buffer.from(encodeManifest(manifest));
    const at = text.indexOf('time-limit');
    text.write('time-limbo', at);
    expect(() => decodeManifest(text, 'x.gotwin')).toThrow(
      /x\.gotwin is damaged: its manifest's exit\.reason/,
    );
  });

  test("says which tree of the user's own it was built with, to readers that know of such", () => {
    const tree = { runtimeHash: 'ab'.repeat(32), release: 'go1.26.8', changed: ['runtime/chan.go'] };
    const own = { ...manifest, schema: 3, toolchain: { ...manifest.toolchain, tree } };
    expect(decodeManifest(encodeManifest(own), 'x')).toEqual(own);
    expect(decodeManifest(encodeManifest(manifest), 'x').toolchain).not.toHaveProperty('tree');
  });

  test('says which fault was seeded, to readers that know of faults', () => {
    const fault = { name: 'copystack-unowned', delayUs: 200 };
    const seeded = decodeManifest(encodeManifest({ ...manifest, schema: 2, fault }), 'x');
    expect(seeded).toMatchObject({ schema: 2, fault });
    expect(decodeManifest(encodeManifest(manifest), 'x')).not.toHaveProperty('fault');
  });

  test('of a later schema is said to be so', () => {
    const later = encodeManifest({ ...manifest, schema: 9 });
    expect(() => decodeManifest(later, 'x')).toThrow(expect.objectContaining({ code: 'newer-schema' }));
  });

  test('survives no random change as anything but a RecordingError or a manifest', () => {
    const bytes = encodeManifest(manifest);
    for (let i = 0; i < 2000; i++) {
      const changed = Uint8Array.from(bytes);
      changed[(i * 7919) % bytes.length] = (i * 31) & 0xff;
      try {
        decodeManifest(changed, 'x');
      } catch (error) {
        expect((error as Error).name, String((error as Error).stack)).toBe('RecordingError');
      }
    }
  });
});
