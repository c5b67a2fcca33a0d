/** Why the AbortSignal of a call was aborted. */
export class InterruptError extends Error {
  override readonly name = 'InterruptError';
  readonly code = 'interrupted';
  readonly signal: NodeJS.Signals;
  /** What was kept, a line each; whoever keeps something adds to it. */
  readonly kept: string[] = [];

  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.signal = signal;
  }
}

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Ending a Go program takes up to 6 s (SIGTERM, SIGQUIT, SIGKILL); what takes longer than this hangs. */
const PATIENCE_MS = 15_000;

/**
 * An AbortSignal that Ctrl-C aborts. The first signal asks every step to end in
 * order and further ones change nothing, since leaving at once would leave the Go
 * program behind; `leave` is called when the steps do not end.
 */
export function interruptible(process: NodeJS.Process, leave: (signal: NodeJS.Signals) => void): AbortSignal {
  const controller = new AbortController();
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (controller.signal.aborted) return;
      controller.abort(new InterruptError(signal));
      setTimeout(leave, PATIENCE_MS, signal).unref();
    });
  }
  return controller.signal;
}
