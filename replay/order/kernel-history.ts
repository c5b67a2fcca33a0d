/** A history that lies in the memory of the kernel which made it, as long as nothing else is ordered there. */
import type { Generation } from '../decode/generation.ts';
import type { Kernel } from '../kernel/index.ts';
import type { OrderedGeneration } from './ordered.ts';
import type { Forced } from './waits.ts';

type Columns = Pick<OrderedGeneration, 'event' | 'p' | 'g' | 'time'>;

export class KernelHistory implements OrderedGeneration {
  readonly generation: Generation;
  readonly count: number;
  readonly forced: readonly Forced[];
  readonly unplaced: number;
  readonly #kernel: Kernel;
  #buffer: ArrayBuffer;
  #views: Columns;

  constructor(kernel: Kernel, generation: Generation, forced: readonly Forced[]) {
    this.generation = generation;
    this.count = kernel.exports.position.value;
    this.forced = forced;
    this.unplaced = generation.count - this.count;
    this.#kernel = kernel;
    this.#buffer = kernel.buffer;
    this.#views = viewsOf(kernel, this.count);
  }

  get event(): Uint32Array {
    return this.#now.event;
  }
  get p(): Int32Array {
    return this.#now.p;
  }
  get g(): Float64Array {
    return this.#now.g;
  }
  get time(): Float64Array {
    return this.#now.time;
  }

  /** The views, taken anew where the memory has grown, which detaches those before. */
  get #now(): Columns {
    const { buffer } = this.#kernel;
    if (this.#buffer !== buffer) {
      this.#buffer = buffer;
      this.#views = viewsOf(this.#kernel, this.count);
    }
    return this.#views;
  }
}

function viewsOf(kernel: Kernel, count: number): Columns {
  const { exports } = kernel;
  return {
    event: kernel.words(exports.event.value, count),
    p: kernel.ints(exports.p.value, count),
    g: kernel.doubles(exports.g.value, count),
    time: kernel.doubles(exports.emitted.value, count),
  };
}
