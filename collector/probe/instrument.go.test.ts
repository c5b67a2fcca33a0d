import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { assetPath } from '../../go-fixtures/index.ts';
import { type Toolchain, toolchainEnv } from '../toolchain/find.ts';
import { installToolchain } from '../toolchain/install.ts';
import { KNOWN_GOOD } from '../toolchain/versions.ts';
import { instrument, PROBED_RELEASES } from './instrument.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin-instrument-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;
function workDir(): string {
  const dir = join(folder, String(made++));
  mkdirSync(dir);
  return dir;
}

/** A file of the toolchain's runtime, changed: what the instrumenter is told to read in its place. */
function edited(toolchain: Toolchain, file: string, change: (text: string) => string): Map<string, string> {
  const original = join(toolchain.goroot, 'src', 'runtime', file);
  const copy = join(workDir(), file);
  const text = readFileSync(original, 'utf8');
  const changed = change(text);
  if (changed === text) throw new Error(`${file} is as it was`);
  writeFileSync(copy, changed);
  return new Map([[original, copy]]);
}

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    ({ code, message }: { code: string; message: string }) => `${code}: ${message}`,
  );

test('the instrumenter is Go as gofmt and vet like it, and passes its own tests', async () => {
  const toolchain = await installToolchain('1.26');
  const source = assetPath('collector/probe/instrument');
  const cwd = join(workDir(), 'instrument');
  cpSync(source, cwd, { recursive: true });
  const env = { ...toolchainEnv(toolchain), CGO_ENABLED: '0', GOENV: 'off', GOFLAGS: '', GOWORK: 'off' };
  const gofmt = await execa(join(toolchain.goroot, 'bin', 'gofmt'), ['-l', cwd, join(cwd, '_runtime')]);
  expect(gofmt.stdout).toBe('');
  await execa(toolchain.go, ['vet', '.'], { cwd, env });
  await execa(toolchain.go, ['test', '.'], { cwd, env });
});

test('what is said to be known good is what is installed for it', () => {
  expect([...PROBED_RELEASES]).toEqual(Object.keys(KNOWN_GOOD));
});

describe.each([...PROBED_RELEASES])('the runtime of Go %s', (release) => {
  test.each(['amd64', 'arm64'])('has each site on %s, and no line moves', async (goarch) => {
    const toolchain = await installToolchain(release);
    const { replace, sites } = await instrument({ toolchain, goarch, workDir: workDir() });
    expect(sites.length).toBeGreaterThan(60);
    for (const [original, copy] of Object.entries(replace)) {
      if (basename(original).startsWith('gotwin_')) continue;
      const [before, after] = [original, copy].map((file) => readFileSync(file, 'utf8').split('\n'));
      expect(after!.length).toBe(before!.length);
      // A line that a rule names has a probe, every other is as it was.
      const probed = sites.filter(({ file }) => file === basename(original)).map(({ line }) => line);
      const changed = before!.flatMap((line, i) => (line === after![i] ? [] : [i + 1]));
      expect(changed.length).toBeGreaterThan(0);
      expect(changed.filter((line) => !probed.includes(line)).length).toBe(0);
    }
  });
});

describe('a runtime that is another than the rules were made for', () => {
  test('is refused by rule and file when a store of a status is new', async () => {
    const toolchain = await installToolchain('1.26');
    const more = edited(toolchain, 'proc.go', (text) =>
      text.replace('pp.status = _Prunning\n}', 'pp.status = _Pidle; pp.status = _Prunning\n}'),
    );
    const work = instrument({ toolchain, goarch: 'amd64', workDir: workDir(), edited: more });
    expect(await refusal(work)).toMatch(
      /^probe-mismatch: cannot instrument go1\.26\S*: rule pstatus has 12 sites .* and 11 are expected \(proc\.go\)$/,
    );
  });

  test('is refused by rule and file when a site is gone', async () => {
    const toolchain = await installToolchain('1.22');
    const less = edited(toolchain, 'stack.go', (text) => text.replace('func shrinkstack(', 'func shrink(('));
    const work = instrument({ toolchain, goarch: 'arm64', workDir: workDir(), edited: less });
    expect(await refusal(work)).toMatch(/^probe-mismatch: .*stack\.go/);
    const renamed = edited(toolchain, 'stack.go', (text) => text.replaceAll('shrinkstack(', 'shrink('));
    const again = instrument({ toolchain, goarch: 'arm64', workDir: workDir(), edited: renamed });
    expect(await refusal(again)).toMatch(/rule shrinkstack has 0 sites .* and 1 are expected \(stack\.go\)/);
  });

  test('is refused when nobody has counted its release, or tried its architecture', async () => {
    const toolchain = await installToolchain('1.26');
    const later = { ...toolchain, version: 'go1.27.1' };
    const unknown = await refusal(instrument({ toolchain: later, goarch: 'amd64', workDir: workDir() }));
    expect(unknown).toMatch(/^probe-unknown: .* not of 1\.27$/);
    const exotic = await refusal(instrument({ toolchain, goarch: 's390x', workDir: workDir() }));
    expect(exotic).toMatch(/^probe-unknown: .* not on linux\/s390x$/);
  });

  test('is read as edited, and written back also where no rule has a site', async () => {
    const toolchain = await installToolchain('1.26');
    const comment = edited(toolchain, 'chan.go', (text) =>
      text.replace('package runtime\n', 'package runtime // x\n'),
    );
    const { replace } = await instrument({ toolchain, goarch: 'amd64', workDir: workDir(), edited: comment });
    expect(readdirSync(join(toolchain.goroot, 'src', 'runtime'))).not.toContain('gotwin_probe.go');
    expect(readFileSync(replace[[...comment.keys()][0]!]!, 'utf8')).toContain('package runtime // x');
  });
});
