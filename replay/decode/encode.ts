/**
 * A trace as objects that can be edited, and back to bytes: for tests, for
 * mutants, for making a small trace out of a large one. Unedited, the bytes
 * come back as they were. Not for reading traces: see reader.ts.
 */
import { ByteWriter } from './byte-writer.ts';
import { FormatError } from './errors.ts';
import { type Frame, HEADER_SIZE, readFrame, readWireHeader } from './frame.ts';
import {
  EV,
  EVENT_SPECS,
  type EventName,
  type EventSpec,
  MAX_BATCH_SIZE,
  type TraceVersion,
} from './specs.ts';
import { Cursor } from './varint.ts';
import {
  extraNumbers,
  FRAME_FIELDS,
  readData,
  readNumber,
  readSpec,
  type WireNumber,
} from './wire-events.ts';

export interface WireFrame {
  pc: WireNumber;
  func: WireNumber;
  file: WireNumber;
  line: WireNumber;
}

export interface WireEvent {
  name: EventName;
  /** By Go's argument names; `dt` is in ticks since the event before in its batch. */
  args: Record<string, WireNumber>;
  /** Of a Stack; its `nframes` follows from it. */
  frames?: WireFrame[];
  /** Of a String. */
  data?: Uint8Array;
  /** Bytes of each number where the file pads them. */
  widths?: readonly number[];
}

export interface WireBatch {
  generation: WireNumber;
  m: WireNumber;
  /** Ticks. */
  time: WireNumber;
  /** 0 for an ordinary batch; otherwise `data` holds its content and `events` is empty. */
  experiment: number;
  events: WireEvent[];
  data?: Uint8Array;
  /** Bytes of each number in the header, since the runtime pads the size. */
  widths: readonly number[];
}

export interface WireGeneration {
  number: number;
  batches: WireBatch[];
  /** Whether Go 1.26's end mark follows. */
  ended: boolean;
}

export interface WireTrace {
  version: TraceVersion;
  generations: WireGeneration[];
}

/** Takes a whole, sound trace apart. Throws FormatError and VersionError. */
export function parseWire(bytes: Uint8Array): WireTrace {
  const version = readWireHeader(bytes.subarray(0, HEADER_SIZE));
  const generations: WireGeneration[] = [];
  let open: WireGeneration | undefined;
  for (let at = HEADER_SIZE; at < bytes.length; ) {
    const frame = readFrame(bytes, 0, at, bytes.length, open?.number ?? 0);
    if (frame.end > bytes.length) {
      throw new FormatError('truncated', bytes.length, frame.generation, 'the file ends within a batch');
    }
    at = frame.end;
    if (frame.type === EV.EndOfGeneration) {
      if (open !== undefined) open.ended = true;
      open = undefined;
      continue;
    }
    if (open?.number !== frame.generation) {
      open = { number: frame.generation, batches: [], ended: false };
      generations.push(open);
    }
    open.batches.push(parseBatch(bytes, frame, version));
  }
  return { version, generations };
}

function parseBatch(bytes: Uint8Array, frame: Frame, version: TraceVersion): WireBatch {
  const experimental = frame.type === EV.ExperimentalBatch;
  const header = new Cursor(bytes, frame.offset + (experimental ? 2 : 1), frame.data, 0, frame.generation);
  const numbers: WireNumber[] = [];
  const widths: number[] = [];
  while (!header.done) {
    const from = header.at;
    numbers.push(readNumber(header));
    widths.push(header.at - from);
  }
  const [generation = 0, m = 0, time = 0] = numbers;
  const batch: WireBatch = { generation, m, time, experiment: frame.experiment, events: [], widths };
  const cursor = new Cursor(bytes, frame.data, frame.end, 0, frame.generation);
  if (experimental) batch.data = bytes.slice(frame.data, frame.end);
  else while (!cursor.done) batch.events.push(parseEvent(cursor, version));
  return batch;
}

function parseEvent(cursor: Cursor, version: TraceVersion): WireEvent {
  const spec = readSpec(cursor, version);
  const widths: number[] = [];
  const next = (): WireNumber => {
    const from = cursor.at;
    const value = readNumber(cursor);
    widths.push(cursor.at - from);
    return value;
  };
  const event: WireEvent = { name: spec.name as EventName, args: {} };
  for (const name of spec.args) event.args[name] = next();
  if (spec.type === EV.Stack) {
    event.frames = [];
    const count = extraNumbers(spec, event.args.nframes, cursor) / FRAME_FIELDS.length;
    for (let i = 0; i < count; i++)
      event.frames.push({ pc: next(), func: next(), file: next(), line: next() });
  }
  // The length of a string is no argument to Go; what padding it has is lost, and none was ever seen.
  if (spec.data) event.data = readData(cursor).slice();
  if (numbersOf(event, spec).some((value, i) => varintSize(value) !== widths[i])) event.widths = widths;
  return event;
}

function numbersOf(event: WireEvent, spec: EventSpec): WireNumber[] {
  const numbers = spec.args.map((name) => event.args[name] ?? 0);
  if (event.frames === undefined) return numbers;
  numbers[numbers.length - 1] = event.frames.length;
  for (const frame of event.frames) numbers.push(...FRAME_FIELDS.map((field) => frame[field]));
  return numbers;
}

/** Puts it together again. Batches that grew past the format's limit are split in two. */
export function writeWire(trace: WireTrace): Uint8Array {
  const out = new ByteWriter();
  out.text(`go 1.${trace.version} trace\0\0\0`);
  for (const generation of trace.generations) {
    for (const batch of generation.batches) writeBatch(out, batch);
    if (generation.ended) out.byte(EV.EndOfGeneration);
  }
  return out.take();
}

function writeBatch(out: ByteWriter, batch: WireBatch): void {
  const data = batch.data ?? encodeEvents(batch.events);
  if (data.length > MAX_BATCH_SIZE && batch.events.length > 1) {
    for (const half of halves(batch)) writeBatch(out, half);
    return;
  }
  out.bytes(encodeBatch(batch, data));
}

/** A batch's bytes, with `data` behind its header. */
export function encodeBatch(batch: WireBatch, data: Uint8Array): Uint8Array {
  const out = new ByteWriter();
  out.byte(batch.experiment > 0 ? EV.ExperimentalBatch : EV.EventBatch);
  if (batch.experiment > 0) out.byte(batch.experiment);
  [batch.generation, batch.m, batch.time, data.length].forEach((value, i) => {
    out.varint(value, batch.widths[i] ?? 1);
  });
  out.bytes(data);
  return out.take();
}

export function encodeEvents(events: readonly WireEvent[]): Uint8Array {
  const out = new ByteWriter();
  for (const event of events) writeEvent(out, event);
  return out.take();
}

/** The second half begins when the first one's last event was. */
function halves(batch: WireBatch): WireBatch[] {
  const middle = batch.events.length >> 1;
  const first = batch.events.slice(0, middle);
  const passed = first.reduce((sum, { args }) => sum + BigInt(args.dt ?? 0), 0n);
  const time = BigInt(batch.time) + passed;
  return [
    { ...batch, events: first },
    { ...batch, time, events: batch.events.slice(middle) },
  ];
}

function writeEvent(out: ByteWriter, event: WireEvent): void {
  const spec = specByName(event.name);
  out.byte(spec.type);
  numbersOf(event, spec).forEach((value, i) => {
    out.varint(value, event.widths?.[i] ?? 1);
  });
  if (event.data === undefined) return;
  out.varint(event.data.length, 1);
  out.bytes(event.data);
}

const specs = new Map<string, EventSpec>();

function specByName(name: EventName): EventSpec {
  if (specs.size === 0) for (const spec of EVENT_SPECS) specs.set(spec.name, spec);
  return specs.get(name)!;
}

function varintSize(value: WireNumber): number {
  let size = 1;
  for (let rest = BigInt(value) >> 7n; rest > 0n; rest >>= 7n) size++;
  return size;
}
