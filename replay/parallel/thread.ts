/** Threads that read, and those that are started before anybody knows for what. */
import { type MessagePort, Worker } from 'node:worker_threads';
import { kernelCode } from '../kernel/index.ts';
import { type Member, Reports } from './member.ts';
import type { Order, Report, Start } from './messages.ts';

/** Threads run JavaScript only: from the sources, as tests are, they are those that were built. */
const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/replay/parallel/worker.js' : './worker.js',
  import.meta.url,
);

class Thread implements Member {
  readonly #worker: Worker;
  readonly #reports = new Reports();

  constructor() {
    this.#worker = new Worker(WORKER, { workerData: { code: kernelCode() } satisfies Start });
    this.#worker.on('message', (report: Report) => this.#reports.add(report));
    this.#worker.on('error', (error) => this.fail(error));
    this.#worker.on('messageerror', (error) => this.fail(error));
    this.#worker.on('exit', (code) =>
      this.fail(new Error(`a worker thread ended early, with exit code ${code}`)),
    );
  }

  onFailure(tell: (error: unknown) => void): void {
    if (this.#reports.failure !== undefined) tell(this.#reports.failure.error);
    this.#worker.on('error', tell);
    this.#worker.on('exit', () => tell(this.#reports.failure?.error));
  }

  fail(error: unknown): void {
    this.#reports.fail(error);
  }

  next(): Promise<Report> {
    return this.#reports.next();
  }

  order(order: Order, transfer: readonly MessagePort[] = []): void {
    this.#worker.postMessage(order, transfer);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

const ready: Thread[] = [];

/**
 * Starts workers for the trace that is going to be read next, so that they load
 * while the rest of the program does.
 */
export function startWorkers(count: number): void {
  while (ready.length < count) ready.push(new Thread());
}

/** A worker that was started, or a new one. */
export function thread(): Member {
  return ready.pop() ?? new Thread();
}
