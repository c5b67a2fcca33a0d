/** The words that a replay ends with. They stand apart from result.ts, whose schemas take long to load. */

/**
 * In the order of how much they ask of a reader: when verdicts are joined, the
 * first that occurs anywhere wins. `malformed` stands before `diverges` because
 * nothing that follows from damaged evidence can be held against the runtime.
 */
export const VERDICTS = [
  'malformed',
  'diverges',
  'flaky',
  'inconclusive',
  'unobservable',
  'known',
  'conforms',
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** The verdict of many: the one that asks most of the reader; nothing at all is `inconclusive`. */
export function joinVerdicts(verdicts: Iterable<Verdict>): Verdict {
  const seen = new Set(verdicts);
  return VERDICTS.find((verdict) => seen.has(verdict)) ?? 'inconclusive';
}
