import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { gotwin } from './spawned.ts';

const folder = mkdtempSync(join(tmpdir(), 'gotwin nosplit '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program of one file, in a module of its own. */
function program(name: string, source: string): string {
  const dir = join(folder, name);
  mkdirSync(dir);
  writeFileSync(join(dir, 'go.mod'), `module example.com/${name}\n\ngo 1.22\n`);
  writeFileSync(join(dir, 'main.go'), `package main\n\n${source}`);
  return dir;
}

const NOSPLIT = '//go:nosplit\n//go:noinline\n';
const deep = `${NOSPLIT}func top(n int) int { var x [600]byte; x[n] = 1; return mid(n) + int(x[n/2]) }

${NOSPLIT}func mid(n int) int { var x [300]byte; x[n] = 1; return end(n) + int(x[n/2]) }

//go:noinline
func end(n int) int { println(n); return n }

func main() { top(3) }
`;

test('hello fits on two releases, and the model, the linker and the compiler agree', async () => {
  const { code, stdout } = await gotwin(['nosplit', 'hello', '--go', '1.22,1.26', '--json', '-q']);
  expect(code).toBe(0);
  const { equal, builds, differences } = JSON.parse(stdout);
  expect(equal).toBe(true);
  expect(builds).toHaveLength(2);
  for (const build of builds) {
    expect(build).toMatchObject({
      equal: true,
      model: { verdict: 'ok', limit: 792, over: 0, text: '' },
      linker: { verdict: 'ok', text: '' },
      feeds: { differ: [], equal: true },
    });
    expect(build.feeds.functions).toBeGreaterThan(1000);
  }
  expect(differences).toHaveLength(1);
});

test('a chain that is too deep is told by both in the same words, and the exit code is 0', async () => {
  const { code, stdout } = await gotwin(['nosplit', program('deep', deep), '--json', '-q']);
  expect(code).toBe(0);
  const build = JSON.parse(stdout);
  expect(build).toMatchObject({
    equal: true,
    model: { verdict: 'overflow' },
    linker: { verdict: 'overflow' },
  });
  expect(build.model.text).toBe(build.linker.text);
  expect(build.model.chain.function).toBe('main.top<1>');
  expect(build.model.over).toBeGreaterThan(100);
});

test.each([
  ['at', 'ok'],
  ['over', 'overflow'],
  ['broken', 'overflow'],
  ['mended', 'ok'],
])('the case %s of the fixture, not optimised: %s', async (name, verdict) => {
  const { code, stdout } = await gotwin([
    ...['nosplit', `nosplit/${name}`, '--gcflags', '-N -l', '--json', '-q'],
  ]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ equal: true, model: { verdict }, feeds: { equal: true } });
});

test("Go 1.9's linker has other words and another budget, and the model both", async () => {
  const { code, stdout } = await gotwin([
    ...['nosplit', 'nosplit/broken', '--go', '1.9', '--arch', 'amd64', '--gcflags', '-N -l', '--json', '-q'],
  ]);
  expect(code).toBe(0);
  const build = JSON.parse(stdout);
  expect(build).toMatchObject({
    go: 'go1.9.7',
    equal: true,
    model: { verdict: 'overflow', limit: 744, chain: { function: 'main.exitsyscall<0>' } },
    feeds: { differ: [] },
  });
  expect(build.linker.text).toContain('\t744\tassumed on entry to main.exitsyscall (nosplit)\n');
});

test('a person is shown the frames of the chain and where it is over', async () => {
  const { stdout } = await gotwin(['nosplit', program('frames', deep), '-q']);
  expect(stdout).toContain('overflow, ');
  expect(stdout).toContain('The linker says the same, byte for byte.');
  expect(stdout).toMatch(/\+\d+ +\d+ {2}main\.top<1>\n +\+\d+ +\d+ {2}main\.mid<1>\n/);
});

test('a package that is no program is an error that says so', async () => {
  const { code, stderr } = await gotwin(['nosplit', 'strings', '-q']);
  const { stderr: said } = await gotwin(['nosplit', 'net/url', '-q']);
  expect(code).toBe(2);
  expect(stderr).toContain('cannot find the target');
  expect(said).toContain('net/url is no package main');
});

test('names with spaces, arrows and other alphabets are read as they are', async () => {
  const source = `type pair[K any, V any] struct { k K; v V }

${NOSPLIT}func (p *pair[K, V]) 深い(n int) int { var x [900]byte; x[n] = 1; return end(n) + int(x[n/2]) }

//go:noinline
func end(n int) int { println(n); return n }

func main() { (&pair[struct{ a, b int }, func(int) <-chan int]{}).深い(3) }
`;
  const { code, stdout } = await gotwin(['nosplit', program('names', source), '--json', '-q']);
  expect(code).toBe(0);
  const build = JSON.parse(stdout);
  expect(build).toMatchObject({
    equal: true,
    model: { verdict: 'overflow' },
    feeds: { differ: [], equal: true },
  });
  expect(build.model.chain.function).toMatch(/深い<1>$/);
});

test('a program that does not compile is an error, with the words of the compiler', async () => {
  const { code, stderr } = await gotwin(['nosplit', program('wrong', 'func main() { x }\n'), '-q']);
  expect(code).toBe(2);
  expect(stderr).toContain('undefined: x');
});
