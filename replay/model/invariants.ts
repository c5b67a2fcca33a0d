/**
 * What holds of the whole state, whichever row leads to it. Each was seen to
 * hold on millions of events of real traces, Go 1.22 to 1.26 on amd64 and
 * arm64, before it was made a rule: oracle/README.md says of which. Where they were
 * counted, `measured` says how often a rule was asked, and how often it would have objected.
 */
import { at, type Invariant, type Release, type Tolerance } from './row.ts';

/**
 * Raw times, as the Ms wrote them. On every system but Windows they are of one clock, cut to 64 ns.
 */
const APART: Tolerance = {
  ns: 100_000,
  suspectNs: 10_000,
  experimentalNs: 1_000_000,
  why:
    'the runtime moves each event of an M at least a tick on, so a burst runs ahead of the clock: not at all on ' +
    'the corpus, but up to 51 us with traceallocfree=1; processors of several sockets were not measured',
};

const LAST_TIME = 'if ts <= w.traceBuf.lastTime {';
const SKIP_GOEXIT = 'nstk-- // skip runtime.goexit';
const STACKS = 'trace.stackTab[gen%2].dump(gen)';

const TAKEN_IN = 'pp.trace.mSyscallID = int64(tl.mp.procid)';
const STOLEN_FROM = 'mStolenFrom := pp.trace.mSyscallID';

const nextSeq = (file: string) => at(file, '(*traceSchedResourceState) nextSeq', 'r.seq[gen%2]++');

const acquired = (file: string) =>
  at(file, '(*traceSchedResourceState) acquireStatus', 'if !r.statusTraced[gen%3].CompareAndSwap(0, 1) {');

/** Go 1.22. */
const invariants = {
  gcEndStopped: {
    id: 'gc/end-while-stopped',
    text: 'a collection ends while the world is stopped',
    cite: [at('mgc.go', 'gcMarkDone', 'gcController.endCycle(now, int(gomaxprocs), work.userForced)')],
  },
  gcEndAlone: {
    id: 'gc/end-alone',
    text: 'when a collection ends, exactly one P runs',
    cite: [at('proc.go', 'stopTheWorldWithSema', 'bad = "stopTheWorld: not stopped (status != _Pgcstop)"')],
  },
  stwSameHolder: {
    id: 'stw/same-holder',
    text: 'the goroutine and the M that stopped the world start it again',
    cite: [at('proc.go', 'startTheWorldWithSema', 'assertWorldStopped()')],
  },
  stwHolderRuns: {
    id: 'stw/holder-runs',
    text: 'the goroutine that stopped the world neither waits, exits nor enters a system call before it has started it again',
    cite: [
      at(
        'proc.go',
        'startTheWorldWithSema',
        'mp := acquirem() // disable preemption because it can be holding p in a local var',
      ),
    ],
  },
  procsWithinLimit: {
    id: 'P/within-gomaxprocs',
    text: 'no P numbered GOMAXPROCS or above runs',
    cite: [at('proc.go', 'procresize', 'for i := nprocs; i < old; i++ {')],
  },
  stolenFrom: {
    id: 'P/stolen-from',
    text: 'a P is taken from the M that went into a system call with it, and the event names that M',
    cite: [
      at('trace2runtime.go', '(traceLocker) GoSysCall', TAKEN_IN),
      at('trace2runtime.go', '(traceLocker) ProcSteal', STOLEN_FROM),
    ],
    measured: '0 of 310 k steals',
  },
  vocabulary: {
    id: 'goroutine/reason-vocabulary',
    text: 'the reason given for a stop, a block or a stop of the world is one that this release gives',
    cite: [at('proc.go', 'park_m', 'trace.GoPark(mp.waitTraceBlockReason, mp.waitTraceSkip)')],
  },
  gcBeginStops: {
    id: 'gc/begin-stops',
    text: 'what stops the world next after a collection has begun is its sweep termination',
    cite: [at('mgc.go', 'gcStart', 'stw = stopTheWorldWithSema(stwGCSweepTerm)')],
  },
  gcEndReason: {
    id: 'gc/end-in-mark-termination',
    text: 'a collection ends in the stop of the world that is for its mark termination',
    cite: [at('mgc.go', 'gcMarkDone', 'stw = stopTheWorldWithSema(stwGCMarkTerm)')],
  },
  noSweep: {
    id: 'sweep/not-while-marking',
    text: 'no P sweeps between the sweep termination and the end of a collection',
    cite: [at('mgc.go', 'gcStart', 'finishsweep_m()')],
  },
  procsAtMost: {
    id: 'P/at-most-gomaxprocs',
    text: 'no more than GOMAXPROCS Ps run',
    cite: [at('proc.go', 'procresize', 'for i := nprocs; i < old; i++ {')],
    measured: '0 of 2.5 M starts of a P',
  },
  goidsIncrease: {
    id: 'goroutine/ids-increase',
    text: 'a P gives out the numbers of goroutines in ascending order, each once',
    cite: [at('proc.go', 'newproc1', 'newg.goid = pp.goidcache')],
    measured: '0 of 730 k goroutines',
  },
  // Closed in the source: these park without an unlock function, and are kept nowhere.
  forever: {
    id: 'blocking/forever',
    text: 'a goroutine that blocks for ever is never made ready',
    cite: [
      at('select.go', 'block', 'gopark(nil, nil, waitReasonSelectNoCases, traceBlockForever, 1)'),
      at('chan.go', 'chanrecv', 'gopark(nil, nil, waitReasonChanReceiveNilChan, traceBlockForever, 2)'),
      at('chan.go', 'chansend', 'gopark(nil, nil, waitReasonChanSendNilChan, traceBlockForever, 2)'),
    ],
  },
  reasonFitsStack: {
    id: 'blocking/reason-fits-stack',
    text: 'a goroutine gives a reason that the function on top of its stack has for blocking or stopping',
    cite: [at('proc.go', 'park_m', 'trace.GoPark(mp.waitTraceBlockReason, mp.waitTraceSkip)')],
  },
  wakerEndsWait: {
    id: 'blocking/waker-ends-wait',
    text: 'a goroutine is woken by a function that ends the kind of wait that it is in',
    cite: [at('proc.go', 'ready', 'trace.GoUnpark(gp, traceskip)')],
    measured: '0 of 2.0 M wakes',
  },
  stackWithoutGoexit: {
    id: 'unwinding/goexit',
    text: 'a stack ends above goexit, to which every goroutine returns: it is left out, and nothing stands behind it',
    cite: [at('trace2stack.go', 'traceStack', SKIP_GOEXIT)],
    measured: '0 of 16 k stacks',
  },
  stackOfRunning: {
    id: 'unwinding/stack-of-running',
    text: 'a stack is that of the goroutine that runs on the M: there is one when one runs, which a wake may lack, and none without one or in a system call',
    cite: [at('trace2stack.go', 'traceStack', 'curgp := gp.m.curg')],
    measured: '0 of 3.1 M wakes, creations and sweeps',
  },
  stackFromStart: {
    id: 'unwinding/start',
    text: 'a goroutine that blocks of its own has the function that it began with at the end of its stack',
    cite: [
      at('proc.go', 'newproc1', 'newg.startpc = fn.fn'),
      at('proc.go', 'newproc1', 'trace.GoCreate(newg, newg.startpc'),
    ],
    measured: '0 of 1.7 M blocks',
  },
  timeOfGoroutine: {
    id: 'time/goroutine',
    text: 'what happens to a goroutine is not earlier than what happened to it before, on whichever M',
    cite: [
      at('proc.go', 'ready', 'trace.GoUnpark(gp, traceskip)'),
      at('proc.go', 'execute', 'trace.GoStart()'),
    ],
    measured: '0 of 19 M blocks, wakes and starts; 2 of 3.7 M with traceallocfree, up to 31 us',
    tolerance: APART,
  },
  timeOfProc: {
    id: 'time/P',
    text: 'what happens to a P is not earlier than what happened to it before, on whichever M',
    cite: [
      at('proc.go', 'releasep', 'trace.ProcStop(getg().m.p.ptr())'),
      at('proc.go', 'wirep', 'pp.status = _Prunning'),
    ],
    measured: '0 of 2.6 M starts and steals',
    tolerance: APART,
  },
  timeOfGcEnd: {
    id: 'time/gc-end',
    text: 'a collection ends after every other P has done the last that it did before the stop, and before any P starts again',
    cite: [at('mgc.go', 'gcMarkTermination', 'trace.GCDone()')],
    measured: '0 of 23 k Ps before, 0 of 2.4 M starts after',
    tolerance: APART,
  },
  timeOfThread: {
    id: 'time/M',
    text: 'an M writes its events in the order of time, across batches and generations',
    cite: [at('trace2buf.go', '(traceWriter) refill', LAST_TIME)],
    measured: '0 of 33 k batches; 18 of 835 with traceallocfree, up to 51 us',
    tolerance: APART,
  },
  timeInGeneration: {
    id: 'time/generation',
    text: 'a generation’s events are not later than the stacks that are written when it has ended',
    cite: [at('trace2.go', 'traceAdvance', STACKS)],
    measured: '0 of 133 k batches',
    tolerance: APART,
  },
  statedOnce: {
    id: 'format/status-once',
    // Not those of threads that C made: needm makes the goroutine of an extra M anew, under one number (GoCreateSyscall).
    text: 'a generation says once that a goroutine or a P is there: by its status, or where it is made',
    cite: [acquired('trace2status.go')],
    measured: '0 of 0.9 M statuses and creations',
  },
  statedFirst: {
    id: 'format/status-first',
    text: 'a generation says what the status of a goroutine or a P is before anything else about it',
    cite: [acquired('trace2status.go')],
  },
  sequence: {
    id: 'format/sequence',
    text: 'events about one goroutine, P or collector are numbered without gaps or repeats',
    cite: [nextSeq('trace2status.go')],
  },
} as const satisfies Record<string, Invariant>;

export type InvariantName = keyof typeof invariants;
export type Invariants = Readonly<Record<InvariantName, Invariant>>;

const since123: Invariants = {
  ...invariants,
  stackWithoutGoexit: {
    ...invariants.stackWithoutGoexit,
    cite: [at('tracestack.go', 'traceStack', SKIP_GOEXIT)],
  },
  stackOfRunning: {
    ...invariants.stackOfRunning,
    cite: [at('tracestack.go', 'traceStack', 'gp = mp.curg')],
  },
  stolenFrom: {
    ...invariants.stolenFrom,
    cite: [
      at('traceruntime.go', '(traceLocker) GoSysCall', TAKEN_IN),
      at('traceruntime.go', '(traceLocker) ProcSteal', STOLEN_FROM),
    ],
  },
  sequence: { ...invariants.sequence, cite: [nextSeq('tracestatus.go')] },
  statedOnce: { ...invariants.statedOnce, cite: [acquired('tracestatus.go')] },
  statedFirst: { ...invariants.statedFirst, cite: [acquired('tracestatus.go')] },
  timeOfThread: {
    ...invariants.timeOfThread,
    cite: [at('tracebuf.go', '(traceWriter) refill', LAST_TIME)],
  },
  timeInGeneration: { ...invariants.timeInGeneration, cite: [at('trace.go', 'traceAdvance', STACKS)] },
};

/** The invariants that hold for a release. */
export function invariantsOf(release: Release): Invariants {
  return release === 'go1.22' ? invariants : since123;
}
