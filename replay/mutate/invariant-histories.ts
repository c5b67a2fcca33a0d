/**
 * What no row says, broken by a history that every row allows: one for each invariant of the model, and those that
 * a status contradicts.
 */
import type { History } from './history.ts';

const M1 = `
M1 ProcStatus p=0 pstatus=running
M1 GoStatus g=1 gstatus=running
`;
const WAITS = '- GoStatus g=2 gstatus=waiting\n';

/** By the rule that refuses it. */
const REFUSED: readonly (readonly [rule: string, lines: string])[] = [
  ['gc/end-while-stopped', `${M1} M1 GCActive \n M1 GCEnd`],
  [
    'gc/end-alone',
    `${M1} M2 ProcStatus p=1 pstatus=running
    M1 GCActive
    M1 STWBegin kind_string="GC mark termination" stack=main.f
    M1 GCEnd`,
  ],
  [
    'stw/same-holder',
    `${M1} M2 ProcStatus p=1 pstatus=running
    M2 GoStatus g=2 gstatus=running
    M1 STWBegin kind_string=unknown stack=main.f
    M2 STWEnd`,
  ],
  [
    'stw/holder-runs',
    `${M1} M1 STWBegin kind_string=unknown stack=main.f
    M1 GoBlock reason_string=sync stack=sync.runtime_Semacquire`,
  ],
  [
    'P/within-gomaxprocs',
    `${M1} - ProcStatus p=2 pstatus=idle
    M1 ProcsChange procs_value=2 stack=main.f
    M2 ProcStart p=2`,
  ],
  [
    'P/at-most-gomaxprocs',
    `${M1} - ProcStatus p=1 pstatus=idle
    M3 ProcStatus p=2 pstatus=running
    M1 ProcsChange procs_value=2 stack=main.f
    M2 ProcStart p=1`,
  ],
  [
    'P/stolen-from',
    `${M1} M2 ProcStatus p=1 pstatus=running
    M2 GoStatus g=2 gstatus=running
    M2 GoSyscallBegin
    M1 ProcSteal p=1 m=1`,
  ],
  [
    'gc/begin-stops',
    `${M1} M1 GCBegin stack=main.f
    M1 STWBegin kind_string="GC mark termination" stack=main.f`,
  ],
  [
    'gc/end-in-mark-termination',
    `${M1} M1 GCActive
    M1 STWBegin kind_string=unknown stack=main.f
    M1 GCEnd`,
  ],
  [
    'sweep/not-while-marking',
    `${M1} M1 GCBegin stack=main.f
    M1 STWBegin kind_string="GC sweep termination" stack=main.f
    M1 STWEnd
    M1 GCSweepBegin stack=main.f`,
  ],
  ['goroutine/ids-increase', `${M1} M1 GoCreate new_g=10 stack=main.f \n M1 GoCreate new_g=5 stack=main.f`],
  ['blocking/forever', `${M1} M1 GoBlock reason_string=forever stack=runtime.block \n M1 GoUnblock g=1`],
  [
    'blocking/waker-ends-wait',
    `${M1} M2 ProcStatus p=1 pstatus=running
    M2 GoStatus g=2 gstatus=running
    M2 GoBlock reason_string="chan send" stack=runtime.chansend1
    M1 GoUnblock g=2 stack=runtime.chansend1`,
  ],
  ['unwinding/goexit', `${M1} ${WAITS} M1 GoUnblock g=2 stack=runtime.goexit`],
  ['unwinding/stack-of-running', `${M1} ${WAITS} M1 GoCreate new_g=3`],
  [
    'unwinding/stack-of-running',
    `${M1} ${WAITS} M1 GoBlock reason_string=forever stack=runtime.block
    M1 GoUnblock g=2 stack=main.f`,
  ],
  [
    'unwinding/start',
    `${M1} M1 GoCreate new_g=2 new_stack=main.f stack=main.main
    M1 GoBlock reason_string=forever stack=runtime.block
    M1 GoStart g=2
    M1 GoBlock reason_string=forever stack=runtime.block,main.g`,
  ],
  [
    'time/goroutine',
    `${M1} ${WAITS} M2@-1ms ProcStatus p=1 pstatus=running
    M1 GoUnblock g=2 stack=main.f
    M2@-1ms GoStart g=2`,
  ],
  [
    'time/P',
    `${M1} M1 GoBlock reason_string=forever stack=runtime.block
    M1 ProcStop
    M2@-1ms ProcStart p=0`,
  ],
  [
    'time/gc-end',
    `${M1} M1 GCActive
    M1 STWBegin kind_string="GC mark termination" stack=main.f
    M1 GCEnd
    M1 STWEnd
    M1 GoBlock reason_string=forever stack=runtime.block
    M1 ProcStop
    M2@-1ms ProcStart p=0`,
  ],
  ['time/M', `${M1} generation \n M1@-1ms ProcStatus p=0 pstatus=running`],
  ['time/generation', `${M1} M1@+1ms UserLog key_string=main.key value_string=main.text`],
  ['format/status-once', `${M1} ${WAITS} ${WAITS}`],
  ['format/status-first', `${M1} ${WAITS} generation ${M1} M1 GoUnblock g=2 stack=main.f`],
  ['format/sequence', `${M1} ${WAITS} M1 GoUnblock g=2 g_seq=5 stack=main.f`],
  ['goroutine/status', `${M1} ${WAITS} generation ${M1} - GoStatus g=2 gstatus=runnable`],
  ['P/status', `${M1} generation \n - ProcStatus p=0 pstatus=idle`],
];

const SINCE_123: typeof REFUSED = [
  [
    'goroutine/status-stack',
    `${M1} - GoStatusStack g=2 gstatus=waiting stack=main.f
    generation
    - GoStatusStack g=2 gstatus=runnable stack=main.f`,
  ],
];

export function invariantHistories(has: (rule: string) => boolean): History[] {
  return [...REFUSED, ...SINCE_123]
    .filter(([rule]) => has(rule))
    .map(([rule, lines]) => ({ name: `breaks ${rule}`, about: rule, refused: rule, lines }));
}
