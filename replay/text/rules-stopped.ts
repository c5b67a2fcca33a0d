/** Stopping the world: asked for, done and undone under sched.lock, so a snapshot sees it as it is. */
import { each, type Finding, type Outcome, runtime, SILENT, some } from './rule.ts';
import type { Detail, MState, Snapshot } from './snapshot.ts';
import {
  allowed,
  allWhole,
  found,
  psAndMsWhole,
  type SnapshotRule,
  underLock,
  when,
} from './snapshot-parts.ts';
import { FREEZE_STOP_WAIT, P_GCSTOP } from './vocabulary.ts';

/** The world is wholly stopped; starting it again needs sched.lock, so it stays so to the last line. */
const worldStopped = (s: Snapshot): boolean => s.detail?.gcwaiting === true && s.detail.stopwait === 0;

/**
 * A dying process freezes the world without sched.lock (freezetheworld); what follows is no scheduler's.
 * Each P that stops itself still counts the number down, so it is anything of that order.
 */
const freezing = (detail: Detail): boolean => detail.stopwait > FREEZE_STOP_WAIT / 2;

/** Marking again in a stopped world, runCheckmark takes the wish for it back, lest gcDrain heed it. */
const marksAgain = (detail: Detail): boolean => !detail.gcwaiting && detail.stopwait === 0;

export const STOP_RULES: readonly SnapshotRule[] = [
  {
    id: 'text/gcstop',
    text: 'the Ps stopped for a stop of the world are gomaxprocs less stopwait, and none while it is not asked for',
    sound: 'a P takes and leaves the status gcstop under sched.lock, in one step with stopwait',
    tolerance:
      'a dying process is left out: freezetheworld asks without sched.lock; so is a world in which all Ps are stopped and nobody asks for it: runCheckmark (gccheckmark=1, checkfinalizers=1) marks in it',
    cite: [
      underLock,
      runtime('proc.go', 'stopTheWorldWithSema', 'sched.stopwait = gomaxprocs'),
      runtime('proc.go', 'gcstopm', 'pp.status = _Pgcstop'),
      runtime('proc.go', 'handoffp', 'pp.status = _Pgcstop'),
      runtime('proc.go', 'startTheWorldWithSema', 'sched.gcwaiting.Store(false)'),
      runtime('proc.go', 'freezetheworld', 'sched.stopwait = freezeStopWait'),
      runtime('mcheckmark.go', 'runCheckmark', 'sched.gcwaiting.Store(false)', { since: 25 }),
    ],
    evidence: 'observed',
    class: 'diverges',
    facets: (s) => [s.detail?.gcwaiting === true ? 'stopping' : 'running'],
    check: checkGcstop,
  },
  {
    id: 'text/stopped-world',
    text: 'in a stopped world one M at most holds a P',
    // Until Go 1.11 an M in a system call still named the P that was taken from it.
    since: 13,
    sound:
      'the world stays stopped to the last line, since starting it needs sched.lock; the one M is that of the goroutine that stopped it',
    cite: [
      underLock,
      runtime('proc.go', 'stopTheWorldWithSema', 'bad = "stopTheWorld: not stopped (stopwait != 0)"'),
      runtime('proc.go', 'gcstopm', 'pp := releasep()'),
      runtime('proc.go', 'startTheWorldWithSema', 'lock(&sched.lock)'),
    ],
    evidence: 'observed',
    class: 'diverges',
    check: checkStopped,
  },
  {
    id: 'text/stopped-running',
    text: 'in a stopped world one goroutine at most is running',
    sound:
      'a goroutine leaves a system call as running only with a P, up to Go 1.25; from 1.26 on it is running before it looks for one',
    until: 25,
    cite: [
      runtime('proc.go', 'exitsyscall', 'if exitsyscallfast(oldp) {', { until: 25 }),
      runtime('proc.go', 'exitsyscall0', 'casgstatus(gp, _Gsyscall, _Grunnable)', { until: 25 }),
    ],
    evidence: 'observed',
    class: 'diverges',
    check: (s) => {
      if (!worldStopped(s) || !psAndMsWhole(s)) return SILENT;
      const running = s.gs.filter((g) => (g.status & 0xfff) === 2);
      return when(running.length > 1, () =>
        found(
          s,
          'running goroutines',
          `${running.length} running goroutines in a stopped world`,
          'one running goroutine at most',
          some(running.map((g) => `G${g.id}`)),
        ),
      );
    },
  },
  {
    id: 'text/stopped-curg',
    text: "in a stopped world each M's goroutine has a line",
    sound: 'nobody can create or end a goroutine without a P',
    cite: [
      runtime('proc.go', 'newproc1', 'pp := mp.p.ptr()'),
      runtime('proc.go', 'schedtrace', 'forEachG(func(gp *g) {'),
    ],
    evidence: 'observed',
    class: 'diverges',
    check: (s) => {
      if (!worldStopped(s) || !allWhole(s)) return SILENT;
      const ids = new Set(s.gs.map((g) => g.id));
      return each(
        s.ms.filter((m) => m.curg !== -1),
        (m) => (ids.has(m.curg) ? undefined : unknownG(m)),
      );
    },
  },
];

function checkGcstop(s: Snapshot): Outcome {
  const { detail } = s;
  if (detail === undefined || s.damaged || s.ms.length === 0 || freezing(detail)) return SILENT;
  const stopped = s.ps.filter((p) => p.status === P_GCSTOP).length;
  if (marksAgain(detail) && stopped === s.gomaxprocs) return SILENT;
  const expected = detail.gcwaiting ? s.gomaxprocs - detail.stopwait : 0;
  return when(stopped !== expected, () =>
    found(
      s,
      detail.gcwaiting ? 'stopped Ps while stopping' : 'stopped Ps while running',
      `gcwaiting=${detail.gcwaiting}, stopwait=${detail.stopwait}, and ${stopped} of ${s.gomaxprocs} Ps stopped`,
      `${expected} stopped Ps`,
      `there are ${stopped}`,
    ),
  );
}

function checkStopped(s: Snapshot): Outcome {
  if (!worldStopped(s) || !psAndMsWhole(s)) return SILENT;
  const byP = s.ps.filter((p) => p.m !== -1);
  const byM = s.ms.filter((m) => m.p !== -1);
  const [p, m] = [byP[0], byM[0]];
  const agree = p === undefined || m === undefined || (m.id === p.m && m.p === p.id);
  return when(byP.length > 1 || byM.length > 1 || !agree, () =>
    found(
      s,
      'holders in a stopped world',
      `in a stopped world ${byP.length} Ps name an M and ${byM.length} Ms hold a P`,
      'one M holds a P, and both say so',
      some([...byP.map((p) => `P${p.id}: m=${p.m}`), ...byM.map((m) => `M${m.id}: p=${m.p}`)]),
    ),
  );
}

function unknownG(m: MState): Finding {
  return {
    subject: { kind: 'M', id: String(m.id) },
    line: m.line,
    observed: `M${m.id} runs G${m.curg}, which has no line`,
    ...allowed('curg has a line of its own', `G${m.curg} has none`),
    shape: ['curg without a line'],
  };
}
