/**
 * Every event of the v1 execution trace, Go 1.9 to 1.21, as one table: how it
 * is laid out, what it waits for, whose context it changes, and which event of
 * the v2 format says the same.
 *
 * Written from GOROOT/src/runtime/trace.go of those releases, which writes the
 * events, from their internal/trace, and for the last three columns from
 * internal/trace/tracev1.go of Go 1.26, which turns v1 into v2.
 */
import { type EventName, GO_STATUS, type V1Version } from '../specs.ts';

/**
 * What an event needs of the goroutine it is about, before it may come next,
 * and what it makes of it. `exact` waits for a number, `Local` for the state
 * alone: its P wrote the event before it, too.
 */
export type Role =
  | 'free'
  | 'create'
  | 'found'
  | 'start'
  | 'startLocal'
  | 'block'
  | 'yield'
  | 'ready'
  | 'readyLocal'
  | 'collect';

/**
 * Whose event it is: the goroutine that the P runs (`own`), one that it runs
 * from here on (`enters`) or no longer (`leaves`), or the one it names (`named`).
 */
export type Owner = 'own' | 'enters' | 'leaves' | 'named';

/**
 * One argument of the v2 event: an argument of the v1 event by its name, a
 * number, `none`, a reason in words, or `special` where a function decides.
 */
export type Source = { arg: string } | { number: number } | 'none' | { reason: string } | 'special';

export interface V1Spec {
  /** The lower six bits of the byte that opens the event. */
  readonly type: number;
  readonly name: string;
  /** In the order of the bytes; before them stands the time since the event before, in ticks. */
  readonly args: readonly string[];
  readonly since: V1Version;
  readonly role: Role;
  readonly owner: Owner;
  /** The v2 event; undefined for what only helps to order or to convert others. */
  readonly as: EventName | undefined;
  readonly to: readonly Source[];
}

type Row = readonly [
  type: number,
  name: string,
  args: string,
  as?: EventName | '',
  to?: string,
  role?: Role,
  owner?: Owner,
  since?: V1Version,
];

// In `to`: a name is an argument, a number itself, *waiting a status, ? special, and what stands in
// quotes a reason. The words of the reasons are those that Go's converter and Go 1.22 use.
const ROWS = [
  [4, 'Gomaxprocs', 'procs stack', 'ProcsChange', 'procs stack'],
  [5, 'ProcStart', 'thread', 'ProcStart', '? 0'],
  [6, 'ProcStop', '', 'ProcStop'],
  [7, 'GCStart', 'seq stack', 'GCBegin', 'seq stack', 'collect'],
  [8, 'GCDone', '', 'GCEnd', '0'],
  // Before 1.10 it has no argument: the only stop that was traced ended the marking.
  [9, 'STWStart', 'kind', 'STWBegin', '? 0'],
  [10, 'STWDone', '', 'STWEnd'],
  [11, 'GCSweepStart', 'stack', 'GCSweepBegin', 'stack'],
  [12, 'GCSweepDone', 'swept reclaimed', 'GCSweepEnd', 'swept reclaimed'],
  [13, 'GoCreate', 'g newstack stack', 'GoCreate', 'g newstack stack', 'create'],
  [14, 'GoStart', 'g seq', 'GoStart', 'g seq', 'start', 'enters'],
  [15, 'GoEnd', '', 'GoDestroy', '', 'free', 'leaves'],
  [16, 'GoStop', 'stack', 'GoBlock', '"forever" stack', 'free', 'leaves'],
  [17, 'GoSched', 'stack', 'GoStop', '"runtime.Gosched" stack', 'yield', 'leaves'],
  [18, 'GoPreempt', 'stack', 'GoStop', '"preempted" stack', 'yield', 'leaves'],
  [19, 'GoSleep', 'stack', 'GoBlock', '"sleep" stack', 'block', 'leaves'],
  [20, 'GoBlock', 'stack', 'GoBlock', '0 stack', 'block', 'leaves'],
  [21, 'GoUnblock', 'g seq stack', 'GoUnblock', 'g seq stack', 'ready'],
  [22, 'GoBlockSend', 'stack', 'GoBlock', '"chan send" stack', 'block', 'leaves'],
  [23, 'GoBlockRecv', 'stack', 'GoBlock', '"chan receive" stack', 'block', 'leaves'],
  [24, 'GoBlockSelect', 'stack', 'GoBlock', '"select" stack', 'block', 'leaves'],
  [25, 'GoBlockSync', 'stack', 'GoBlock', '"sync" stack', 'block', 'leaves'],
  [26, 'GoBlockCond', 'stack', 'GoBlock', '"sync.(*Cond).Wait" stack', 'block', 'leaves'],
  [27, 'GoBlockNet', 'stack', 'GoBlock', '"network" stack', 'block', 'leaves'],
  [28, 'GoSysCall', 'stack', 'GoSyscallBegin', '0 stack'],
  [29, 'GoSysExit', 'g seq ts', 'GoSyscallEndBlocked', '', 'ready', 'named'],
  [30, 'GoSysBlock', '', '', '', 'block', 'leaves'],
  [31, 'GoWaiting', 'g', 'GoStatus', 'g none *waiting', 'found', 'named'],
  [32, 'GoInSyscall', 'g', 'GoStatus', 'g none *syscall', 'found', 'named'],
  [33, 'HeapAlloc', 'mem', 'HeapAlloc', 'mem'],
  [34, 'HeapGoal', 'mem', 'HeapGoal', 'mem'],
  // No release from 1.9 on writes it, though their parsers know it.
  [36, 'FutileWakeup', ''],
  [38, 'GoStartLocal', 'g', 'GoStart', 'g 0', 'startLocal', 'enters'],
  [39, 'GoUnblockLocal', 'g stack', 'GoUnblock', 'g 0 stack', 'readyLocal'],
  [40, 'GoSysExitLocal', 'g ts', 'GoSyscallEndBlocked', '', 'readyLocal', 'named'],
  [41, 'GoStartLabel', 'g seq label', 'GoStart', 'g seq', 'start', 'enters'],
  [42, 'GoBlockGC', 'stack', 'GoBlock', '"GC mark assist wait for work" stack', 'block', 'leaves'],
  [43, 'GCMarkAssistStart', 'stack', 'GCMarkAssistBegin', 'stack'],
  [44, 'GCMarkAssistDone', '', 'GCMarkAssistEnd'],
  [45, 'UserTaskCreate', 'task parent name stack', 'UserTaskBegin', 'task ? name stack', 'free', 'own', 11],
  [46, 'UserTaskEnd', 'task stack', 'UserTaskEnd', 'task stack', 'free', 'own', 11],
  [47, 'UserRegion', 'task mode name stack', 'UserRegionBegin', 'task name stack', 'free', 'own', 11],
  // Behind it stands its value: a length and the bytes.
  [48, 'UserLog', 'task key stack', 'UserLog', 'task key ? stack', 'free', 'own', 11],
  // Its `ts` is a time of its own, in ticks: it is written later, by another goroutine.
  [49, 'CPUSample', 'ts p g stack', 'CPUSample', 'none p g stack', 'free', 'own', 19],
] as const satisfies readonly Row[];

/** What stands between the events, each laid out in its own way. */
export const V1_FRAME = Object.freeze({ Batch: 1, Frequency: 2, Stack: 3, TimerGoroutine: 35, String: 37 });

function source(text: string): Source {
  if (text === 'none') return text;
  if (text === '?') return 'special';
  if (text.startsWith('"')) return { reason: text.slice(1, -1) };
  if (text.startsWith('*')) return { number: GO_STATUS[text.slice(1) as keyof typeof GO_STATUS] };
  return /^\d+$/.test(text) ? { number: Number(text) } : { arg: text };
}

function spec(row: Row): V1Spec {
  const [type, name, args, as = '', to = '', role = 'free', owner = 'own', since = 9] = row;
  return {
    type,
    name,
    args: args === '' ? [] : args.split(' '),
    since,
    role,
    owner,
    as: as === '' ? undefined : as,
    to: (to.match(/"[^"]*"|\S+/g) ?? []).map(source),
  };
}

/** In the order of their types. */
export const V1_SPECS: readonly V1Spec[] = ROWS.map((row) => spec(row));

/** Type numbers by Go's names: `V1.GoStart` is 14. */
export const V1 = Object.freeze(Object.fromEntries(ROWS.map((row) => [row[1], row[0]]))) as Readonly<{
  [R in (typeof ROWS)[number] as R[1]]: R[0];
}>;

/** Types are six bits. */
export const V1_TYPES = 64;
/** Marks a type that may not stand in a trace of that version in `v1ArgCounts`. */
export const NO_EVENT = 255;

/** For each type, how many arguments follow the time. */
export function v1ArgCounts(version: V1Version): Uint8Array {
  const counts = new Uint8Array(V1_TYPES).fill(NO_EVENT);
  for (const { type, args, since } of V1_SPECS) if (since <= version) counts[type] = args.length;
  if (version < 10) counts[V1.STWStart] = 0;
  return counts;
}

/** A name for messages: `GoStart`, or `type 63` for what no release knows. */
export function v1Name(type: number): string {
  const known = V1_SPECS.find((each) => each.type === type)?.name;
  return known ?? Object.entries(V1_FRAME).find(([, number]) => number === type)?.[0] ?? `type ${type}`;
}

/** Why the world was stopped, by the argument of STWStart: from Go 1.21, and before. */
const STOPS_121 = [
  '',
  'GC mark termination',
  'GC sweep termination',
  'write heap dump',
  'goroutine profile',
  'goroutine profile cleanup',
  'all goroutine stack trace',
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

export function stopReasons(version: V1Version): readonly string[] {
  return version >= 21 ? STOPS_121 : STOPS_121.slice(1, 3);
}

/** Every word that a v2 event needs and a v1 trace does not hold. */
export function reasonTexts(version: V1Version): string[] {
  const ofBlocks = V1_SPECS.flatMap(({ to }) =>
    to.flatMap((each) => (typeof each === 'object' && 'reason' in each ? [each.reason] : [])),
  );
  return [...new Set([...ofBlocks, ...stopReasons(version)])].filter((text) => text !== '');
}

/**
 * The Ps that stand in the place of real ones, as Go's reader numbers them: a
 * timer's wakeup, a wakeup from the network, the end of a long syscall, a GC's
 * beginning.
 */
export const FAKE_P = Object.freeze({ timer: 1000001, netpoll: 1000002, syscall: 1000003, gc: 1000004 });
