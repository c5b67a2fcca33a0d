/** The go command of a toolchain, set up for one target. */
import { symlink } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { runCommand } from '../command.ts';
import { BuildError } from '../errors.ts';
import { goOs } from '../machine.ts';
import { type Toolchain, toolchainEnv } from '../toolchain/find.ts';
import type { ProgramTarget } from './target.ts';

/** Runs `go` with these arguments; resolves to its stdout, and to all that it wrote. Throws BuildError. */
export type GoCommand = (args: readonly string[]) => Promise<{ stdout: string; all: string }>;

export interface GoSetting {
  readonly target: ProgramTarget;
  readonly toolchain: Toolchain;
  readonly goarch: string;
  readonly signal?: AbortSignal | undefined;
}

export function goCommand(setting: GoSetting): GoCommand {
  const { target, toolchain, signal } = setting;
  const env = goEnvironment(setting);
  return async (args) => {
    const result = await runCommand(toolchain.go, args, { cwd: target.dir, env, signal });
    if (!result.failed) return result;
    const said = result.all.trim() || result.shortMessage;
    throw new BuildError(
      'does-not-compile',
      `${target.target} does not build with ${toolchain.version}:\n${said}`,
      { command: [toolchain.go, ...args], output: result.all, cause: result },
    );
  };
}

/**
 * A fixture is built the same way everywhere, whatever the user's settings are.
 * A user's package is built with the user's settings; only the toolchain is ours.
 */
export function goEnvironment({ target, toolchain, goarch }: GoSetting): Record<string, string> {
  const ours = { ...toolchainEnv(toolchain), GOOS: goOs(), GOARCH: goarch };
  if (target.kind !== 'fixture') return ours;
  const fixed = { GOENV: 'off', GOFLAGS: '', GO111MODULE: 'on', GOWORK: 'off', GOEXPERIMENT: '' };
  return { ...ours, ...fixed, CGO_ENABLED: '0' };
}

/**
 * From Go 1.25 on the go command takes no overlay of a file in the module cache, where Go keeps the
 * toolchains that it fetched. By way of a link it does.
 */
export async function outsideModuleCache(toolchain: Toolchain, workDir: string): Promise<Toolchain> {
  if (!toolchain.goroot.includes(`${sep}golang.org${sep}toolchain@`)) return toolchain;
  const goroot = join(workDir, 'goroot');
  await symlink(toolchain.goroot, goroot);
  return { ...toolchain, goroot };
}
