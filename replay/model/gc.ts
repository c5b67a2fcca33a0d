/** The collector and the stops of the world: phases, sweeping, assists. */
import { at, type Delta, type Row } from './row.ts';
import { STW_REASONS } from './stw-reasons.ts';

const sweepSpan122 = at('mgcsweep.go', '(*sweepLocked) sweep', 'trace.GCSweepSpan(s.npages * _PageSize)');

export const gc: readonly Row[] = [
  {
    id: 'gc/begin',
    machine: 'gc',
    on: 'GCBegin',
    subject: 'world',
    from: ['undetermined', 'off'],
    to: 'marking',
    needs: ['P', 'G'],
    effect: 'none',
    text: 'a collection begins only when none runs',
    cite: [
      at('mgc.go', 'gcStart', 'semacquire(&work.startSema)'),
      at('mgc.go', 'gcStart', 'trace.GCStart()'),
    ],
  },
  {
    id: 'gc/end',
    machine: 'gc',
    on: 'GCEnd',
    subject: 'world',
    from: ['marking'],
    to: 'off',
    needs: ['P', 'G'],
    effect: 'none',
    text: 'a collection ends only after it began',
    cite: [at('mgc.go', 'gcMarkTermination', 'trace.GCDone()')],
  },
  {
    id: 'gc/active',
    machine: 'gc',
    on: 'GCActive',
    subject: 'world',
    from: ['undetermined', 'marking'],
    to: 'marking',
    needs: ['P', 'G'],
    effect: 'none',
    text: 'a generation says that a collection runs only when one began and did not end',
    cite: [at('trace2.go', 'traceAdvance', 'tl.GCActive()')],
  },
  {
    id: 'stw/stop',
    machine: 'stw',
    on: 'STWBegin',
    reasons: STW_REASONS,
    subject: 'world',
    from: ['undetermined', 'running'],
    to: 'stopped',
    needs: ['P', 'G'],
    effect: 'none',
    facet: 'kind',
    text: 'the world is stopped by one goroutine at a time',
    cite: [
      at('proc.go', 'stopTheWorldWithSema', 'trace.STWStart(reason)'),
      at('proc.go', 'stopTheWorld', 'semacquire(&worldsema)'),
    ],
  },
  {
    id: 'stw/start',
    machine: 'stw',
    on: 'STWEnd',
    subject: 'world',
    from: ['stopped'],
    to: 'running',
    needs: ['P', 'G'],
    effect: 'none',
    text: 'the world is started again only after it was stopped',
    cite: [at('proc.go', 'startTheWorldWithSema', 'trace.STWDone()')],
  },
  {
    id: 'sweep/begin',
    machine: 'sweep',
    on: 'GCSweepBegin',
    subject: 'own',
    from: ['undetermined', 'off'],
    to: 'sweeping',
    needs: ['P'],
    effect: 'none',
    text: 'a P begins a sweep only when it is in none',
    cite: [
      at('trace2runtime.go', '(traceLocker) GCSweepStart', 'throw("double traceGCSweepStart")'),
      sweepSpan122,
    ],
  },
  {
    id: 'sweep/end',
    machine: 'sweep',
    on: 'GCSweepEnd',
    subject: 'own',
    from: ['sweeping'],
    to: 'off',
    needs: ['P'],
    effect: 'none',
    text: 'a P ends only a sweep that it began',
    cite: [
      at('trace2runtime.go', '(traceLocker) GCSweepDone', 'throw("missing traceGCSweepStart")'),
      at('mgcsweep.go', 'deductSweepCredit', 'trace.GCSweepDone()'),
    ],
  },
  {
    id: 'sweep/active',
    machine: 'sweep',
    on: 'GCSweepActive',
    subject: 'namedP',
    from: ['undetermined', 'sweeping'],
    to: 'sweeping',
    needs: [],
    effect: 'none',
    text: 'a generation says that a P sweeps only when it began to',
    cite: [
      at(
        'trace2status.go',
        '(traceWriter) writeProcStatus',
        'w = w.event(traceEvGCSweepActive, traceArg(pid))',
      ),
    ],
  },
  {
    id: 'assist/begin',
    machine: 'assist',
    on: 'GCMarkAssistBegin',
    subject: 'self',
    from: ['undetermined', 'off'],
    to: 'assisting',
    needs: ['P', 'G'],
    effect: 'none',
    text: 'a goroutine begins to assist the collector only when it does not assist already',
    cite: [at('mgcmark.go', 'gcAssistAlloc', 'trace.GCMarkAssistStart()')],
  },
  {
    id: 'assist/end',
    machine: 'assist',
    on: 'GCMarkAssistEnd',
    subject: 'self',
    from: ['assisting'],
    to: 'off',
    needs: ['P', 'G'],
    effect: 'none',
    text: 'a goroutine ends only an assist that it began',
    cite: [at('mgcmark.go', 'gcAssistAlloc', 'trace.GCMarkAssistDone()')],
  },
  {
    id: 'assist/active',
    machine: 'assist',
    on: 'GCMarkAssistActive',
    subject: 'named',
    from: ['undetermined', 'assisting'],
    to: 'assisting',
    needs: [],
    effect: 'none',
    text: 'a generation says that a goroutine assists only when it began to',
    cite: [
      at(
        'trace2status.go',
        '(traceWriter) writeGoStatus',
        'w = w.event(traceEvGCMarkAssistActive, traceArg(goid))',
      ),
    ],
  },
  {
    id: 'gc/heap-live',
    machine: 'gc',
    on: 'HeapAlloc',
    subject: 'world',
    from: [],
    needs: ['P'],
    effect: 'none',
    text: 'the live heap is told by an M that holds a P',
    cite: [at('mgcpacer.go', '(*gcControllerState) update', 'trace.HeapAlloc(live)')],
  },
  {
    id: 'gc/heap-goal',
    machine: 'gc',
    on: 'HeapGoal',
    subject: 'world',
    from: [],
    needs: ['P'],
    effect: 'none',
    text: 'the heap goal is told by an M that holds a P',
    cite: [at('mgcpacer.go', 'gcControllerCommit', 'trace.HeapGoal()')],
  },
];

export const gc123: Delta = {
  change: {
    'gc/active': { cite: [at('trace.go', 'traceAdvance', 'tl.GCActive()')] },
    'sweep/begin': {
      cite: [
        at('traceruntime.go', '(traceLocker) GCSweepStart', 'throw("double traceGCSweepStart")'),
        sweepSpan122,
      ],
    },
    'sweep/end': {
      cite: [
        at('traceruntime.go', '(traceLocker) GCSweepDone', 'throw("missing traceGCSweepStart")'),
        at('mgcsweep.go', 'deductSweepCredit', 'trace.GCSweepDone()'),
      ],
    },
    'sweep/active': {
      cite: [
        at(
          'tracestatus.go',
          '(traceWriter) writeProcStatus',
          'w = w.event(traceEvGCSweepActive, traceArg(pid))',
        ),
      ],
    },
    'assist/active': {
      cite: [
        at(
          'tracestatus.go',
          '(traceWriter) writeGoStatus',
          'w = w.event(traceEvGCMarkAssistActive, traceArg(goid))',
        ),
      ],
    },
  },
};

export const gc125: Delta = {
  change: {
    'sweep/begin': {
      cite: [
        at('traceruntime.go', '(traceLocker) GCSweepStart', 'throw("double traceGCSweepStart")'),
        at('mgcsweep.go', '(*sweepLocked) sweep', 'trace.GCSweepSpan(s.npages * pageSize)'),
      ],
    },
    'sweep/active': {
      cite: [
        at(
          'tracestatus.go',
          '(traceWriter) writeProcStatus',
          'w = w.event(tracev2.EvGCSweepActive, traceArg(pid))',
        ),
      ],
    },
    'assist/active': {
      cite: [
        at(
          'tracestatus.go',
          '(traceWriter) writeGoStatus',
          'w = w.event(tracev2.EvGCMarkAssistActive, traceArg(goid))',
        ),
      ],
    },
  },
};
