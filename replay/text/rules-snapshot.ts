/**
 * What one snapshot can say. schedtrace holds sched.lock from its header to its
 * last line, and the world runs on meanwhile. So what sched.lock guards stands
 * still while it is printed (gomaxprocs, allp, the lists of idle Ps and Ms, allm,
 * gcwaiting, stopwait) and can be compared with anything; what it does not guard
 * (who runs what) was true only when its own line was printed. Each rule says
 * which of the two it leans on.
 */
import { each, type Finding, type Outcome, outcome, runtime, SILENT, some } from './rule.ts';
import { STOP_RULES } from './rules-stopped.ts';
import { WORD_RULES } from './rules-words.ts';
import type { MState, PState, Snapshot } from './snapshot.ts';
import {
  allowed,
  found,
  psAndMsWhole,
  repeated,
  type SnapshotRule,
  underLock,
  when,
} from './snapshot-parts.ts';
import { P_IDLE } from './vocabulary.ts';

/** Only these can be on the list of idle Ps: pidleput throws for a P with work, and its callers let go of the M before. */
const idleCandidates = (s: Snapshot): readonly PState[] =>
  s.ps.filter((p) => p.status === P_IDLE && p.m === -1 && p.runqsize === 0);

/** M lines that threads may lack: a wedged m0 is counted as freed but stays in allm (mexit). */
const wedged = (s: Snapshot): number => (s.ms.some((m) => m.id === 0 && m.p === -1) ? 1 : 0);

const HOLDING_RULES: readonly SnapshotRule[] = [
  {
    id: 'text/p-order',
    text: 'the P lines are numbered from 0, in order, without a gap',
    sound: 'the number printed is the index of a loop',
    cite: [runtime('proc.go', 'schedtrace', 'for i, pp := range allp {')],
    evidence: 'observed',
    class: 'malformed',
    check: (s) => {
      if (s.damaged) return SILENT;
      return each(s.ps, (p) =>
        s.ps[p.id] === p
          ? undefined
          : {
              subject: { kind: 'P', id: String(p.id) },
              line: p.line,
              observed: `the line of P${p.id} stands at place ${s.ps.indexOf(p)}`,
              ...allowed(
                'the lines of Ps are numbered 0, 1, 2, …',
                `P${p.id} stands at place ${s.ps.indexOf(p)}`,
              ),
              shape: ['P lines out of order'],
            },
      );
    },
  },
  {
    id: 'text/gomaxprocs',
    text: 'there are as many Ps as gomaxprocs says',
    sound: 'procresize sets both under sched.lock',
    cite: [
      underLock,
      runtime('proc.go', 'procresize', 'assertLockHeld(&sched.lock)'),
      runtime('proc.go', 'procresize', 'atomic.Store((*uint32)(unsafe.Pointer(int32p)), uint32(nprocs))'),
    ],
    evidence: 'observed',
    class: 'diverges',
    check: (s) => {
      const n = s.detail === undefined ? s.queues.length : s.ps.length;
      if (s.damaged || (s.detail !== undefined && s.ms.length === 0)) return SILENT;
      return when(n !== s.gomaxprocs, () =>
        found(
          s,
          'count of Ps',
          `gomaxprocs=${s.gomaxprocs}, and ${n} Ps`,
          'as many Ps as gomaxprocs',
          `${n} against ${s.gomaxprocs}`,
        ),
      );
    },
  },
  {
    id: 'text/idle-ps',
    text: 'each P that idleprocs counts is idle, has no M and no work',
    sound: 'the list of idle Ps and its length change under sched.lock only',
    cite: [
      underLock,
      runtime('proc.go', 'pidleput', 'throw("pidleput: P has non-empty run queue")'),
      runtime('proc.go', 'pidleput', 'sched.npidle.Add(1)'),
      runtime('proc.go', 'pidleget', 'assertLockHeld(&sched.lock)'),
    ],
    evidence: 'observed',
    class: 'diverges',
    check: (s) => {
      if (s.damaged || (s.detail !== undefined && s.ms.length === 0)) return SILENT;
      const n =
        s.detail === undefined ? s.queues.filter((length) => length === 0).length : idleCandidates(s).length;
      return when(s.idleprocs > n || s.idleprocs < 0, () =>
        found(
          s,
          'idleprocs',
          `idleprocs=${s.idleprocs}, and ${n} Ps that can be idle`,
          'idleprocs at most the Ps with nothing to do',
          `${s.idleprocs} against ${n}`,
        ),
      );
    },
  },
  {
    id: 'text/idle-p-unheld',
    text: 'no M holds a P that is on the list of idle Ps',
    // Until Go 1.11 an M in a system call still named the P that was taken from it.
    since: 13,
    sound:
      'a listed P stays listed to the last line. Where as many Ps look idle as are listed, those are the listed ones; and never do Ms hold more Ps than are left',
    cite: [
      underLock,
      runtime('proc.go', 'pidleput', 'sched.pidle.set(pp)'),
      runtime('proc.go', 'pidleget', 'sched.pidle = pp.link'),
    ],
    evidence: 'inferred',
    class: 'diverges',
    check: checkIdleUnheld,
  },
  {
    id: 'text/idle-ms',
    text: 'each M that idlethreads counts has no P and no goroutine',
    sound: 'the list of idle Ms and its length change under sched.lock only',
    cite: [
      underLock,
      runtime('proc.go', 'mput', 'assertLockHeld(&sched.lock)'),
      runtime('proc.go', 'mget', 'assertLockHeld(&sched.lock)'),
      runtime('proc.go', 'stopm', 'throw("stopm holding p")'),
    ],
    evidence: 'observed',
    class: 'diverges',
    check: (s) => {
      if (!psAndMsWhole(s)) return SILENT;
      const n = s.ms.filter((m) => m.p === -1 && m.curg === -1).length;
      return when(s.idlethreads > n || s.idlethreads < 0, () =>
        found(
          s,
          'idlethreads',
          `idlethreads=${s.idlethreads}, and ${n} Ms that can be idle`,
          'idlethreads at most the Ms without P and goroutine',
          `${s.idlethreads} against ${n}`,
        ),
      );
    },
  },
  {
    id: 'text/threads',
    text: 'each M in allm is counted by threads',
    sound:
      'an id is reserved before its M joins allm, and counted as freed after its M left, all under sched.lock; only m0 is counted as freed and stays',
    cite: [
      underLock,
      runtime('proc.go', 'mcount', 'return int32(sched.mnext - sched.nmfreed)'),
      runtime('proc.go', 'mReserveID', 'sched.mnext++'),
      runtime('proc.go', 'mexit', 'sched.nmfreed++'),
    ],
    evidence: 'observed',
    class: 'diverges',
    check: (s) => {
      if (s.detail === undefined || s.damaged) return SILENT;
      return when(s.ms.length > s.threads + wedged(s), () =>
        found(
          s,
          'count of Ms',
          `threads=${s.threads}, and ${s.ms.length} Ms`,
          'no more Ms than threads',
          `${s.ms.length} against ${s.threads}`,
        ),
      );
    },
  },
  {
    id: 'text/m-one-p',
    text: 'no M is named by two Ps',
    sound:
      'an M that gives its P away gets another only from the idle Ps, by startm or out of the idle Ms, and all of these need sched.lock (a P passed on by startlockedm or taken in a system call goes to an M that had none)',
    cite: [
      underLock,
      runtime('proc.go', 'wirep', 'throw("wirep: already in go")'),
      runtime('proc.go', 'startm', 'lock(&sched.lock)'),
      runtime('proc.go', 'startlockedm', 'stopm()'),
      runtime('proc.go', 'stopm', 'lock(&sched.lock)'),
    ],
    evidence: 'observed',
    class: 'diverges',
    check: (s) => {
      if (s.damaged) return SILENT;
      const named = s.ps.filter((p) => p.m !== -1);
      const twice = repeated(named.map((p) => p.m));
      return outcome(
        named.length,
        twice.map((m) => mTwice(m, named)),
      );
    },
  },
  {
    id: 'text/known-ms',
    text: 'an M that a goroutine names is in allm',
    sound: 'Ms join and leave allm under sched.lock, and a leaving M has no goroutine',
    cite: [
      underLock,
      runtime('proc.go', 'mcommoninit', 'atomicstorep(unsafe.Pointer(&allm), unsafe.Pointer(mp))'),
      runtime('proc.go', 'mexit', '*pprev = mp.alllink'),
    ],
    evidence: 'observed',
    class: 'diverges',
    check: checkKnownMs,
  },
  {
    id: 'text/goid-unique',
    text: 'no two goroutines have the same id',
    sound: 'an id is given once and goes back to nobody; 0 is a goroutine that has none yet',
    cite: [
      runtime('proc.go', 'newproc1', 'newg.goid = pp.goidcache'),
      runtime('proc.go', 'newproc1', 'pp.goidcache++'),
    ],
    evidence: 'observed',
    class: 'diverges',
    check: (s) => {
      if (s.damaged) return SILENT;
      const seen = new Set<number>();
      return each(s.gs, (g) => {
        if (g.id === 0 || !seen.has(g.id)) {
          seen.add(g.id);
          return undefined;
        }
        return {
          subject: { kind: 'goroutine', id: String(g.id) },
          line: g.line,
          observed: `G${g.id} has two lines in one snapshot`,
          ...allowed('an id of its own for each goroutine', `G${g.id} stands twice`),
          shape: ['goid twice'],
        };
      });
    },
  },
];

/** Every rule about one snapshot. */
export const SNAPSHOT_RULES: readonly SnapshotRule[] = [...WORD_RULES, ...HOLDING_RULES, ...STOP_RULES];

function checkIdleUnheld(s: Snapshot): Outcome {
  if (!psAndMsWhole(s) || s.idleprocs === 0) return SILENT;
  const held = s.ms.filter((m) => m.p !== -1);
  const candidates = idleCandidates(s);
  // Then idleprocs itself is at fault, and text/idle-ps says so.
  if (candidates.length < s.idleprocs) return SILENT;
  const listed = candidates.length === s.idleprocs ? new Set(candidates.map((p) => p.id)) : new Set<number>();
  const findings = held.filter((m) => listed.has(m.p)).map((m) => holdsIdle(m, s));
  const distinct = new Set(held.map((m) => m.p)).size;
  if (findings.length === 0 && distinct > s.gomaxprocs - s.idleprocs) {
    findings.push(
      found(
        s,
        'Ps held',
        `Ms hold ${distinct} Ps, and ${s.idleprocs} of ${s.gomaxprocs} are idle`,
        'no more Ps held than are not idle',
        `${distinct} against ${s.gomaxprocs - s.idleprocs}`,
      ),
    );
  }
  return outcome(1, findings);
}

function holdsIdle(m: MState, s: Snapshot): Finding {
  return {
    subject: { kind: 'P', id: String(m.p) },
    line: m.line,
    observed: `M${m.id} holds P${m.p}, which is on the list of idle Ps`,
    ...allowed(
      'an M holds a P that is not idle',
      `idleprocs=${s.idleprocs}, and P${m.p} is one of the ${s.idleprocs} that look idle`,
    ),
    shape: ['M holds an idle P'],
    because: [{ line: s.line, role: `says that ${s.idleprocs} Ps are idle` }],
  };
}

function mTwice(m: number, named: readonly PState[]): Finding {
  const ps = named.filter((p) => p.m === m);
  const last = ps[ps.length - 1] as PState;
  return {
    subject: { kind: 'M', id: String(m) },
    line: last.line,
    observed: `${some(
      ps.map((p) => `P${p.id}`),
      ' and ',
    )} both name M${m}`,
    ...allowed('an M holds one P at most', `M${m} is named by ${ps.length}`),
    shape: ['M with two Ps'],
    because: ps.slice(0, -1).map((p) => ({ line: p.line, role: `P${p.id} names M${m}` })),
  };
}

function checkKnownMs(s: Snapshot): Outcome {
  if (!psAndMsWhole(s)) return SILENT;
  const ids = new Set(s.ms.map((m) => m.id));
  const naming = s.gs.filter((g) => g.m !== -1 || g.lockedm !== -1);
  const result = each(naming, (g) => {
    const unknown = [g.m, g.lockedm].find((m) => m !== -1 && !ids.has(m));
    if (unknown === undefined) return undefined;
    return {
      subject: { kind: 'goroutine', id: String(g.id) },
      line: g.line,
      observed: `G${g.id} names M${unknown}, which has no line`,
      ...allowed('m and lockedm have lines of their own', `M${unknown} has none`),
      shape: ['M without a line'],
    };
  });
  const twice = repeated(s.ms.map((m) => m.id)).map((id) =>
    found(s, 'M twice', `M${id} has two lines in one snapshot`, 'one line for each M', `M${id} has two`),
  );
  return outcome(result.checks, [...result.findings, ...twice]);
}
