/** One worker as the main thread sees it, and those that are started before anybody knows for what. */
import { type MessagePort, Worker } from 'node:worker_threads';
import { kernelCode } from '../kernel/index.ts';
import type { Order, Report, Start } from './messages.ts';

/** Threads run JavaScript only: from the sources, as tests are, they are those that were built. */
const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/replay/parallel/worker.js' : './worker.js',
  import.meta.url,
);

export class Member {
  readonly #worker: Worker;
  /** What it reported and nobody took yet. */
  readonly #reports: Report[] = [];
  #wake: (() => void) | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor() {
    this.#worker = new Worker(WORKER, { workerData: { code: kernelCode() } satisfies Start });
    this.#worker.on('message', (report: Report) => {
      this.#reports.push(report);
      this.#wake?.();
    });
    this.#worker.on('error', (error) => this.fail(error));
    this.#worker.on('messageerror', (error) => this.fail(error));
    this.#worker.on('exit', (code) =>
      this.fail(new Error(`a worker thread ended early, with exit code ${code}`)),
    );
  }

  /** Told of an error that ended it, now or later. */
  onFailure(tell: (error: unknown) => void): void {
    if (this.#failure !== undefined) tell(this.#failure.error);
    this.#worker.on('error', tell);
    this.#worker.on('exit', () => tell(this.#failure?.error));
  }

  /** From now on there is nothing but this error; the first counts. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake?.();
  }

  async next(): Promise<Report> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.error;
      const report = this.#reports.shift();
      if (report !== undefined) return report;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  order(order: Order, transfer: readonly MessagePort[] = []): void {
    this.#worker.postMessage(order, transfer);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

const ready: Member[] = [];

/**
 * Starts workers for the trace that is going to be read next, so that they load
 * while the rest of the program does.
 */
export function startWorkers(count: number): void {
  while (ready.length < count) ready.push(new Member());
}

/** A worker that was started, or a new one. */
export function member(): Member {
  return ready.pop() ?? new Member();
}
