/**
 * Every event of the v2 execution trace, Go 1.22 to 1.26, as one table. It
 * drives the reader, the wire text, the encoder and the documentation.
 *
 * Written from GOROOT/src/internal/trace: `v2/event/go122` (1.22),
 * `event/go122` (1.23, 1.24) and `tracev2` (1.25, 1.26). Names of events and
 * arguments are Go's own, since people compare them with `go tool trace`.
 */

/** The older format, which v1/ turns into this one: Go 1.11 to 1.18 write 11, 1.19 and 1.20 write 19. */
export type V1Version = 9 | 10 | 11 | 19 | 21;
const V1_VERSIONS: readonly V1Version[] = [9, 10, 11, 19, 21];

/** The `go 1.N` of a trace's header. Go 1.24 writes 23. */
export type TraceVersion = V1Version | 22 | 23 | 25 | 26;
export const TRACE_VERSIONS: readonly TraceVersion[] = [...V1_VERSIONS, 22, 23, 25, 26];

export function isV1(version: TraceVersion): version is V1Version {
  return version < 22;
}

/** What an argument's number means; `value` is a plain quantity. */
export type ArgKind =
  | 'dt'
  | 'time'
  | 'seq'
  | 'pstatus'
  | 'gstatus'
  | 'g'
  | 'm'
  | 'p'
  | 'string'
  | 'stack'
  | 'task'
  | 'value';

/**
 * Where an event may stand: `timed` in an M's event batch, `sample` and `table`
 * inside their own batches, `frame` where the batches themselves begin and end.
 */
export type EventPlace = 'timed' | 'sample' | 'table' | 'frame';

export interface EventSpec {
  /** The byte that opens the event. */
  readonly type: number;
  readonly name: string;
  /** Go's argument names in the order of the bytes; a timed event's first is `dt`, in ticks. */
  readonly args: readonly string[];
  readonly kinds: readonly ArgKind[];
  /** The first trace version that may hold it. */
  readonly since: TraceVersion;
  readonly place: EventPlace;
  /** Index in `args` of the stack of whoever did it, -1 if none is recorded. */
  readonly stack: number;
  /** A length and that many raw bytes follow the arguments. */
  readonly data: boolean;
  /** Set on the experimental events of `GODEBUG=traceallocfree=1`. */
  readonly experiment: boolean;
  /** What it says, for the documentation. */
  readonly text: string;
}

const KINDS = new Set(['dt', 'time', 'seq', 'pstatus', 'gstatus', 'g', 'm', 'p', 'string', 'stack', 'task']);

/** Go puts an argument's type behind the last underscore, or makes it the whole name. */
function argKind(name: string): ArgKind {
  const kind = name.slice(name.lastIndexOf('_') + 1);
  return KINDS.has(kind) ? (kind as ArgKind) : 'value';
}

type Row = readonly [
  type: number,
  name: string,
  args: string,
  text: string,
  since?: TraceVersion,
  place?: EventPlace,
];

const ROWS = [
  [1, 'EventBatch', 'gen m time size', 'one M writes a run of events', 22, 'frame'],
  [2, 'Stacks', '', 'a part of the stack table follows', 22, 'table'],
  [3, 'Stack', 'id nframes', 'an entry of the stack table', 22, 'table'],
  [4, 'Strings', '', 'a part of the string table follows', 22, 'table'],
  [5, 'String', 'id', 'an entry of the string table', 22, 'table'],
  [6, 'CPUSamples', '', 'CPU profile samples follow', 22, 'table'],
  // 1.22's own table calls these p, g, m, but its runtime writes m, p, g.
  [7, 'CPUSample', 'time m p g stack', 'the CPU profiler hit this stack', 22, 'sample'],
  [8, 'Frequency', 'freq', 'ticks a second of every time in this generation', 22, 'table'],
  [9, 'ProcsChange', 'dt procs_value stack', 'the current value of GOMAXPROCS'],
  [10, 'ProcStart', 'dt p p_seq', 'an M acquired a P and runs it'],
  [11, 'ProcStop', 'dt', 'the M gave its P up'],
  [12, 'ProcSteal', 'dt p p_seq m', 'a P was taken from an M in a syscall'],
  [13, 'ProcStatus', 'dt p pstatus', 'how a P stood when the generation began'],
  [14, 'GoCreate', 'dt new_g new_stack stack', 'a goroutine was created, runnable'],
  [15, 'GoCreateSyscall', 'dt new_g', 'a goroutine appeared in a syscall: a callback from C'],
  [16, 'GoStart', 'dt g g_seq', 'a goroutine began to run'],
  [17, 'GoDestroy', 'dt', 'the running goroutine ended'],
  [18, 'GoDestroySyscall', 'dt', 'a goroutine ended in a syscall: its callback from C returned'],
  [19, 'GoStop', 'dt reason_string stack', 'the goroutine yielded and stays runnable'],
  [20, 'GoBlock', 'dt reason_string stack', 'the goroutine blocked'],
  [21, 'GoUnblock', 'dt g g_seq stack', 'a waiting goroutine was made runnable'],
  [22, 'GoSyscallBegin', 'dt p_seq stack', 'the goroutine entered a syscall'],
  [23, 'GoSyscallEnd', 'dt', 'the goroutine left its syscall and still had its P'],
  [24, 'GoSyscallEndBlocked', 'dt', 'the goroutine left its syscall and had lost its P'],
  [25, 'GoStatus', 'dt g m gstatus', 'how a goroutine stood when the generation began'],
  [26, 'STWBegin', 'dt kind_string stack', 'the world is being stopped'],
  [27, 'STWEnd', 'dt', 'the world runs again'],
  [28, 'GCActive', 'dt gc_seq', 'a GC was on when the generation began'],
  [29, 'GCBegin', 'dt gc_seq stack', 'a GC cycle began'],
  [30, 'GCEnd', 'dt gc_seq', 'the mark phase ended'],
  [31, 'GCSweepActive', 'dt p', 'a P was sweeping when the generation began'],
  [32, 'GCSweepBegin', 'dt stack', 'the P began to sweep'],
  [33, 'GCSweepEnd', 'dt swept_value reclaimed_value', 'the P swept so many bytes'],
  [34, 'GCMarkAssistActive', 'dt g', 'a goroutine was assisting when the generation began'],
  [35, 'GCMarkAssistBegin', 'dt stack', 'the goroutine began to assist the GC'],
  [36, 'GCMarkAssistEnd', 'dt', 'the goroutine ended its assist'],
  [37, 'HeapAlloc', 'dt heapalloc_value', 'bytes of live heap'],
  [38, 'HeapGoal', 'dt heapgoal_value', 'the heap size that starts the next GC'],
  [39, 'GoLabel', 'dt label_string', 'a label for the running goroutine'],
  [40, 'UserTaskBegin', 'dt task parent_task name_string stack', 'trace.NewTask'],
  [41, 'UserTaskEnd', 'dt task stack', 'Task.End'],
  [42, 'UserRegionBegin', 'dt task name_string stack', 'trace.StartRegion'],
  [43, 'UserRegionEnd', 'dt task name_string stack', 'Region.End'],
  [44, 'UserLog', 'dt task key_string value_string stack', 'trace.Log'],
  [45, 'GoSwitch', 'dt g g_seq', 'a coroutine switch: this goroutine waits, that one runs', 23],
  [46, 'GoSwitchDestroy', 'dt g g_seq', 'a coroutine switch: this goroutine ends, that one runs', 23],
  [47, 'GoCreateBlocked', 'dt new_g new_stack stack', 'a goroutine was created, waiting', 23],
  [48, 'GoStatusStack', 'dt g m gstatus stack', 'GoStatus, with the stack it stood at', 23],
  [49, 'ExperimentalBatch', 'exp gen m time', 'a batch in an experiment’s own format', 23, 'frame'],
  [50, 'Sync', '', 'the clocks of this generation follow', 25, 'table'],
  [
    51,
    'ClockSnapshot',
    'dt mono sec nsec',
    'the trace, monotonic and wall clocks at one moment',
    25,
    'table',
  ],
  [52, 'EndOfGeneration', '', 'the generation is whole', 26, 'frame'],
  [128, 'Span', 'dt id npages_value kindclass', 'a heap span exists', 23],
  [129, 'SpanAlloc', 'dt id npages_value kindclass', 'a heap span was allocated', 23],
  [130, 'SpanFree', 'dt id', 'a heap span was freed', 23],
  [131, 'HeapObject', 'dt id type', 'a heap object exists', 23],
  [132, 'HeapObjectAlloc', 'dt id type', 'a heap object was allocated', 23],
  [133, 'HeapObjectFree', 'dt id', 'a heap object was freed', 23],
  [134, 'GoroutineStack', 'dt id order', 'a goroutine stack exists', 23],
  [135, 'GoroutineStackAlloc', 'dt id order', 'a goroutine stack was allocated', 23],
  [136, 'GoroutineStackFree', 'dt id', 'a goroutine stack was freed', 23],
] as const satisfies readonly Row[];

export type EventName = (typeof ROWS)[number][1];

function spec(row: Row): EventSpec {
  const [type, name, text, meaning, since = 22, place = 'timed'] = row;
  const args = text === '' ? [] : text.split(' ');
  return {
    type,
    name,
    args,
    kinds: args.map(argKind),
    since,
    place,
    stack: args.lastIndexOf('stack'),
    data: name === 'String' || name === 'ExperimentalBatch',
    experiment: type >= 128,
    text: meaning,
  };
}

/** In the order of their types. */
export const EVENT_SPECS: readonly EventSpec[] = ROWS.map((row) => spec(row));

const BY_TYPE: readonly (EventSpec | undefined)[] = (() => {
  const table: (EventSpec | undefined)[] = new Array(256).fill(undefined);
  for (const event of EVENT_SPECS) table[event.type] = event;
  return table;
})();

/** Type numbers by Go's names: `EV.GoStart` is 16. */
export const EV = Object.freeze(Object.fromEntries(ROWS.map((row) => [row[1], row[0]]))) as Readonly<{
  [R in (typeof ROWS)[number] as R[1]]: R[0];
}>;

/** The spec of a type, in whatever version; undefined if no release knows it. */
export function specOf(type: number): EventSpec | undefined {
  return BY_TYPE[type];
}

/** The name of a type as Go prints it, `Invalid(200)` for one that no release knows. */
export function eventName(type: number): string {
  return BY_TYPE[type]?.name ?? `Invalid(${type})`;
}

/** Marks a type that may not stand in an event batch in `timedArgCounts`. */
export const NOT_TIMED = 255;

/**
 * For each type, how many arguments follow `dt` in an event batch of that
 * version; NOT_TIMED where the type has no place there.
 */
export function timedArgCounts(version: TraceVersion): Uint8Array {
  const counts = new Uint8Array(256).fill(NOT_TIMED);
  for (const { type, args, place, since } of EVENT_SPECS) {
    if (place === 'timed' && since <= version) counts[type] = args.length - 1;
  }
  return counts;
}

/** Bytes of a batch after its header. */
export const MAX_BATCH_SIZE = 64 << 10;
/** Frames of a stack. */
export const MAX_FRAMES = 128;
/** Bytes of a string. */
export const MAX_STRING_SIZE = 1 << 10;

/** How Go writes a goroutine's status in GoStatus; 0 is never written. */
export const GO_STATUS = Object.freeze({ runnable: 1, running: 2, syscall: 3, waiting: 4 });
/**
 * How Go writes a P's status in ProcStatus; 0 is never written. `abandoned` is
 * a P in a syscall whose M can no longer be named.
 */
export const PROC_STATUS = Object.freeze({ running: 1, idle: 2, syscall: 3, abandoned: 4 });
