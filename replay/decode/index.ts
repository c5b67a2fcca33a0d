/** Reads Go's execution traces (1.9 to 1.26) into columns. Runs in Node and in browsers. */

export { CapacityError } from '../kernel/capacity.ts';
export { AssembleError, assemble } from './assemble.ts';
export type { ClockSnapshot } from './clocks.ts';
export { type EventColumns, NONE_WORD, WIDE_WORD, type WideArgs } from './columns.ts';
export type { Damage } from './damage.ts';
export {
  dropEvent,
  dropGeneration,
  duplicateEvent,
  findEvents,
  insertEvent,
  shiftEvent,
  swapWithNext,
  type WirePlace,
} from './edits.ts';
export {
  encodeBatch,
  encodeEvents,
  parseWire,
  type WireBatch,
  type WireEvent,
  type WireFrame,
  type WireGeneration,
  type WireTrace,
  writeWire,
} from './encode.ts';
export { type FormatCode, FormatError, VersionError } from './errors.ts';
export type { TraceSource } from './feed.ts';
export { HEADER_SIZE, readFrame, readWireHeader } from './frame.ts';
export {
  type BatchInfo,
  type BatchKind,
  type ExperimentalBatch,
  Generation,
  type Settled,
} from './generation.ts';
export { type OpenOptions, openTrace, type TraceReader } from './reader.ts';
export { joined, type Span, spansOf, traceOf } from './spans.ts';
export {
  type ArgKind,
  EV,
  EVENT_SPECS,
  type EventName,
  type EventSpec,
  eventName,
  GO_STATUS,
  isV1,
  PROC_STATUS,
  specOf,
  TRACE_VERSIONS,
  type TraceVersion,
} from './specs.ts';
export type { StackFrame, StackTable, StringTable } from './tables.ts';
export { eventArgsText, frameText } from './text.ts';
export { goUnquote } from './unquote.ts';
export { NONE } from './varint.ts';
export { wireLines } from './wire.ts';
export type { WireNumber } from './wire-events.ts';
