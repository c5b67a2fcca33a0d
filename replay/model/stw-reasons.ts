/** Why the world is stopped: numbered by the runtime, named in the trace. The same from Go 1.22 to 1.26. */

/** `stwReason` of proc.go, in order. */
export const STW_REASONS = [
  'unknown',
  'GC mark termination',
  'GC sweep termination',
  'write heap dump',
  'goroutine profile',
  'goroutine profile cleanup',
  'all goroutines stack trace',
  'read mem stats',
  'AllThreadsSyscall',
  'GOMAXPROCS',
  'start trace',
  'stop trace',
  'CountPagesInUse (test)',
  'ReadMetricsSlow (test)',
  'ReadMemStatsSlow (test)',
  'PageCachePagesLeaked (test)',
  'ResetDebugLog (test)',
] as const;

export const START_TRACE = STW_REASONS.indexOf('start trace');
