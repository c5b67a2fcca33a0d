/** Counts what stands in the part of a trace that gave no generation. */
import { batchKind } from './build.ts';
import type { ByteFeed } from './feed.ts';
import type { Frame } from './frame.ts';
import { NOT_TIMED, type TraceVersion, timedArgCounts } from './specs.ts';
import { readVarint, varintSlot } from './varint.ts';

export class Loss {
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

  /** Takes a frame of which everything before file offset `kept` was kept. */
  frame(frame: Frame, feed: ByteFeed, kept: number): void {
    if (frame.end <= kept || frame.end === frame.data) return;
    const { bytes, base } = feed;
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
