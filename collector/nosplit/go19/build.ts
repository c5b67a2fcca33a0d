/**
 * Links a program by Go 1.9. Its linker lists no frames; but it tells of each symbol that it keeps (`-dumpdep`) and of
 * whom each function calls, in the order in which it checks them (`-c`). The frames are in the object files alone.
 */
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fixturesRoot } from '../../../go-fixtures/index.ts';
import { type CommandResult, runCommand } from '../../command.ts';
import { BuildError } from '../../errors.ts';
import { goOs } from '../../machine.ts';
import { buildError, linkersWords, type NosplitBuild } from '../build.ts';

export interface Go19Link {
  /** Import path of the main package, as that go command has it. */
  readonly package: string;
  /** Names of all symbols that are reached from main, functions and others. */
  readonly kept: ReadonlySet<string>;
  /** Direct calls between functions, in the order of the check; none on arm64, of whose calls `-c` does not know. */
  readonly calls: readonly { readonly caller: string; readonly callee: string }[];
  /** What the linker said besides; empty where it linked. */
  readonly text: string;
  /** Folders in which the archive of package `a/b` is `a/b.a`; the first that has it counts. */
  readonly archives: readonly string[];
  /** The archive of the main package. */
  readonly main: string;
}

/** Go 1.9 has no modules: the fixtures are linked into a GOPATH. */
const FIXTURES = 'gotwin/fixtures';

/** Throws BuildError where the build failed for another reason than the stack check. */
export async function linkGo19(build: NosplitBuild): Promise<Go19Link> {
  const run = await goCommand19(build);
  const pattern =
    build.target.kind === 'fixture' ? `${FIXTURES}/${build.target.target}` : build.target.pattern;
  const listArgs = ['list', '-f', '{{.ImportPath}}', pattern];
  const list = await run(listArgs);
  if (list.failed) throw buildError(build, listArgs, 'has no package', list.all, list);
  const path = list.stdout.trim();
  const flags = build.flags.flatMap(asOf19);
  const args = [
    'build',
    '-work',
    '-o',
    join(build.workDir, 'program'),
    '-ldflags=-c -dumpdep',
    ...flags,
    pattern,
  ];
  const result = await run(args);
  const { kept, calls, text } = readOutput(result.all);
  if (kept.size === 0 || !(text === '' || /nosplit stack (overflow|check too deep)$/m.test(text)))
    throw buildError(build, args, 'does not build', text || result.all, result);
  const work = await workFolder(build.workDir);
  const installed = join(build.toolchain.goroot, 'pkg', `${goOs()}_${build.goarch}`);
  return { package: path, kept, calls, text, archives: [work, installed], main: join(work, `${path}.a`) };
}

/** Up to 1.9 flags of the compiler go to what is named, and are no reason to compile anything else again. */
function asOf19(flag: string): string[] {
  const ofAll = /^-gcflags=all=(.*)$/s.exec(flag);
  return ofAll === null ? [flag] : ['-a', `-gcflags=${ofAll[1]}`];
}

async function goCommand19(
  build: NosplitBuild,
): Promise<(args: readonly string[]) => Promise<CommandResult>> {
  const { target, toolchain, goarch, workDir, signal } = build;
  const isFixture = target.kind === 'fixture';
  if (target.kind === 'test' || build.patterns !== undefined || build.fault !== undefined) {
    const message = `Gotwin links nothing but programs by ${toolchain.version}: no tests, no patterns, no faults`;
    throw new BuildError('does-not-compile', message, { command: [], output: '', advice: 'Give a program.' });
  }
  const gopath = join(workDir, 'gopath');
  if (isFixture) {
    await mkdir(join(gopath, 'src', 'gotwin'), { recursive: true });
    await symlink(fixturesRoot(), join(gopath, 'src', FIXTURES));
  }
  await mkdir(join(workDir, 'work'), { recursive: true });
  const env = {
    ...{ GOROOT: toolchain.goroot, GOTOOLCHAIN: 'local', GOENV: 'off', GO111MODULE: 'off', GOFLAGS: '' },
    ...{ GOOS: goOs(), GOARCH: goarch, CGO_ENABLED: '0', TMPDIR: join(workDir, 'work') },
    ...(isFixture ? { GOPATH: gopath } : {}),
  };
  return (args) => runCommand(toolchain.go, args, { cwd: isFixture ? gopath : target.dir, env, signal });
}

/** Where the go command left what it compiled: it was told where to make its folder. */
async function workFolder(workDir: string): Promise<string> {
  const parent = join(workDir, 'work');
  const folder = (await readdir(parent)).find((name) => name.startsWith('go-build'));
  return join(parent, folder ?? '');
}

/** The go command's own lines, and the sizes that `-c` prints for some machines after all else. */
const NOT_SAID = /^WORK=|^# \S+$|^(?:(?:text|dat|bss|sym|lc)size|total)=\d+$/;

/** What the go command and the linker wrote, apart: `a -> b`, `a calls b`, and the rest. */
function readOutput(output: string): Pick<Go19Link, 'kept' | 'calls' | 'text'> {
  const kept = new Set<string>();
  const calls: { caller: string; callee: string }[] = [];
  const rest: string[] = [];
  for (const line of output.split('\n')) {
    // No function's name has an arrow in it, though a string's symbol may: so the last arrow is the one.
    const arrow = line.lastIndexOf(' -> ');
    const call = / calls /.exec(line);
    if (arrow > 0) kept.add(line.slice(arrow + 4));
    else if (call !== null)
      calls.push({ caller: line.slice(0, call.index), callee: line.slice(call.index + 7) });
    else if (!NOT_SAID.test(line)) rest.push(line);
  }
  return { kept, calls, text: linkersWords(rest.join('\n')) };
}
