/**
 * A few generations of a real trace, taken apart so that one event can be
 * changed without writing all others again: thousands of mutants are made of
 * each. What a generation says of the time before it stands in the generation
 * itself, so a run of them is a sound trace, as a flight recorder's is.
 */
import {
  EV,
  encodeBatch,
  encodeEvents,
  HEADER_SIZE,
  joined,
  parseWire,
  type TraceVersion,
  type WireBatch,
  type WireEvent,
  type WireGeneration,
} from '../decode/index.ts';

/** Events of one batch with what they become; no events for `lost`. */
export interface Change {
  readonly batch: WireBatch;
  readonly from: number;
  readonly to: number;
  readonly events: readonly WireEvent[];
  /** The batch is not there at all. */
  readonly lost?: boolean;
}

interface Encoded {
  readonly header: Uint8Array;
  readonly data: Uint8Array;
  /** Where each event begins in `data`, and where the last one ends. */
  readonly starts: Uint32Array;
}

export class Excerpt {
  readonly bytes: Uint8Array;
  readonly version: TraceVersion;
  readonly generations: readonly WireGeneration[];
  readonly #encoded = new Map<WireBatch, Encoded>();

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    const { version, generations } = parseWire(bytes);
    this.version = version;
    this.generations = generations;
  }

  /** The trace with these changes, each in a batch of its own. */
  with(changes: readonly Change[]): Uint8Array {
    const parts: Uint8Array[] = [this.bytes.subarray(0, HEADER_SIZE)];
    for (const { batches, ended } of this.generations) {
      for (const batch of batches) {
        const change = changes.find((each) => each.batch === batch);
        if (change === undefined) parts.push(...this.#parts(batch));
        else if (!change.lost) parts.push(...this.#changed(batch, change));
      }
      if (ended) parts.push(END);
    }
    return joined(parts);
  }

  /** Bytes of a batch's data after a change: the format has a limit. */
  sizeWith({ batch, from, to, events }: Change): number {
    const { starts, data } = this.#encode(batch);
    return data.length - (at(starts, to) - at(starts, from)) + encodeEvents(events).length;
  }

  #parts(batch: WireBatch): Uint8Array[] {
    const { header, data } = this.#encode(batch);
    return [header, data];
  }

  #changed(batch: WireBatch, { from, to, events }: Change): Uint8Array[] {
    const { data, starts } = this.#encode(batch);
    const body = joined([
      data.subarray(0, at(starts, from)),
      encodeEvents(events),
      data.subarray(at(starts, to)),
    ]);
    return [encodeBatch(batch, body)];
  }

  #encode(batch: WireBatch): Encoded {
    let encoded = this.#encoded.get(batch);
    if (encoded === undefined) {
      encoded = encode(batch);
      this.#encoded.set(batch, encoded);
    }
    return encoded;
  }
}

/** EndOfGeneration. */
const END = Uint8Array.of(EV.EndOfGeneration);

const at = (starts: Uint32Array, index: number): number => starts[index] as number;

function encode(batch: WireBatch): Encoded {
  const events = batch.events.map((event) => encodeEvents([event]));
  const starts = new Uint32Array(events.length + 1);
  events.forEach(({ length }, i) => {
    starts[i + 1] = (starts[i] as number) + length;
  });
  const data = batch.data ?? joined(events);
  const whole = encodeBatch(batch, data);
  return { header: whole.subarray(0, whole.length - data.length), data, starts };
}
