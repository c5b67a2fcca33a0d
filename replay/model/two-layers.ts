/**
 * What the execution trace and the runtime's own probes must agree on, since
 * each transition is made and traced by the same lines; and what only one of them
 * shows, with the statement that makes it so. Order between the event and the
 * change differs from site to site, so a rule speaks of one subject's own sequence.
 */
import type { Citation } from '../result.ts';
import { applyDelta, at, type Delta, RELEASES, type Release } from './row.ts';

export interface LayersRow {
  readonly id: string;
  readonly text: string;
  readonly cite: readonly Citation[];
  /** One layer alone shows it: it is counted, and nothing can be compared. */
  readonly unseen?: true;
}

const rows: readonly LayersRow[] = [
  {
    id: 'layers/goroutine',
    text: 'the states that a goroutine goes through in the trace are those of its status word, in the same order',
    cite: [
      at('proc.go', 'execute', 'casgstatus(gp, _Grunnable, _Grunning)'),
      at('proc.go', 'execute', 'trace.GoStart()'),
      at('proc.go', 'ready', 'casgstatus(gp, _Gwaiting, _Grunnable)'),
      at('proc.go', 'ready', 'trace.GoUnpark(gp, traceskip)'),
      at('proc.go', 'park_m', 'casgstatus(gp, _Grunning, _Gwaiting)'),
      at('proc.go', 'park_m', 'trace.GoPark(mp.waitTraceBlockReason, mp.waitTraceSkip)'),
      at('proc.go', 'preemptPark', 'casGToPreemptScan(gp, _Grunning, _Gscan|_Gpreempted)'),
      at('proc.go', 'preemptPark', 'trace.GoPark(traceBlockPreempted, 0)'),
    ],
  },
  {
    id: 'layers/begin',
    text: 'a goroutine begins in the trace with the status that its word had when tracing was switched on',
    cite: [at('trace2.go', 'StartTrace', 'stw := stopTheWorld(stwStartTrace)')],
  },
  {
    id: 'layers/proc',
    text: 'a P is started, stopped and taken in the trace as it is wired to Ms and unwired',
    cite: [
      at('proc.go', 'acquirep', 'wirep(pp)'),
      at('proc.go', 'acquirep', 'trace.ProcStart()'),
      at('proc.go', 'releasep', 'trace.ProcStop(getg().m.p.ptr())'),
      at('proc.go', 'retake', 'atomic.Cas(&pp.status, s, _Pidle)'),
      at('proc.go', 'retake', 'trace.ProcSteal(pp, false)'),
    ],
  },
  {
    id: 'layers/thread',
    text: 'one M does what one thread of the trace tells',
    cite: [at('os_linux.go', 'minit', 'getg().m.procid = uint64(gettid())')],
  },
  {
    id: 'layers/stop',
    text: 'the world stops and starts as often as the trace says, for the same reasons',
    cite: [
      at('proc.go', 'stopTheWorldWithSema', 'trace.STWStart(reason)'),
      at('proc.go', 'startTheWorldWithSema', 'trace.STWDone()'),
    ],
  },
  {
    id: 'layers/gomaxprocs',
    text: 'when the world starts there are as many Ps as the trace says',
    cite: [
      at('proc.go', 'procresize', 'trace.Gomaxprocs(nprocs)'),
      at('proc.go', 'procresize', 'pp.destroy()'),
      at('proc.go', 'procresize', 'pp.init(i)'),
    ],
  },
  {
    id: 'layers/gc',
    text: 'the collector begins and ends its cycles as the trace says',
    cite: [
      at('mgc.go', 'gcStart', 'trace.GCStart()'),
      at('mgc.go', 'gcStart', 'setGCPhase(_GCmark)'),
      at('mgc.go', 'gcMarkTermination', 'setGCPhase(_GCoff)'),
      at('mgc.go', 'gcMarkTermination', 'trace.GCDone()'),
    ],
  },
  {
    id: 'layers/unseen-scan',
    unseen: true,
    text: 'a goroutine that is made waiting only so that its stack may be scanned meanwhile goes on running, and the trace says nothing',
    cite: [at('mgc.go', 'gcMarkTermination', 'casGToWaiting(curgp, _Grunning, waitReasonGarbageCollection)')],
  },
  {
    id: 'layers/unseen-copystack',
    unseen: true,
    text: 'while its stack is copied a goroutine has a status that the trace does not know',
    cite: [at('stack.go', 'newstack', 'casgstatus(gp, _Grunning, _Gcopystack)')],
  },
  {
    id: 'layers/unseen-kept',
    unseen: true,
    text: 'a P that an M takes back at the end of its syscall, before anybody took it, never stopped for the trace',
    cite: [at('proc.go', 'exitsyscallfast', 'atomic.Cas(&oldp.status, _Psyscall, _Pidle)')],
  },
  {
    id: 'layers/unseen-yield',
    unseen: true,
    text: 'GOMAXPROCS that takes away the P it runs on says that its goroutine yielded, and nothing yields',
    cite: [at('proc.go', 'procresize', 'trace.GoSched()')],
  },
];

const DELTAS: Record<Exclude<Release, 'go1.22'>, Delta<LayersRow>> = {
  'go1.23': {
    change: {
      'layers/begin': { cite: [at('trace.go', 'StartTrace', 'stw := stopTheWorld(stwStartTrace)')] },
      'layers/unseen-scan': {
        cite: [
          at(
            'mgc.go',
            'gcMarkTermination',
            'casGToWaitingForSuspendG(curgp, _Grunning, waitReasonGarbageCollection)',
          ),
        ],
      },
    },
    add: [
      {
        id: 'layers/unseen-switch',
        unseen: true,
        text: 'a coroutine that cannot be made running at once is made runnable first; the trace has one switch',
        cite: [at('coro.go', 'coroswitch_m', 'casgstatus(gnext, _Gwaiting, _Grunnable)')],
      },
    ],
  },
  'go1.24': {},
  'go1.25': {},
  'go1.26': {
    change: {
      'layers/proc': {
        cite: [
          at('proc.go', 'acquirepNoTrace', 'wirep(pp)'),
          at('proc.go', 'acquirep', 'trace.ProcStart()'),
          at('proc.go', 'releasep', 'trace.ProcStop(getg().m.p.ptr())'),
          at('proc.go', 'syscallingThread.releaseP', 's.pp.m = 0'),
          at('proc.go', 'syscallingThread.releaseP', 'trace.ProcSteal(s.pp)'),
        ],
      },
    },
    drop: ['layers/unseen-kept'],
    add: [
      {
        id: 'layers/unseen-back',
        unseen: true,
        text: 'a goroutine that comes out of a syscall is running before it has a P; finding none it becomes runnable, and the trace has that one step',
        cite: [
          at('proc.go', 'exitsyscall', 'casgstatus(gp, _Gsyscall, _Grunning)'),
          at('proc.go', 'exitsyscallNoP', 'casgstatus(gp, _Grunning, _Grunnable)'),
          at('proc.go', 'exitsyscallNoP', 'trace.GoSysExit(true)'),
        ],
      },
    ],
  },
};

/** What the two layers of a release must agree on, and what one of them cannot show. */
export function layersModelOf(release: Release): readonly LayersRow[] {
  const later = RELEASES.slice(1, RELEASES.indexOf(release) + 1) as Exclude<Release, 'go1.22'>[];
  return later.map((each) => DELTAS[each]).reduce<readonly LayersRow[]>(applyDelta, rows);
}
