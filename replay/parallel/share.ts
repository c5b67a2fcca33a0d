/** A share of the work: reads every Nth generation, orders it after the one before, and does the task. */
import type { MessagePort } from 'node:worker_threads';
import { FormatError } from '../decode/errors.ts';
import { CapacityError } from '../kernel/index.ts';
import { type OrderedGeneration, Orderer } from '../order/index.ts';
import { Inbox } from './inbox.ts';
import { AHEAD, type Load, type Order, type Report, type Token, type Work } from './messages.ts';
import { PlanReader } from './plan-reader.ts';
import { type Place, type Task, taskOf } from './task.ts';

interface Made {
  readonly history: OrderedGeneration;
  readonly place: Place;
}

/** Whoever does it, a thread or the caller's own, gives it orders and hears its reports. */
export class Share {
  readonly #orders = new Inbox<Order>();
  readonly #tokens = new Inbox<Token>();
  readonly #tell: (report: Report) => void;
  readonly #orderer = new Orderer({ reuse: true });
  #reader: PlanReader | undefined;
  #ports: readonly MessagePort[] = [];
  #ended = false;
  /** Values that may be made before one is taken. */
  #room = AHEAD;

  constructor(tell: (report: Report) => void) {
    this.#tell = tell;
  }

  order(order: Order): void {
    this.#orders.add(order);
  }

  /** Resolves when every generation of the share was reported, or the first that could not be. */
  async run(): Promise<void> {
    const load = await this.#orders.next();
    if (load.kind !== 'load') throw new Error('a worker is told its task first');
    this.#ports = [load.before, load.after];
    load.before.on('message', (token: Token) => this.#tokens.add(token));
    const task = await taskOf<unknown, unknown>(load.module);
    const work = await this.#orders.next();
    if (work.kind !== 'work') throw new Error('a worker is told its work second');
    if (!this.#ended) await this.#work(work, load, task);
  }

  /** Lets go of all that it holds. What it waits for will not come. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const port of this.#ports) port.close();
    this.#reader?.close();
  }

  async #work({ path, plan, first, step }: Work, load: Load, task: Task<unknown, unknown>): Promise<void> {
    this.#reader = new PlanReader(path, plan);
    for (let index = first; index < plan.bounds.length - 1; index += step) {
      const made = await this.#historyOrOdd(index, load.after);
      if (made === undefined) return this.#tell({ kind: 'odd' });
      try {
        for (const value of task(made.history, made.place, load.settings)) await this.#give(value);
      } catch (error) {
        return this.#tell({ kind: 'failed', error });
      }
      this.#tell({ kind: 'end' });
    }
  }

  async #give(value: unknown): Promise<void> {
    for (; this.#room === 0; this.#room++) await this.#orders.next();
    this.#room--;
    this.#tell({ kind: 'value', value });
  }

  /** Undefined where the reader itself has to look, which meets the same and knows what to say. */
  async #historyOrOdd(index: number, after: MessagePort): Promise<Made | undefined> {
    try {
      return await this.#history(index, after);
    } catch (error) {
      if (isOfTrace(error)) return undefined;
      throw error;
    }
  }

  async #history(index: number, after: MessagePort): Promise<Made | undefined> {
    const generation = this.#reader!.read(index);
    if (generation === undefined) return undefined;
    const events = index > 0 ? await this.#token() : 0;
    const history = this.#orderer.order(generation);
    const state = this.#orderer.save();
    const token: Token = { state, events: events + history.count };
    after.postMessage(token, [state.buffer as ArrayBuffer]);
    return { history, place: { events, generations: index } };
  }

  /** Waits for the generation before to be ordered; the events up to there. */
  async #token(): Promise<number> {
    const { state, events } = await this.#tokens.next();
    this.#orderer.restore(state);
    return events;
  }
}

/** Whether an error is about the bytes, or the file that they are in; all others are ours. */
function isOfTrace(error: unknown): boolean {
  if (error instanceof FormatError || error instanceof CapacityError) return true;
  return error instanceof Error && 'syscall' in error;
}
