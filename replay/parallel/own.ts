/** The caller's own thread as one of those who read: its code is loaded, and it would only wait for the others. */
import { type Member, Reports } from './member.ts';
import type { Order, Report } from './messages.ts';
import { Share } from './share.ts';

export class Own implements Member {
  readonly #reports = new Reports();
  readonly #share = new Share((report) => this.#reports.add(report));
  readonly #done: Promise<void>;

  constructor() {
    this.#done = this.#share.run();
    this.onFailure((error) => this.fail(error));
  }

  onFailure(tell: (error: unknown) => void): void {
    this.#done.catch(tell);
  }

  fail(error: unknown): void {
    this.#reports.fail(error);
  }

  next(): Promise<Report> {
    return this.#reports.next();
  }

  order(order: Order): void {
    this.#share.order(order);
  }

  async end(): Promise<void> {
    this.#share.end();
  }
}
