/** The smallest run of generations of a trace in which the same thing is still wrong. */
import { spansOf, traceOf } from './decode/index.ts';
import { ofDamage, ofFinding } from './divergences.ts';
import { judgeTrace } from './judge-trace.ts';

export interface Shrunk {
  /** A trace of its own: the header, and the generations that are kept. */
  readonly trace: Uint8Array;
  /** Numbers of the first and the last generation that are kept. */
  readonly first: number;
  readonly last: number;
  /** Generations kept, and generations that there were. */
  readonly kept: number;
  readonly of: number;
}

/**
 * Cuts a trace to the fewest generations that still show `signature` and nothing that the whole does not show:
 * the one in which it was noticed, and of those before it as many as it needs. Undefined where it is not found
 * without the rest of the recording (text, probes). `go` is the release as its manifest says it, or empty.
 * Throws FormatError and VersionError for what is no trace of generations.
 */
export async function shrinkTrace(
  bytes: Uint8Array,
  go: string,
  signature: string,
  signal?: AbortSignal,
): Promise<Shrunk | undefined> {
  const spans = spansOf(bytes);
  const whole = await signaturesIn(bytes, go, signal);
  const noticed = whole.find((each) => each.signature === signature);
  if (noticed === undefined) return undefined;
  const known = new Set(whole.map((each) => each.signature));
  // What is noticed in no generation, a gap between two for example, may need them all.
  const at = spans.findIndex(({ number }) => number === noticed.generation);
  const end = at < 0 ? spans.length : at + 1;
  const shows = async (from: number, to: number): Promise<boolean> => {
    const found = await signaturesIn(traceOf(bytes, spans.slice(from, to)), go, signal);
    return (
      found.some((each) => each.signature === signature) && found.every((each) => known.has(each.signature))
    );
  };
  const cut = (await ending(end, shows)) ?? (await beginning(spans.length, shows)) ?? [0, spans.length];
  const kept = spans.slice(...cut);
  return {
    trace: traceOf(bytes, kept),
    first: kept[0]!.number,
    last: kept.at(-1)!.number,
    kept: kept.length,
    of: spans.length,
  };
}

type Cut = [from: number, to: number];
type Shows = (from: number, to: number) => Promise<boolean>;

/** The shortest run that ends before `end`. Longer runs know more, so doubling and halving finds it without trying all. */
async function ending(end: number, shows: Shows): Promise<Cut | undefined> {
  let long = 1;
  while (!(await shows(Math.max(0, end - long), end))) {
    if (long >= end) return undefined;
    long *= 2;
  }
  let [tooShort, enough] = [long >> 1, Math.min(long, end)];
  while (enough - tooShort > 1) {
    const middle = (tooShort + enough) >> 1;
    if (await shows(end - middle, end)) enough = middle;
    else tooShort = middle;
  }
  return [end - enough, end];
}

/** Something that only what comes later makes wrong: all from one generation on. */
async function beginning(count: number, shows: Shows): Promise<Cut | undefined> {
  for (let from = count - 1; from > 0; from--) if (await shows(from, count)) return [from, count];
  return undefined;
}

/** Everything that is wrong with a trace, and in which generation. */
async function signaturesIn(bytes: Uint8Array, go: string, signal: AbortSignal | undefined) {
  const read = async function* () {
    yield bytes;
  };
  const { judge, damages } = await judgeTrace(read, go, { signal, drawn: false });
  return [...damages.map(ofDamage), ...judge.findings.found.map((finding) => ofFinding(finding, []))].map(
    ({ signature, at }) => ({ signature, generation: at.generation }),
  );
}
