/** Where the generations of a trace stand in its file, read off the headers of its batches alone. */
import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { batchKind } from '../decode/build.ts';
import { Clocks } from '../decode/clocks.ts';
import { FormatError, VersionError } from '../decode/errors.ts';
import { type Frame, HEADER_SIZE, MAX_FRAME_HEADER, readFrame, readHeader } from '../decode/frame.ts';
import { paddedSize } from '../decode/resync.ts';
import { EV, isV1, type TraceVersion } from '../decode/specs.ts';
import { nsOf } from '../decode/time.ts';

/** What every worker must know of a trace. */
export interface Plan {
  readonly version: TraceVersion;
  /** Number of the first generation; each further one's is one more. */
  readonly first: number;
  /** File offsets of the generations, and of the end of the last one. */
  readonly bounds: readonly number[];
  /** Nanoseconds from which times count, as `GenerationBuilder.base`. */
  readonly base: number;
}

/** A header and the first byte of the data, which says what the batch is. */
const GLIMPSE = MAX_FRAME_HEADER + 1;
/** Batches after which others have their turn: the scan itself never waits. */
const TURN = 4096;

/**
 * The plan of a trace of several generations, each of which is framed exactly as
 * Go does it. Undefined for anything else: only the reader itself knows what to
 * make of that, and says so.
 */
export async function planOf(file: FileHandle, signal?: AbortSignal): Promise<Plan | undefined> {
  const { size } = await file.stat();
  try {
    const version = readHeader(read(file.fd, 0, HEADER_SIZE));
    if (isV1(version)) return undefined;
    const scan = new Scan(file.fd, version, size);
    for (let batches = 1; scan.step(); batches++) {
      if (batches % TURN !== 0) continue;
      await setImmediate();
      signal?.throwIfAborted();
    }
    return scan.plan();
  } catch (error) {
    if (error instanceof FormatError || error instanceof VersionError) return undefined;
    throw error;
  }
}

function read(fd: number, at: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  return bytes.subarray(0, readSync(fd, bytes, 0, size, at));
}

/** Steps from batch to batch. */
class Scan {
  readonly #fd: number;
  readonly #version: TraceVersion;
  readonly #size: number;
  readonly #glimpse = new Uint8Array(GLIMPSE);
  readonly #bounds: number[] = [HEADER_SIZE];
  #at = HEADER_SIZE;
  #first = 0;
  /** The generation being passed, and its batches so far; 0 between two. */
  #number = 0;
  #batches = 0;
  #odd = false;
  /** Of the first generation, which says from when times count. */
  #earliest = Number.POSITIVE_INFINITY;
  readonly #clocks = new Clocks();

  constructor(fd: number, version: TraceVersion, size: number) {
    this.#fd = fd;
    this.#version = version;
    this.#size = size;
  }

  /** Passes over a batch; false at the end. */
  step(): boolean {
    if (this.#at >= this.#size || this.#odd) return false;
    const have = this.#at + readSync(this.#fd, this.#glimpse, 0, GLIMPSE, this.#at);
    if (have === this.#at) return this.#stop();
    const frame = readFrame(this.#glimpse, this.#at, this.#at, have, this.#number);
    const fits = frame.type === EV.EndOfGeneration ? this.#mark() : this.#batch(frame);
    if (!fits) return this.#stop();
    this.#at = frame.end;
    if (this.#number === 0) this.#bounds.push(this.#at);
    return true;
  }

  #stop(): false {
    this.#odd = true;
    return false;
  }

  #mark(): boolean {
    return this.#version >= 26 && this.#ends();
  }

  /** A single batch would be none that is certain to belong to its generation. */
  #ends(): boolean {
    if (this.#number === 0 || this.#batches < 2) return false;
    this.#number = 0;
    this.#batches = 0;
    return true;
  }

  #batch(frame: Frame): boolean {
    const data = frame.data - frame.offset;
    if (frame.end > this.#size || !paddedSize(this.#glimpse, data)) return false;
    if (this.#number !== 0 && frame.generation !== this.#number) {
      // Before 1.26 it is the next one's number that ends a generation.
      if (this.#version >= 26 || !this.#ends()) return false;
      this.#bounds.push(frame.offset);
    }
    this.#first ||= frame.generation;
    if (frame.generation !== this.#first + this.#bounds.length - 1) return false;
    this.#number = frame.generation;
    this.#batches++;
    if (frame.generation === this.#first) this.#time(frame, this.#glimpse[data]);
    return true;
  }

  #time(frame: Frame, first: number | undefined): void {
    this.#earliest = Math.min(this.#earliest, frame.ticks);
    if (frame.end === frame.data || batchKind(frame.type, first, this.#version) !== 'sync') return;
    const data = read(this.#fd, frame.data, frame.end - frame.data);
    this.#clocks.add(data, frame.data, frame.generation, this.#version, frame.ticks);
  }

  plan(): Plan | undefined {
    if (this.#number !== 0) {
      if (this.#version >= 26 || !this.#ends()) return undefined;
      this.#bounds.push(this.#at);
    }
    const { nsPerTick } = this.#clocks;
    if (this.#odd || this.#bounds.length < 3 || nsPerTick === 0) return undefined;
    const base = nsOf(this.#earliest, nsPerTick);
    return { version: this.#version, first: this.#first, bounds: this.#bounds, base };
  }
}
