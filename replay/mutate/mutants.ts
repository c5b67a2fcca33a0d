/**
 * Mutants of real traces, made by chance that a seed determines, and what was
 * said of each. Whoever asks for them takes them one at a time: a few windows of
 * three generations of each trace are taken apart, one after the other.
 */
import { type Span, spansOf, traceOf } from '../decode/index.ts';
import { Excerpt } from './excerpt.ts';
import { type Edited, KINDS, type Kind, LOST_GENERATION, Subject } from './kinds.ts';
import { Random } from './random.ts';

export interface RealTrace {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** As the recording says it, empty for a bare trace. */
  readonly go: string;
}

export interface Mutant extends Pick<Edited, 'events' | 'm' | 'what' | 'legal'> {
  readonly trace: string;
  readonly go: string;
  readonly kind: string;
  /** Its place among all mutants of the seed. */
  readonly number: number;
  readonly bytes: Uint8Array;
}

export interface MutantOptions {
  /** Of each kind, over all traces. */
  readonly count: number;
  readonly seed: number;
  /** Names; all where there are none. */
  readonly kinds?: readonly string[] | undefined;
  /** Rare types of events are changed as often as common ones. */
  readonly spread?: boolean | undefined;
}

/** Generations of one trace that are changed. */
const WINDOWS = 10;
/** An excerpt of more bytes has less around what is changed: a mutant should cost milliseconds. */
const LARGEST = 600_000;

export const KIND_NAMES: readonly string[] = [...KINDS.map(({ name }) => name), LOST_GENERATION];

/** Throws FormatError and VersionError for a trace that is not sound. */
export function* mutantsOf(
  traces: readonly RealTrace[],
  { count, seed, kinds, spread }: MutantOptions,
): Generator<Mutant, void> {
  const random = new Random(seed);
  const wanted = KINDS.filter(({ name }) => kinds?.includes(name) ?? true);
  let number = 0;
  for (const [i, trace] of traces.entries()) {
    const share = shareOf(count, traces.length, i);
    for (const mutant of ofTrace(trace, wanted, share, random, spread)) yield { ...mutant, number: number++ };
    if (kinds !== undefined && !kinds.includes(LOST_GENERATION)) continue;
    for (const mutant of withoutGeneration(trace, share, random)) yield { ...mutant, number: number++ };
  }
}

type Unnumbered = Omit<Mutant, 'number'>;

/** What falls to the n-th of so many. */
const shareOf = (all: number, parts: number, n: number): number =>
  Math.floor(((n + 1) * all) / parts) - Math.floor((n * all) / parts);

function* ofTrace(
  { name, bytes, go }: RealTrace,
  kinds: readonly Kind[],
  count: number,
  random: Random,
  spread: boolean | undefined,
): Generator<Unnumbered, void> {
  const windows = windowsOf(spansOf(bytes), random);
  for (const [i, { spans, changed }] of windows.entries()) {
    const subject = new Subject(new Excerpt(traceOf(bytes, spans)), go, new Set([changed.number]), spread);
    for (const kind of kinds) {
      for (let left = shareOf(count, windows.length, i); left > 0; left--) {
        const edited = kind.edit(subject, random);
        if (edited === undefined) break;
        const { changes, ...told } = edited;
        yield { ...told, trace: name, go, kind: kind.name, bytes: subject.excerpt.with(changes) };
      }
    }
  }
}

interface Window {
  readonly spans: readonly Span[];
  readonly changed: Span;
}

/**
 * Generations spread over the trace, each with those before and after it: what
 * stands there says of many a change that it cannot be.
 */
function windowsOf(spans: readonly Span[], random: Random): Window[] {
  const n = Math.min(WINDOWS, spans.length);
  return Array.from({ length: n }, (_, i) => {
    const at = Math.floor(((i + random.next()) * spans.length) / n);
    const changed = spans[at] as Span;
    let size = changed.to - changed.from;
    const near = [spans[at + 1], spans[at - 1]].filter((span) => {
      if (span === undefined) return false;
      size += span.to - span.from;
      return size <= LARGEST;
    });
    return { changed, spans: spans.filter((span) => span === changed || near.includes(span)) };
  });
}

/** One generation between two others is lost; each once. */
function* withoutGeneration(
  { name, bytes, go }: RealTrace,
  count: number,
  random: Random,
): Generator<Unnumbered, void> {
  const spans = spansOf(bytes);
  const inner = spans.slice(1, -1);
  for (let left = Math.min(count, inner.length); left > 0; left--) {
    const [lost] = inner.splice(random.below(inner.length), 1);
    const i = spans.indexOf(lost as Span);
    yield {
      trace: name,
      go,
      kind: LOST_GENERATION,
      bytes: traceOf(bytes, [spans[i - 1] as Span, spans[i + 1] as Span]),
      events: 'generation',
      what: `generation ${lost?.number} is lost`,
    };
  }
}
