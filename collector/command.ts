/** Runs a tool of which only the output matters: the go command, an emulator's --version. */
import { execa } from 'execa';
import { signalGroup } from './run/ladder.ts';

export interface CommandOptions {
  readonly cwd?: string | undefined;
  /** Set on top of this process's environment. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** What it reads from stdin; nothing if not given. */
  readonly input?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface CommandResult {
  readonly failed: boolean;
  readonly stdout: string;
  /** stdout and stderr as they came. */
  readonly all: string;
  /** What went wrong, in a sentence, where the tool itself said nothing. */
  readonly shortMessage: string;
}

/**
 * Resolves also when the command fails; rejects with the signal's reason when
 * aborted. The command has a process group of its own, because an aborted
 * `go build` would leave its compilers running.
 */
export async function runCommand(
  file: string,
  args: readonly string[],
  { cwd, env, input, signal }: CommandOptions = {},
): Promise<CommandResult> {
  signal?.throwIfAborted();
  const child = execa(file, args, {
    detached: true,
    reject: false,
    all: true,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    ...(cwd !== undefined && { cwd }),
    ...(env !== undefined && { env }),
  });
  const stop = () => child.pid !== undefined && signalGroup(child.pid, 'SIGTERM');
  signal?.addEventListener('abort', stop, { once: true });
  const result = await child;
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  const { failed, stdout, all, shortMessage } = result;
  return { failed, stdout, all, shortMessage: shortMessage ?? '' };
}
