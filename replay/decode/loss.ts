/** Counts what stands in the part of a trace that is not handed out. */
import { batchKind } from './build.ts';
import type { Frame } from './frame.ts';
import { NOT_TIMED, type TraceVersion, timedArgCounts } from './specs.ts';
import { readVarint, varintSlot } from './varint.ts';

/** A part of the file: `bytes[0]` stands at offset `base`. */
export interface Window {
  readonly bytes: Uint8Array;
  readonly base: number;
}

export class Loss {
  /** Bytes of the file. */
  bytes = 0;
  /** Bytes that are not in the file although it says that they follow. */
  missing = 0;
  events = 0;
  /** False once something was met that could not be counted. */
  exact = true;
  readonly #ms = new Set<number>();
  readonly #version: TraceVersion;
  readonly #argCounts: Uint8Array;
  readonly #slot = varintSlot();

  constructor(version: TraceVersion) {
    this.#version = version;
    this.#argCounts = timedArgCounts(version);
  }

  /** Threads of the batches that lost something, in ascending order. */
  get ms(): number[] {
    return [...this.#ms].sort((a, b) => a - b);
  }

  /** Takes bytes that belong to no batch that can be read. */
  unread(count: number): void {
    this.bytes += count;
    if (count > 0) this.exact = false;
  }

  /** Takes bytes that should follow the end of the file; how many more is not known. */
  absent(count: number): void {
    this.missing += count;
    this.exact = false;
  }

  /** Takes a batch, of which everything before file offset `kept` was kept. */
  batch(frame: Frame, { bytes, base }: Window, kept: number = frame.offset): void {
    this.bytes += frame.end - kept;
    if (frame.end === frame.data) return;
    const kind = batchKind(frame.type, bytes[frame.data - base], this.#version);
    if (kind !== 'events' && kind !== 'samples') return;
    if (kind === 'events') this.#ms.add(frame.m);
    const from = Math.max(frame.data, kept) - base + (kind === 'samples' && kept <= frame.data ? 1 : 0);
    // A sample is laid out as a timed event of four arguments.
    this.#count(bytes, from, frame.end - base, kind === 'samples' ? 4 : undefined);
  }

  #count(bytes: Uint8Array, from: number, to: number, sampleArgs: number | undefined): void {
    for (let at = from; at < to; ) {
      const args = sampleArgs ?? this.#argCounts[bytes[at]!]!;
      if (args !== NOT_TIMED) this.events++;
      const next = args === NOT_TIMED ? -1 : this.#skip(bytes, at + 1, to, args + 1);
      if (next < 0) {
        this.exact = false;
        return;
      }
      at = next;
    }
  }

  /** Index after `count` varints, -1 when they are not all there. */
  #skip(bytes: Uint8Array, from: number, to: number, count: number): number {
    let at = from;
    for (let i = 0; i < count; i++) {
      if (!readVarint(bytes, at, to, this.#slot)) return -1;
      at = this.#slot.next;
    }
    return at;
  }
}
