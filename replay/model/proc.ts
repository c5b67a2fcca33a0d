/**
 * P and M at the execution trace's granularity. `_Pgcstop` is not shown by a
 * trace, which models a P as running or idle through a stop of the world; an M
 * appears only by what it holds, so M's rules are the needs of these rows.
 */
import { at, type Delta, type Row, rowsOf } from './row.ts';

export const proc: readonly Row[] = rowsOf('P', [
  {
    id: 'P/acquire',
    on: 'ProcStart',
    subject: 'namedP',
    from: ['idle'],
    to: 'running',
    needs: ['M', 'noP'],
    effect: 'bind P',
    text: 'only an idle P is acquired, by an M that holds none',
    cite: [
      at('proc.go', 'wirep', 'if pp.m != 0 || pp.status != _Pidle {'),
      at('proc.go', 'wirep', 'pp.status = _Prunning'),
    ],
  },
  {
    id: 'P/release',
    on: 'ProcStop',
    subject: 'own',
    from: ['running', 'syscall'],
    to: 'idle',
    needs: ['P'],
    effect: 'unbind P',
    text: 'an M releases only the P that it holds',
    cite: [
      at('proc.go', 'releasep', 'trace.ProcStop(getg().m.p.ptr())'),
      at('proc.go', 'releasepNoTrace', 'if pp.m.ptr() != gp.m || pp.status != _Prunning {'),
    ],
  },
  {
    id: 'P/retake',
    on: 'ProcSteal',
    subject: 'namedP',
    from: ['syscall', 'abandoned'],
    to: 'idle',
    needs: ['M'],
    effect: 'strip P',
    text: 'a P is taken only from an M in a system call, by sysmon, a stop of the world or a returning M',
    cite: [
      at('proc.go', 'retake', 'if atomic.Cas(&pp.status, s, _Pidle) {'),
      at('proc.go', 'stopTheWorldWithSema', 'if s == _Psyscall && atomic.Cas(&pp.status, s, _Pgcstop) {'),
    ],
  },
  {
    id: 'P/enter-syscall',
    on: 'GoSyscallBegin',
    subject: 'own',
    from: ['running'],
    to: 'syscall',
    needs: ['P'],
    effect: 'none',
    text: 'a P goes into a system call with the goroutine that it runs',
    cite: [at('proc.go', 'reentersyscall', 'atomic.Store(&pp.status, _Psyscall)')],
  },
  {
    id: 'P/exit-syscall',
    on: 'GoSyscallEnd',
    subject: 'own',
    from: ['syscall'],
    to: 'running',
    needs: ['P'],
    effect: 'none',
    text: 'a P that nobody took comes back from the system call with its goroutine',
    cite: [
      at(
        'proc.go',
        'exitsyscallfast',
        'if oldp != nil && oldp.status == _Psyscall && atomic.Cas(&oldp.status, _Psyscall, _Pidle) {',
      ),
    ],
  },
  {
    id: 'P/resize',
    on: 'ProcsChange',
    subject: 'world',
    from: [],
    needs: ['P'],
    effect: 'set GOMAXPROCS',
    text: 'the number of Ps is told by an M that holds one',
    cite: [at('proc.go', 'procresize', 'trace.Gomaxprocs(nprocs)')],
  },
  {
    id: 'P/status',
    on: 'ProcStatus',
    subject: 'namedP',
    from: [],
    needs: [],
    effect: 'none',
    text: 'the status that opens a generation is the one that the events before it led to',
    cite: [
      at(
        'trace2status.go',
        '(traceWriter) writeProcStatus',
        'w = w.event(traceEvProcStatus, traceArg(pid), traceArg(status))',
      ),
    ],
  },
]);

export const proc123: Delta = {
  change: {
    'P/status': {
      cite: [
        at(
          'tracestatus.go',
          '(traceWriter) writeProcStatus',
          'w = w.event(traceEvProcStatus, traceArg(pid), traceArg(status))',
        ),
      ],
    },
  },
};

export const proc125: Delta = {
  change: {
    'P/status': {
      cite: [
        at(
          'tracestatus.go',
          '(traceWriter) writeProcStatus',
          'w = w.event(tracev2.EvProcStatus, traceArg(pid), traceArg(status))',
        ),
      ],
    },
  },
};

/** 1.26 drops `_Psyscall`: who may take a P is decided by the scan bit of the goroutine in the system call. */
export const proc126: Delta = {
  change: {
    'P/retake': {
      cite: [
        at('proc.go', '(syscallingThread) releaseP', 'trace.ProcSteal(s.pp)'),
        at('proc.go', '(syscallingThread) takeP', 's.releaseP(_Pidle)'),
      ],
    },
    'P/enter-syscall': { cite: [at('proc.go', 'reentersyscall', 'trace.GoSysCall()')] },
    'P/exit-syscall': { cite: [at('proc.go', 'exitsyscall', 'if pp.syscalltick == gp.m.syscalltick {')] },
  },
};
