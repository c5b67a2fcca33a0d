/** What the execution trace of the same run says, as far as the text can be held against it. */

/** A GC cycle of the trace. Times are nanoseconds on one clock of the trace's choice. */
export interface TraceGcCycle {
  /** For people: its place in the trace, from 0. */
  readonly index?: number;
  /** Time of EvGCBegin; NaN or absent where the trace began in the midst of the cycle. */
  readonly beginNs?: number | undefined;
  /** Time of EvGCEnd; NaN or absent where the trace ended in the midst of the cycle. */
  readonly endNs?: number | undefined;
  /** What isForcedStack says of EvGCBegin's stack; absent where the event or its stack is missing. */
  readonly forced?: boolean | undefined;
}

export interface TraceFacts {
  /** In the order of the trace; all of which it shows the beginning or the end. */
  readonly gcCycles: readonly TraceGcCycle[];
  /** EvProcsChange in order, the first written when the trace began. */
  readonly gomaxprocs: readonly { readonly timeNs: number; readonly n: number }[];
  /** First and last event. */
  readonly startNs: number;
  readonly endNs: number;
  /** The trace has holes (lost generations): a cycle may be missing between two, so nothing can be paired. */
  readonly damaged?: boolean;
}

/**
 * Whether the stack of EvGCBegin (function names, innermost first) is that of a
 * forced cycle: runtime.GC alone uses gcTriggerCycle, which alone sets
 * work.userForced. It must be the caller of gcStart itself: further out it may
 * only have allocated what made an automatic cycle due.
 */
export function isForcedStack(funcs: readonly string[]): boolean {
  return funcs.find((name) => name !== 'runtime.gcStart') === 'runtime.GC';
}
