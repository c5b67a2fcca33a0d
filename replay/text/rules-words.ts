/** What a line of a snapshot may say at all: the release's statuses, reasons and ranges. */
import { each, runtime } from './rule.ts';
import { allowed, found, type SnapshotRule, underLock, when } from './snapshot-parts.ts';

export const WORD_RULES: readonly SnapshotRule[] = [
  {
    id: 'text/g-status',
    text: "a goroutine's status is one of the release's numbers, with or without the scan bit",
    sound: 'one atomic load of one word',
    cite: [
      underLock,
      runtime('proc.go', 'schedtrace', '": status=", readgstatus(gp)'),
      runtime('proc.go', 'allgadd', 'throw("allgadd: bad status Gidle")'),
    ],
    evidence: 'observed',
    class: 'diverges',
    facets: (s, { words }) => s.gs.map((g) => words.gStatus.get(g.status) ?? `${g.status}`),
    check: (s, { words }) =>
      each(s.gs, (g) =>
        words.gStatus.has(g.status)
          ? undefined
          : {
              subject: { kind: 'goroutine', id: String(g.id) },
              line: g.line,
              observed: `G${g.id} has status ${g.status}`,
              ...allowed(`status is one of ${[...words.gStatus.keys()].join(', ')}`, `it is ${g.status}`),
              shape: ['unknown status'],
            },
      ),
  },
  {
    id: 'text/wait-reason',
    text: "a goroutine's wait reason is one of the release's",
    sound: 'one load of one byte; the reason stays from the last wait, whatever the status',
    cite: [
      runtime('proc.go', 'schedtrace', 'gp.waitreason.String()'),
      runtime('runtime2.go', 'waitReason.String', 'return "unknown wait reason"'),
    ],
    evidence: 'observed',
    class: 'diverges',
    facets: (s) => s.gs.map((g) => g.reason),
    check: (s, { words }) =>
      each(s.gs, (g) =>
        words.waitReason.has(g.reason)
          ? undefined
          : {
              subject: { kind: 'goroutine', id: String(g.id) },
              line: g.line,
              observed: `G${g.id} gives the reason "${g.reason}"`,
              ...allowed("the reason is in the release's waitReasonStrings", `"${g.reason}" is not`),
              shape: ['unknown reason'],
            },
      ),
  },
  {
    id: 'text/p-status',
    text: "a P's status is one of the release's numbers, and none in allp is dead",
    sound: 'one load of one word; a P dies and leaves allp under sched.lock',
    cite: [
      underLock,
      runtime('proc.go', 'procresize', 'allp = allp[:nprocs]'),
      runtime('proc.go', '(*p).destroy', 'pp.status = _Pdead'),
    ],
    evidence: 'observed',
    class: 'diverges',
    facets: (s, { words }) => s.ps.map((p) => words.pStatus.get(p.status) ?? `${p.status}`),
    check: (s, { words }) =>
      each(s.ps, (p) =>
        words.pStatus.has(p.status)
          ? undefined
          : {
              subject: { kind: 'P', id: String(p.id) },
              line: p.line,
              observed: `P${p.id} has status ${p.status}`,
              ...allowed(`status is one of ${[...words.pStatus.keys()].join(', ')}`, `it is ${p.status}`),
              shape: ['unknown status'],
            },
      ),
  },
  {
    id: 'text/counters',
    text: 'no count in the header is negative, and needspinning is 0 or 1',
    sound: 'each is one load; the runtime throws before nmspinning falls below 0',
    cite: [
      runtime('proc.go', 'gcstopm', 'throw("gcstopm: negative nmspinning")'),
      runtime('proc.go', 'handoffp', 'sched.needspinning.Store(0)'),
    ],
    evidence: 'observed',
    class: 'diverges',
    check: (s) => {
      const { gomaxprocs, threads, spinningthreads, runqueue, needspinning } = s;
      const bad = Object.entries({
        gomaxprocs: gomaxprocs - 1,
        threads: threads - 1,
        spinningthreads,
        runqueue,
        stopwait: s.detail?.stopwait ?? 0,
      })
        .filter(([, n]) => n < 0)
        .map(([name]) => name);
      if (needspinning < 0 || needspinning > 1) bad.push('needspinning');
      return when(bad.length > 0, () => ({
        ...found(s, 'counts', `${bad.join(', ')} out of range`, 'counts of 0 or more', bad.join(', ')),
        shape: bad,
      }));
    },
  },
];
