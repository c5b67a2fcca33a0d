import type { Call } from './command.ts';
import { EXIT } from './exit.ts';
import { removeEmptyFolders } from './folder.ts';
import { InterruptError } from './interrupt.ts';
import { problemDocument, problemLines, problemOf } from './problem.ts';
import { parseCommandLine } from './program.ts';
import { type Sink, type Terminal, terminalFor } from './terminal.ts';

/** What a call needs of the process it runs in. */
export interface Host {
  readonly out: Sink;
  readonly err: Sink;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Runs a command line; resolves to the exit code and never rejects. */
export async function runCommandLine(argv: readonly string[], host: Host): Promise<number> {
  const ours = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : argv.length);
  const terminal = terminalFor(host.out, host.err, !ours.includes('--no-color'), host.env);
  try {
    const code = await dispatch(argv, host, terminal);
    if (host.out.failure !== undefined) throw host.out.failure;
    return code;
  } catch (error) {
    return await fail(error, host, terminal, ours.includes('--json'));
  }
}

async function dispatch(argv: readonly string[], host: Host, terminal: Terminal): Promise<number> {
  const request = parseCommandLine(argv, await versionFor(argv));
  if (request.kind === 'text') {
    await terminal.out.write(request.text);
    return EXIT.conforms;
  }
  const { command, operands, programArgs, options } = request;
  const { run } = await command.load();
  const call: Call = { operands, programArgs, options, terminal, signal: host.signal };
  return await run(call);
}

async function fail(error: unknown, host: Host, terminal: Terminal, json: boolean): Promise<number> {
  const problem = problemOf(error, host.signal);
  // What was interrupted may be gone on with, in the same folder.
  if (!host.signal.aborted) await removeEmptyFolders();
  if (host.env.GOTWIN_DEBUG === '1' && !(error instanceof InterruptError)) await showStack(error, terminal);
  // With --json the document says it; on stderr the same words would only be noise for a person.
  if (json) await terminal.out.line(JSON.stringify(problemDocument(problem), undefined, 1));
  else await terminal.err.line(problemLines(problem).join('\n'));
  return problem.exit;
}

async function showStack(error: unknown, { err }: Terminal): Promise<void> {
  for (let each = error; each instanceof Error; each = each.cause) await err.line(each.stack ?? String(each));
}

/** Our version, where it is asked for: every other call starts sooner without looking. */
async function versionFor(argv: readonly string[]): Promise<string> {
  if (!argv.includes('-V') && !argv.includes('--version')) return '';
  const { packageVersion } = await import('../go-fixtures/index.ts');
  return packageVersion();
}
