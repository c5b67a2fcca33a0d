/**
 * Who gives which reason: a goroutine that blocks says why, and the function on
 * top of its stack is the one that made it so. The runtime parks in a few places
 * only, each with a reason of its own, so a function that is known gives no other.
 *
 * No recording of the corpus (oracle/README.md) has a known function with another reason.
 * What is not in the table is not asked: who links to `gopark` may park for any reason.
 */
import type { Citation } from '../result.ts';
import { at, RELEASES, type Release } from './row.ts';

export interface Giver {
  /** A function, or with `*` at the end all whose names begin so. */
  readonly func: string;
  readonly gives: readonly string[];
  readonly cite: readonly Citation[];
  /** It has no point at which it could be interrupted: it gives no reason of INTERRUPTED either. */
  readonly uninterrupted?: true;
  /** First and last release, where not all. */
  readonly from?: Release;
  readonly to?: Release;
}

/** These park for whoever called them: the next frame is the one that gives the reason. */
export const PARKERS: readonly string[] = ['runtime.gopark', 'runtime.goparkunlock'];

/** Reasons that any function may come to have: it was interrupted. */
export const INTERRUPTED: readonly string[] = ['preempted', 'wait for debug call', 'unspecified'];

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
  { func: 'internal/poll.*', gives: ['network', 'sync'], cite: [...network, ...semaphore] },
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

const YIELD = ['runtime.Gosched'];
const yields = (name: string, statement: string): Giver => ({
  func: `runtime.${name}`,
  gives: YIELD,
  cite: [at('proc.go', name, statement)],
  uninterrupted: true,
});

/**
 * What stops and stays runnable, from 1.25 on: before, these functions are inlined away. None of them has a
 * stack check in which it could be preempted.
 */
const STOPS: readonly Giver[] = [
  yields('Gosched', 'mcall(gosched_m)'),
  yields('goschedguarded', 'mcall(goschedguarded_m)'),
  yields('goschedIfBusy', 'mcall(gosched_m)'),
];

/** The table of a release, by event. */
export function giversOf(release: Release): Readonly<Record<'GoBlock' | 'GoStop', readonly Giver[]>> {
  const now = RELEASES.indexOf(release);
  const holds = ({ from = 'go1.22', to = 'go1.26' }: Giver): boolean =>
    RELEASES.indexOf(from) <= now && now <= RELEASES.indexOf(to);
  return { GoBlock: BLOCKS.filter(holds), GoStop: now >= RELEASES.indexOf('go1.25') ? STOPS : [] };
}
