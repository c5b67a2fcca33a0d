/** What was held against each other, and why no more, as a sentence. */
import type { Header } from '../probe/header.ts';
import { KIND_NAMES } from '../probe/kinds.ts';
import type { Replay } from '../result.ts';
import { count, plural } from '../words.ts';
import { type Compared, hasKinds } from './compare.ts';

type Summary = Omit<NonNullable<Replay['compared']>, 'text'>;

/** What ended the comparing before the trace did. */
const ENDED: Readonly<Record<Summary['until'], string>> = {
  end: '',
  window: ', up to where the window of the probes was full',
  torn: ', up to a record that was not written to its end',
  damage: ', up to where the trace is damaged',
  nothing: '',
};

export function extentText(summary: Summary, differences: number): string {
  const { changes, goroutines, procs, threads, foreign, until } = summary;
  const what = `${plural(changes, 'change')} of ${plural(goroutines, 'goroutine')}, ${plural(procs, 'P')} and ${plural(threads, 'M')}`;
  const unnamed =
    foreign === 0 ? '' : `; ${plural(foreign, 'goroutine')} of threads that C made were not compared`;
  const told =
    differences === 0
      ? `trace and probes agree on ${what}`
      : `trace and probes agree on ${what}, and part ${differences === 1 ? 'once' : `${count(differences)} times`}`;
  return `${told}${ENDED[until]}${unnamed}`;
}

/** Nothing was held against the trace: `why` begins with a noun. */
export function nothingText(why: string): string {
  return `trace and probes were not held against each other: ${why}`;
}

/** Records of these kinds were not asked for; undefined where all were. */
export function missingKinds(header: Header, kinds: readonly number[]): string | undefined {
  const missing = kinds.filter((kind) => !hasKinds(header, kind)).map((kind) => KIND_NAMES[kind]);
  if (missing.length === 0) return undefined;
  return `records of ${missing.join(', ')} were not asked for, without which no goroutine can be followed`;
}

/** The histories have no moment in common that both are sure of; `cut` is what ended the reading before it came. */
export function unmetText({ mode, next, capacity }: Header, cut: Compared['cut']): string {
  const need = 'the moment at which tracing was switched on, from which both tell the same';
  if (cut === 'torn')
    return `a record that was not written to its end comes before ${need}, and what follows it is not known for certain`;
  if (next <= capacity) return `the records do not hold ${need}`;
  return mode === 'ring'
    ? `the ring kept the last ${plural(capacity, 'record')} of ${count(next)}, and they do not hold ${need}`
    : `the window kept the first ${plural(capacity, 'record')} of ${count(next)}, and they do not hold ${need}`;
}
