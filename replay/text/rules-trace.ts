/** The text against the execution trace of the same run: GC cycles and GOMAXPROCS, each seen twice. */
import { type Alignment, align } from './align.ts';
import type { TraceFacts, TraceGcCycle } from './facts.ts';
import { type Finding, type Outcome, outcome, type Rule, runtime, SILENT } from './rule.ts';
import type { GcLine, Snapshot } from './snapshot.ts';

/** What the cross-checks keep of the text. */
export interface TextFacts {
  readonly gcs: readonly GcLine[];
  readonly snapshots: readonly Pick<Snapshot, 'line' | 'index' | 'gomaxprocs' | 'gcBefore'>[];
  /** Lines that were not read: a GC line may be among them. */
  readonly unread: number;
}

/** Both sides, and the alignment to judge by: one without a contradiction of kind, if there is any. */
export interface Pairing {
  readonly text: TextFacts;
  readonly trace: TraceFacts;
  readonly alignment: Alignment | undefined;
  readonly best: { readonly shift: number; readonly n: number } | undefined;
}

export type TraceRule = Rule<Pairing>;

export function pair(text: TextFacts, trace: TraceFacts): Pairing {
  const { possible, best } = align(text.gcs, trace);
  const byNumber = new Map(text.gcs.map((gc) => [gc.n, gc] as const));
  const wrong = (a: Alignment): number =>
    trace.gcCycles.filter((c, i) => c.forced !== undefined && byNumber.get(a.shift + i)?.forced === !c.forced)
      .length;
  const alignment = possible.reduce<Alignment | undefined>(
    (least, a) => (least === undefined || wrong(a) < wrong(least) ? a : least),
    undefined,
  );
  return { text, trace, alignment, best };
}

export const TRACE_RULES: readonly TraceRule[] = [
  {
    id: 'text/trace-gc-cycles',
    since: 22,
    text: 'the trace and the gctrace lines show the same GC cycles, in the same order',
    sound:
      'each cycle emits EvGCBegin before tSweepTerm, EvGCEnd between tMarkTerm and tEnd, and prints its line before the next can begin. Lines of cycles outside of the trace may stand before and after, and the line of the last cycle may be missing',
    tolerance:
      "1 ms, by which bursts of events run ahead of the trace's clock; both read nanotime (traceClockNow; on Windows the trace reads cputicks)",
    cite: [
      runtime('mgc.go', 'gcStart', 'trace.GCStart()'),
      runtime('mgc.go', 'gcStart', 'work.tSweepTerm = now'),
      runtime('mgc.go', 'gcMarkTermination', 'trace.GCDone()'),
      runtime('mgc.go', 'gcMarkTermination', 'work.tEnd = now'),
      runtime('mgc.go', 'gcMarkTermination', 'print("gc ", memstats.numgc,'),
    ],
    evidence: 'observed',
    class: 'diverges',
    check: checkCycles,
  },
  {
    id: 'text/trace-gc-kind',
    since: 22,
    text: 'a cycle is forced in its gctrace line if and only if runtime.GC began it in the trace',
    sound: 'runtime.GC alone starts a cycle by gcTriggerCycle, and EvGCBegin has the stack of the start',
    cite: [
      runtime('mgc.go', 'GC', 'gcStart(gcTrigger{kind: gcTriggerCycle, n: n + 1})'),
      runtime('mgc.go', 'gcStart', 'work.userForced = trigger.kind == gcTriggerCycle'),
      runtime('mgc.go', 'gcMarkTermination', 'print(" (forced)")'),
    ],
    evidence: 'observed',
    class: 'diverges',
    check: (pairing) => perCycle(pairing, (cycle) => cycle.forced !== undefined, kindDiffers),
  },
  {
    id: 'text/trace-gc-procs',
    since: 22,
    text: "a cycle's P count is the GOMAXPROCS of the trace when it began",
    sound: 'GOMAXPROCS cannot change while gcsema is held, from before EvGCBegin to after the line',
    tolerance: "1 ms, by which bursts of events run ahead of the trace's clock",
    cite: [
      runtime('mgc.go', 'gcStart', 'work.stwprocs, work.maxprocs = gomaxprocs, gomaxprocs'),
      runtime('debug.go', 'GOMAXPROCS', 'stopTheWorldGC(stwGOMAXPROCS)'),
      runtime('proc.go', 'procresize', 'trace.Gomaxprocs(nprocs)'),
    ],
    evidence: 'observed',
    class: 'diverges',
    check: (pairing) =>
      perCycle(
        pairing,
        (cycle) =>
          (cycle.beginNs ?? Number.NaN) > (pairing.trace.gomaxprocs[0]?.timeNs ?? Number.POSITIVE_INFINITY),
        procsDiffer,
      ),
  },
  {
    id: 'text/trace-gomaxprocs',
    since: 22,
    text: "a snapshot's gomaxprocs is one that the trace shows between the cycles around it",
    sound:
      'a snapshot between two gctrace lines was printed after the end of the first cycle and before the cycle after the second began',
    tolerance: "1 ms, by which bursts of events run ahead of the trace's clock",
    cite: [
      runtime('proc.go', 'schedtrace', 'lock(&sched.lock)'),
      runtime('proc.go', 'procresize', 'trace.Gomaxprocs(nprocs)'),
      runtime('mgc.go', 'gcMarkTermination', 'semrelease(&worldsema)'),
    ],
    evidence: 'observed',
    class: 'diverges',
    check: checkSnapshots,
  },
];

function checkCycles({ text, trace, alignment, best }: Pairing): Outcome {
  const cycles = trace.gcCycles.length;
  if (trace.damaged === true || text.unread > 0 || cycles === 0) return SILENT;
  if (alignment !== undefined) return outcome(cycles, []);
  const last = text.gcs[text.gcs.length - 1];
  const line = text.gcs.find((gc) => gc.n === best?.n)?.line ?? last?.line ?? text.snapshots[0]?.line;
  if (line === undefined) return SILENT;
  const few = cycles > text.gcs.length + 1;
  return outcome(cycles, [
    {
      subject: { kind: 'gc', id: String(best?.n ?? last?.n ?? 0) },
      line,
      observed: `${cycles} cycles in the trace, ${text.gcs.length} lines in the text, and no way to make them one`,
      allowed: 'a line for each cycle of the trace, at the times that it says',
      why: few
        ? 'the trace has more cycles than the text has lines'
        : `however they are put side by side, the times part; the best begins with gc ${best?.shift} and parts at gc ${best?.n}`,
      shape: [few ? 'fewer lines than cycles' : 'times part'],
    },
  ]);
}

function perCycle(
  { text, trace, alignment }: Pairing,
  says: (cycle: TraceGcCycle) => boolean,
  differ: (gc: GcLine, cycle: TraceGcCycle, trace: TraceFacts) => Finding | undefined,
): Outcome {
  if (alignment === undefined || trace.damaged === true) return SILENT;
  const both = text.gcs.flatMap((gc) => {
    const cycle = trace.gcCycles[gc.n - alignment.shift];
    return cycle !== undefined && says(cycle) ? [{ gc, cycle }] : [];
  });
  return outcome(
    both.length,
    both.map(({ gc, cycle }) => differ(gc, cycle, trace)).filter((f) => f !== undefined),
  );
}

function kindDiffers(gc: GcLine, cycle: TraceGcCycle): Finding | undefined {
  if (gc.forced === cycle.forced) return undefined;
  const name = (forced: boolean | undefined): string => (forced ? 'forced' : 'automatic');
  return {
    subject: { kind: 'gc', id: String(gc.n) },
    line: gc.line,
    observed: `gc ${gc.n} is ${name(gc.forced)} in the text and ${name(cycle.forced)} in the trace`,
    allowed: `${name(cycle.forced)}, as the stack of EvGCBegin says`,
    why: gc.forced ? 'the line says (forced)' : 'the line does not say (forced)',
    shape: [`${name(gc.forced)} against ${name(cycle.forced)}`],
  };
}

const SLACK = 1e6;

/** Values of GOMAXPROCS that the trace shows between two times. */
function valuesBetween(trace: TraceFacts, fromNs: number, toNs: number): Set<number> {
  const changes = trace.gomaxprocs;
  return new Set(
    changes
      .filter(
        (change, i) =>
          change.timeNs <= toNs && (changes[i + 1]?.timeNs ?? Number.POSITIVE_INFINITY) >= fromNs,
      )
      .map((c) => c.n),
  );
}

function procsDiffer(gc: GcLine, cycle: TraceGcCycle, trace: TraceFacts): Finding | undefined {
  const begin = cycle.beginNs ?? Number.NaN;
  const values = valuesBetween(trace, begin - SLACK, begin + SLACK);
  if (values.has(gc.procs)) return undefined;
  return {
    subject: { kind: 'gc', id: String(gc.n) },
    line: gc.line,
    observed: `gc ${gc.n} had ${gc.procs} P, and the trace has GOMAXPROCS ${[...values].join(' or ')}`,
    allowed: `${[...values].join(' or ')} P`,
    why: `the line says ${gc.procs} P`,
    shape: ['P against GOMAXPROCS'],
  };
}

function checkSnapshots({ text, trace, alignment }: Pairing): Outcome {
  if (alignment === undefined || trace.damaged === true) return SILENT;
  let checks = 0;
  const findings: Finding[] = [];
  for (const s of text.snapshots) {
    const from = trace.gcCycles[s.gcBefore - alignment.shift]?.endNs ?? Number.NaN;
    const to = trace.gcCycles[s.gcBefore + 2 - alignment.shift]?.beginNs ?? Number.NaN;
    if (Number.isNaN(from) || Number.isNaN(to)) continue;
    checks++;
    const values = valuesBetween(trace, from - SLACK, to + SLACK);
    if (!values.has(s.gomaxprocs)) findings.push(gomaxprocsDiffers(s, values));
  }
  return outcome(checks, findings);
}

function gomaxprocsDiffers(s: TextFacts['snapshots'][number], values: ReadonlySet<number>): Finding {
  return {
    subject: { kind: 'snapshot', id: String(s.index) },
    line: s.line,
    observed: `gomaxprocs=${s.gomaxprocs}, and the trace has GOMAXPROCS ${[...values].join(', ')} there`,
    allowed: `gomaxprocs of ${[...values].join(' or ')}`,
    why: `it is ${s.gomaxprocs}`,
    shape: ['gomaxprocs against GOMAXPROCS'],
  };
}
