/** Both layers of a run held against each other, and what came of it in the words of a replay. */
import { layersModelOf } from '../model/index.ts';
import { KIND } from '../probe/kinds.ts';
import type { Replay, RowCoverage } from '../result.ts';
import { type Compared, compare, type LayersSource } from './compare.ts';
import { extentText, missingKinds, nothingText, unmetText } from './extent.ts';
import { ofParting, type Unnumbered } from './findings.ts';
import { keyOf, type Ledger, SUBJECT } from './ledger.ts';
import { STATE_NAMES } from './states.ts';

export interface LayersReplay {
  readonly summary: NonNullable<Replay['compared']>;
  readonly divergences: readonly Unnumbered[];
  readonly rows: readonly RowCoverage[];
  readonly uncounted: number;
}

/** Records without which no goroutine can be followed. */
const NEEDED = [KIND.gstatus, KIND.gnew, KIND.stw, KIND.startworld] as const;

/** What both layers tell, or what keeps them from being compared. */
export async function judgeLayers(
  source: Omit<LayersSource, 'functions'> & { functions: LayersSource['functions'] | undefined },
): Promise<LayersReplay> {
  const missing = missingKinds(source.header, NEEDED);
  if (missing !== undefined) return nothing(missing);
  const { functions } = source;
  if (functions === undefined) return nothing('the recording does not say which function lies where');
  return (await judgeBoth({ ...source, functions })) ?? nothing('the trace holds no generation');
}

async function judgeBoth(source: LayersSource): Promise<LayersReplay | undefined> {
  const compared = await compare(source);
  if (compared === undefined) return undefined;
  if (!compared.met) return nothing(unmetText(source.header, compared.cut));
  const { ledger, base } = compared;
  const rows = layersModelOf(source.release);
  const partings = ledger.partings.length === 0 ? [] : await withSlices(source, ledger);
  return {
    summary: summaryOf(compared),
    divergences: partings.map((parting) => ofParting(parting, rows, base)),
    rows: rowsOf(compared, source),
    uncounted: ledger.beyond,
  };
}

function nothing(why: string): LayersReplay {
  const apart = { median: 0, most: 0, farthest: 0 };
  const counts = { goroutines: 0, procs: 0, threads: 0, changes: 0, foreign: 0 };
  const summary = { ...counts, until: 'nothing' as const, text: nothingText(why), apart };
  return { summary, divergences: [], rows: [], uncounted: 0 };
}

/** The same again, with what both layers said of those that parted. */
async function withSlices(source: LayersSource, ledger: Ledger): Promise<Ledger['partings']> {
  const watched = ledger.partings.map(({ kind, id }) => keyOf(kind, id));
  return (await compare(source, watched))?.ledger.partings ?? ledger.partings;
}

function summaryOf({ ledger, trace, cut }: Compared): LayersReplay['summary'] {
  const { subjects, compared, apart, farthest } = ledger;
  const summary = {
    goroutines: subjects[SUBJECT.goroutine] as number,
    procs: subjects[SUBJECT.proc] as number,
    threads: ledger.threads.known,
    changes: compared.reduce((sum, n) => sum + n, 0),
    foreign: trace.foreign,
    until: cut ?? ('end' as const),
    apart: { median: within(apart, 0.5), most: within(apart, 0.999), farthest: Math.round(farthest) },
  };
  return { ...summary, text: extentText(summary, ledger.partings.length + ledger.beyond) };
}

/** Nanoseconds that so large a part of the pairs are at most apart: a power of two. */
function within(apart: Float64Array, part: number): number {
  const wanted = apart.reduce((sum, n) => sum + n, 0) * part;
  let sum = 0;
  const bucket = apart.findIndex((n) => {
    sum += n;
    return sum >= wanted;
  });
  return wanted === 0 ? 0 : 2 ** bucket;
}

function rowsOf({ ledger, probe, trace }: Compared, { release }: LayersSource): RowCoverage[] {
  const of = (kind: number): number => ledger.compared[kind] as number;
  const counts: Readonly<Record<string, number>> = {
    'layers/goroutine': of(SUBJECT.goroutine),
    'layers/begin': trace.began,
    'layers/proc': of(SUBJECT.proc),
    'layers/thread': ledger.compared.reduce((sum, n) => sum + n, 0),
    'layers/stop': of(SUBJECT.world),
    'layers/gomaxprocs': of(SUBJECT.procs),
    'layers/gc': of(SUBJECT.gc),
    'layers/unseen-scan': probe.hidden.scanned,
    'layers/unseen-copystack': probe.hidden.copied,
    'layers/unseen-kept': probe.hidden.kept,
    'layers/unseen-switch': probe.hidden.slowSwitch,
    'layers/unseen-back': probe.hidden.sentBack,
    'layers/unseen-yield': trace.pretended.yields,
  };
  return layersModelOf(release).map(({ id, text, unseen }) => ({
    row: id,
    family: 'layers',
    text,
    layer: 'probe' as const,
    count: counts[id] ?? 0,
    facets: id === 'layers/goroutine' ? facetsOf(ledger) : {},
    observable: unseen === undefined,
  }));
}

/** `running to waiting` and how often both layers showed it. */
function facetsOf({ changes }: Ledger): Record<string, number> {
  const pairs = [...changes].flatMap((n, change) =>
    n === 0 ? [] : [[`${STATE_NAMES[change >>> 3]} to ${STATE_NAMES[change & 7]}`, n] as const],
  );
  return Object.fromEntries(pairs.sort((a, b) => b[1] - a[1]));
}
