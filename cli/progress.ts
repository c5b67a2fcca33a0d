import { printable } from './paint.ts';
import type { Terminal } from './terminal.ts';

/** A piece of work that a person waits for. */
export interface Step {
  title: string;
  /** Resolves to how it ended, in a few words; `note` says what it is at. What it throws ends all steps. */
  work(note: (text: string) => void): Promise<string>;
}

/**
 * Works off steps one after the other, because a run that shares its cores with
 * a build is another run. Shows them on stderr: moving on a terminal, otherwise
 * a plain line whenever something changes.
 */
export async function runSteps(steps: readonly Step[], terminal: Terminal, quiet: boolean): Promise<void> {
  if (quiet) return await silently(steps);
  if (canMove(terminal)) return await onTerminal(steps, terminal);
  await asLines(steps, terminal);
}

/** A terminal without a size (`docker run -t`, `script`) would get a line for each letter. */
export function canMove({ err, env }: Terminal): boolean {
  return err.isTerminal && (err.stream.columns ?? 0) >= 20 && !env.CI && env.TERM !== 'dumb';
}

async function silently(steps: readonly Step[]): Promise<void> {
  for (const step of steps) await step.work(() => undefined);
}

async function asLines(steps: readonly Step[], { err }: Terminal): Promise<void> {
  for (const { title, work } of steps) {
    const say = (text: string) => err.line(printable(text === '' ? title : `${title}: ${text}`));
    let last = '';
    const outcome = await work((text) => {
      if (text !== last) void say(text);
      last = text;
    });
    await say(outcome);
  }
}

/** listr2 takes a while to load, and only a terminal needs it. */
async function onTerminal(steps: readonly Step[], { err, paintErr }: Terminal): Promise<void> {
  // listr2 decides about colours by itself, once, when it is loaded.
  if (paintErr.good('') === '') process.env.NO_COLOR = '1';
  const { Listr, ListrLogger, ProcessOutput } = await import('listr2');
  const tasks = steps.map(({ title, work }) => ({
    title,
    task: async (_: unknown, task: { title: string; output: string }) => {
      const outcome = await work((text) => {
        task.output = printable(text);
      });
      if (outcome !== '') task.title = `${title}: ${outcome}`;
    },
  }));
  const logger = new ListrLogger({ processOutput: new ProcessOutput(err.stream, err.stream) });
  const rendererOptions = { logger };
  const options = {
    renderer: 'default',
    rendererOptions,
    // listr2 looks at stdout alone, and would write plain lines there when that is no terminal: into `> result.json`.
    fallbackRenderer: 'default',
    fallbackRendererOptions: rendererOptions,
    // Signals are for the caller's AbortSignal: listr2's own handler would end the process at once.
    registerSignalListeners: false,
  } as const;
  await new Listr(tasks, options).run();
}
