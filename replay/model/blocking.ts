/**
 * Who gives which reason: a goroutine that blocks or stops says why, and so does who stops the world;
 * the function on top of the stack is the one that made it so. The runtime parks in a few places
 * only, each with a reason of its own, so a function that is known gives no other.
 *
 * No recording of the corpus (oracle/README.md) has a known function with another reason.
 * Any other function may block for any reason, since who links to `gopark` gives his own.
 */
import type { Citation } from '../result.ts';
import { WAIT_REASONS } from './goroutine.ts';
import { at, RELEASES, type Release } from './row.ts';
import { STW_REASONS } from './stw-reasons.ts';

export interface Giver {
  /** A function, or with `*` at the end all whose names begin so; empty where there is no stack. The first that fits counts. */
  readonly func: string;
  readonly gives: readonly string[];
  readonly cite: readonly Citation[];
  /** First and last release, where not all. */
  readonly from?: Release;
  readonly to?: Release;
}

/** These park for whoever called them: the next frame is the one that gives the reason. */
export const PARKERS: readonly string[] = ['runtime.gopark', 'runtime.goparkunlock'];

const PREEMPTED = 'preempted';
const preemption = [
  at('proc.go', 'preemptPark', 'trace.GoPark(traceBlockPreempted, 0)'),
  at('proc.go', 'preemptPark', 'dropg()'),
];

const receive = [
  at('chan.go', 'chanrecv', 'traceBlockChanRecv, 2)'),
  at('chan.go', 'chanrecv', 'gopark(nil, nil, waitReasonChanReceiveNilChan, traceBlockForever, 2)'),
];
const send = [
  at('chan.go', 'chansend', 'traceBlockChanSend, 2)'),
  at('chan.go', 'chansend', 'gopark(nil, nil, waitReasonChanSendNilChan, traceBlockForever, 2)'),
];
const semaphore = [
  at('sema.go', 'semacquire1', 'goparkunlock(&root.lock, reason, traceBlockSync, 4+skipframes)'),
];
const network = [
  at(
    'netpoll.go',
    'netpollblock',
    'gopark(netpollblockcommit, unsafe.Pointer(gpp), waitReasonIOWait, traceBlockNet, 5)',
  ),
];
const condition = [
  at('sema.go', 'notifyListWait', 'goparkunlock(&l.lock, waitReasonSyncCondWait, traceBlockCondWait, 3)'),
];
const finalizers = (func: string) => [
  at(
    'mfinal.go',
    func,
    'gopark(finalizercommit, unsafe.Pointer(&finlock), waitReasonFinalizerWait, traceBlockSystemGoroutine, 1)',
  ),
];
const reader = (file: string, func = 'ReadTrace') => [
  at(file, func, 'nil, waitReasonTraceReaderBlocked, traceBlockSystemGoroutine, 2)'),
];

const SYSTEM = ['system goroutine wait'];

/** What blocks. */
const BLOCKS: readonly Giver[] = [
  { func: 'runtime.chanrecv1', gives: ['chan receive', 'forever'], cite: receive },
  { func: 'runtime.chanrecv2', gives: ['chan receive', 'forever'], cite: receive },
  { func: 'runtime.chansend1', gives: ['chan send', 'forever'], cite: send },
  {
    func: 'runtime.selectgo',
    gives: ['select'],
    cite: [at('select.go', 'selectgo', 'traceBlockSelect, 1)')],
  },
  {
    func: 'runtime.block',
    gives: ['forever'],
    cite: [at('select.go', 'block', 'gopark(nil, nil, waitReasonSelectNoCases, traceBlockForever, 1)')],
  },
  {
    func: 'internal/poll.(*fdMutex).rwlock',
    gives: ['sync'],
    cite: [
      {
        file: 'internal/poll/fd_mutex.go',
        func: '(*fdMutex) rwlock',
        statement: 'runtime_Semacquire(mutexSema)',
      },
    ],
  },
  {
    func: 'internal/poll.(*FD).Close',
    gives: ['sync'],
    cite: [
      { file: 'internal/poll/fd_unix.go', func: '(*FD) Close', statement: 'runtime_Semacquire(&fd.csema)' },
    ],
  },
  { func: 'internal/poll.*', gives: ['network'], cite: network },
  {
    func: 'time.Sleep',
    gives: ['sleep'],
    cite: [at('time.go', 'timeSleep', 'waitReasonSleep, traceBlockSleep, 1)')],
  },
  // Its Lock, at the end, is that of any Locker.
  { func: 'sync.(*Cond).Wait', gives: ['sync.(*Cond).Wait', 'sync'], cite: [...condition, ...semaphore] },
  { func: 'sync.*', gives: ['sync'], cite: semaphore },
  ...['gcStart', 'gcMarkDone', 'stopTheWorld', 'stopTheWorldGC', 'traceAdvance'].map((name) => ({
    func: `runtime.${name}`,
    gives: ['sync'],
    cite: semaphore,
  })),
  {
    func: 'runtime.gcParkAssist',
    gives: ['GC mark assist wait for work'],
    cite: [at('mgcmark.go', 'gcParkAssist', 'waitReasonGCAssistWait, traceBlockGCMarkAssist, 2)')],
  },
  {
    func: 'runtime.gcParkStrongFromWeak',
    gives: ['GC weak to strong wait'],
    cite: [
      at(
        'mheap.go',
        'gcParkStrongFromWeak',
        'waitReasonGCWeakToStrongWait, traceBlockGCWeakToStrongWait, 2)',
      ),
    ],
    from: 'go1.23',
  },
  {
    func: 'runtime.bgsweep',
    gives: ['GC background sweeper wait'],
    cite: [
      at('mgcsweep.go', 'bgsweep', 'goparkunlock(&sweep.lock, waitReasonGCSweepWait, traceBlockGCSweep, 1)'),
    ],
  },
  {
    func: 'runtime.gcWaitOnMark',
    gives: ['wait until GC ends'],
    cite: [at('mgc.go', 'gcWaitOnMark', 'waitReasonWaitForGCCycle, traceBlockUntilGCEnds, 1)')],
  },
  {
    func: 'runtime.gcBgMarkWorker',
    gives: SYSTEM,
    cite: [
      at(
        'mgc.go',
        'gcBgMarkWorker',
        'unsafe.Pointer(node), waitReasonGCWorkerIdle, traceBlockSystemGoroutine, 0)',
      ),
    ],
  },
  {
    func: 'runtime.(*scavengerState).park',
    gives: SYSTEM,
    cite: [
      at(
        'mgcscavenge.go',
        '(*scavengerState) park',
        'waitReasonGCScavengeWait, traceBlockSystemGoroutine, 2)',
      ),
    ],
  },
  {
    func: 'runtime.(*scavengerState).sleep',
    gives: ['sleep'],
    cite: [at('mgcscavenge.go', '(*scavengerState) sleep', 'waitReasonSleep, traceBlockSleep, 2)')],
  },
  { func: 'runtime.runfinq', gives: SYSTEM, cite: finalizers('runfinq'), to: 'go1.24' },
  { func: 'runtime.runFinalizers', gives: SYSTEM, cite: finalizers('runFinalizers'), from: 'go1.25' },
  {
    func: 'runtime.(*cleanupQueue).dequeue',
    gives: SYSTEM,
    cite: [
      at('mcleanup.go', '(*cleanupQueue) dequeue', 'waitReasonCleanupWait, traceBlockSystemGoroutine, 1)'),
    ],
    from: 'go1.25',
  },
  {
    func: 'runtime.updateMaxProcsGoroutine',
    gives: SYSTEM,
    cite: [
      at(
        'proc.go',
        'updateMaxProcsGoroutine',
        'waitReasonUpdateGOMAXPROCSIdle, traceBlockSystemGoroutine, 1)',
      ),
    ],
    from: 'go1.25',
  },
  { func: 'runtime/trace.Start.func1', gives: SYSTEM, cite: reader('trace2.go'), to: 'go1.22' },
  {
    func: 'runtime/trace.Start.func1',
    gives: SYSTEM,
    cite: reader('trace.go'),
    from: 'go1.23',
    to: 'go1.24',
  },
  {
    func: 'runtime/trace.(*traceMultiplexer).startLocked.func1',
    gives: SYSTEM,
    cite: reader('trace.go', 'readTrace'),
    from: 'go1.25',
    to: 'go1.25',
  },
  {
    func: 'runtime/trace.(*traceMultiplexer).startLocked.func1',
    gives: SYSTEM,
    cite: reader('trace.go'),
    from: 'go1.26',
  },
];

/** Until 1.25 a goroutine that is preempted is taken from its M before that is told, so it has no stack; no other lacks it. */
const BLOCKS_UNTIL_125: readonly Giver[] = [
  { func: '', gives: [PREEMPTED], cite: preemption },
  ...BLOCKS,
  { func: '*', gives: WAIT_REASONS.filter((reason) => reason !== PREEMPTED), cite: preemption },
];

/** From 1.26 on it has one: any function may have been preempted. */
const BLOCKS_FROM_126: readonly Giver[] = BLOCKS.map((giver) => ({
  ...giver,
  gives: [...giver.gives, PREEMPTED],
}));

const YIELD = ['runtime.Gosched'];
const yields = (name: string, statement: string): Giver => ({
  func: `runtime.${name}`,
  gives: YIELD,
  cite: [at('proc.go', name, statement)],
});
const interrupted = [at('preempt.go', 'asyncPreempt2', 'mcall(gopreempt_m)')];
const preempted = [at('stack.go', 'newstack', 'gopreempt_m(gp)')];

/**
 * What stops and stays runnable, from 1.25 on: before, these functions are inlined away or passed over. None of
 * them has a stack check in which it could be preempted, and nobody else yields.
 */
const STOPS_FROM_125: readonly Giver[] = [
  yields('Gosched', 'mcall(gosched_m)'),
  yields('goschedguarded', 'mcall(goschedguarded_m)'),
  yields('goschedIfBusy', 'mcall(gosched_m)'),
  {
    func: 'runtime.systemstack_switch',
    gives: YIELD,
    cite: [at('proc.go', 'procresize', 'trace.GoSched()')],
  },
  {
    func: 'runtime.debugCallWrap1',
    gives: [...YIELD, PREEMPTED],
    cite: [at('debugcall.go', 'debugCallWrap1', 'trace.GoSched()')],
  },
  { func: '*', gives: [PREEMPTED], cite: preempted },
];

const STOPS_UNTIL_124: readonly Giver[] = [
  { func: 'runtime.asyncPreempt', gives: [PREEMPTED], cite: interrupted },
  { func: 'runtime.asyncPreempt2', gives: [PREEMPTED], cite: interrupted },
];

const SWEEP_TERMINATION = ['GC sweep termination'];
const sweepTermination = [at('mgc.go', 'gcStart', 'stw = stopTheWorldWithSema(stwGCSweepTerm)')];
const MARK_TERMINATION = ['GC mark termination'];
const markTermination = [at('mgc.go', 'gcMarkDone', 'stw = stopTheWorldWithSema(stwGCMarkTerm)')];
const START_TRACE = ['start trace'];

/** What stops the world. */
const STOPS_OF_THE_WORLD: readonly Giver[] = [
  { func: 'runtime.mallocgc*', gives: SWEEP_TERMINATION, cite: sweepTermination },
  { func: 'runtime.GC', gives: SWEEP_TERMINATION, cite: sweepTermination },
  { func: 'runtime.gcBgMarkWorker', gives: MARK_TERMINATION, cite: markTermination },
  { func: 'runtime.gcAssistAlloc', gives: MARK_TERMINATION, cite: markTermination },
  {
    func: 'runtime.stopTheWorldGC',
    gives: STW_REASONS.filter(
      (reason) => ![...SWEEP_TERMINATION, ...MARK_TERMINATION, ...START_TRACE].includes(reason),
    ),
    cite: [at('proc.go', 'stopTheWorldGC', 'return stopTheWorld(reason)')],
  },
];
const startTrace = (file: string): Giver => ({
  func: 'runtime.StartTrace',
  gives: START_TRACE,
  cite: [at(file, 'StartTrace', 'tl.STWStart(stwStartTrace)')],
});

/** The table of a release, by event: its first two arguments are a reason and a stack. */
export function giversOf(release: Release): Givers {
  const now = RELEASES.indexOf(release);
  const since = (other: Release): boolean => now >= RELEASES.indexOf(other);
  const holds = ({ from = 'go1.22', to = 'go1.26' }: Giver): boolean =>
    since(from) && now <= RELEASES.indexOf(to);
  return {
    GoBlock: (since('go1.26') ? BLOCKS_FROM_126 : BLOCKS_UNTIL_125).filter(holds),
    GoStop: since('go1.25') ? STOPS_FROM_125 : STOPS_UNTIL_124,
    STWBegin: [...STOPS_OF_THE_WORLD, startTrace(since('go1.23') ? 'trace.go' : 'trace2.go')],
  };
}

/** By event. */
export type Givers = Readonly<Record<'GoBlock' | 'GoStop' | 'STWBegin', readonly Giver[]>>;
