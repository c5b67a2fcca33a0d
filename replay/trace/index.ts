/**
 * The trace reader as a library, wherever there is JavaScript: in browsers it is what `gotwin` means, and
 * `gotwin/trace` names it everywhere. Nothing here, nor in what it imports, needs Node.
 */
export * from '../decode/index.ts';
export * from '../order/index.ts';
export { EventCursor } from './cursor.ts';
export type { TraceInput } from './input.ts';
export { openTrace, type Trace } from './open.ts';
