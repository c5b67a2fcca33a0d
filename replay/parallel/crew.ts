/** The workers of one trace, as the main thread sees them. */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { kernelCode } from '../kernel/index.ts';
import type { Order, Report, Start } from './messages.ts';
import type { Plan } from './plan.ts';

/** Threads run JavaScript only: from the sources, as tests are, they are those that were built. */
const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/replay/parallel/worker.js' : './worker.js',
  import.meta.url,
);

/** One worker, and what it reported and nobody took yet. */
class Member {
  readonly worker: Worker;
  readonly #reports: Report[] = [];
  #wake: (() => void) | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(start: Start, transferList: MessagePort[]) {
    this.worker = new Worker(WORKER, { workerData: start, transferList });
    this.worker.on('message', (report: Report) => {
      this.#reports.push(report);
      this.#wake?.();
    });
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('messageerror', (error) => this.fail(error));
    this.worker.on('exit', (code) =>
      this.fail(new Error(`a worker thread ended early, with exit code ${code}`)),
    );
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

  order(order: Order): void {
    this.worker.postMessage(order);
  }
}

export class Crew {
  readonly #members: readonly Member[];
  readonly #signal: AbortSignal | undefined;
  readonly #abort = (): void => this.#fail(this.#signal?.reason);

  /** Starts the workers, which load while the trace is looked at. */
  constructor(workers: number, module: string, settings: unknown, signal: AbortSignal | undefined) {
    const code = kernelCode();
    // A ring: each worker orders behind the one before it.
    const channels = Array.from({ length: workers }, () => new MessageChannel());
    this.#members = channels.map(({ port1: after }, n) => {
      const before = channels.at(n - 1)?.port2;
      const ports = before === undefined ? [after] : [after, before];
      return new Member({ code, module, settings, before, after }, ports);
    });
    // One that dies leaves the others waiting for its token.
    for (const { worker } of this.#members) worker.on('error', (error) => this.#fail(error));
    this.#signal = signal;
    signal?.addEventListener('abort', this.#abort);
  }

  #fail(error: unknown): void {
    for (const member of this.#members) member.fail(error);
  }

  begin(path: string, plan: Plan): void {
    const step = this.#members.length;
    for (const [first, member] of this.#members.entries())
      member.order({ kind: 'work', path, plan, first, step });
  }

  /** The values of a generation, which are asked for one generation after another; false when it is odd. */
  async *values(index: number): AsyncGenerator<unknown, boolean, void> {
    const member = this.#members[index % this.#members.length]!;
    for (;;) {
      const report = await member.next();
      if (report.kind === 'failed') throw report.error;
      if (report.kind !== 'value') return report.kind === 'end';
      member.order({ kind: 'taken' });
      yield report.value;
    }
  }

  /** Resolves when no worker is left. */
  async end(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#abort);
    await Promise.all(this.#members.map(({ worker }) => worker.terminate()));
  }
}
