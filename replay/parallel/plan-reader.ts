/** The generations of a plan, read where the plan says that they stand. */
import { closeSync, openSync, readSync } from 'node:fs';
import { GenerationBuilder } from '../decode/build.ts';
import { FormatError } from '../decode/errors.ts';
import { type Frame, readFrame } from '../decode/frame.ts';
import type { Generation } from '../decode/generation.ts';
import { EV } from '../decode/specs.ts';
import type { Plan } from './plan.ts';

/** Reads the generations of a plan, each into the same memory. */
export class PlanReader {
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

  close(): void {
    closeSync(this.#fd);
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
