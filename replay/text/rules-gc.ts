/** gctrace lines: each is one print under printlock and worldsema, so it is whole and in its order. */
import { type Finding, type Outcome, outcome, type Rule, runtime, SILENT } from './rule.ts';
import type { DumpHeader, GcLine, Snapshot } from './snapshot.ts';
import type { Decimal } from './template.ts';

/** A rule about cycles; `start` gives its check a memory over the text of one process. */
export interface GcRule extends Omit<Rule<GcLine>, 'check'> {
  readonly start: () => (gc: GcLine) => Outcome;
}

/** Milliseconds [from, to) that a printed figure stands for: fmtNSAsMS and itoaDiv cut off, they never round. */
export function span(figure: Decimal): readonly [number, number] {
  // fmtNSAsMS prints less than a microsecond as a bare 0, and from 10 ms on whole milliseconds.
  const step = figure.decimals === 0 && figure.value < 10 ? 0.001 : 10 ** -figure.decimals;
  return [figure.value, figure.value + step];
}

export const GC_RULES: readonly GcRule[] = [
  {
    id: 'text/gc-number',
    text: 'GC cycles are numbered 1, 2, 3, …',
    sound:
      'numgc goes up by one in each mark termination, and its line is printed before worldsema lets the next begin',
    tolerance: 'a number may be missing for each unread line since the cycle before',
    cite: [
      runtime('mgc.go', 'gcMarkTermination', 'memstats.numgc++'),
      runtime('mgc.go', 'gcMarkTermination', 'print("gc ", memstats.numgc,'),
      runtime('mgc.go', 'gcMarkTermination', 'semrelease(&worldsema)'),
    ],
    evidence: 'observed',
    class: 'malformed',
    facets: (gc) => [gc.forced ? 'forced' : 'automatic'],
    start: gcNumber,
  },
  {
    id: 'text/gc-time',
    text: 'a GC cycle begins after the one before has ended',
    sound: 'one monotonic clock, and gcsema from the first to the last reading of it',
    tolerance: 'one millisecond, to which the start is cut off',
    cite: [
      runtime('mgc.go', 'gcStart', 'semacquire(&gcsema)'),
      runtime('mgc.go', 'gcStart', 'work.tSweepTerm = now'),
      runtime('mgc.go', 'gcMarkTermination', 'work.tEnd = now'),
      runtime('mgc.go', 'gcMarkTermination', 'semrelease(&gcsema)'),
    ],
    evidence: 'observed',
    class: 'diverges',
    start: gcTime,
  },
  {
    id: 'text/gc-cpu',
    text: "the CPU time of a cycle's two pauses is their clock time on as many CPUs as it has, of those in the machine",
    sound:
      'both are the same differences, once times stwprocs, which is the lesser of GOMAXPROCS and the CPUs seen at the start',
    tolerance:
      'figures are cut off, so each stands for a span; a number of CPUs must meet the spans of all lines',
    cite: [
      runtime('mgc.go', 'gcStart', 'work.stwprocs, work.maxprocs = gomaxprocs, gomaxprocs'),
      runtime('mgc.go', 'gcStart', 'work.stwprocs = ncpu', { until: 24 }),
      runtime('mgc.go', 'gcStart', 'work.stwprocs = numCPUStartup', { since: 25 }),
      runtime('mgc.go', 'gcMarkTermination', 'int64(work.stwprocs) * (work.tMark - work.tSweepTerm)'),
      runtime('mgc.go', 'fmtNSAsMS', 'return itoaDiv(buf, x, dec)'),
    ],
    evidence: 'observed',
    class: 'diverges',
    start: gcCpu,
  },
  {
    id: 'text/gc-globals',
    text: 'the size of the globals never falls',
    since: 18,
    sound: 'it is only added to, when a module is loaded',
    cite: [runtime('mgcpacer.go', '(*gcControllerState).addGlobals', 'c.globalsScan.Add(amount)')],
    evidence: 'observed',
    class: 'diverges',
    start: gcGlobals,
  },
];

/** A snapshot that holds a whole gctrace line: both say GOMAXPROCS at one moment. */
export const GC_IN_SNAPSHOT: Rule<Snapshot> = {
  id: 'text/gc-procs',
  text: 'a GC line printed in the midst of a snapshot names its gomaxprocs',
  sound:
    'gomaxprocs changes under sched.lock and gcsema; the snapshot holds the one, the GC line the other since its cycle began',
  cite: [
    runtime('proc.go', 'schedtrace', 'lock(&sched.lock)'),
    runtime('debug.go', 'GOMAXPROCS', 'stopTheWorldGC(stwGOMAXPROCS)'),
    runtime('mgc.go', 'gcStart', 'work.stwprocs, work.maxprocs = gomaxprocs, gomaxprocs'),
    runtime('mgc.go', 'gcMarkTermination', 'semrelease(&gcsema)'),
  ],
  evidence: 'observed',
  class: 'diverges',
  check: (s) =>
    outcome(
      s.gcInside.length,
      s.gcInside.filter((gc) => gc.procs !== s.gomaxprocs).map((gc) => procsDiffer(gc, s)),
    ),
};

/** A goroutine's header in a dump. */
export const DUMP_STATE: Rule<DumpHeader> = {
  id: 'text/dump-state',
  text: "a goroutine header names one of the release's statuses or wait reasons",
  sound: 'goroutineheader takes both from its tables',
  cite: [
    runtime('traceback.go', 'goroutineheader', 'status = gStatusStrings[gpstatus]'),
    runtime('traceback.go', 'goroutineheader', 'status = gp.waitreason.String()'),
  ],
  evidence: 'observed',
  class: 'diverges',
  check: (header, { words }) => {
    const state = (
      /^.*?(?=, \d+ minutes|, locked to thread|, synctest | labels:\{|$)/.exec(header.state)?.[0] ?? ''
    ).replace(/( \((leaked|scan)\))+/, '');
    const known = words.headerState.has(state) || words.headerState.has(state.replace(/ \(durable\)$/, ''));
    if (known) return outcome(1, []);
    return outcome(1, [
      {
        subject: { kind: 'goroutine', id: String(header.id) },
        line: header.line,
        observed: `goroutine ${header.id} is in the state "${state}"`,
        allowed: "one of the release's statuses or wait reasons",
        why: `"${state}" is neither`,
        shape: ['unknown state'],
      },
    ]);
  },
};

const gcFinding = (
  gc: GcLine,
  before: GcLine | undefined,
  rest: Omit<Finding, 'subject' | 'line' | 'because'>,
): Finding => ({
  subject: { kind: 'gc', id: String(gc.n) },
  line: gc.line,
  ...rest,
  ...(before === undefined ? {} : { because: [{ line: before.line, role: 'is the cycle before' }] }),
});

function procsDiffer(gc: GcLine, s: Snapshot): Finding {
  return {
    ...gcFinding(gc, undefined, {
      observed: `gc ${gc.n} had ${gc.procs} P in a snapshot with gomaxprocs=${s.gomaxprocs}`,
      allowed: `${s.gomaxprocs} P`,
      why: `it says ${gc.procs} P`,
      shape: ['P against gomaxprocs'],
    }),
    because: [{ line: s.line, role: `says gomaxprocs=${s.gomaxprocs}` }],
  };
}

function gcNumber(): (gc: GcLine) => Outcome {
  let last: GcLine | undefined;
  return (gc) => {
    const before = last;
    last = gc;
    const expected = (before?.n ?? 0) + 1;
    const missing = gc.n - expected;
    if (missing >= 0 && missing <= gc.unreadBefore) return outcome(1, []);
    const shape = missing > 0 ? 'number missing' : missing === -1 ? 'number twice' : 'number goes back';
    return outcome(1, [
      gcFinding(gc, before, {
        observed: `gc ${gc.n} after ${before === undefined ? 'none' : `gc ${before.n}`}`,
        allowed: `gc ${expected}`,
        why: `the line says gc ${gc.n}`,
        shape: [shape],
      }),
    ]);
  };
}

function gcTime(): (gc: GcLine) => Outcome {
  let last: GcLine | undefined;
  return (gc) => {
    const before = last;
    last = gc;
    // Lines that are lost, doubled or swapped are gc-number's to report.
    if (before === undefined || gc.n <= before.n) return SILENT;
    const end = before.atSeconds * 1000 + before.clock.reduce((sum, phase) => sum + phase.value, 0);
    if (gc.atSeconds * 1000 + 1 > end - 1e-6) return outcome(1, []);
    return outcome(1, [
      gcFinding(gc, before, {
        observed: `gc ${gc.n} begins at ${gc.atSeconds.toFixed(3)} s, and gc ${before.n} ends after ${(end / 1000).toFixed(6)} s`,
        allowed: `a start at ${(Math.floor(end) / 1000).toFixed(3)} s or later`,
        why: `it is at ${gc.atSeconds.toFixed(3)} s`,
        shape: ['begins before the end'],
      }),
    ]);
  };
}

/** Whole numbers of CPUs, both ends among them. */
type Cpus = readonly [least: number, most: number];

function gcCpu(): (gc: GcLine) => Outcome {
  let cpus: Cpus = [1, Infinity];
  return (gc) => {
    const fit = both(cpus, both(cpusFor(gc, 0, 0), cpusFor(gc, 2, 4)));
    if (fit[0] <= fit[1]) {
      cpus = fit;
      return outcome(1, []);
    }
    const [least, most] = cpus.map((n) => Math.min(n, gc.procs)) as [number, number];
    const numbers = most - least < 3 ? Array.from({ length: most - least + 1 }, (_, i) => least + i) : [];
    return outcome(1, [
      gcFinding(gc, undefined, {
        observed: `gc ${gc.n}: pauses of ${gc.clock[0].value} and ${gc.clock[2].value} ms took ${gc.cpu[0].value} and ${gc.cpu[4].value} ms of CPU`,
        allowed: `the pauses on ${numbers.join(' or ') || 'one number of'} CPUs`,
        why: 'no such number gives these figures',
        shape: ['CPU against clock'],
      }),
    ]);
  };
}

const both = (a: Cpus, b: Cpus): Cpus => [Math.max(a[0], b[0]), Math.min(a[1], b[1])];

/** The CPUs on which a pause of this clock time takes this CPU time; with GOMAXPROCS of them or more, any more do as well. */
function cpusFor({ procs, ...gc }: GcLine, clock: 0 | 2, cpu: 0 | 4): Cpus {
  const [from, to] = span(gc.clock[clock]);
  const [low, high] = span(gc.cpu[cpu]);
  // All n with n * from < high and low < n * to: from may be 0, to is not.
  const least = Math.floor((low - ROUNDING) / to) + 1;
  const most = from === 0 ? Infinity : Math.ceil((high + ROUNDING) / from) - 1;
  return [Math.max(1, least), least <= procs && procs <= most ? Infinity : Math.min(most, procs)];
}

/** Sums and products of printed decimals are this near to exact. */
const ROUNDING = 1e-9;

function gcGlobals(): (gc: GcLine) => Outcome {
  let last: GcLine | undefined;
  return (gc) => {
    const before = last;
    last = gc;
    if (before === undefined || gc.n <= before.n || Number.isNaN(gc.globals)) return SILENT;
    if (gc.globals >= before.globals) return outcome(1, []);
    return outcome(1, [
      gcFinding(gc, before, {
        observed: `globals fall from ${before.globals} to ${gc.globals} MB`,
        allowed: `${before.globals} MB or more`,
        why: `the line says ${gc.globals} MB`,
        shape: ['globals fall'],
      }),
    ]);
  };
}
