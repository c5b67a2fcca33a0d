import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { fixturesRoot } from '../../go-fixtures/index.ts';
import { openRecording, type RecordOptions, record } from '../index.ts';
import { toolchainEnv } from '../toolchain/find.ts';
import { installToolchain } from '../toolchain/install.ts';
import { HEADER, HEADER_BYTES, probeKinds, RECORD, RECORD_BYTES } from './layout.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin probe '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;

async function recorded(options: Partial<RecordOptions>) {
  const outFile = join(folder, `${made++}.gotwin`);
  const layers = ['probe', 'trace', 'text'] as const;
  const { path, manifest } = await record({
    target: 'netecho',
    goVersion: '1.26',
    layers,
    outFile,
    ...options,
  });
  const recording = await openRecording(path);
  const entry = async (name: string) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of recording.read(name)) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  const evidence = recording.evidence.map(({ name }) => name);
  const bytes = evidence.includes('probe/records')
    ? await entry('probe/records')
    : Buffer.alloc(HEADER_BYTES);
  const functions = (await entry('probe/functions')).toString('latin1');
  const text = (await entry('runtime.txt')).toString('latin1');
  await recording.close();
  return { manifest, evidence, functions, text, ...history(bytes) };
}

const NUMBER = Object.fromEntries(probeKinds().map(({ kind, number }) => [kind, number]));

/** The records in order; where a mark is missing, and where a status does not follow from the one before. */
function history(bytes: Buffer) {
  const next = Number(bytes.readBigUInt64LE(HEADER.next));
  const capacity = Number(bytes.readBigUInt64LE(HEADER.capacity));
  const first = Math.max(0, next - capacity) * bytes.readUInt32LE(HEADER.mode);
  const last = Math.min(next, first + capacity);
  let unwritten = 0;
  const broken: string[] = [];
  const counts = new Map<number, number>();
  const status = new Map<string, number>();
  for (let number = first; number < last; number++) {
    const at = HEADER_BYTES + (number % capacity) * RECORD_BYTES;
    if (Number(bytes.readBigUInt64LE(at + RECORD.commit)) !== number + 1) {
      unwritten++;
      continue;
    }
    const kind = bytes.readUInt8(at + RECORD.kind);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const isG = kind === NUMBER.gstatus;
    if (!isG && kind !== NUMBER.pstatus) continue;
    const subject = `${isG ? 'G' : 'P'} ${bytes.readBigUInt64LE(at + (isG ? RECORD.gp : RECORD.a))}`;
    const change = at + (isG ? RECORD.a : RECORD.b);
    const old = bytes.readUInt32LE(change + 4);
    if ((status.get(subject) ?? old) !== old) broken.push(`${subject} at ${number}`);
    status.set(subject, bytes.readUInt32LE(change));
  }
  const count = (kind: string) => counts.get(NUMBER[kind] ?? -1) ?? 0;
  return { next, written: last - first, unwritten, broken, count, kinds: counts.size };
}

/** Package runtime, and all that imports it, is compiled anew for the first recording of each release and architecture. */
const COLD = { timeout: 300_000 };

describe('a recording of netecho with its probe', COLD, () => {
  const cases = [
    { goVersion: '1.22', arch: 'amd64' },
    { goVersion: '1.26', arch: 'amd64' },
    { goVersion: '1.26', arch: 'arm64' },
  ];
  test.each(cases)('has every change of status in its place, on $goVersion $arch', async (row) => {
    const { manifest, evidence, functions, ...found } = await recorded({ ...row, args: ['-d', '300ms'] });
    expect(manifest).toMatchObject({ lost: [], layers: ['trace', 'text', 'probe'] });
    expect(evidence).toEqual(
      expect.arrayContaining(['probe/functions', 'probe/records', 'probe/sites.json']),
    );
    expect(found.broken).toEqual([]);
    // A thread that the end of the process overtook leaves the record that it had begun.
    expect(found.unwritten).toBeLessThan(found.count('mstart'));
    expect(found.count('gstatus')).toBeGreaterThan(1000);
    expect(found.count('pstatus')).toBeGreaterThan(100);
    for (const kind of [
      'begin',
      'end',
      'gnew',
      'goexit1',
      'stackalloc',
      'allocm',
      'mstart',
      'stw',
      'shrinkstack',
    ]) {
      expect(found.count(kind), kind).toBeGreaterThan(0);
    }
    expect(functions).toMatch(/^[0-9a-f]+ runtime\.park_m$/m);
    expect(functions).toMatch(/^[0-9a-f]+ main\.main$/m);
  });
});

test('a ring keeps the last records, and its header says how many came before', async () => {
  const probe = { mode: 'ring', window: 1000 } as const;
  const { manifest, next, written, count } = await recorded({
    layers: ['probe'],
    probe,
    args: ['-d', '100ms'],
  });
  expect(written).toBe(1024);
  expect(next).toBeGreaterThan(2048);
  expect(count('begin')).toBe(0);
  expect(manifest).toMatchObject({ lost: [], layers: ['text', 'probe'] });
});

test('only the kinds that were asked for are written, and the marks of the clock', async () => {
  const probe = { kinds: ['thread', 'gcphase'] };
  const { next, count, kinds } = await recorded({ layers: ['probe'], probe, args: ['-d', '100ms'] });
  expect(count('mstart')).toBeGreaterThan(1);
  expect(count('gstatus')).toBe(0);
  expect(kinds).toBeLessThan(12);
  expect(next).toBeLessThan(5000);
});

test('an ordinary build after that of a probe is the ordinary one, to the byte', async () => {
  const toolchain = await installToolchain('1.26');
  const [before, after] = [join(folder, 'before'), join(folder, 'after')];
  const env = { ...toolchainEnv(toolchain), CGO_ENABLED: '0', GOENV: 'off', GOFLAGS: '' };
  const build = (to: string) =>
    execa(toolchain.go, ['build', '-buildvcs=false', '-o', to, './hello'], { cwd: fixturesRoot(), env });
  await build(before);
  await recorded({ target: 'hello' });
  await build(after);
  expect(readFileSync(after).equals(readFileSync(before))).toBe(true);
  expect(readdirSync(join(toolchain.goroot, 'src', 'runtime')).filter((name) => /gotwin/.test(name))).toEqual(
    [],
  );
});

test("an overlay of the user's own is built too, from a folder with blanks", async () => {
  const dir = join(folder, 'a module');
  mkdirSync(dir);
  const write = (name: string, text: string) => writeFileSync(join(dir, name), text);
  write('go.mod', 'module overlaid\n\ngo 1.22\n');
  write('main.go', 'package main\n\nfunc main() { println("as it is") }\n');
  write('main.txt', 'package main\n\nfunc main() { println("overlaid") }\n');
  write('overlay.json', '{"Replace": {"main.go": "main.txt"}}');
  process.env.GOFLAGS = `'-overlay=${join(dir, 'overlay.json')}'`;
  try {
    const { text, written } = await recorded({ target: '.', cwd: dir, layers: ['probe'] });
    expect(text).toContain('overlaid');
    expect(written).toBeGreaterThan(100);
  } finally {
    delete process.env.GOFLAGS;
  }
});

test('a child of the program, which has the probe too, writes nothing into its file', async () => {
  const { manifest, broken, written, count } = await recorded({
    target: './children',
    cwd: 'collector/testdata',
    stopAfterMs: 1500,
  });
  expect(broken).toEqual([]);
  expect(written).toBeGreaterThan(100);
  expect(count('begin')).toBe(1);
  expect(manifest.lost).toEqual([]);
});
