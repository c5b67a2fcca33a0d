/**
 * The goroutine at the execution trace's granularity: the status word without
 * its scan bit. `_Gcopystack`, `_Gpreempted` and the scan states never reach a
 * trace; the probe layer's finer rows refine these.
 */
import { at, type Delta, type Row, rowsOf } from './row.ts';

/** Every reason that Go 1.22 can give for a block: `traceBlockReasonStrings`. */
const WAIT_REASONS_122 = [
  'unspecified',
  'forever',
  'network',
  'select',
  'sync.(*Cond).Wait',
  'sync',
  'chan send',
  'chan receive',
  'GC mark assist wait for work',
  'GC background sweeper wait',
  'system goroutine wait',
  'preempted',
  'wait for debug call',
  'wait until GC ends',
  'sleep',
];
const WAIT_REASONS_123 = [...WAIT_REASONS_122, 'GC weak to strong wait'];
/** The same of 1.24 and later, where nothing was taken away. */
export const WAIT_REASONS: readonly string[] = [...WAIT_REASONS_123, 'synctest'];

const ON_A_P = ['P', 'G'] as const;

/** Go 1.22: the first release whose trace names every transition. */
export const goroutine: readonly Row[] = rowsOf('goroutine', [
  {
    id: 'goroutine/create',
    on: 'GoCreate',
    subject: 'named',
    from: ['undetermined', 'dead'],
    to: 'runnable',
    needs: ['P', 'G running'],
    effect: 'none',
    text: 'a goroutine is created once, runnable, by a running goroutine or the scheduler of an M that holds a P',
    cite: [
      at('proc.go', 'newproc1', 'casgstatus(newg, _Gdead, _Grunnable)'),
      at('proc.go', 'newproc1', 'trace.GoCreate(newg, newg.startpc)'),
    ],
  },
  {
    id: 'goroutine/create-in-syscall',
    on: 'GoCreateSyscall',
    subject: 'named',
    from: ['undetermined', 'dead'],
    to: 'syscall',
    needs: ['M', 'noG'],
    effect: 'bind G',
    text: 'a thread that C made and that calls into Go gets a new goroutine, in a system call',
    cite: [at('proc.go', 'needm', 'casgstatus(mp.curg, _Gdead, _Gsyscall)')],
  },
  {
    id: 'goroutine/start',
    on: 'GoStart',
    subject: 'named',
    from: ['runnable'],
    to: 'running',
    needs: ['P', 'noG'],
    effect: 'bind G',
    text: 'only a runnable goroutine is started, on an M that holds a P and runs no other goroutine',
    cite: [at('proc.go', 'execute', 'casgstatus(gp, _Grunnable, _Grunning)')],
  },
  {
    id: 'goroutine/yield',
    on: 'GoStop',
    // There is a text for an unspecified stop as well, which nothing in the runtime gives.
    reasons: ['runtime.Gosched'],
    subject: 'self',
    from: ['running'],
    to: 'runnable',
    needs: ON_A_P,
    effect: 'unbind G',
    text: 'a running goroutine may yield its P and become runnable',
    cite: [at('proc.go', 'goschedImpl', 'casgstatus(gp, _Grunning, _Grunnable)')],
  },
  {
    id: 'goroutine/preempt',
    on: 'GoStop',
    reasons: ['preempted'],
    subject: 'self',
    from: ['running'],
    to: 'runnable',
    needs: ON_A_P,
    effect: 'unbind G',
    text: 'a running goroutine may be preempted and become runnable',
    cite: [at('proc.go', 'gopreempt_m', 'goschedImpl(gp, true)')],
  },
  {
    id: 'goroutine/park',
    on: 'GoBlock',
    reasons: WAIT_REASONS_122,
    subject: 'self',
    from: ['running'],
    to: 'waiting',
    needs: ON_A_P,
    effect: 'unbind G',
    facet: 'reason',
    text: 'only a goroutine that runs can park',
    cite: [
      at('proc.go', 'park_m', 'casgstatus(gp, _Grunning, _Gwaiting)'),
      at('proc.go', 'preemptPark', 'casGToPreemptScan(gp, _Grunning, _Gscan|_Gpreempted)'),
    ],
  },
  {
    id: 'goroutine/unblock',
    on: 'GoUnblock',
    subject: 'named',
    from: ['waiting'],
    to: 'runnable',
    needs: [],
    effect: 'none',
    facet: 'wait',
    text: 'only a waiting goroutine is made ready, by anyone',
    cite: [
      at('proc.go', 'ready', 'casgstatus(gp, _Gwaiting, _Grunnable)'),
      at('proc.go', 'ready', 'throw("bad g->status in ready")'),
    ],
  },
  {
    id: 'goroutine/exit',
    on: 'GoDestroy',
    subject: 'self',
    from: ['running'],
    to: 'dead',
    needs: ON_A_P,
    effect: 'unbind G',
    text: 'only a goroutine that runs can exit',
    cite: [at('proc.go', 'gdestroy', 'casgstatus(gp, _Grunning, _Gdead)')],
  },
  {
    id: 'goroutine/enter-syscall',
    on: 'GoSyscallBegin',
    subject: 'self',
    from: ['running'],
    to: 'syscall',
    needs: ON_A_P,
    effect: 'none',
    text: 'only a goroutine that runs can enter a system call',
    cite: [at('proc.go', 'reentersyscall', 'casgstatus(gp, _Grunning, _Gsyscall)')],
  },
  {
    id: 'goroutine/exit-syscall',
    on: 'GoSyscallEnd',
    subject: 'self',
    from: ['syscall'],
    to: 'running',
    needs: ON_A_P,
    effect: 'none',
    text: 'a goroutine leaves a system call that it entered, and goes on running if its P was not taken meanwhile',
    cite: [at('proc.go', 'exitsyscall', 'casgstatus(gp, _Gsyscall, _Grunning)')],
  },
  {
    id: 'goroutine/exit-syscall-blocked',
    on: 'GoSyscallEndBlocked',
    subject: 'self',
    from: ['syscall'],
    to: 'runnable',
    needs: ['G', 'P left'],
    effect: 'unbind G',
    text: 'a goroutine whose P was taken during its system call comes out runnable',
    cite: [at('proc.go', 'exitsyscall0', 'casgstatus(gp, _Gsyscall, _Grunnable)')],
  },
  {
    id: 'goroutine/destroy-in-syscall',
    on: 'GoDestroySyscall',
    subject: 'self',
    from: ['syscall'],
    to: 'dead',
    needs: ['G'],
    effect: 'unbind G',
    text: 'the goroutine of a thread that C made dies in the system call that it was made in',
    cite: [at('proc.go', 'dropm', 'casgstatus(mp.curg, _Gsyscall, _Gdead)')],
  },
  {
    id: 'goroutine/status',
    on: 'GoStatus',
    subject: 'named',
    from: [],
    needs: [],
    effect: 'none',
    text: 'the status that opens a generation is the one that the events before it led to',
    cite: [
      at(
        'trace2status.go',
        '(traceWriter) writeGoStatus',
        'w = w.event(traceEvGoStatus, traceArg(goid), traceArg(uint64(mid)), traceArg(status))',
      ),
    ],
  },
]);

export const goroutine123: Delta = {
  change: {
    'goroutine/create': {
      cite: [
        at('proc.go', 'newproc1', 'casgstatus(newg, _Gdead, status)'),
        at('proc.go', 'newproc1', 'trace.GoCreate(newg, newg.startpc, parked)'),
      ],
    },
    'goroutine/park': { reasons: WAIT_REASONS_123 },
    'goroutine/status': {
      cite: [
        at(
          'tracestatus.go',
          '(traceWriter) writeGoStatus',
          'w = w.event(traceEvGoStatus, traceArg(goid), traceArg(uint64(mid)), traceArg(status))',
        ),
      ],
    },
  },
  add: rowsOf('goroutine', [
    {
      id: 'goroutine/create-blocked',
      on: 'GoCreateBlocked',
      subject: 'named',
      from: ['undetermined', 'dead'],
      to: 'waiting',
      needs: ['P', 'G running'],
      effect: 'none',
      text: 'a coroutine is created once, waiting',
      cite: [at('proc.go', 'newproc1', 'status = _Gwaiting')],
    },
    {
      id: 'goroutine/switch-away',
      on: 'GoSwitch',
      subject: 'self',
      from: ['running'],
      to: 'waiting',
      needs: ON_A_P,
      effect: 'unbind G',
      text: 'a coroutine switch parks the goroutine that runs',
      cite: [at('coro.go', 'coroswitch_m', 'trace.GoSwitch(gnext, exit)')],
    },
    {
      id: 'goroutine/switch-exit',
      on: 'GoSwitchDestroy',
      subject: 'self',
      from: ['running'],
      to: 'dead',
      needs: ON_A_P,
      effect: 'unbind G',
      text: 'a coroutine that ends gives its M to the goroutine that waits for it',
      cite: [at('coro.go', 'coroswitch_m', 'gdestroy(gp)')],
    },
    {
      id: 'goroutine/switch-to',
      on: 'GoSwitch',
      subject: 'named',
      from: ['waiting'],
      to: 'running',
      needs: ['P'],
      effect: 'bind G',
      text: 'a coroutine switch runs a waiting goroutine directly',
      cite: [at('coro.go', 'coroswitch_m', 'casgstatus(gnext, _Gwaiting, _Grunnable)')],
    },
    {
      id: 'goroutine/switch-to-last',
      on: 'GoSwitchDestroy',
      subject: 'named',
      from: ['waiting'],
      to: 'running',
      needs: ['P'],
      effect: 'bind G',
      text: 'when a coroutine ends, the goroutine that waits for it runs directly',
      cite: [at('coro.go', 'coroswitch_m', 'casgstatus(gnext, _Gwaiting, _Grunnable)')],
    },
    {
      id: 'goroutine/status-stack',
      on: 'GoStatusStack',
      subject: 'named',
      from: [],
      needs: [],
      effect: 'none',
      text: 'the status that opens a generation is the one that the events before it led to',
      cite: [
        at(
          'tracestatus.go',
          '(traceWriter) writeGoStatus',
          'w = w.event(traceEvGoStatusStack, traceArg(goid), traceArg(uint64(mid)), traceArg(status), traceArg(stackID))',
        ),
      ],
    },
  ]),
};

export const goroutine124: Delta = {
  change: { 'goroutine/park': { reasons: WAIT_REASONS } },
};

export const goroutine125: Delta = {
  change: {
    'goroutine/status': {
      cite: [
        at(
          'tracestatus.go',
          '(traceWriter) writeGoStatus',
          'w = w.event(tracev2.EvGoStatus, traceArg(goid), traceArg(uint64(mid)), traceArg(status))',
        ),
      ],
    },
    'goroutine/status-stack': {
      cite: [
        at(
          'tracestatus.go',
          '(traceWriter) writeGoStatus',
          'w = w.event(tracev2.EvGoStatusStack, traceArg(goid), traceArg(uint64(mid)), traceArg(status), traceArg(stackID))',
        ),
      ],
    },
  },
};

/** 1.26 keeps the goroutines of C's threads in a status of their own, and leaves a system call by a CAS. */
export const goroutine126: Delta = {
  change: {
    'goroutine/create-in-syscall': {
      cite: [at('proc.go', 'needm', 'casgstatus(mp.curg, _Gdeadextra, _Gsyscall)')],
    },
    'goroutine/destroy-in-syscall': {
      cite: [at('proc.go', 'dropm', 'casgstatus(mp.curg, _Gsyscall, _Gdeadextra)')],
    },
    'goroutine/exit-syscall-blocked': {
      cite: [at('proc.go', 'exitsyscallNoP', 'casgstatus(gp, _Grunning, _Grunnable)')],
    },
  },
};
