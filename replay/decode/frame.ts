/** The framing of a trace: its header, and the batches that all else stands in. */
import { FormatError, VersionError } from './errors.ts';
import { EV, isV1, MAX_BATCH_SIZE, TRACE_VERSIONS, type TraceVersion } from './specs.ts';
import { readVarint, slotAsDouble, type VarintSlot, varintSlot } from './varint.ts';

/** `go 1.26 trace\0\0\0`. */
export const HEADER_SIZE = 16;
/** A batch's header: its type, an experiment, four varints of up to ten bytes. */
export const MAX_FRAME_HEADER = 42;

/** One batch as it stands in the file. */
export interface Frame {
  /** EventBatch, ExperimentalBatch or EndOfGeneration. */
  readonly type: number;
  /** 0 unless the batch is experimental. */
  readonly experiment: number;
  /** 0 for EndOfGeneration, which names none. */
  readonly generation: number;
  /** The thread that wrote it, NONE (-1) if none did. */
  readonly m: number;
  /** Ticks, rounded to a double as Go's own arithmetic does. */
  readonly ticks: number;
  /** File offsets: of its first byte, of its data, and after its data. */
  readonly offset: number;
  readonly data: number;
  readonly end: number;
}

const SUPPORTED = TRACE_VERSIONS.map((version) => `go 1.${version}`);
const WITH_WIRE_TEXT = TRACE_VERSIONS.filter((version) => !isV1(version)).map((version) => `go 1.${version}`);
/** Headers of Go 1.5 to 1.8. */
const OLDER = new Set(['go 1.5', 'go 1.7', 'go 1.8']);

/** The version in a trace's first 16 bytes; throws for what is no trace and for what is too old or new. */
export function readHeader(bytes: Uint8Array): TraceVersion {
  if (bytes.length === 0) throw new FormatError('empty', 0, 0, 'the file is empty');
  const text = String.fromCharCode(...bytes.subarray(0, HEADER_SIZE));
  const match = /^(go 1\.(\d{1,3})) trace\0+$/.exec(text);
  if (match === null || text.length < HEADER_SIZE) throw notATrace(text);
  const version = TRACE_VERSIONS.find((known) => known === Number(match[2]));
  if (version !== undefined) return version;
  throw new VersionError(match[1]!, SUPPORTED, versionAdvice(match[1]!, Number(match[2])));
}

/** The same for what knows the v2 format's bytes only: the wire text, and the encoder. */
export function readWireHeader(bytes: Uint8Array): TraceVersion {
  const version = readHeader(bytes);
  if (!isV1(version)) return version;
  const why = 'before Go 1.22 there was another format, which has no wire text';
  const advice = 'Choose --format text or json: they show its events as those of the newer format.';
  throw new VersionError(`go 1.${version}`, WITH_WIRE_TEXT, why, advice);
}

function notATrace(text: string): FormatError {
  if (text.length < HEADER_SIZE && /^go 1\./.test(text)) {
    return new FormatError('truncated', text.length, 0, 'the file ends within the trace’s header');
  }
  return new FormatError('not-a-trace', 0, 0, 'the file does not begin with "go 1.N trace"');
}

function versionAdvice(found: string, minor: number): string {
  if (OLDER.has(found)) return 'the format of Go 1.8 and before, which this reader does not read';
  const newest = TRACE_VERSIONS.at(-1)!;
  return minor > newest ? 'newer than this reader knows' : 'no Go release writes it';
}

const slot: VarintSlot = varintSlot();

/**
 * Reads the frame at `offset`, of which the window `bytes` (file offset `base`)
 * holds as much as there is up to file offset `have`. Its data may lie past that.
 */
export function readFrame(bytes: Uint8Array, base: number, offset: number, have: number, gen: number): Frame {
  const type = bytes[offset - base]!;
  if (type === EV.EndOfGeneration) {
    return { type, experiment: 0, generation: 0, m: -1, ticks: 0, offset, data: offset + 1, end: offset + 1 };
  }
  if (type !== EV.EventBatch && type !== EV.ExperimentalBatch) {
    throw new FormatError('batch-type', offset, gen, `expected a batch, found event type ${type}`);
  }
  const fields = new HeaderFields(bytes, base, offset + 1, have, gen);
  const experiment = type === EV.ExperimentalBatch ? fields.byte() : 0;
  const generation = fields.exact('generation-order', 'the generation number');
  if (generation === 0) throw new FormatError('generation-zero', offset, gen, 'a batch of generation 0');
  const m = fields.thread();
  const ticks = fields.double();
  const size = fields.exact('batch-size', 'the batch size');
  if (size > MAX_BATCH_SIZE) {
    throw new FormatError(
      'batch-size',
      offset,
      gen,
      `a batch of ${size} bytes; the limit is ${MAX_BATCH_SIZE}`,
    );
  }
  return { type, experiment, generation, m, ticks, offset, data: fields.at, end: fields.at + size };
}

/** The varints of one batch header. */
class HeaderFields {
  readonly #bytes: Uint8Array;
  readonly #base: number;
  readonly #have: number;
  readonly #gen: number;
  /** File offset of the next field. */
  at: number;

  constructor(bytes: Uint8Array, base: number, at: number, have: number, gen: number) {
    this.#bytes = bytes;
    this.#base = base;
    this.at = at;
    this.#have = have;
    this.#gen = gen;
  }

  byte(): number {
    if (this.at >= this.#have) throw this.#cut();
    return this.#bytes[this.at++ - this.#base]!;
  }

  exact(code: 'generation-order' | 'batch-size', what: string): number {
    const { value, wide } = this.#read();
    if (wide !== undefined) throw new FormatError(code, this.at, this.#gen, `${what} is ${wide}`);
    return value;
  }

  thread(): number {
    const { value, wide } = this.#read();
    if (wide === undefined) return value;
    if (wide === 0xffffffffffffffffn) return -1;
    throw new FormatError('thread-id', this.at, this.#gen, `a batch of thread ${wide}`);
  }

  double(): number {
    return slotAsDouble(this.#read());
  }

  #read(): VarintSlot {
    if (readVarint(this.#bytes, this.at - this.#base, this.#have - this.#base, slot)) {
      this.at = slot.next + this.#base;
      return slot;
    }
    if (slot.fault === 'cut') throw this.#cut();
    throw new FormatError('varint', this.at, this.#gen, 'a number is longer than 64 bits');
  }

  #cut(): FormatError {
    return new FormatError('truncated', this.#have, this.#gen, 'the file ends within a batch’s header');
  }
}
