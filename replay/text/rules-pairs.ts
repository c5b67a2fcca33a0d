/** What may lie between snapshots: each rule keeps the little that it must remember of the ones before. */
import { each, type Finding, type Outcome, outcome, type Rule, runtime, SILENT, some } from './rule.ts';
import type { GState, PState, Snapshot } from './snapshot.ts';
import { G_DEAD, G_DEAD_EXTRA } from './vocabulary.ts';

/** Memory of a rule over the text of one process; `check` takes the snapshots in order. */
export interface PairRule extends Omit<Rule<Snapshot>, 'check'> {
  readonly start: () => (s: Snapshot) => Outcome;
}

const underLock = runtime('proc.go', 'schedtrace', 'lock(&sched.lock)');

export const PAIR_RULES: readonly PairRule[] = [
  {
    id: 'text/snapshot-time',
    text: 'the first snapshot is at 0 ms, and none is earlier than the one before',
    sound:
      'sysmon alone prints, by one monotonic clock; a thread that dies prints one more, which may have read the clock earlier',
    tolerance: 'not judged in the text of a process that crashed',
    cite: [
      runtime('proc.go', 'schedtrace', 'starttime = now'),
      runtime('proc.go', 'sysmon', 'schedtrace(debug.scheddetail > 0)'),
      runtime('panic.go', 'startpanic_m', 'schedtrace(true)'),
    ],
    evidence: 'observed',
    class: 'malformed',
    start: snapshotTime,
  },
  {
    id: 'text/ticks',
    text: "a P's schedtick and syscalltick never go back",
    sound:
      'each is one word that is only added to, by who owns the P; it wraps at 2^32; a P that gomaxprocs left out keeps both',
    cite: [
      runtime('proc.go', 'execute', 'mp.p.ptr().schedtick++'),
      runtime('proc.go', 'exitsyscall', 'syscalltick++'),
      runtime('proc.go', 'procresize', 'copy(nallp, allp[:cap(allp)])'),
    ],
    evidence: 'observed',
    class: 'diverges',
    start: ticks,
  },
  {
    id: 'text/g-slot',
    text: 'a goroutine id stays at its place in allgs, and allgs never shrinks',
    sound:
      'allgs is only appended to, under allglock, which is held while its lines are printed; a g gets new ids, and an id is given to one g',
    cite: [
      runtime('proc.go', 'forEachG', 'lock(&allglock)'),
      runtime('proc.go', 'allgadd', 'allgs = append(allgs, gp)'),
      runtime('proc.go', 'newproc1', 'newg.goid = pp.goidcache'),
    ],
    evidence: 'observed',
    class: 'diverges',
    start: slots,
  },
  {
    id: 'text/g-revival',
    text: 'a goroutine that was seen alive and then dead does not live again',
    sound:
      'a g comes back under a new id. Its id and its status are two loads, so one line may pair an old id with a new status; but then the old id is gone from the next snapshot on',
    tolerance:
      'one line after the death. Not judged for a g locked to an M: C threads take such a g again under its id',
    cite: [
      runtime('proc.go', 'newproc1', 'newg.goid = pp.goidcache'),
      runtime('proc.go', 'newproc1', 'casgstatus(newg, _Gdead, status)', { since: 25 }),
      runtime('proc.go', 'newproc1', 'casgstatus(newg, _Gdead, _Grunnable)', { until: 22 }),
    ],
    evidence: 'observed',
    class: 'diverges',
    start: revival,
  },
  {
    id: 'text/m-order',
    text: 'new Ms stand first, the others keep their order, and one that left does not come back',
    sound: 'allm is a list that grows at its head, and ids are given once, both under sched.lock',
    cite: [
      underLock,
      runtime('proc.go', 'mcommoninit', 'mp.alllink = allm'),
      runtime('proc.go', 'mReserveID', 'sched.mnext++'),
      runtime('proc.go', 'mexit', '*pprev = mp.alllink'),
    ],
    evidence: 'observed',
    class: 'diverges',
    start: msInOrder,
  },
];

function snapshotTime(): (s: Snapshot) => Outcome {
  let last: Snapshot | undefined;
  return (s) => {
    const before = last;
    last = s;
    if (before === undefined && s.atMs === 0) return outcome(1, []);
    if (before !== undefined && s.atMs >= before.atMs) return outcome(1, []);
    return outcome(1, [
      {
        subject: { kind: 'snapshot', id: String(s.index) },
        line: s.line,
        observed:
          before === undefined
            ? `the first snapshot is at ${s.atMs} ms`
            : `a snapshot at ${s.atMs} ms after one at ${before.atMs} ms`,
        allowed:
          before === undefined ? 'the first snapshot at 0 ms' : `a snapshot at ${before.atMs} ms or later`,
        why: `it is at ${s.atMs} ms`,
        shape: [before === undefined ? 'first not at 0' : 'time goes back'],
        ...(before === undefined
          ? {}
          : { because: [{ line: before.line, role: `is at ${before.atMs} ms` }] }),
      },
    ]);
  };
}

const WRAP = 2 ** 32;

/** True where a 32-bit counter went back rather than on and around. */
const wentBack = (before: number, now: number): boolean => (now - before + WRAP) % WRAP > WRAP / 2;

function ticks(): (s: Snapshot) => Outcome {
  const last = new Map<number, PState>();
  return (s) =>
    each(s.ps, (p) => {
      const before = last.get(p.id);
      last.set(p.id, p);
      if (before === undefined) return undefined;
      const counter = (['schedtick', 'syscalltick'] as const).find((name) => wentBack(before[name], p[name]));
      if (counter === undefined) return undefined;
      return {
        subject: { kind: 'P', id: String(p.id) },
        line: p.line,
        observed: `${counter} of P${p.id} goes from ${before[counter]} to ${p[counter]}`,
        allowed: `${counter} of ${before[counter]} or more`,
        why: `it is ${p[counter]}`,
        shape: [`${counter} goes back`],
        because: [{ line: before.line, role: `has ${counter}=${before[counter]}` }],
      };
    });
}

const gFinding = (g: GState, rest: Omit<Finding, 'subject' | 'line'>): Finding => ({
  subject: { kind: 'goroutine', id: String(g.id) },
  line: g.line,
  ...rest,
});

function slots(): (s: Snapshot) => Outcome {
  /** The last line of each place; ids that are gone are forgotten, so memory follows allgs. */
  let places: readonly GState[] = [];
  return (s) => {
    if (s.detail === undefined || s.damaged) return SILENT;
    // An id that stands twice is text/goid-unique's to report.
    const ids = s.gs.map((g) => g.id).filter((id) => id !== 0);
    if (new Set(ids).size < ids.length) return SILENT;
    const before = places;
    const placeOf = new Map(before.map((g, place) => [g.id, place] as const));
    places = s.gs.length >= before.length ? s.gs : [...s.gs, ...before.slice(s.gs.length)];
    const moved = s.gs.flatMap((g, place) => {
      const was = g.id === 0 ? undefined : placeOf.get(g.id);
      return was === undefined || was === place ? [] : [movedG(g, was, place, before[was] as GState)];
    });
    const shrunk = s.ended && s.gs.length < before.length ? [shrunkAllgs(s, before)] : [];
    // One lost line moves all that follow it: the shrinking says it all.
    return outcome(s.gs.length, shrunk.length > 0 ? shrunk : moved.slice(0, 1));
  };
}

const movedG = (g: GState, was: number, place: number, before: GState): Finding =>
  gFinding(g, {
    observed: `G${g.id} moved from place ${was} of allgs to place ${place}`,
    allowed: `G${g.id} at place ${was}, or gone`,
    why: `it is at place ${place}`,
    shape: ['goid moved'],
    because: [{ line: before.line, role: `has G${g.id} at place ${was}` }],
  });

const shrunkAllgs = (s: Snapshot, before: readonly GState[]): Finding => ({
  subject: { kind: 'snapshot', id: String(s.index) },
  line: s.line,
  observed: `${s.gs.length} goroutines after ${before.length}`,
  allowed: `${before.length} G lines or more`,
  why: `there are ${s.gs.length}`,
  shape: ['allgs shrank'],
});

interface Life {
  readonly id: number;
  /** 0 never seen alive, 1 alive, 2 alive then dead, 3 the line after the death that may pair an old id with a new status. */
  stage: 0 | 1 | 2 | 3;
  died?: GState;
}

function revival(): (s: Snapshot) => Outcome {
  const lives: Life[] = [];
  return (s) => {
    if (s.detail === undefined || s.damaged) return SILENT;
    let place = 0;
    return each(s.gs, (g) => live(lives, g, place++));
  };
}

function live(lives: Life[], g: GState, place: number): Finding | undefined {
  let life = lives[place];
  if (life === undefined || life.id !== g.id) {
    life = { id: g.id, stage: 0 };
    lives[place] = life;
  }
  const dead = g.status === G_DEAD || g.status === G_DEAD_EXTRA;
  const again = life.stage === 3;
  const died = life.died;
  if (!dead && life.stage === 0) life.stage = 1;
  else if (dead && g.lockedm === -1 && life.stage === 1) Object.assign(life, { stage: 2, died: g });
  else if (!dead && life.stage === 2) life.stage = 3;
  if (!again || g.id === 0 || died === undefined) return undefined;
  Object.assign(life, { stage: 0 });
  return gFinding(g, {
    observed: `G${g.id} lives again after it was dead`,
    allowed: `G${g.id} dead, or gone`,
    why: `it has status ${g.status}`,
    shape: ['dead lives again'],
    because: [{ line: died.line, role: `has G${g.id} dead` }],
  });
}

function msInOrder(): (s: Snapshot) => Outcome {
  let last: Snapshot | undefined;
  const gone = new Set<number>();
  return (s) => {
    if (s.damaged || s.gs.length === 0) return SILENT;
    const before = last;
    last = s;
    if (before === undefined) return SILENT;
    const now = new Set(s.ms.map((m) => m.id));
    const old = new Set(before.ms.map((m) => m.id));
    const back = s.ms.find((m) => gone.has(m.id));
    for (const m of before.ms) if (!now.has(m.id)) gone.add(m.id);
    const expected = [...s.ms.filter((m) => !old.has(m.id)), ...before.ms.filter((m) => now.has(m.id))];
    const wrong = s.ms.find((m, i) => m.id !== expected[i]?.id);
    const culprit = back ?? wrong;
    if (culprit === undefined) return outcome(1, []);
    return outcome(1, [
      {
        subject: { kind: 'M', id: String(culprit.id) },
        line: culprit.line,
        observed:
          back === undefined
            ? `M${culprit.id} stands out of its order in allm`
            : `M${culprit.id} is back in allm`,
        allowed:
          back === undefined ? `Ms in the order ${some(expected.map((m) => m.id))}` : 'an M with a new id',
        why: back === undefined ? `the order is ${some(s.ms.map((m) => m.id))}` : 'its id was gone before',
        shape: [back === undefined ? 'allm out of order' : 'M back'],
      },
    ]);
  };
}
