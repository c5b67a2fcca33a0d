/** The probe layer of a recording: its records read once, judged by the fine model, and what was found told. */
import { fineModelOf, type Release } from '../model/index.ts';
import type { Divergence, RowCoverage } from '../result.ts';
import { signature } from '../signature.ts';
import type { Clock } from './clock.ts';
import type { ProbeFinding } from './court.ts';
import { type Functions, readFunctions } from './functions.ts';
import { type Header, type ProbeDamage, readHeader } from './header.ts';
import { ProbeJudge } from './judge.ts';
import { KIND_NAMES } from './kinds.ts';
import type { CurrentRecord } from './record.ts';
import { blocksOf, isBehind, kindsIn } from './records.ts';
import { Slices } from './slices.ts';
import { type Names, viewOf } from './view.ts';

export interface ProbeSource {
  /** The bytes of `probe/records`, from the beginning; read more than once. */
  readonly records: () => AsyncIterable<Uint8Array>;
  /** The bytes of `probe/functions`, where the recording has them. */
  readonly functions: (() => AsyncIterable<Uint8Array>) | undefined;
  readonly release: Release;
  /** How long the program ran, in milliseconds, if it hung and was ended; undefined where it ended by itself. */
  readonly hungMs: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

type Unnumbered = Omit<Divergence, 'id' | 'repro'>;

/** What the records of a run say. */
export interface ProbeReplay {
  readonly records: number;
  /** Numbers handed out whose records were not written to their end. */
  readonly torn: number;
  /** Records that lay before the window (a ring) or beyond it (a file that was full). */
  readonly beyond: number;
  /** Records of Ps that there are too many of. */
  readonly unjudged: number;
  readonly mode: Header['mode'] | 'unknown';
  readonly counts: { goroutines: number; procs: number; threads: number };
  readonly kinds: Record<string, number>;
  /** Nanoseconds from the first pair of clocks to the last record. */
  readonly duration: number;
  readonly divergences: readonly Unnumbered[];
  /** Findings that were counted and not kept. */
  readonly uncounted: number;
  readonly rows: readonly RowCoverage[];
  /** What a throw or fatal error said first. */
  readonly died: string | undefined;
  readonly damages: readonly ProbeDamage[];
  /** For what lays the records beside another layer; undefined where the header says nothing. */
  readonly read: ProbeReading | undefined;
}

/** What reads records again as they were read. */
export interface ProbeReading {
  readonly header: Header;
  readonly functions: Functions | undefined;
  /** Having seen all pairs of both clocks. */
  readonly clock: Clock;
}

/** `rows` are others than the release's only where the model itself is tested. */
export async function judgeProbe(
  source: ProbeSource,
  rows = fineModelOf(source.release),
): Promise<ProbeReplay> {
  const header = await readHeader(source.records());
  if ('code' in header) return unreadable(header, source.release);
  const functions = source.functions === undefined ? undefined : await readFunctions(source.functions());
  functions?.loadedAt(header.goexit);
  const judge = new ProbeJudge(rows, header, functions);
  let read = 0;
  for await (const block of blocksOf(source.records, header, true)) {
    source.signal?.throwIfAborted();
    if (isBehind(block, header)) {
      judge.damages.behind(block);
      continue;
    }
    judge.judge(block);
    read += block.count;
  }
  await judge.damages.end(read, source.records);
  const { found: damages, torn } = judge.damages;
  const duration = judge.last === undefined ? 0 : judge.court.clock.nanoseconds(judge.last);
  judge.waits.wedged(Math.max(duration, (source.hungMs ?? 0) * 1e6), judge.lifecycle);
  const names = namesFor(judge, functions);
  const { beyond } = judge.court;
  const findings = judge.court.findings.toSorted((a, b) => rankOf(a) - rankOf(b));
  const slices = await slicesOf(source, header, findings);
  return {
    records: judge.records,
    torn,
    beyond: Math.max(0, header.next - header.capacity),
    unjudged: judge.procs.unjudged,
    mode: header.mode,
    counts: { goroutines: judge.goroutines.keys.size, procs: judge.procs.seen, threads: judge.threadCount },
    kinds: kindCounts(judge),
    duration: Math.max(0, duration),
    divergences: [
      ...damages.map(ofDamage),
      ...findings.map((finding, index) => ofFinding(finding, slices, index, names)),
    ],
    uncounted: beyond,
    rows: judge.court.coverage(),
    died: judge.died === undefined ? undefined : diedText(judge.died),
    damages,
    read: { header, functions, clock: judge.court.clock },
  };
}

/** What is shown first: why the program hung; last, where only who did it is wrong. */
function rankOf({ foremost, lesser }: ProbeFinding): number {
  return foremost ? 0 : lesser ? 2 : 1;
}

function namesFor({ court }: ProbeJudge, functions: Functions | undefined): Names {
  return { clock: court.clock, functionAt: (lo, hi) => functions?.nameAt(lo, hi) ?? '' };
}

async function slicesOf(
  { records, signal }: ProbeSource,
  header: Header,
  findings: readonly ProbeFinding[],
): Promise<Slices | undefined> {
  if (findings.length === 0) return undefined;
  const slices = new Slices(findings, kindsIn(header));
  for await (const block of blocksOf(records, header)) {
    signal?.throwIfAborted();
    if (slices.isOver(block.sequence)) break;
    slices.see(block);
  }
  return slices;
}

function ofFinding(
  finding: ProbeFinding,
  slices: Slices | undefined,
  index: number,
  names: Names,
): Unnumbered {
  const { rule } = finding;
  return {
    signature: finding.signature,
    class: 'diverges',
    rule: rule.id,
    text: rule.text,
    cite: [...rule.cite],
    layers: ['probe'],
    evidence: 'observed',
    subject: finding.subject,
    at: viewOf(slices?.ownOf(index) ?? finding.at, names),
    before: [...finding.before],
    observed: finding.observed,
    allowed: [...finding.allowed],
    slice: slices?.steps(index, names) ?? [],
    consequences: finding.consequences,
  };
}

const DAMAGE_RULE = 'records of probes are whole, of kinds that there are, each in the slot of its number';

function ofDamage({ code, message, offset }: ProbeDamage): Unnumbered {
  const rule = `probe/${code}`;
  return {
    signature: signature(rule, 'trace', []),
    class: 'malformed',
    rule,
    text: DAMAGE_RULE,
    cite: [],
    layers: ['probe'],
    evidence: 'observed',
    subject: { kind: 'trace', id: '' },
    at: {
      index: -1,
      generation: 0,
      time: 0,
      m: -1,
      p: -1,
      g: -1,
      name: 'damage',
      args: message,
      stack: [],
      offset,
    },
    before: [],
    observed: message,
    allowed: [],
    slice: [],
    consequences: 0,
  };
}

function kindCounts({ kinds }: ProbeJudge): Record<string, number> {
  const counts = KIND_NAMES.map((name, kind) => [name ?? '', kinds[kind] as number] as const);
  return Object.fromEntries(counts.filter(([name, count]) => name !== '' && count > 0));
}

/** The first bytes of the text, which are all that a record has. */
function diedText({ kind, aLo, aHi }: CurrentRecord): string {
  const bytes = [aLo, aHi].flatMap((word) => [0, 8, 16, 24].map((shift) => (word >>> shift) & 0xff));
  const text = bytes.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '')).join('');
  return `${KIND_NAMES[kind]}: ${text}…`;
}

function unreadable(found: ProbeDamage, release: Release): ProbeReplay {
  return {
    records: 0,
    torn: 0,
    beyond: 0,
    unjudged: 0,
    mode: 'unknown',
    counts: { goroutines: 0, procs: 0, threads: 0 },
    kinds: {},
    duration: 0,
    divergences: [ofDamage(found)],
    uncounted: 0,
    rows: fineModelOf(release).map(({ id, family, text }) => ({
      row: id,
      family,
      text,
      layer: 'probe' as const,
      count: 0,
      facets: {},
      observable: true,
    })),
    died: undefined,
    damages: [found],
    read: undefined,
  };
}
