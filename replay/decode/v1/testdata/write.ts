/** Writes v1 traces by hand, for tests that need no Go. */
import type { V1Version } from '../../specs.ts';
import { V1_FRAME, V1_SPECS } from '../specs.ts';

/** Frames of a stack: pc, string IDs of function and file, line. */
type Frame = readonly [pc: number, func: number, file: number, line: number];

export class V1Writer {
  readonly #bytes: number[] = [];
  readonly #version: V1Version;

  constructor(version: V1Version) {
    this.#version = version;
    const header = `go 1.${version} trace`.padEnd(16, '\0');
    this.#bytes.push(...new TextEncoder().encode(header));
  }

  get size(): number {
    return this.#bytes.length;
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  batch(p: number, ticks: number | bigint): this {
    this.#bytes.push(V1_FRAME.Batch | (1 << 6));
    this.#number(p < 0 ? 0xffffffffffffffffn : p);
    this.#number(ticks);
    return this;
  }

  /** An event, `dt` ticks after the one before; its arguments in the order of the table. */
  event(name: string, args: readonly (number | bigint)[] = [], dt: number | bigint = 1): this {
    const spec = V1_SPECS.find((each) => each.name === name);
    if (spec === undefined) throw new Error(`no v1 event ${name}`);
    const words = name === 'STWStart' && this.#version < 10 ? [] : args;
    const body: number[] = [];
    for (const word of [dt, ...words]) append(body, word);
    this.#bytes.push(spec.type | (Math.min(words.length, 3) << 6));
    if (words.length >= 3) this.#number(body.length);
    this.#bytes.push(...body);
    return this;
  }

  /** The value that follows a UserLog. */
  value(text: string): this {
    const bytes = new TextEncoder().encode(text);
    this.#number(bytes.length);
    this.#bytes.push(...bytes);
    return this;
  }

  string(id: number, text: string): this {
    this.#bytes.push(V1_FRAME.String);
    this.#number(id);
    return this.value(text);
  }

  stack(id: number, ...frames: Frame[]): this {
    const body: number[] = [];
    for (const word of [id, frames.length, ...frames.flat()]) append(body, word);
    this.#bytes.push(V1_FRAME.Stack | (3 << 6));
    this.#number(body.length);
    this.#bytes.push(...body);
    return this;
  }

  frequency(ticksPerSecond: number): this {
    this.#bytes.push(V1_FRAME.Frequency);
    this.#number(ticksPerSecond);
    return this;
  }

  timers(g: number): this {
    this.#bytes.push(V1_FRAME.TimerGoroutine);
    this.#number(g);
    return this;
  }

  #number(value: number | bigint): void {
    append(this.#bytes, value);
  }
}

function append(bytes: number[], value: number | bigint): void {
  let left = BigInt.asUintN(64, BigInt(value));
  for (; left > 127n; left >>= 7n) bytes.push(Number(left & 127n) | 128);
  bytes.push(Number(left));
}
