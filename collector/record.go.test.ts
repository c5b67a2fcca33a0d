import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { assetPath } from '../go-fixtures/index.ts';
import {
  BuildError,
  installToolchain,
  openRecording,
  type RecordOptions,
  record,
  resolveTarget,
} from './index.ts';
import { toolchainEnv } from './toolchain/find.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin record '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** A user's module, in a folder whose path has blanks. */
const programs = join(folder, 'my programs');
cpSync(assetPath('collector/testdata'), programs, { recursive: true });

let made = 0;

async function recorded(options: Partial<RecordOptions> & Pick<RecordOptions, 'target'>) {
  const outFile = join(folder, `${made++}.gotwin`);
  const result = await record({ goVersion: '1.26', outFile, ...options });
  const entry = (name: string) => textOf(result.path, name);
  return { ...result, entry, exit: result.manifest.exit };
}

async function textOf(path: string, name: string): Promise<string> {
  const recording = await openRecording(path);
  try {
    const chunks: Uint8Array[] = [];
    if (recording.has(name)) for await (const chunk of recording.read(name)) chunks.push(chunk);
    return Buffer.concat(chunks).toString('latin1');
  } finally {
    await recording.close();
  }
}

/** The newest go that we record with: it reads the traces of all the others. */
async function go(args: string[], cwd = folder) {
  const toolchain = await installToolchain('1.26');
  return execa(toolchain.go, args, { cwd, env: toolchainEnv(toolchain) });
}

/** What Go's own tool reads in a trace: its events, a line each. Fails where the tool does. */
async function wireOf(path: string): Promise<string> {
  const file = join(folder, 'wire.trace');
  writeFileSync(file, await textOf(path, 'trace'), 'latin1');
  return (await go(['tool', 'trace', '-d=wire', file])).stdout;
}

const RUNTIME_LINE = /^(SCHED \d+ms: .*| {2}[PMG]\d+: .*|gc \d+ @\d.* P( \(forced\))?)$/;

/** Without what stands behind the last: the program may end while the runtime prints. */
const linesOf = (text: string): string[] => text.split('\n').slice(0, -1).filter(Boolean);

describe('a recording of netecho', () => {
  const cases = [
    { goVersion: '1.22', arch: 'amd64', version: 'go 1.22 trace' },
    { goVersion: '1.23', arch: 'amd64', version: 'go 1.23 trace' },
    { goVersion: '1.24', arch: 'amd64', version: 'go 1.23 trace' },
    { goVersion: '1.25', arch: 'amd64', version: 'go 1.25 trace' },
    { goVersion: '1.26', arch: 'amd64', version: 'go 1.26 trace' },
    { goVersion: '1.22', arch: 'arm64', version: 'go 1.22 trace' },
    { goVersion: '1.26', arch: 'arm64', version: 'go 1.26 trace' },
  ];
  test.each(cases)('has a whole trace and whole lines on $goVersion $arch', async (row) => {
    const { goVersion, arch, version } = row;
    const args = ['-d', '300ms'];
    const { manifest, exit, path, entry } = await recorded({ target: 'netecho', goVersion, arch, args });
    expect(exit).toEqual({ code: 0, signal: '', reason: 'exited', ladder: [] });
    expect(manifest.toolchain).toMatchObject({ goos: 'linux', goarch: arch });
    expect(manifest.toolchain.version).toMatch(new RegExp(`^go${goVersion}\\.\\d+$`));
    expect(manifest.emulated).toBe(process.arch === 'x64' ? arch !== 'amd64' : arch !== 'arm64');
    expect(manifest).toMatchObject({ lost: [], layers: ['trace', 'text', 'os'] });
    // With other arguments than its own it is another program, which has promised nothing.
    expect(manifest.program).toMatchObject({ kind: 'fixture', args, promises: [] });
    expect((await entry('trace')).startsWith(version)).toBe(true);
    const wire = await wireOf(path);
    expect(wire.match(/^GCBegin /gm)?.length ?? 0).toBeGreaterThan(0);
    expect(wire.match(/^GoBlock .*$/gm)?.length ?? 0).toBeGreaterThan(50);
    // The end of the program is in it, where its 16 goroutines leave their loops.
    expect(wire.match(/^GoDestroy/gm)?.length ?? 0).toBeGreaterThanOrEqual(16);
    const broken = linesOf(await entry('runtime.txt')).filter((line) => !RUNTIME_LINE.test(line));
    expect(broken).toEqual([]);
  });

  test('keeps its promises and the same hash, whatever the user has set', async () => {
    const before = { ...process.env };
    Object.assign(process.env, {
      GOFLAGS: '-mod=vendor',
      GOWORK: '/nowhere',
      GO111MODULE: 'off',
      GOARCH: 'mips',
    });
    try {
      const first = await recorded({ target: 'hello' });
      const second = await recorded({ target: 'hello', overwrite: true });
      expect(first.manifest.program.promises).toContainEqual({ row: 'gc/begin', atLeast: 1 });
      expect(second.manifest.program.hash).toBe(first.manifest.program.hash);
      expect(second.manifest.toolchain.hash).toBe(first.manifest.toolchain.hash);
      expect(await first.entry('stdout.txt')).toBe('hello\n');
      expect(await first.entry('stderr.txt')).toBe('goodbye\n');
      expect(await first.entry('build.txt')).toContain('-modfile');
    } finally {
      for (const name of ['GOFLAGS', 'GOWORK', 'GO111MODULE', 'GOARCH']) delete process.env[name];
      Object.assign(process.env, before);
    }
  });
});

describe("a user's program", () => {
  test.each(['1.22', '1.26'])(
    'runs as it would without us, whatever its names are, on Go %s',
    async (goVersion) => {
      const target = join(programs, 'crash', '..', 'parts');
      const { entry, exit } = await recorded({ target, goVersion, buildFlags: ['-tags=sometimes'] });
      expect(exit).toMatchObject({ code: 0, reason: 'exited' });
      const plain = await go(['run', '-tags=sometimes', '.'], join(programs, 'parts'));
      expect(`${await entry('stdout.txt')}`).toBe(`${plain.stdout}\n`);
      expect(await entry('stdout.txt')).toContain('a.init, b.init, tagged.init');
      // package log took os.Stderr before we could; it must still not write between the runtime's lines.
      expect(await entry('stderr.txt')).toBe('to the log\n');
    },
  );

  test('may be one file, and takes arguments that look like flags', async () => {
    const target = join(programs, 'hang', 'main.go');
    const args = ['-spin', '--', '-x y'];
    const limits = { timeLimitMs: 300 };
    const { manifest, exit } = await recorded({ target, args, ...limits });
    expect(manifest.command.slice(-3)).toEqual(args);
    expect(exit).toEqual({ code: -1, signal: 'SIGTERM', reason: 'time-limit', ladder: ['SIGTERM'] });
  });

  test('that writes much is kept up to a limit, and says how much is gone', async () => {
    const target = join(programs, 'noisy');
    const limits = { stdout: 1 << 20, stderr: 1 << 20 };
    const { manifest, entry, exit } = await recorded({ target, limits });
    expect(exit.reason).toBe('exited');
    expect((await entry('stdout.txt')).length).toBe(1 << 20);
    expect(manifest.lost).toEqual([
      { what: 'stdout: past the limit of 1048576 bytes', bytes: 3000 * 1024 - (1 << 20) },
      { what: 'stderr: past the limit of 1048576 bytes', bytes: 3000 * 1024 - (1 << 20) },
    ]);
    const broken = linesOf(await entry('runtime.txt')).filter((line) => !RUNTIME_LINE.test(line));
    expect(broken).toEqual([]);
  });

  test('that traces itself is warned of, or keeps its own trace', async () => {
    const target = join(programs, 'selftrace');
    const own = join(folder, 'own.trace');
    const added = await recorded({ target, args: [own] });
    expect(added.warnings.join()).toMatch(/trace of its own.*selftrace\/main\.go/);
    expect(added.exit.code).toBe(3);
    expect(await added.entry('stdout.txt')).toMatch(/already enabled/);
    rmSync(own, { force: true });
    const missing = await recorded({ target, args: ['/dev/null'], ownTrace: own });
    expect(missing.manifest.lost).toEqual([{ what: `trace: the program did not write ${own}`, bytes: 0 }]);
    // Of so short a run the runtime may have printed nothing.
    expect(missing.manifest.layers.filter((layer) => layer !== 'text')).toEqual(['os']);
    const kept = await recorded({ target, args: [own], ownTrace: own });
    expect(kept.exit.code).toBe(0);
    expect(await wireOf(kept.path)).toContain('GoCreate');
  });

  test('that does not compile shows what the compiler said', async () => {
    const outcome = recorded({ target: join(programs, '_broken') });
    await expect(outcome).rejects.toThrow(BuildError);
    await expect(outcome).rejects.toMatchObject({ code: 'does-not-compile' });
    await expect(outcome).rejects.toThrow(/main\.go:3:15: undefined: undefinedFunction/);
  });

  test('is a package main, or its tests', async () => {
    const target = join(programs, 'tested');
    await expect(recorded({ target })).rejects.toMatchObject({ code: 'not-a-program' });
    const { exit, manifest, entry, path } = await recorded({ target, test: true, args: ['-test.v'] });
    expect(exit.code).toBe(0);
    expect(manifest.program.kind).toBe('test');
    expect(await entry('stdout.txt')).toContain('--- PASS: TestSum');
    expect(await wireOf(path)).toContain('GoCreate');
  });
});

test('a trace that is there already becomes a recording', async () => {
  const trace = join(folder, 'plain.trace');
  const first = await recorded({ target: 'hello' });
  writeFileSync(trace, await first.entry('trace'), 'latin1');
  const { manifest, entry } = await recorded({ target: trace });
  expect(manifest).toMatchObject({ program: { kind: 'trace' }, layers: ['trace'] });
  expect(await entry('trace')).toBe(readFileSync(trace, 'latin1'));
  await expect(resolveTarget(first.path)).resolves.toMatchObject({ kind: 'recording' });
  expect(existsSync(`${first.path}.part`)).toBe(false);
});
