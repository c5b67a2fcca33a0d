/** Reads and orders a trace in several threads, with the results of one. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Damage } from '../decode/index.ts';
import type { Trace } from '../trace/index.ts';
import { Crew } from './crew.ts';
import { planOf } from './plan.ts';
import { taskOf } from './task.ts';

export interface MapOptions<S> {
  /** Threads that read; 1 is the caller's own thread. */
  readonly workers: number;
  /** For the task: anything that can be sent from thread to thread. */
  readonly settings: S;
  readonly signal?: AbortSignal | undefined;
}

/** The values that a task makes of a trace's generations, in the order of the history. Read it once. */
export interface Mapping<T> extends AsyncIterable<T> {
  /** As of the trace's reader; complete when all values were taken. */
  readonly damages: readonly Damage[];
}

/**
 * Makes values of each generation by the function `task` (see `Task`) that the
 * module at a URL exports, and gives them in the order of the history.
 *
 * Throws what `openTrace` throws, what the task throws, and the signal's reason.
 */
export function mapGenerations<T, S>(path: string, module: URL, options: MapOptions<S>): Mapping<T> {
  return new GenerationMapping<T, S>(path, module.href, options);
}

class GenerationMapping<T, S> implements Mapping<T> {
  readonly #path: string;
  readonly #module: string;
  readonly #options: MapOptions<S>;
  #trace: Trace | undefined;

  constructor(path: string, module: string, options: MapOptions<S>) {
    this.#path = path;
    this.#module = module;
    this.#options = options;
  }

  get damages(): readonly Damage[] {
    return this.#trace?.damages ?? [];
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    const { signal, workers } = this.#options;
    signal?.throwIfAborted();
    const file = workers > 1 ? await regularFile(this.#path) : undefined;
    const done = file === undefined ? 0 : yield* this.#together(file);
    if (done !== undefined) yield* this.#alone(done);
  }

  /** Returns how many generations were read when the next is for the reader itself; undefined at the end. */
  async *#together(file: FileHandle): AsyncGenerator<T, number | undefined, void> {
    const { workers, settings, signal } = this.#options;
    const crew = new Crew(workers, this.#module, settings, signal);
    let finished = false;
    try {
      const plan = await planOf(file, signal);
      if (plan === undefined) return 0;
      crew.begin(this.#path, plan);
      for (let index = 0; index < plan.bounds.length - 1; index++) {
        const whole = yield* crew.values(index) as AsyncGenerator<T, boolean, void>;
        if (!whole) return index;
      }
      finished = true;
      return undefined;
    } finally {
      const ended = crew.end();
      // Workers that have nothing left to do need not be waited for.
      if (!finished) await ended;
      await file.close();
    }
  }

  /** What damage is and what it cost is the reader's to say; so it reads the trace from its beginning. */
  async *#alone(done: number): AsyncGenerator<T, void, void> {
    const { settings, signal } = this.#options;
    // Workers need not wait for this to load.
    const { openTrace } = await import('../open.ts');
    const { Orderer } = await import('../order/index.ts');
    const trace = await openTrace(this.#path, { reuse: true, signal });
    this.#trace = trace;
    const task = await taskOf<T, S>(this.#module);
    const orderer = new Orderer({ reuse: true });
    let [events, generations] = [0, 0];
    for await (const generation of trace) {
      const history = orderer.order(generation);
      const place = { events, generations };
      events += history.count;
      generations++;
      if (generations > done) yield* task(history, place, settings);
    }
  }
}

/** Undefined for what has no bytes at an offset, and for what the reader shall refuse. */
async function regularFile(path: string): Promise<FileHandle | undefined> {
  try {
    return (await stat(path)).isFile() ? await open(path) : undefined;
  } catch {
    return undefined;
  }
}
