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

/**
 * An AbortSignal that Ctrl-C aborts. The first signal asks every step to end in
 * order; whoever sends a third does not want to wait for that any more.
 */
export function interruptible(process: NodeJS.Process, leave: (signal: NodeJS.Signals) => void): AbortSignal {
  const controller = new AbortController();
  let received = 0;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      received++;
      controller.abort(new InterruptError(signal));
      if (received > 2) leave(signal);
    });
  }
  return controller.signal;
}
