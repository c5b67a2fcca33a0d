import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemSchema, resultDocumentSchema } from './result-document.ts';
import { type Ended, gotwin, type SpawnOptions, stackLines } from './spawned.ts';

const GO = ['--go', '1.26'];
let folder = '';
/** A recording of a program that ends well, and the trace in it. */
let recording = '';
let trace = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gotwin-cli-'));
  recording = join(folder, 'hello.gotwin');
  const made = await gotwin(['record', 'hello', ...GO, '-o', recording]);
  expect(made).toMatchObject({ code: 0, stderr: expect.not.stringContaining('gotwin:') });
  trace = join(folder, 'hello.trace');
  writeFileSync(trace, unzipSync(readFileSync(recording)).trace!);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a call in the folder; whatever is wrong, nobody is shown our stack. */
async function call(args: readonly string[], options: SpawnOptions = {}): Promise<Ended> {
  const ended = await gotwin(args, { cwd: folder, ...options });
  expect(stackLines(ended)).toEqual([]);
  return ended;
}

/** A Go module with one file. */
function program(name: string, source: string, file = 'main.go'): string {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, 'go.mod'), `module example.com/${name}\n\ngo 1.22\n`);
  writeFileSync(join(folder, name, file), source);
  return `./${name}`;
}

describe('a command line that cannot be', () => {
  test.each([
    [['check', '--arhc', 'arm64'], /unknown option '--arhc'/, /Did you mean --arch\?/],
    [['check', 'hello', '--go', '1.99'], /Go 1\.99 is not installed/, /Known: 1\.22/],
    [['check', 'hello', '--go', '1.26.999'], /go1\.26\.999/, /./],
    [['check', 'hello', '--arch', 'sparc'], /"sparc" is no architecture/, /Known: amd64/],
    [['check', 'nothing'], /cannot find the target "nothing"/, /netguy/],
    [['record', 'hello', '--go', '1.22,1.26'], /one value of --go/, /gotwin check/],
    [['report', 'hello.trace'], /where should the report go/, /-o DIR/],
    [['events', 'hello.trace', '--format', 'wire', '--limit', '3'], /always whole/, /--format text/],
    [['replay', 'hello.trace', '--divergence', 'x#1'], /no divergence has the id x#1/, /no divergence/],
  ])('%j', async (args, message, advice) => {
    const { code, stdout, stderr } = await call(args);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(advice);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('a file that is no evidence', () => {
  test.each(['replay', 'events'])('%s: missing, a folder, empty, something else', async (command) => {
    writeFileSync(join(folder, 'empty'), '');
    writeFileSync(join(folder, 'text'), 'This is not what Go wrote, however long it may be.\n');
    writeFileSync(join(folder, 'old'), 'go 1.8 trace\0\0\0\0and the rest of it');
    for (const [file, message] of [
      ['missing', /missing/],
      ['.', /folder/],
      ['empty', /empty/],
      ['text', /not .*trace|no .*trace/],
      ['old', /go 1\.8/],
    ] as const) {
      const { code, stdout, stderr } = await call([command, file]);
      expect(stderr).toMatch(message);
      expect(stderr.trimEnd().split('\n')).toHaveLength(2);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    }
  });

  test('does not keep its neighbours from being judged', async () => {
    const { code, stdout, stderr } = await call(['replay', 'missing', 'hello.gotwin']);
    expect(stdout).toContain('hello.gotwin: conforms');
    expect(stderr).toContain('missing');
    expect(code).toBe(2);
  });

  test('a truncated trace is malformed, and says what was salvaged and what was lost', async () => {
    cpSync(trace, join(folder, 'cut.trace'));
    truncateSync(join(folder, 'cut.trace'), readFileSync(trace).length - 100);
    const { code, stdout } = await call(['replay', 'cut.trace']);
    expect(stdout).toMatch(/lost: [\d,]+ bytes(, at least [1-9][\d,]* events?)?; salvaged: [\d,]+ events?/);
    expect(stdout).toContain('format/truncated');
    expect(code).toBe(4);
    const events = await call(['events', 'cut.trace', '--format', 'none']);
    expect(events.stderr).toMatch(/damaged: .*[\d,]+ bytes?( and .*[1-9][\d,]* events?)? lost/);
    expect(events.code).toBe(4);
  });

  test('a recording cut in the middle is no recording any more', async () => {
    writeFileSync(join(folder, 'cut.gotwin'), readFileSync(recording).subarray(0, 2000));
    const { code, stderr } = await call(['replay', 'cut.gotwin']);
    expect(stderr).toContain('cut.gotwin');
    expect(code).toBe(2);
  });
});

describe('--json is exactly one document', () => {
  test('of a result', async () => {
    const { code, stdout } = await call(['replay', recording, '--json']);
    const document = resultDocumentSchema.parse(JSON.parse(stdout));
    expect(document.recordings.map(({ program, verdict }) => [program, verdict])).toEqual([
      ['hello', 'conforms'],
    ]);
    expect(code).toBe(0);
  });

  test.each([
    [['replay', 'missing', '--json'], /not-found|ENOENT/],
    [['check', 'hello', '--go', '1.99', '--json'], /toolchain\/unknown-version/],
    [['check', '--nonsense', '--json'], /usage\/unknown-option/],
  ])('of an error: %j', async (args, error) => {
    const { code, stdout, stderr } = await call(args);
    expect(problemSchema.parse(JSON.parse(stdout)).error.code).toMatch(error);
    expect(stderr).not.toContain('gotwin:');
    expect(code).toBe(2);
  });

  test('of the other commands', async () => {
    for (const args of [['doctor'], ['toolchain', 'list'], ['events', recording]]) {
      const { stdout } = await call([...args, '--json']);
      expect(JSON.parse(stdout)).toMatchObject({ schema: 1 });
    }
  });
});

describe('a program that', () => {
  test("does not compile: the compiler's message is shown", async () => {
    const target = program('wrong', 'package main\n\nfunc main() { undefinedThing() }\n');
    const { code, stdout, stderr } = await call(['check', target, ...GO]);
    expect(stderr).toContain('./main.go:3:15: undefined: undefinedThing');
    expect(stderr).toMatch(/does not build with go1\.26/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test('does not compile keeps no other from being judged', async () => {
    const target = program('wrong', 'package main\n\nfunc main() { undefinedThing() }\n');
    const { code, stdout, stderr } = await call(['check', target, 'hello', ...GO, '-q']);
    expect(stdout).toMatch(/hello .* conforms/);
    expect(stderr).toContain('undefined: undefinedThing');
    expect(code).toBe(2);
  });

  test('is a library: tests are proposed', async () => {
    const { code, stderr } = await call([
      'check',
      program('library', 'package library\n', 'l.go'),
      ...GO,
      '-q',
    ]);
    expect(stderr).toMatch(/not a program[\s\S]*--test/);
    expect(code).toBe(2);
  });

  test('has no tests is no success of its tests', async () => {
    const { code, stderr } = await call([
      'check',
      '--test',
      program('untested', 'package untested\n', 'u.go'),
      ...GO,
      '-q',
    ]);
    expect(stderr).toMatch(/has no test files/);
    expect(code).toBe(2);
  });

  test('crashes at once never conforms', async () => {
    const target = program('crash', 'package main\n\nfunc main() { panic("at once") }\n');
    const { code, stdout } = await call(['check', target, ...GO, '-q']);
    expect(stdout).toMatch(/crash .*inconclusive/);
    expect(code).toBe(3);
    const { stdout: json } = await call([
      'replay',
      'gotwin-report/recordings/crash-go1.26.8-amd64.gotwin',
      '--json',
    ]);
    expect(JSON.parse(json).recordings[0].exit).toBe('exit 2');
  });

  test('writes no event is no success', async () => {
    const source =
      'package main\n\nimport "syscall"\n\nfunc init() {\n\tsyscall.Kill(syscall.Getpid(), syscall.SIGKILL)\n\tselect {}\n}\n\nfunc main() {}\n';
    const { code, stdout } = await call(['check', program('silent', source), ...GO, '-q']);
    expect(stdout).toMatch(/silent .*(inconclusive|unobservable)/);
    expect(code).toBe(3);
  });

  test('hangs is stopped, and said so', async () => {
    const source = 'package main\n\nfunc main() { select { case <-make(chan int): } }\n';
    const { code, stderr, stdout } = await call([
      'check',
      program('hang', source),
      ...GO,
      '-q',
      '--time-limit',
      '500ms',
    ]);
    expect(stderr).toMatch(/hang did not end within its time limit and was stopped by SIGTERM/);
    expect(stdout).toMatch(/^hang .*inconclusive .*time limit, SIGTERM/m);
    expect(code).toBe(3);
  });

  test('runs until it is stopped is no hang with a duration', async () => {
    const source = 'package main\n\nfunc main() { select { case <-make(chan int): } }\n';
    const { code, stderr } = await call(['check', program('server', source), ...GO, '-q', '-d', '300ms']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('an environment that', () => {
  test('has no writable place for the report', async () => {
    for (const dir of ['hello.trace/report', '/proc/report']) {
      const { code, stderr } = await call(['check', 'hello', ...GO, '-q', '--report', dir]);
      expect(stderr).toMatch(/Choose (a|another) folder|--report/);
      expect(code).toBe(2);
    }
    const { code, stderr } = await call(['report', recording, '-o', 'hello.trace']);
    expect(stderr).toContain('--report or --out');
    expect(code).toBe(2);
  });

  test('has no room for a recording: what there is stays readable', async (context) => {
    const full = join(folder, 'full');
    mkdirSync(full);
    if (!mounted(full)) return context.skip('mounting a small disk needs root');
    try {
      const { code, stderr } = await call(['check', 'netecho', ...GO, '-q', '-d', '1s', '--report', full]);
      expect(stderr).toMatch(/disk is full|no space/i);
      expect(stderr).toContain('Free some space');
      expect(code).toBe(2);
    } finally {
      execFileSync('umount', [full]);
    }
  });

  test('takes no output: a full disk behind stdout is an error, a reader that left is not', async () => {
    const full = await gotwin([], {
      under: ['sh', '-c', '"$0" "$1" events "$2" > /dev/full'].concat(process.execPath, mainOf(), trace),
    });
    expect(full.stderr).toMatch(/disk is full/);
    expect(full.code).toBe(2);
    const left = await gotwin([], {
      under: ['bash', '-c', 'set -o pipefail; "$0" "$1" events "$2" | head -1'].concat(
        process.execPath,
        mainOf(),
        trace,
      ),
    });
    expect(left).toMatchObject({ code: 0, stderr: '' });
    expect(left.stdout.split('\n')).toHaveLength(2);
  });

  test('has no Go and no way to get one', async (context) => {
    const hidden = ['/usr/local/go', '/usr/lib/go-1.19'].filter((dir) => existsSync(dir));
    const mounts = hidden.map((dir) => `mount -t tmpfs none ${dir} && `).join('');
    const under = ['unshare', '-m', 'sh', '-c', `${mounts}exec "$@"`, 'sh'];
    if (!works([...under, 'true'])) return context.skip('hiding the toolchains of this machine needs root');
    const empty = join(folder, 'no-home');
    mkdirSync(empty);
    const env = {
      PATH: empty,
      HOME: empty,
      XDG_CACHE_HOME: empty,
      GOMODCACHE: empty,
      GOPATH: empty,
      GOPROXY: 'off',
    };
    const absolute = [execFileSync('which', ['unshare'], { encoding: 'utf8' }).trim(), ...under.slice(1)];
    const { code, stderr } = await call(['check', 'hello', ...GO, '-q'], {
      env: { ...env, PATH: `/bin:/usr/sbin` },
      under: absolute,
    });
    expect(stderr).toMatch(/is not installed, there is no other go .*: GOPROXY names no address/);
    expect(stderr).toContain('Set GOPROXY, or install any Go');
    expect(code).toBe(2);
    const doctor = await call(['doctor'], { env: { ...env, PATH: '/bin:/usr/sbin' }, under: absolute });
    expect(doctor.stdout).toMatch(/Go +missing/);
    expect(doctor.code).toBe(2);
  });
});

function mainOf(): string {
  return join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');
}

/** One megabyte: enough for the manifest, not for a trace. */
function mounted(dir: string): boolean {
  return works(['mount', '-t', 'tmpfs', '-o', 'size=256k', 'gotwin-test', dir]);
}

function works([file, ...args]: string[]): boolean {
  try {
    execFileSync(file!, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
