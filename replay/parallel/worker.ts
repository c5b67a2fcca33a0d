/** A worker: reads every Nth generation, orders it after the one before, and does the task. */
import { openSync, readSync } from 'node:fs';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { GenerationBuilder } from '../decode/build.ts';
import { FormatError } from '../decode/errors.ts';
import { type Frame, readFrame } from '../decode/frame.ts';
import type { Generation } from '../decode/generation.ts';
import { EV } from '../decode/specs.ts';
import { adoptCode } from '../kernel/index.ts';
import { type OrderedGeneration, Orderer } from '../order/index.ts';
import { AHEAD, type Load, type Order, type Report, type Start, type Token } from './messages.ts';
import type { Plan } from './plan.ts';
import { type Place, taskOf } from './task.ts';

/** Reads the generations of a plan, each into the same memory. */
class PlanReader {
  readonly #fd: number;
  readonly #plan: Plan;
  readonly #builder: GenerationBuilder;
  #bytes = new Uint8Array(0);

  constructor(path: string, plan: Plan) {
    this.#fd = openSync(path, 'r');
    this.#plan = plan;
    this.#builder = new GenerationBuilder(plan.version, true);
    this.#builder.base = plan.base;
  }

  /** Undefined where anything is wrong with it. */
  read(index: number): Generation | undefined {
    const { bounds, first, version } = this.#plan;
    const start = bounds[index]!;
    const end = bounds[index + 1]!;
    const bytes = this.#load(start, end);
    const frames = bytes && framesOf(bytes, start, end);
    if (bytes === undefined || frames === undefined) return undefined;
    const last = version < 26 && index + 2 === bounds.length;
    const raw = { number: first + index, frames, end, fault: undefined, last };
    const { generation, batches, fault } = this.#builder.build(raw, bytes, start, false);
    if (generation === undefined || fault !== undefined || batches.length > 0) return undefined;
    // Whether that is right depends on generations that others read.
    return generation.batches.some(({ kind }) => kind === 'strings') ? generation : undefined;
  }

  #load(start: number, end: number): Uint8Array | undefined {
    const size = end - start;
    if (this.#bytes.length < size) this.#bytes = new Uint8Array(Math.ceil(size * 1.25));
    for (let at = 0; at < size; ) {
      const got = readSync(this.#fd, this.#bytes, at, size - at, start + at);
      if (got === 0) return undefined;
      at += got;
    }
    return this.#bytes;
  }
}

function framesOf(bytes: Uint8Array, start: number, end: number): Frame[] | undefined {
  const frames: Frame[] = [];
  try {
    for (let at = start; at < end; ) {
      const frame = readFrame(bytes, start, at, end, 0);
      if (frame.type !== EV.EndOfGeneration) frames.push(frame);
      at = frame.end;
    }
    return frames;
  } catch (error) {
    // The file has changed since it was planned.
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

/** The messages of a port, for one who waits for them. */
class Inbox<T> {
  readonly #waiting: T[] = [];
  #resume: ((message: T) => void) | undefined;

  constructor(port: MessagePort) {
    port.on('message', (message: T) => {
      const resume = this.#resume;
      this.#resume = undefined;
      if (resume === undefined) this.#waiting.push(message);
      else resume(message);
    });
  }

  async next(): Promise<T> {
    return (
      this.#waiting.shift() ??
      (await new Promise<T>((resolve) => {
        this.#resume = resolve;
      }))
    );
  }
}

/** The generations of one worker. */
class Share {
  readonly #reader: PlanReader;
  readonly #orderer = new Orderer({ reuse: true });
  readonly #before: Inbox<Token>;
  readonly #after: MessagePort;

  constructor(reader: PlanReader, { before, after }: Load) {
    this.#reader = reader;
    this.#before = new Inbox<Token>(before);
    this.#after = after;
  }

  /** Undefined where the reader itself has to look, which meets the same and knows what to say. */
  async history(index: number): Promise<{ history: OrderedGeneration; place: Place } | undefined> {
    const generation = this.#reader.read(index);
    if (generation === undefined) return undefined;
    const events = index > 0 ? await this.#token() : 0;
    const history = this.#orderer.order(generation);
    this.#pass(events + history.count);
    return { history, place: { events, generations: index } };
  }

  /** Waits for the generation before to be ordered; the events up to there. */
  async #token(): Promise<number> {
    const { state, events } = await this.#before.next();
    this.#orderer.restore(state);
    return events;
  }

  #pass(events: number): void {
    const state = this.#orderer.save();
    this.#after.postMessage({ state, events } satisfies Token, [state.buffer as ArrayBuffer]);
  }
}

async function work(start: Start, main: MessagePort): Promise<void> {
  adoptCode(start.code);
  const orders = new Inbox<Order>(main);
  const load = await orders.next();
  if (load.kind !== 'load') throw new Error('a worker is told its task first');
  const task = await taskOf<unknown, unknown>(load.module);
  const order = await orders.next();
  if (order.kind !== 'work') throw new Error('a worker is told its work second');
  const { path, plan, first, step } = order;
  const share = new Share(new PlanReader(path, plan), load);
  const tell = (report: Report): void => main.postMessage(report);
  let room = AHEAD;
  for (let index = first; index < plan.bounds.length - 1; index += step) {
    const made = await share.history(index).catch(() => undefined);
    if (made === undefined) return tell({ kind: 'odd' });
    try {
      for (const value of task(made.history, made.place, load.settings)) {
        for (; room === 0; room++) await orders.next();
        room--;
        tell({ kind: 'value', value });
      }
    } catch (error) {
      return tell({ kind: 'failed', error });
    }
    tell({ kind: 'end' });
  }
}

if (parentPort === null) throw new Error('this module is for worker threads');
await work(workerData as Start, parentPort);
