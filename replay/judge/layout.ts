/**
 * How the world lies in the kernel's memory, and what the kernel's lane reads of the rows: numbers
 * only, which the kernel is built with (kernel/build.mjs). So this imports nothing that needs a kernel.
 */

/** Whose slots: goroutines, Ps, Ms. */
export const SLOTS = { goroutines: 0, procs: 1, threads: 2 } as const;

/**
 * Where each column of a kind of slots begins, in bytes for each slot that there is room for. The
 * widest first, so that all are aligned; what only one kind has costs the others nothing that counts.
 */
export const COLUMN = {
  id: 0,
  setBy: 8,
  since: 16,
  rangeBy: 24,
  /** Of Ps the last goroutine that was made on it, of goroutines the function that it began with. */
  lastGoid: 32,
  begun: 32,
  serial: 40,
  doubt: 44,
  /** Of goroutines and Ps their M, of Ms their P. */
  holder: 48,
  /** Of goroutines their reason to wait, of Ms their goroutine. */
  other: 52,
  state: 56,
  range: 57,
  end: 58,
} as const;

/** A step as the lane reads it: where each field is, in bytes. `row` has two, all else one. */
export const LANE = {
  shape: 0,
  from: 1,
  to: 2,
  needs: 3,
  binds: 4,
  facet: 5,
  /** Which selection of reasons chooses it, + 1; 0 where none is asked for. */
  selection: 6,
  /** Which givers are asked whether the reason fits the stack, + 1; 0 for none. */
  givers: 7,
  row: 8,
  /** Of the first step: PACE. */
  pace: 10,
  /** 1 where the stack's outermost function is asked for. */
  rooted: 11,
  stepSize: 16,
  /** Steps of one event type at most. */
  steps: 4,
} as const;

/** What a step is about, and what may happen to it. Of a type that is CLOSED, the judge's general way says all. */
export const SHAPE = {
  closed: 0,
  /** No row is about it. */
  nothing: 1,
  /** There is no such step; those before are all. */
  none: 2,
  /** Only needs are asked, and nothing changes. */
  plain: 3,
  self: 4,
  named: 5,
  /** The goroutine that is named comes to be. */
  created: 6,
  own: 7,
  /** A task begins or ends. */
  task: 8,
} as const;

/**
 * What the lane takes at full stride, and leaves out of its general steps for it: the goroutine of the M enters or
 * leaves a system call with its P, or stops or blocks for a reason; one that is named is woken, or started. The
 * last two are those that are named.
 */
export const PACE = { slow: 0, passes: 1, leaves: 2, wakes: 3, starts: 4 } as const;

export const BINDS = { none: 0, bind: 1, unbind: 2 } as const;

/** What the event's reason is for: to be counted, and kept; or the wait that it ends is counted. */
export const FACET = { none: 0, reason: 1, wait: 2 } as const;

/** Interned reasons below this are the lane's; so are strings and stacks with ids below those. */
export const REASONS = 256;
export const STRING_IDS = 1024;
export const STACK_IDS = 1 << 16;
/** In place of a reason, and of a giver: nobody asked yet. */
export const UNASKED = 255;

/** Tables of givers, a byte of a word each, and selections of reasons at most; classes of givers, and rows, at most. */
export const GIVERS = 4;
export const SELECTIONS = 8;
export const CLASSES = 64;
export const ROWS = 256;

/** What is asked of the rows of a type, a byte each; places are counted from 1, and 0 is none. */
export const ROW = {
  /** 1 + what the M runs from then on, RUNS. */
  after: 0,
  /** The argument that has its number, and the one that has its stack. */
  number: 1,
  stack: 2,
  flags: 3,
} as const;

/** Of ROW's flags. */
export const ROW_FLAG = {
  /** It says what the state of a goroutine or P is, or makes it; its third argument says what the M runs. */
  states: 1,
  saysWhatRuns: 2,
  ofProc: 4,
  /** A thread of C made the goroutine. */
  foreign: 8,
  /** Its stack may be missing. */
  mayLack: 16,
} as const;

/** What an M runs, as its own rows tell. */
export const RUNS = { unknown: 0, none: 1, goroutine: 2, syscall: 3 } as const;

/** Rows that are kept of a generation: assembly/rows.ts says which. */
export const KEPT_ROWS = { strays: 0, again: 1, foreign: 2, unstated: 3 } as const;

/** Whose changes of state are kept: of goroutines, of Ps, of the collector, of the world that it stops, and of Ms. */
export const LOGS = { goroutine: 0, P: 1, gc: 2, stw: 3, M: 4 } as const;

/** States that a machine may have, at most. */
export const STATES_MOST = 8;

/** Changes of state of one kind that are kept, 13 bytes each, in pieces of so many; what comes later is not drawn. */
export const KEPT = { changes: 8_000_000, piece: 64_000 } as const;
