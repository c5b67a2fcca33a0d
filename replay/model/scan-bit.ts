/**
 * The scan bit of the status word: whoever sets it owns the goroutine's status and
 * its stack until it is cleared. suspendG sets it to scan, a preempted goroutine to
 * leave its thread, and from Go 1.26 whoever takes a P from a system call.
 */
import { type FineDelta, type FineRow, familyOf } from './fine-row.ts';
import { at } from './row.ts';

/** Who calls syscallingThread.resume, which is small enough to be inlined into each (1.26). */
const WHO_RESUMES = [
  'setBlockOnExitSyscall',
  'resume',
  'stopTheWorldWithSema',
  'retake',
  'forEachPInternal',
  'exitsyscallTryGetP',
  'compute',
];

/** Go 1.22. */
export const scanBit: readonly FineRow[] = familyOf('status word', [
  {
    id: 'status/preempt',
    from: ['running'],
    to: 'scan preempted',
    by: ['preemptPark', 'casGToPreemptScan'],
    text: 'a goroutine that is told to stop stops itself, with the scan bit until it left its thread',
    cite: [
      at('proc.go', 'preemptPark', 'casGToPreemptScan(gp, _Grunning, _Gscan|_Gpreempted)'),
      at('proc.go', 'casGToPreemptScan', 'gp.atomicstatus.CompareAndSwap(_Grunning, _Gscan|_Gpreempted)'),
    ],
  },
  {
    id: 'status/preempted',
    from: ['scan preempted'],
    to: 'preempted',
    by: ['preemptPark'],
    text: 'a preempted goroutine may be claimed once it left its thread',
    cite: [at('proc.go', 'preemptPark', 'casfrom_Gscanstatus(gp, _Gscan|_Gpreempted, _Gpreempted)')],
  },
  {
    id: 'status/claim',
    from: ['preempted'],
    to: 'waiting',
    by: ['suspendG', 'casGFromPreempted'],
    text: 'a preempted goroutine is claimed by suspendG, which readies it later',
    cite: [at('preempt.go', 'suspendG', 'casGFromPreempted(gp, _Gpreempted, _Gwaiting)')],
  },
  ...['runnable', 'waiting', 'syscall'].flatMap((word) => [
    {
      id: `status/scan-${word}`,
      from: [word],
      to: `scan ${word}`,
      by: ['suspendG'],
      text: `suspendG holds a goroutine that is ${word} by its scan bit`,
      cite: [at('preempt.go', 'suspendG', 'if !castogscanstatus(gp, s, s|_Gscan) {')],
    },
    {
      id: `status/scanned-${word}`,
      from: [`scan ${word}`],
      to: word,
      by: ['resumeG'],
      text: `resumeG lets go of a goroutine that is ${word}`,
      cite: [at('preempt.go', 'resumeG', 'casfrom_Gscanstatus(gp, s, s&^_Gscan)')],
    },
  ]),
  {
    id: 'status/scan-running',
    from: ['running'],
    to: 'scan running',
    by: ['suspendG'],
    text: 'suspendG holds a running goroutine for as long as it takes to ask it to stop',
    cite: [at('preempt.go', 'suspendG', 'if !castogscanstatus(gp, _Grunning, _Gscanrunning) {')],
  },
  {
    id: 'status/scanned-running',
    from: ['scan running'],
    to: 'running',
    by: ['suspendG'],
    text: 'suspendG lets go of the running goroutine that it asked to stop',
    cite: [at('preempt.go', 'suspendG', 'casfrom_Gscanstatus(gp, _Gscanrunning, _Grunning)')],
  },
  {
    id: 'status/scan-owner',
    text: 'the scan bit is cleared by the thread that set it',
    cite: [
      at('preempt.go', 'suspendG', '// The scan bit keeps it from transition state.'),
      at('preempt.go', 'resumeG', 'casfrom_Gscanstatus(gp, s, s&^_Gscan)'),
    ],
  },
]);

/** Who takes a P from a system call holds the goroutine's scan bit. */
export const scanBit126: FineDelta = {
  add: familyOf('status word', [
    {
      id: 'status/scan-leaked',
      from: ['leaked'],
      to: 'scan leaked',
      by: ['suspendG'],
      text: 'suspendG holds a goroutine that leaked by its scan bit',
      cite: [at('preempt.go', 'suspendG', 'if !castogscanstatus(gp, s, s|_Gscan) {')],
    },
    {
      id: 'status/scanned-leaked',
      from: ['scan leaked'],
      to: 'leaked',
      by: ['resumeG'],
      text: 'resumeG lets go of a goroutine that leaked',
      cite: [at('preempt.go', 'resumeG', '_Gleaked | _Gscan,')],
    },
    {
      id: 'status/hold-callback',
      from: ['deadextra'],
      to: 'scan deadextra',
      by: ['setBlockOnExitSyscall'],
      text: 'a goroutine for callbacks is held by its scan bit while its P is taken',
      cite: [at('proc.go', 'setBlockOnExitSyscall', 'if !castogscanstatus(gp, status, status|_Gscan) {')],
    },
    {
      id: 'status/release-callback',
      from: ['scan deadextra'],
      to: 'deadextra',
      by: WHO_RESUMES,
      text: 'a goroutine for callbacks is let go of when its P was taken',
      cite: [
        at('proc.go', '(syscallingThread) resume', 'casfrom_Gscanstatus(s.gp, s.status|_Gscan, s.status)'),
      ],
    },
  ]),
  change: {
    'status/scan-syscall': {
      by: ['suspendG', 'setBlockOnExitSyscall'],
      text: 'a goroutine in a system call is held by its scan bit, by suspendG or who takes its P',
      cite: [
        at('preempt.go', 'suspendG', 'if !castogscanstatus(gp, s, s|_Gscan) {'),
        at('proc.go', 'setBlockOnExitSyscall', 'if !castogscanstatus(gp, status, status|_Gscan) {'),
      ],
    },
    'status/scanned-syscall': {
      by: ['resumeG', ...WHO_RESUMES],
      text: 'a goroutine in a system call is let go of when it was scanned or its P was taken',
      cite: [
        at('preempt.go', 'resumeG', 'casfrom_Gscanstatus(gp, s, s&^_Gscan)'),
        at('proc.go', '(syscallingThread) resume', 'casfrom_Gscanstatus(s.gp, s.status|_Gscan, s.status)'),
      ],
    },
  },
};
