/** The judge of the text: reads it once, line by line, and asks every rule. */
import type { z } from 'zod';
import type {
  Citation,
  Divergence,
  EventView,
  RowCoverage,
  SliceStep,
  textSummarySchema,
} from '../result.ts';
import { signature } from '../signature.ts';
import type { TraceFacts } from './facts.ts';
import type { Line } from './lines.ts';
import { readLines } from './read.ts';
import { holdsIn, minorOf } from './release.ts';
import { citationsOf, type Finding, type Outcome, type Rule, type Scene } from './rule.ts';
import { BEFORE_AFTER_GC, BEFORE_AFTER_RULES } from './rules-before-after.ts';
import { DUMP_STATE, GC_IN_SNAPSHOT, GC_RULES } from './rules-gc.ts';
import { PAIR_RULES } from './rules-pairs.ts';
import { SNAPSHOT_RULES } from './rules-snapshot.ts';
import { pair, TRACE_RULES } from './rules-trace.ts';
import { Assembler, type GcLine, type Snapshot, type TextItem } from './snapshot.ts';
import { vocabularyOf } from './vocabulary.ts';

export type TextSummary = z.infer<typeof textSummarySchema>;

export interface TextContext {
  /** The toolchain that built the program: `go1.26.8`. */
  readonly go: string;
  readonly arch: string;
  /** The release whose rules judge, where it is not the toolchain's; what the lines look like stays the toolchain's. */
  readonly model?: string | undefined;
  /** What the program promises of itself; rules that need more are not asked. */
  readonly premises?: readonly string[] | undefined;
  /** What the trace of the same run says; without it the cross-checks are not observable. */
  readonly traceFacts?: TraceFacts;
  /** Shell command that shows the findings again; empty where the caller writes it. */
  readonly repro?: string;
}

export interface TextResult {
  readonly summary: TextSummary;
  readonly divergences: Divergence[];
  readonly rows: RowCoverage[];
}

/** What a row says of itself, whatever it checks. */
export type RuleRow = Omit<Rule<never>, 'check' | 'facets'>;

/** Every rule of the text layer. */
export const TEXT_RULES: readonly RuleRow[] = [
  ...SNAPSHOT_RULES,
  ...PAIR_RULES,
  ...BEFORE_AFTER_RULES,
  GC_IN_SNAPSHOT,
  ...GC_RULES,
  ...BEFORE_AFTER_GC,
  DUMP_STATE,
  ...TRACE_RULES,
];

const CROSS_CHECKS: ReadonlySet<string> = new Set(TRACE_RULES.map((rule) => rule.id));

/**
 * Judges what a Go runtime wrote to fd 2. Never throws for what the text holds;
 * only what `source` throws comes through. Memory follows the largest snapshot
 * and the number of GC cycles and snapshots.
 */
export async function judgeText(
  source: AsyncIterable<Uint8Array>,
  context: TextContext,
): Promise<TextResult> {
  const court = new Court(context);
  const assembler = new Assembler();
  const hear = (items: readonly TextItem[]): void => {
    for (const item of items) court.hear(item);
  };
  for await (const line of readLines(source, minorOf(context.go))) hear(assembler.next(line));
  hear(assembler.end());
  return court.close(assembler);
}

type Check<Item> = {
  readonly rule: RuleRow & Pick<Rule<Item>, 'facets'>;
  readonly check: (item: Item) => Outcome;
};

class Court {
  readonly scene: Scene;
  readonly #context: TextContext;
  readonly #report: Report;
  readonly #alone: readonly Check<Snapshot>[];
  readonly #time: Check<Snapshot>;
  readonly #pairs: readonly Check<Snapshot>[];
  readonly #cycles: readonly Check<GcLine>[];
  /** Held back until the end: in the text of a process that crashed they say nothing. */
  readonly #timeFindings: Finding[] = [];
  readonly #gcs: GcLine[] = [];
  readonly #snapshots: Pick<Snapshot, 'line' | 'index' | 'gomaxprocs' | 'gcBefore'>[] = [];

  constructor(context: TextContext) {
    const minor = minorOf(context.model ?? context.go);
    this.#context = context;
    this.scene = { minor, words: vocabularyOf(minor) };
    this.#report = new Report(context, minor);
    const here = <R extends RuleRow>(rules: readonly R[]): R[] =>
      rules.filter((rule) => holdsIn(rule, minor) && premised(rule, context));
    this.#alone = here([...SNAPSHOT_RULES, GC_IN_SNAPSHOT]).map((rule) => ({
      rule,
      check: (s) => rule.check(s, this.scene),
    }));
    const pairs = here([...PAIR_RULES, ...BEFORE_AFTER_RULES]).map((rule) => ({ rule, check: rule.start() }));
    this.#time = pairs.find(({ rule }) => rule.id === 'text/snapshot-time') as Check<Snapshot>;
    this.#pairs = pairs.filter((one) => one !== this.#time);
    this.#cycles = here([...GC_RULES, ...BEFORE_AFTER_GC]).map((rule) => ({ rule, check: rule.start() }));
  }

  hear(item: TextItem): void {
    if (item.kind === 'snapshot') this.#snapshot(item);
    else if (item.kind === 'gc') this.#cycle(item);
    else this.#ask({ rule: DUMP_STATE, check: (header) => DUMP_STATE.check(header, this.scene) }, item);
  }

  close({ unread, dying, died }: Assembler): TextResult {
    if (!dying) this.#report.add(this.#time.rule, this.#timeFindings);
    const { traceFacts } = this.#context;
    if (traceFacts !== undefined) {
      const pairing = pair({ gcs: this.#gcs, snapshots: this.#snapshots, unread }, traceFacts);
      for (const rule of TRACE_RULES)
        this.#ask({ rule, check: (both) => rule.check(both, this.scene) }, pairing);
    }
    return {
      summary: {
        snapshots: this.#snapshots.length,
        gcCycles: this.#gcs.length,
        unread,
        ...(died === undefined ? {} : { died }),
        checks: Object.fromEntries([...CROSS_CHECKS].map((id) => [id, this.#report.count(id)])),
      },
      divergences: this.#report.divergences(),
      rows: this.#report.rows(traceFacts !== undefined),
    };
  }

  #snapshot(s: Snapshot): void {
    const { line, index, gomaxprocs, gcBefore } = s;
    this.#snapshots.push({ line, index, gomaxprocs, gcBefore });
    for (const check of this.#alone) this.#ask(check, s);
    const time = this.#time.check(s);
    this.#report.counted(this.#time.rule, time.checks, []);
    this.#timeFindings.push(...time.findings);
    // A snapshot out of its time says nothing of what lies between: one defect, one finding.
    if (time.findings.length === 0) for (const check of this.#pairs) this.#ask(check, s);
  }

  #cycle(gc: GcLine): void {
    this.#gcs.push(gc);
    for (const check of this.#cycles) this.#ask(check, gc);
  }

  #ask<Item>({ rule, check }: Check<Item>, item: Item): void {
    const { checks, findings } = check(item);
    this.#report.counted(rule, checks, checks > 0 ? (rule.facets?.(item, this.scene) ?? []) : []);
    this.#report.add(rule, findings);
  }
}

function premised({ needs = [] }: Pick<RuleRow, 'needs'>, { premises = [] }: TextContext): boolean {
  return needs.every((each) => premises.includes(each));
}

/** Findings of one signature that are reported one by one; the rest are their consequences. */
const MAX_PER_SIGNATURE = 10;

/** Characters of a line that a report shows. */
const MAX_SHOWN = 300;

class Report {
  readonly #context: TextContext;
  readonly #minor: number;
  readonly #counts = new Map<string, { count: number; facets: Map<string, number> }>();
  readonly #bySignature = new Map<string, Divergence[]>();

  constructor(context: TextContext, minor: number) {
    this.#context = context;
    this.#minor = minor;
  }

  counted(rule: RuleRow, checks: number, facets: Iterable<string>): void {
    let row = this.#counts.get(rule.id);
    if (row === undefined) {
      row = { count: 0, facets: new Map() };
      this.#counts.set(rule.id, row);
    }
    row.count += checks;
    for (const facet of facets) if (facet !== '') row.facets.set(facet, (row.facets.get(facet) ?? 0) + 1);
  }

  count(rule: string): number {
    return this.#counts.get(rule)?.count ?? 0;
  }

  add(rule: RuleRow, findings: readonly Finding[]): void {
    for (const finding of findings) this.#addOne(rule, finding);
  }

  divergences(): Divergence[] {
    return [...this.#bySignature.values()].flat().sort((a, b) => a.at.index - b.at.index);
  }

  rows(traced: boolean): RowCoverage[] {
    return TEXT_RULES.map((rule) => ({
      row: rule.id,
      family: 'text',
      text: rule.text,
      layer: 'text' as const,
      count: this.count(rule.id),
      facets: Object.fromEntries([...(this.#counts.get(rule.id)?.facets ?? [])].sort((a, b) => b[1] - a[1])),
      observable:
        holdsIn(rule, this.#minor) && premised(rule, this.#context) && (traced || !CROSS_CHECKS.has(rule.id)),
    }));
  }

  #addOne(rule: RuleRow, finding: Finding): void {
    const sign = signature(rule.id, finding.subject.kind, finding.shape);
    const same = this.#bySignature.get(sign) ?? [];
    this.#bySignature.set(sign, same);
    const cause =
      same.find(({ subject }) => subject.id === finding.subject.id) ??
      (same.length >= MAX_PER_SIGNATURE ? same[same.length - 1] : undefined);
    if (cause !== undefined) cause.consequences++;
    else
      same.push(
        divergence(
          rule,
          finding,
          `${sign}#${same.length + 1}`,
          sign,
          citationsOf(rule, this.#minor),
          this.#context.repro ?? '',
        ),
      );
  }
}

function divergence(
  rule: RuleRow,
  finding: Finding,
  id: string,
  sign: string,
  cite: Citation[],
  repro: string,
): Divergence {
  const at = lineView(finding.line);
  return {
    id,
    signature: sign,
    class: rule.class,
    rule: rule.id,
    text: rule.text,
    cite,
    layers: CROSS_CHECKS.has(rule.id) ? ['text', 'trace'] : ['text'],
    evidence: rule.evidence,
    subject: finding.subject,
    at,
    before: (finding.because ?? []).map(({ line, role }) => ({
      name: `line ${line.index}`,
      value: role,
      setBy: line.index,
    })),
    observed: finding.observed,
    allowed: [
      { row: rule.id, text: rule.text, guards: [{ text: finding.allowed, holds: false, why: finding.why }] },
    ],
    slice: sliceOf(finding, at),
    consequences: 0,
    repro,
  };
}

function sliceOf(finding: Finding, at: EventView): SliceStep[] {
  const because = (finding.because ?? []).map(({ line, role }) => ({
    event: lineView(line),
    role,
    after: [],
  }));
  return [...because, { event: at, role: finding.observed, after: because.map(({ event }) => event.index) }];
}

/** A line as an event. Its time is what the line itself says, on the text's own clock, and 0 where it says none. */
function lineView(line: Line): EventView {
  return {
    index: line.index,
    generation: 0,
    time: timeOf(line),
    m: -1,
    p: -1,
    g: -1,
    name: 'line',
    args: line.text.slice(0, MAX_SHOWN),
    stack: [],
    offset: line.offset,
  };
}

function timeOf({ values }: Line): number {
  if (typeof values.atMs === 'number') return values.atMs * 1e6;
  return typeof values.at === 'object' && 'value' in values.at ? Math.round(values.at.value * 1e9) : 0;
}
