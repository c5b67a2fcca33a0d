import type { MessagePort } from 'node:worker_threads';
import type { Order, Report } from './messages.ts';

/** One of those who read a trace, as the main thread sees it. */
export interface Member {
  /** Told of an error that ended it, now or later. */
  onFailure(tell: (error: unknown) => void): void;
  /** From now on there is nothing but this error; the first counts. */
  fail(error: unknown): void;
  /** Its next report; throws what it failed with. */
  next(): Promise<Report>;
  order(order: Order, transfer?: readonly MessagePort[]): void;
  end(): Promise<void>;
}

/** What a member reported and nobody took yet. */
export class Reports {
  readonly #waiting: Report[] = [];
  #wake: (() => void) | undefined;
  failure: { readonly error: unknown } | undefined;

  add(report: Report): void {
    this.#waiting.push(report);
    this.#wake?.();
  }

  fail(error: unknown): void {
    this.failure ??= { error };
    this.#wake?.();
  }

  async next(): Promise<Report> {
    for (;;) {
      if (this.failure !== undefined) throw this.failure.error;
      const report = this.#waiting.shift();
      if (report !== undefined) return report;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
