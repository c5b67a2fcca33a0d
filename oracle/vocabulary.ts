/**
 * What Go's reader makes of each wire event: its kind, the resource that it
 * speaks of, and where its details stand in the event's arguments.
 *
 * From GOROOT/src/internal/trace/event.go, and from the few places of order.go
 * that make several events of one. What depends on earlier events has no place
 * in a table and is marked KEPT: see memory.ts.
 */
import type { EventName } from '../replay/index.ts';

/** Known only from what went before. */
export const KEPT = '(kept)';

/** The resource of the M's own context, or the argument that names it. */
type Who = 'own' | 'g' | 'new_g' | 'p';

interface Transition {
  readonly as: 'StateTransition';
  readonly resource: 'Goroutine' | 'Proc';
  readonly who: Who;
  readonly from: string;
  readonly to: string;
  /** The argument that gives the reason. */
  readonly reason?: 'reason_string';
  /** The stack of the goroutine that changes, which need not be the one that runs. */
  readonly of?: 'stack' | 'new_stack';
  /** Goes with the event of its own: the stack, and the goroutine of the M. */
  readonly alone?: true;
  /** Only where the M has a P. */
  readonly needsP?: true;
}

interface Range {
  readonly as: 'RangeBegin' | 'RangeActive' | 'RangeEnd';
  readonly name: string;
  readonly scope: 'None' | 'Goroutine' | 'Proc';
  readonly who?: Who;
  /** Attributes with the arguments that hold their values. */
  readonly attributes?: readonly (readonly [name: string, arg: string])[];
}

interface Metric {
  readonly as: 'Metric';
  readonly name: string;
  readonly value: string;
}

interface Plain {
  readonly as:
    | 'Label'
    | 'TaskBegin'
    | 'TaskEnd'
    | 'RegionBegin'
    | 'RegionEnd'
    | 'Log'
    | 'StackSample'
    | 'Experimental';
}

export type Lift = Transition | Range | Metric | Plain;

type More = Partial<Pick<Transition, 'reason' | 'of' | 'alone' | 'needsP'>>;

const goroutine = (who: Who, from: string, to: string, more: More = {}): Transition => ({
  as: 'StateTransition',
  resource: 'Goroutine',
  who,
  from,
  to,
  ...more,
});

const proc = (who: Who, from: string, to: string, more: More = {}): Transition => ({
  as: 'StateTransition',
  resource: 'Proc',
  who,
  from,
  to,
  ...more,
});

const MARK = { name: 'GC concurrent mark phase', scope: 'None' } as const;
const SWEEP = { name: 'GC incremental sweep', scope: 'Proc' } as const;
const ASSIST = { name: 'GC mark assist', scope: 'Goroutine' } as const;
const STW = { name: KEPT, scope: 'Goroutine', who: 'own' } as const;
const STOPPED = { reason: 'reason_string', of: 'stack' } as const;

/** In the order in which Go's reader hands them out. Wire events that are not here make no event. */
export const LIFTS: Readonly<Partial<Record<EventName, readonly Lift[]>>> = {
  CPUSample: [{ as: 'StackSample' }],
  ProcsChange: [{ as: 'Metric', name: '/sched/gomaxprocs:threads', value: 'procs_value' }],
  ProcStart: [proc('p', 'Idle', 'Running')],
  ProcStop: [proc('own', 'Running', 'Idle')],
  ProcSteal: [proc('p', KEPT, 'Idle')],
  ProcStatus: [proc('p', KEPT, KEPT)],
  GoCreate: [goroutine('new_g', 'NotExist', 'Runnable', { of: 'new_stack' })],
  GoCreateBlocked: [goroutine('new_g', 'NotExist', 'Waiting', { of: 'new_stack' })],
  GoCreateSyscall: [goroutine('new_g', 'NotExist', 'Syscall')],
  GoStart: [goroutine('g', 'Runnable', 'Running')],
  GoDestroy: [goroutine('own', 'Running', 'NotExist')],
  // The P that a callback from C leaves behind is stolen by the M itself, as Go tells it.
  GoDestroySyscall: [
    proc('own', 'Running', 'Idle', { needsP: true }),
    goroutine('own', 'Syscall', 'NotExist'),
  ],
  GoStop: [goroutine('own', 'Running', 'Runnable', STOPPED)],
  GoBlock: [goroutine('own', 'Running', 'Waiting', STOPPED)],
  GoUnblock: [goroutine('g', 'Waiting', 'Runnable')],
  GoSyscallBegin: [goroutine('own', 'Running', 'Syscall', { of: 'stack' })],
  GoSyscallEnd: [goroutine('own', 'Syscall', 'Running')],
  GoSyscallEndBlocked: [goroutine('own', 'Syscall', 'Runnable')],
  GoStatus: [goroutine('g', KEPT, KEPT)],
  GoStatusStack: [goroutine('g', KEPT, KEPT, { of: 'stack' })],
  GoSwitch: [
    goroutine('g', 'Waiting', 'Runnable'),
    goroutine('own', 'Running', 'Waiting'),
    goroutine('g', 'Runnable', 'Running', { alone: true }),
  ],
  GoSwitchDestroy: [
    goroutine('g', 'Waiting', 'Runnable'),
    goroutine('own', 'Running', 'NotExist'),
    goroutine('g', 'Runnable', 'Running', { alone: true }),
  ],
  STWBegin: [{ as: 'RangeBegin', ...STW }],
  STWEnd: [{ as: 'RangeEnd', ...STW }],
  GCActive: [{ as: 'RangeActive', ...MARK }],
  GCBegin: [{ as: 'RangeBegin', ...MARK }],
  GCEnd: [{ as: 'RangeEnd', ...MARK }],
  GCSweepActive: [{ as: 'RangeActive', ...SWEEP, who: 'p' }],
  GCSweepBegin: [{ as: 'RangeBegin', ...SWEEP, who: 'own' }],
  GCSweepEnd: [
    {
      as: 'RangeEnd',
      ...SWEEP,
      who: 'own',
      attributes: [
        ['bytes swept', 'swept_value'],
        ['bytes reclaimed', 'reclaimed_value'],
      ],
    },
  ],
  GCMarkAssistActive: [{ as: 'RangeActive', ...ASSIST, who: 'g' }],
  GCMarkAssistBegin: [{ as: 'RangeBegin', ...ASSIST, who: 'own' }],
  GCMarkAssistEnd: [{ as: 'RangeEnd', ...ASSIST, who: 'own' }],
  HeapAlloc: [{ as: 'Metric', name: '/memory/classes/heap/objects:bytes', value: 'heapalloc_value' }],
  HeapGoal: [{ as: 'Metric', name: '/gc/heap/goal:bytes', value: 'heapgoal_value' }],
  GoLabel: [{ as: 'Label' }],
  UserTaskBegin: [{ as: 'TaskBegin' }],
  UserTaskEnd: [{ as: 'TaskEnd' }],
  UserRegionBegin: [{ as: 'RegionBegin' }],
  UserRegionEnd: [{ as: 'RegionEnd' }],
  UserLog: [{ as: 'Log' }],
  Span: [{ as: 'Experimental' }],
  SpanAlloc: [{ as: 'Experimental' }],
  SpanFree: [{ as: 'Experimental' }],
  HeapObject: [{ as: 'Experimental' }],
  HeapObjectAlloc: [{ as: 'Experimental' }],
  HeapObjectFree: [{ as: 'Experimental' }],
  GoroutineStack: [{ as: 'Experimental' }],
  GoroutineStackAlloc: [{ as: 'Experimental' }],
  GoroutineStackFree: [{ as: 'Experimental' }],
};

/** Names of statuses, by the number that GoStatus and ProcStatus carry. A syscall counts as running for a P. */
export const GO_STATES = ['Undetermined', 'Runnable', 'Running', 'Syscall', 'Waiting'] as const;
export const PROC_STATES = ['Undetermined', 'Running', 'Idle', 'Running', 'Idle'] as const;

/** By the number of an experiment. */
export const EXPERIMENTS = ['None', 'AllocFree'] as const;
