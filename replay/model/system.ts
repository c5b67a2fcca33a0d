/**
 * What the execution trace and the system must agree on, since the trace's threads are the system's and its
 * clock is too. Only what no load, no scheduler and no coarse sampling can make false: how many threads there are
 * at a time is nobody's promise (an M is in allm before its thread exists, and out of it before that has gone).
 */
import type { Citation } from '../result.ts';
import { applyDelta, at, type Delta, RELEASES, type Release } from './row.ts';

export interface SystemRow {
  readonly id: string;
  readonly text: string;
  readonly cite: readonly Citation[];
}

const rows: readonly SystemRow[] = [
  {
    id: 'os/thread',
    text: 'whoever writes a batch of the trace is a thread of the process, from the batch begun to its last event',
    cite: [
      at('os_linux.go', 'minit', 'getg().m.procid = uint64(gettid())'),
      at('trace2buf.go', 'traceWriter.refill', 'mID = uint64(w.mp.procid)'),
    ],
  },
  {
    id: 'os/lifetime',
    text: 'nothing is traced before the process was started, nor after it has ended',
    cite: [at('trace2time.go', 'traceClockNow', 'return traceTime(nanotime() / traceTimeDiv)')],
  },
];

const DELTAS: Record<Exclude<Release, 'go1.22'>, Delta<SystemRow>> = {
  'go1.23': {
    change: {
      'os/thread': {
        cite: [
          at('os_linux.go', 'minit', 'getg().m.procid = uint64(gettid())'),
          at('tracebuf.go', 'traceWriter.refill', 'mID = uint64(w.mp.procid)'),
        ],
      },
      'os/lifetime': {
        cite: [at('tracetime.go', 'traceClockNow', 'return traceTime(nanotime() / traceTimeDiv)')],
      },
    },
  },
  'go1.24': {},
  'go1.25': {},
  'go1.26': {
    change: {
      'os/thread': {
        cite: [
          at('os_linux.go', 'minit', 'getg().m.procid = uint64(gettid())'),
          at('tracebuf.go', 'traceWriter.refill', 'mID = w.mp.procid'),
        ],
      },
    },
  },
};

/** What the trace and the system must agree on in a release. */
export function systemModelOf(release: Release): readonly SystemRow[] {
  const later = RELEASES.slice(1, RELEASES.indexOf(release) + 1) as Exclude<Release, 'go1.22'>[];
  return later.map((each) => DELTAS[each]).reduce<readonly SystemRow[]>(applyDelta, rows);
}
