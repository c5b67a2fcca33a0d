/** Whether a program that was built with a tree of the user's own has that tree's runtime in it, and its changes. */
import { realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { runCommand } from '../command.ts';
import { BuildError } from '../errors.ts';
import { goOs } from '../machine.ts';
import { type Toolchain, toolchainEnv } from '../toolchain/find.ts';
import type { TreeToolchain } from '../toolchain/tree.ts';
import { FIXED } from './go-command.ts';
import { parsePackages } from './inspect.ts';

interface Setting {
  readonly goarch: string;
  readonly workDir: string;
  readonly signal?: AbortSignal | undefined;
}

interface RuntimePackage {
  readonly ImportPath: string;
  readonly Dir: string;
  readonly GoFiles?: string[];
  readonly CgoFiles?: string[];
  readonly SFiles?: string[];
  readonly HFiles?: string[];
}

/**
 * Resolves to sentences that the user should see: which changes are no part of such a program.
 * Throws BuildError `wrong-toolchain` or `stale-runtime`.
 */
export async function checkBuiltFrom(toolchain: TreeToolchain, setting: Setting): Promise<string[]> {
  const packages = await runtimePackages(toolchain, setting);
  const compiled = new Map(
    packages.flatMap(({ ImportPath, GoFiles = [], CgoFiles = [], SFiles = [], HFiles = [] }) =>
      [...GoFiles, ...CgoFiles, ...SFiles, ...HFiles].map((name) => [join(ImportPath, name), ImportPath]),
    ),
  );
  const { changed, release } = toolchain.tree;
  const touched = new Set(changed.flatMap((file) => compiled.get(file) ?? []));
  if (release !== undefined && touched.size > 0)
    await refuseUnchanged([...touched].sort(), toolchain, release, setting);
  const idle = changed.filter((file) => !compiled.has(file));
  if (idle.length === 0) return [];
  const what =
    idle.length === changed.length ? 'no change of the runtime is' : `of the runtime's changes these are not`;
  return [`${what} part of a program for ${goOs()}/${setting.goarch}: ${idle.join(', ')}`];
}

/** The go command itself says which files it compiles, and where they lie. */
async function runtimePackages(toolchain: Toolchain, setting: Setting): Promise<RuntimePackage[]> {
  const fields = '-json=ImportPath,Dir,GoFiles,CgoFiles,SFiles,HFiles';
  const args = ['list', fields, 'runtime/...', 'internal/runtime/...'];
  const packages = parsePackages<RuntimePackage>(await goSays(toolchain, args, setting));
  const root = await realpath(toolchain.goroot);
  for (const { Dir } of packages) {
    if (!relative(root, await realpath(Dir)).startsWith('..')) continue;
    throw new BuildError('wrong-toolchain', `package runtime of ${root} was asked for, and ${Dir} is used`, {
      command: [toolchain.go, ...args],
      output: '',
    });
  }
  return packages;
}

/**
 * A package's build ID begins with a hash of all that goes into it. Where the source is not the release's, an ID
 * that is says that the cache gave out what was compiled of the release.
 */
async function refuseUnchanged(
  packages: readonly string[],
  toolchain: Toolchain,
  release: Toolchain,
  setting: Setting,
): Promise<void> {
  const args = ['list', '-export', '-trimpath', '-f', '{{.ImportPath}} {{.BuildID}}', ...packages];
  const ours = (await goSays(toolchain, args, setting)).trim().split('\n');
  const theirs = (await goSays(release, args, setting)).trim().split('\n');
  const same = ours.filter((line) => theirs.includes(line));
  if (same.length === 0) return;
  throw new BuildError(
    'stale-runtime',
    `${same.map((line) => line.split(' ')[0]).join(', ')} is changed in ${toolchain.goroot}, and what was built is ${release.version} as released`,
    { command: [toolchain.go, ...args], output: [...ours, ...theirs].join('\n') },
  );
}

async function goSays(toolchain: Toolchain, args: readonly string[], setting: Setting): Promise<string> {
  const { goarch, workDir, signal } = setting;
  const env = { ...toolchainEnv(toolchain), ...FIXED, GOOS: goOs(), GOARCH: goarch };
  const result = await runCommand(toolchain.go, args, { cwd: workDir, env, signal });
  if (!result.failed) return result.stdout;
  throw new BuildError(
    'does-not-compile',
    `package runtime of ${toolchain.goroot} does not build:\n${result.all}`,
    {
      command: [toolchain.go, ...args],
      output: result.all,
      advice: 'Mend what the compiler names.',
      cause: result,
    },
  );
}
