/**
 * What a change in the runtime made otherwise, as rules of the releases before it and of those after: threads that
 * end (Go 1.10), loops that are interrupted (Go 1.14). So a text tells which of the two it is of.
 */
import { type Outcome, outcome, runtime, SILENT } from './rule.ts';
import type { GcRule } from './rules-gc.ts';
import type { PairRule } from './rules-pairs.ts';
import type { GcLine, MState, PState, Snapshot } from './snapshot.ts';
import { allowed, psAndMsWhole } from './snapshot-parts.ts';
import { P_RUNNING } from './vocabulary.ts';

/** Milliseconds that a P may take to stop, and snapshots that must show that it did not; a signal takes microseconds. */
const PATIENCE = { ms: 5000, snapshots: 20 };

/** Collections that may end before the loop has its P, on a machine that is slow to start it. */
const EARLY_COLLECTIONS = 3;

export const BEFORE_AFTER_RULES: readonly PairRule[] = [
  {
    id: 'text/threads-stay',
    text: 'a thread, once made, stays: the goroutine that ends locked to it leaves it to others',
    sound: 'threads are only counted up, and no M leaves allm; both under sched.lock',
    until: 9,
    cite: [
      runtime('proc.go', 'mcommoninit', 'sched.mcount++'),
      runtime('proc.go', 'goexit0', '_g_.m.lockedg = nil'),
      runtime('proc.go', 'goexit0', 'schedule()'),
    ],
    evidence: 'observed',
    class: 'diverges',
    start: threadsStay,
  },
  {
    id: 'text/thread-exit',
    text: 'a goroutine that ends locked to its thread takes the thread with it: the M runs no other',
    sound:
      'lockedg of an M changes only where a goroutine unlocks itself, which this program never does, and where it ends; then the M goes to mexit, and runs nothing on its way there',
    tolerance:
      'asked only of a program that never unlocks, by its own promise; the main goroutine, which the runtime unlocks, is left out',
    since: 10,
    needs: ['never-unlocks'],
    cite: [
      runtime('proc.go', 'goexit0', 'locked := gp.lockedm != 0', { until: 21 }),
      runtime('proc.go', 'gdestroy', 'locked := gp.lockedm != 0', { since: 22 }),
      runtime('proc.go', 'mexit', 'sched.nmfreed++'),
    ],
    evidence: 'inferred',
    class: 'diverges',
    start: threadExit,
  },
  {
    id: 'text/world-stops',
    text: 'a loop that calls nothing is interrupted where it is, when the world is to stop',
    sound:
      'stopping the world sends the thread of each P that runs a signal, and again until it stops. A P with one schedtick runs one goroutine all the time',
    tolerance: `asked only of a program that has such a loop, by its own promise, since nothing interrupts assembly, as a long hash is; ${PATIENCE.ms} ms, in ${PATIENCE.snapshots} snapshots; a dying process is left out`,
    since: 14,
    needs: ['interrupts', 'calls-nothing'],
    cite: [
      runtime('proc.go', 'stopTheWorldWithSema', 'preemptall()'),
      runtime('proc.go', 'preemptone', 'if preemptMSupported && debug.asyncpreemptoff == 0 {'),
      runtime('proc.go', 'preemptone', 'preemptM(mp)'),
    ],
    evidence: 'inferred',
    class: 'diverges',
    start: worldStops,
  },
];

export const BEFORE_AFTER_GC: readonly GcRule[] = [
  {
    id: 'text/loop-stays',
    text: 'a loop that calls nothing is never interrupted: while one runs the world is not stopped, and no collection ends',
    sound:
      'a goroutine is asked to stop by a flag that only the prologue of a function looks at; a loop without calls never comes by one',
    tolerance: `asked only of a program that has such a loop, by its own promise; its first ${EARLY_COLLECTIONS} collections may come before the loop runs`,
    until: 13,
    needs: ['calls-nothing'],
    cite: [
      runtime('proc.go', 'preemptone', 'gp.stackguard0 = stackPreempt'),
      runtime('proc.go', 'stopTheWorldWithSema', 'preemptall()'),
    ],
    evidence: 'inferred',
    class: 'diverges',
    start: () => (gc) => loopStays(gc),
  },
];

function threadsStay(): (s: Snapshot) => Outcome {
  let last: Snapshot | undefined;
  return (s) => {
    const before = last;
    if (s.damaged) return SILENT;
    last = s;
    if (before === undefined) return SILENT;
    const now = new Set(s.ms.map(({ id }) => id));
    const gone = psAndMsWhole(s) ? before.ms.find(({ id }) => !now.has(id)) : undefined;
    if (gone === undefined && s.threads >= before.threads) return outcome(1, []);
    const fewer = `threads=${s.threads} after threads=${before.threads}`;
    return outcome(1, [
      {
        subject: { kind: 'M', id: gone === undefined ? 'any' : String(gone.id) },
        line: s.line,
        observed: gone === undefined ? fewer : `M${gone.id} is gone; ${fewer}`,
        ...allowed('every M of before, and as many threads or more', fewer),
        shape: ['thread gone'],
        because: [{ line: (gone ?? before).line, role: 'has it still' }],
      },
    ]);
  };
}

const MAIN_GOROUTINE = 1;

function threadExit(): (s: Snapshot) => Outcome {
  /** By M: the line on which a goroutine was locked to it. */
  const locked = new Map<number, MState>();
  return (s) => {
    if (!psAndMsWhole(s)) return SILENT;
    const now = new Set(s.ms.map(({ id }) => id));
    let checks = 0;
    // An M that is gone with its goroutine is what the rule says.
    for (const id of locked.keys()) if (!now.has(id) && locked.delete(id)) checks++;
    const findings = s.ms.flatMap((m) => {
      const before = locked.get(m.id);
      if (before !== undefined) checks++;
      const other = before !== undefined && m.curg !== -1 && m.curg !== before.lockedg;
      if (other) locked.delete(m.id);
      if (m.lockedg > MAIN_GOROUTINE && locked.get(m.id)?.lockedg !== m.lockedg) locked.set(m.id, m);
      return other ? [runsAnother(m, before)] : [];
    });
    return outcome(checks, findings);
  };
}

function runsAnother(m: MState, before: MState) {
  return {
    subject: { kind: 'M', id: String(m.id) } as const,
    line: m.line,
    observed: `M${m.id} runs G${m.curg}; G${before.lockedg} was locked to it, and has ended`,
    ...allowed(`M${m.id} runs G${before.lockedg} or nothing, or is gone`, `it runs G${m.curg}`),
    shape: ['M outlives the goroutine locked to it'],
    because: [{ line: before.line, role: `has G${before.lockedg} locked to M${m.id}` }],
  };
}

/** A P that was asked to stop, since when, and in how many snapshots it had not. */
interface Asked {
  readonly first: PState;
  readonly sinceMs: number;
  seen: number;
}

function worldStops(): (s: Snapshot) => Outcome {
  const asked = new Map<number, Asked>();
  return (s) => {
    const stopping =
      !s.damaged &&
      s.detail?.gcwaiting === true &&
      s.detail.stopwait > 0 &&
      s.detail.stopwait <= s.gomaxprocs;
    const busy = stopping ? s.ps.filter(({ status }) => status === P_RUNNING) : [];
    for (const id of asked.keys()) if (!busy.some((p) => p.id === id)) asked.delete(id);
    const findings = busy.flatMap((p) => {
      const known = asked.get(p.id);
      if (known === undefined || known.first.schedtick !== p.schedtick || known.first.m !== p.m) {
        asked.set(p.id, { first: p, sinceMs: s.atMs, seen: 1 });
        return [];
      }
      known.seen++;
      if (s.atMs - known.sinceMs < PATIENCE.ms || known.seen < PATIENCE.snapshots) return [];
      return [doesNotStop(p, known, s)];
    });
    return outcome(busy.length, findings);
  };
}

function doesNotStop(p: PState, { first, sinceMs, seen }: Asked, s: Snapshot) {
  const waited = `${s.atMs - sinceMs} ms and ${seen} snapshots`;
  return {
    subject: { kind: 'P', id: String(p.id) } as const,
    line: p.line,
    observed: `P${p.id} runs on for ${waited} after it was asked to stop, with one goroutine`,
    ...allowed('a P that is asked to stop stops', `gcwaiting is set, and schedtick=${p.schedtick} stays`),
    shape: ['P does not stop'],
    because: [{ line: first.line, role: 'was asked to stop by then' }],
  };
}

function loopStays(gc: GcLine): Outcome {
  if (gc.n <= EARLY_COLLECTIONS) return outcome(1, []);
  return outcome(1, [
    {
      subject: { kind: 'gc', id: String(gc.n) },
      line: gc.line,
      observed: `collection ${gc.n} ended`,
      ...allowed('no collection ends while the loop runs', 'its world was stopped twice'),
      shape: ['collection beside a loop'],
    },
  ]);
}
