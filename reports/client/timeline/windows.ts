import type { Lane } from '../../../replay/index.ts';
import type { PageZoom } from '../../page.ts';
import { type DrawnLane, firstAfter, type Range } from './range.ts';

export type Place = PageZoom['windows'][number];
/** By lane: triples like those of a lane. */
type Unpacked = readonly number[][];

const KINDS: Lane['kind'][] = ['gc', 'stw', 'P', 'M', 'goroutine'];

export function inOrder(lanes: readonly DrawnLane[]): DrawnLane[] {
  return [...lanes].sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}

/** Windows that are kept unpacked: what a few steps back and forth show. */
const KEPT = 48;
/** The state of which nothing is drawn. */
const UNKNOWN = 0;

/** Fetches what the timeline merged, as the view comes to show it. */
export class Zoom {
  readonly #coarse: readonly Lane[];
  readonly #zoom: PageZoom;
  readonly #recording: number;
  readonly #unpacked = new Map<Place, Unpacked>();

  constructor(coarse: readonly Lane[], zoom: PageZoom, recording: number) {
    this.#coarse = coarse;
    this.#zoom = zoom;
    this.#recording = recording;
  }

  /** The windows that show this range best, from left to right: none wider than it where there are narrower ones. */
  wanted({ start, end }: Range): Place[] {
    const found: Place[] = [];
    for (let at = start; at < end; at = found.at(-1)?.end ?? end) {
      const here = this.#zoom.windows.filter((window) => window.start <= at && at < window.end);
      // Wide ones come first, and where all changes are there, nothing narrower is.
      const best =
        here.find((window) => window.resolution === 0 || window.end - window.start <= end - start) ??
        here.at(-1);
      if (best === undefined) break;
      found.push(best);
    }
    return found;
  }

  isAbout({ kind, id }: DrawnLane): boolean {
    return this.#zoom.lanes.some(
      (place) => this.#coarse[place]?.kind === kind && this.#coarse[place]?.id === id,
    );
  }

  isUnpacked(place: Place): boolean {
    return this.#unpacked.has(place);
  }

  /** Those that were shown longest ago are dropped for it. */
  async unpack(places: readonly Place[]): Promise<void> {
    await Promise.all(places.map((place) => this.#unpackOne(place)));
    for (const place of places) this.#touch(place);
    for (const [place] of this.#unpacked) {
      if (this.#unpacked.size <= KEPT) break;
      this.#unpacked.delete(place);
    }
  }

  #touch(place: Place): void {
    const unpacked = this.#unpacked.get(place) as Unpacked;
    this.#unpacked.delete(place);
    this.#unpacked.set(place, unpacked);
  }

  async #unpackOne(place: Place): Promise<void> {
    if (this.#unpacked.has(place)) return;
    const at = this.#zoom.windows.indexOf(place);
    const packed = document.getElementById(`window-${this.#recording}-${at}`)?.textContent ?? '';
    this.#unpacked.set(place, spansOf(await inflate(packed), this.#zoom.lanes.length, place));
  }

  /** All lanes, with the spans of these windows in place of the coarse ones. */
  lanes(places: readonly Place[]): DrawnLane[] {
    const lanes = this.#coarse.map((lane, place) => {
      const line = this.#zoom.lanes.indexOf(place);
      if (line === -1) return lane;
      const pieces = places.map((window) => this.#unpacked.get(window)?.[line] ?? []);
      return { ...lane, spans: joined(lane, pieces, rangeOf(places)) };
    });
    return inOrder(lanes);
  }
}

function rangeOf(places: readonly Place[]): Range {
  return { start: places[0]?.start ?? 0, end: places.at(-1)?.end ?? 0 };
}

/** The coarse spans, but inside of `fine` those of the pieces. */
function joined(lane: Lane, pieces: readonly number[][], fine: Range): number[] {
  const spans: number[] = [];
  const behind = firstAfter(lane, fine.end) * 3;
  for (let i = 0; i < lane.spans.length && (lane.spans[i] as number) < fine.start; i += 3)
    add(
      spans,
      lane.spans[i] as number,
      Math.min(lane.spans[i + 1] as number, fine.start),
      lane.spans[i + 2] as number,
    );
  for (const piece of pieces)
    for (let i = 0; i < piece.length; i += 3)
      add(spans, piece[i] as number, piece[i + 1] as number, piece[i + 2] as number);
  for (let i = behind; i < lane.spans.length; i += 3)
    add(
      spans,
      Math.max(lane.spans[i] as number, fine.end),
      lane.spans[i + 1] as number,
      lane.spans[i + 2] as number,
    );
  return spans;
}

/** What the edge of a window cut in two is one again. */
function add(spans: number[], start: number, end: number, state: number): void {
  const last = spans.length - 3;
  if (last >= 0 && spans[last + 1] === start && spans[last + 2] === state) spans[last + 1] = end;
  else spans.push(start, end, state);
}

async function inflate(base64: string): Promise<Uint8Array> {
  const packed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** replay/timeline-windows.ts says how a window is packed. */
function spansOf(bytes: Uint8Array, lanes: number, { end, origin, step, start }: Place): Unpacked {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  };
  const counts = Array.from({ length: lanes }, varint);
  const states = counts.map((count) => {
    at += count;
    return bytes.subarray(at - count, at);
  });
  return states.map((of) => {
    const spans: number[] = [];
    let [from, steps] = [start, 0];
    of.forEach((state, i) => {
      const isLast = i === of.length - 1;
      if (!isLast) steps += varint();
      const to = isLast ? end : Math.min(end, origin + steps * step);
      if (to > from && state !== UNKNOWN) spans.push(from, to, state);
      from = Math.max(from, to);
    });
    return spans;
  });
}
