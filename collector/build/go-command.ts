/** The go command of a toolchain, set up for one target. */
import { symlink } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { runCommand } from '../command.ts';
import { BuildError } from '../errors.ts';
import { goArch, goOs } from '../machine.ts';
import { type Toolchain, toolchainEnv } from '../toolchain/find.ts';
import type { ProgramTarget } from './target.ts';

/** Runs `go` with these arguments; resolves to its stdout, and to all that it wrote. Throws BuildError. */
export type GoCommand = (args: readonly string[]) => Promise<{ stdout: string; all: string }>;

export interface GoSetting {
  readonly target: ProgramTarget;
  readonly toolchain: Toolchain;
  readonly goarch: string;
  /** Of the build: the race detector needs cgo. */
  readonly flags?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** `more` is set on top of what the target's build needs. */
export function goCommand(setting: GoSetting, more: Readonly<Record<string, string>> = {}): GoCommand {
  const { target, toolchain, signal } = setting;
  const env = { ...goEnvironment(setting), ...more };
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

/** What is built the same way everywhere, whatever the user's settings are. */
export const FIXED = {
  GOENV: 'off',
  GOFLAGS: '',
  GO111MODULE: 'on',
  GOWORK: 'off',
  GOEXPERIMENT: '',
  CGO_ENABLED: '0',
};

/** A Go program of Gotwin's own, for the machine that it runs on. */
export interface OwnProgram {
  /** As an error names it: `the instrumenter`. */
  readonly name: string;
  /** Of `go build`. */
  readonly args: readonly string[];
  readonly cwd: string;
}

/** Throws BuildError. */
export async function buildOwn(
  toolchain: Toolchain,
  { name, args, cwd }: OwnProgram,
  signal?: AbortSignal,
): Promise<void> {
  // As fixtures are built: the go command keeps a standard library that is trimmed, and another that is not.
  const command = ['build', '-trimpath', '-buildvcs=false', ...args];
  const env = { ...toolchainEnv(toolchain), ...FIXED, GOOS: goOs(), GOARCH: goArch() };
  const result = await runCommand(toolchain.go, command, { cwd, env, signal });
  if (!result.failed) return;
  throw new BuildError('does-not-compile', `${name} does not build:\n${result.all}`, {
    command: [toolchain.go, ...command],
    output: result.all,
    cause: result,
  });
}

/**
 * A fixture is built the same way everywhere, whatever the user's settings are.
 * A user's package is built with the user's settings; only the toolchain is ours.
 */
export function goEnvironment({ target, toolchain, goarch, flags }: GoSetting): Record<string, string> {
  const ours = { ...toolchainEnv(toolchain), GOOS: goOs(), GOARCH: goarch };
  if (target.kind !== 'fixture') return ours;
  return { ...ours, ...FIXED, ...(flags?.includes('-race') ? { CGO_ENABLED: '1' } : {}) };
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
