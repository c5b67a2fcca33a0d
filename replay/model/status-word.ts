/**
 * The status word of a goroutine (g.atomicstatus) with its scan bit: which
 * transitions there are, and which function makes each. Every one is a compare
 * and swap; a pair that stands in no row is one that no code of the release makes.
 */
import { type FineDelta, type FineRow, familyOf } from './fine-row.ts';
import { at } from './row.ts';

/** The words by number, as runtime2.go has them; from 10 on only from Go 1.26. */
export const STATUS_WORDS = [
  'idle',
  'runnable',
  'running',
  'syscall',
  'waiting',
  'moribund',
  'dead',
  'enqueue',
  'copystack',
  'preempted',
  'leaked',
  'deadextra',
] as const;

/** `_Gscan`: whoever set it owns the goroutine's status and its stack until it is cleared. */
export const SCAN_BIT = 0x1000;

/** In these a goroutine works on its system stack, and lets itself be scanned meanwhile. */
const ON_SYSTEM_STACK = [
  'gcBgMarkWorker',
  'gcMarkTermination',
  'gcAssistAlloc1',
  'markroot',
  'forEachP',
  'stopTheWorld',
  'traceAdvance',
  'writeheapdump_m',
];
const ON_SYSTEM_STACK_123 = ON_SYSTEM_STACK.map((name) =>
  name === 'stopTheWorld' ? 'stopTheWorldWithSema' : name,
);

/** Go 1.22. */
export const statusWord: readonly FineRow[] = familyOf('status word', [
  {
    id: 'status/chain',
    text: 'a status is changed from the word that the change before it left: nobody stores it past the compare and swap',
    cite: [
      at('proc.go', 'casgstatus', 'for i := 0; !gp.atomicstatus.CompareAndSwap(oldval, newval); i++ {'),
      at('proc.go', 'castogscanstatus', 'gp.atomicstatus.CompareAndSwap(oldval, newval)'),
    ],
  },
  {
    id: 'status/transition',
    text: 'a status goes from one word to another only as a row of the model has it',
    cite: [at('proc.go', 'casgstatus', 'for i := 0; !gp.atomicstatus.CompareAndSwap(oldval, newval); i++ {')],
  },
  {
    id: 'status/new',
    from: ['idle'],
    to: 'dead',
    by: ['newproc1', 'oneNewExtraM'],
    text: 'a goroutine that was just allocated is published as dead',
    cite: [at('proc.go', 'newproc1', 'casgstatus(newg, _Gidle, _Gdead)')],
  },
  {
    id: 'status/create',
    from: ['dead'],
    to: 'runnable',
    by: ['newproc1'],
    text: 'a dead goroutine is used again by newproc1 alone',
    cite: [at('proc.go', 'newproc1', 'casgstatus(newg, _Gdead, _Grunnable)')],
  },
  {
    id: 'status/create-coroutine',
    from: ['runnable'],
    to: 'waiting',
    by: ['newcoro'],
    text: 'a coroutine waits from its creation on',
    cite: [at('coro.go', 'newcoro', 'casgstatus(gp, _Grunnable, _Gwaiting)')],
  },
  {
    id: 'status/execute',
    from: ['runnable'],
    to: 'running',
    by: ['execute', 'coroswitch_m'],
    text: 'a runnable goroutine is run by execute, or by the coroutine that switches to it',
    cite: [
      at('proc.go', 'execute', 'casgstatus(gp, _Grunnable, _Grunning)'),
      at('coro.go', 'coroswitch_m', 'casgstatus(gnext, _Grunnable, _Grunning)'),
    ],
  },
  {
    id: 'status/yield',
    from: ['running'],
    to: 'runnable',
    by: ['goschedImpl', 'goyield_m', 'debugCallWrap1'],
    text: 'a running goroutine yields, or is preempted, through goschedImpl or goyield_m',
    cite: [
      at('proc.go', 'goschedImpl', 'casgstatus(gp, _Grunning, _Grunnable)'),
      at('proc.go', 'goyield_m', 'casgstatus(gp, _Grunning, _Grunnable)'),
    ],
  },
  {
    id: 'status/park',
    from: ['running'],
    to: 'waiting',
    by: ['park_m', 'coroswitch_m'],
    text: 'a running goroutine parks in park_m, or as it switches to another coroutine',
    cite: [
      at('proc.go', 'park_m', 'casgstatus(gp, _Grunning, _Gwaiting)'),
      at('coro.go', 'coroswitch_m', 'casgstatus(gp, _Grunning, _Gwaiting)'),
    ],
  },
  {
    id: 'status/stand-aside',
    from: ['running'],
    to: 'waiting',
    by: ['casGToWaiting', ...ON_SYSTEM_STACK, 'debugCallWrap'],
    text: 'a goroutine that works on its system stack lets itself be scanned meanwhile',
    cite: [
      at('proc.go', 'casGToWaiting', 'casgstatus(gp, old, _Gwaiting)'),
      at('mgc.go', 'gcBgMarkWorker', 'casGToWaiting(gp, _Grunning, waitReasonGCWorkerActive)'),
      at('mgcmark.go', 'gcAssistAlloc1', 'casGToWaiting(gp, _Grunning, waitReasonGCAssistMarking)'),
      at('proc.go', 'stopTheWorld', 'casGToWaiting(gp, _Grunning, waitReasonStoppingTheWorld)'),
    ],
  },
  {
    id: 'status/step-back',
    from: ['waiting'],
    to: 'running',
    by: ON_SYSTEM_STACK,
    text: 'a goroutine that stood aside runs again where it stood',
    cite: [
      at('mgc.go', 'gcBgMarkWorker', 'casgstatus(gp, _Gwaiting, _Grunning)'),
      at('mgcmark.go', 'gcAssistAlloc1', 'casgstatus(gp, _Gwaiting, _Grunning)'),
      at('proc.go', 'stopTheWorld', 'casgstatus(gp, _Gwaiting, _Grunning)'),
    ],
  },
  {
    id: 'status/switch',
    from: ['waiting'],
    to: 'running',
    by: ['coroswitch_m'],
    text: 'a waiting coroutine runs when another switches to it',
    cite: [at('coro.go', 'coroswitch_m', 'gnext.atomicstatus.CompareAndSwap(_Gwaiting, _Grunning)')],
  },
  {
    id: 'status/ready',
    from: ['waiting'],
    to: 'runnable',
    by: [
      'ready',
      'injectglist',
      'findRunnable',
      'findRunnableGCWorker',
      'park_m',
      'coroswitch_m',
      'debugCallWrap1',
    ],
    text: 'a waiting goroutine is made runnable by whoever readies it, the netpoller, or its own failed park',
    cite: [
      at('proc.go', 'ready', 'casgstatus(gp, _Gwaiting, _Grunnable)'),
      at('proc.go', 'injectglist', 'casgstatus(gp, _Gwaiting, _Grunnable)'),
      at('proc.go', 'findRunnable', 'casgstatus(gp, _Gwaiting, _Grunnable)'),
      at('proc.go', 'park_m', 'casgstatus(gp, _Gwaiting, _Grunnable)'),
    ],
  },
  {
    id: 'status/enter-syscall',
    from: ['running'],
    to: 'syscall',
    by: ['reentersyscall', 'entersyscallblock'],
    text: 'a running goroutine goes into a system call through reentersyscall or entersyscallblock',
    cite: [
      at('proc.go', 'reentersyscall', 'casgstatus(gp, _Grunning, _Gsyscall)'),
      at('proc.go', 'entersyscallblock', 'casgstatus(gp, _Grunning, _Gsyscall)'),
    ],
  },
  {
    id: 'status/exit-syscall',
    from: ['syscall'],
    to: 'running',
    by: ['exitsyscall'],
    text: 'a goroutine comes back from a system call through exitsyscall',
    cite: [at('proc.go', 'exitsyscall', 'casgstatus(gp, _Gsyscall, _Grunning)')],
  },
  {
    id: 'status/exit-syscall-blocked',
    from: ['syscall'],
    to: 'runnable',
    by: ['exitsyscall0'],
    text: 'a goroutine that comes back from a system call and finds no P has to wait for one',
    cite: [at('proc.go', 'exitsyscall0', 'casgstatus(gp, _Gsyscall, _Grunnable)')],
  },
  {
    id: 'status/enter-callback',
    from: ['dead'],
    to: 'syscall',
    by: ['needm'],
    text: 'a thread that Go did not make borrows a goroutine as if it came from a system call',
    cite: [at('proc.go', 'needm', 'casgstatus(mp.curg, _Gdead, _Gsyscall)')],
  },
  {
    id: 'status/leave-callback',
    from: ['syscall'],
    to: 'dead',
    by: ['dropm'],
    text: 'a thread that Go did not make gives its goroutine back',
    cite: [at('proc.go', 'dropm', 'casgstatus(mp.curg, _Gsyscall, _Gdead)')],
  },
  {
    id: 'status/exit',
    from: ['running'],
    to: 'dead',
    by: ['gdestroy'],
    text: 'a goroutine dies in gdestroy, and there alone',
    cite: [at('proc.go', 'gdestroy', 'casgstatus(gp, _Grunning, _Gdead)')],
  },
  {
    id: 'status/copystack',
    from: ['running'],
    to: 'copystack',
    by: ['newstack'],
    text: 'a stack is being copied only where newstack does it to the goroutine that runs on it',
    cite: [at('stack.go', 'newstack', 'casgstatus(gp, _Grunning, _Gcopystack)')],
  },
  {
    id: 'status/copied',
    from: ['copystack'],
    to: 'running',
    by: ['newstack'],
    text: 'a goroutine whose stack was copied goes on running',
    cite: [at('stack.go', 'newstack', 'casgstatus(gp, _Gcopystack, _Grunning)')],
  },
  {
    id: 'status/own-thread',
    text: 'the status of a running goroutine is changed by the thread that runs it, the scan bit aside',
    cite: [
      at('proc.go', 'execute', 'gp.m = mp'),
      at('proc.go', 'park_m', 'casgstatus(gp, _Grunning, _Gwaiting)'),
      at('preempt.go', 'suspendG', '// Temporarily block state transitions.'),
    ],
  },
  {
    id: 'status/wait',
    text: 'who waits to change a status finds the word that it waits for, under a scan bit at most',
    cite: [
      at('proc.go', 'casgstatus', '// loop if gp->atomicstatus is in a scan state giving'),
      at('proc.go', 'casgstatus', 'throw("casgstatus: waiting for Gwaiting but is Grunnable")'),
    ],
  },
  {
    id: 'status/wait-ends',
    text: 'whoever waits to change a status gets to change it',
    cite: [at('proc.go', 'casgstatus', '// GC time to finish and change the state to oldval.')],
  },
]);

/** Coroutines are created waiting; who stands aside says so to suspendG. */
export const statusWord123: FineDelta = {
  drop: ['status/create-coroutine'],
  add: familyOf('status word', [
    {
      id: 'status/create-parked',
      from: ['dead'],
      to: 'waiting',
      by: ['newproc1'],
      text: 'a coroutine waits from its creation on',
      cite: [
        at('proc.go', 'newproc1', 'casgstatus(newg, _Gdead, status)'),
        at('proc.go', 'newproc1', 'status = _Gwaiting'),
      ],
    },
  ]),
  change: {
    'status/create': { cite: [at('proc.go', 'newproc1', 'casgstatus(newg, _Gdead, status)')] },
    'status/stand-aside': {
      by: ['casGToWaiting', 'casGToWaitingForSuspendG', ...ON_SYSTEM_STACK_123, 'debugCallWrap'],
      cite: [
        at('proc.go', 'casGToWaiting', 'casgstatus(gp, old, _Gwaiting)'),
        at('mgc.go', 'gcBgMarkWorker', 'casGToWaitingForSuspendG(gp, _Grunning, waitReasonGCWorkerActive)'),
        at(
          'mgcmark.go',
          'gcAssistAlloc1',
          'casGToWaitingForSuspendG(gp, _Grunning, waitReasonGCAssistMarking)',
        ),
        at(
          'proc.go',
          'stopTheWorldWithSema',
          'casGToWaitingForSuspendG(getg().m.curg, _Grunning, waitReasonStoppingTheWorld)',
        ),
      ],
    },
    'status/step-back': {
      by: ON_SYSTEM_STACK_123,
      cite: [
        at('mgc.go', 'gcBgMarkWorker', 'casgstatus(gp, _Gwaiting, _Grunning)'),
        at('mgcmark.go', 'gcAssistAlloc1', 'casgstatus(gp, _Gwaiting, _Grunning)'),
        at('proc.go', 'stopTheWorldWithSema', 'casgstatus(getg().m.curg, _Gwaiting, _Grunning)'),
      ],
    },
  },
};

/** Leaks and callbacks have words of their own. */
export const statusWord126: FineDelta = {
  drop: ['status/exit-syscall-blocked'],
  add: familyOf('status word', [
    {
      id: 'status/new-extra',
      from: ['idle'],
      to: 'deadextra',
      by: ['oneNewExtraM'],
      text: 'a goroutine for callbacks is published as dead on an extra thread',
      cite: [at('proc.go', 'oneNewExtraM', 'casgstatus(gp, _Gidle, _Gdeadextra)')],
    },
    {
      id: 'status/leak',
      from: ['waiting'],
      to: 'leaked',
      by: ['findGoroutineLeaks'],
      text: 'a goroutine that nothing can wake is said to have leaked',
      cite: [at('mgc.go', 'findGoroutineLeaks', 'casgstatus(gp, _Gwaiting, _Gleaked)')],
    },
    {
      id: 'status/unleak',
      from: ['leaked'],
      to: 'waiting',
      by: ['allGsSnapshotSortedForGC'],
      text: 'a leaked goroutine is looked at anew by the next collection',
      cite: [
        at('mgcmark.go', 'allGsSnapshotSortedForGC', 'gp.atomicstatus.CompareAndSwap(_Gleaked, _Gwaiting)'),
      ],
    },
  ]),
  change: {
    'status/new': { by: ['newproc1'] },
    'status/yield': {
      by: ['goschedImpl', 'goyield_m', 'debugCallWrap1', 'exitsyscallNoP'],
      cite: [
        at('proc.go', 'goschedImpl', 'casgstatus(gp, _Grunning, _Grunnable)'),
        at('proc.go', 'goyield_m', 'casgstatus(gp, _Grunning, _Grunnable)'),
        at('proc.go', 'exitsyscallNoP', 'casgstatus(gp, _Grunning, _Grunnable)'),
      ],
    },
    'status/enter-callback': {
      from: ['deadextra'],
      cite: [at('proc.go', 'needm', 'casgstatus(mp.curg, _Gdeadextra, _Gsyscall)')],
    },
    'status/leave-callback': {
      to: 'deadextra',
      cite: [at('proc.go', 'dropm', 'casgstatus(mp.curg, _Gsyscall, _Gdeadextra)')],
    },
  },
};
