/** Those who read one trace: this thread, and others. */
import { MessageChannel } from 'node:worker_threads';
import type { Member } from './member.ts';
import { Own } from './own.ts';
import type { Plan } from './plan.ts';
import { thread } from './thread.ts';

export class Crew {
  readonly #members: readonly Member[];
  readonly #signal: AbortSignal | undefined;
  readonly #abort = (): void => this.#fail(this.#signal?.reason);

  /** The workers load the task while the trace is looked at. */
  constructor(workers: number, module: string, settings: unknown, signal: AbortSignal | undefined) {
    // A ring: each worker orders behind the one before it.
    const channels = Array.from({ length: workers }, () => new MessageChannel());
    // The first generation is this thread's, since the others are still starting.
    this.#members = channels.map((_, n) => (n === 0 ? new Own() : thread()));
    for (const [n, one] of this.#members.entries()) {
      const after = channels[n]!.port1;
      const before = channels.at(n - 1)!.port2;
      one.order({ kind: 'load', module, settings, before, after }, [before, after]);
      // One that dies leaves the others waiting for its token.
      one.onFailure((error) => this.#fail(error));
    }
    this.#signal = signal;
    signal?.addEventListener('abort', this.#abort);
  }

  #fail(error: unknown): void {
    for (const one of this.#members) one.fail(error);
  }

  begin(path: string, plan: Plan): void {
    const step = this.#members.length;
    for (const [first, one] of this.#members.entries()) one.order({ kind: 'work', path, plan, first, step });
  }

  /** The values of a generation, which are asked for one generation after another; false when it is odd. */
  async *values(index: number): AsyncGenerator<unknown, boolean, void> {
    const one = this.#members[index % this.#members.length]!;
    for (;;) {
      const report = await one.next();
      if (report.kind === 'failed') throw report.error;
      if (report.kind !== 'value') return report.kind === 'end';
      one.order({ kind: 'taken' });
      yield report.value;
    }
  }

  /** Resolves when no worker is left. */
  async end(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#abort);
    await Promise.all(this.#members.map((one) => one.end()));
  }
}
