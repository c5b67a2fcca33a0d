/** Ticks to nanoseconds, exactly as Go's reader computes them. */

/** `frequency.mul`: the product of two doubles, truncated. Past 2^53 it still is a whole number. */
export function nsOf(ticks: number, nsPerTick: number): number {
  return Math.trunc(ticks * nsPerTick);
}

/**
 * The difference of two such times, exact although either may lie past 2^53 (a
 * machine that is up for more than 104 days). NaN when the difference itself
 * lies past it, or a time is not finite.
 */
export function nsSince(ns: number, base: number): number {
  if (ns <= Number.MAX_SAFE_INTEGER && base <= Number.MAX_SAFE_INTEGER) return ns - base;
  if (!Number.isFinite(ns) || !Number.isFinite(base)) return Number.NaN;
  const difference = BigInt(ns) - BigInt(base);
  const exact = difference >= Number.MIN_SAFE_INTEGER && difference <= Number.MAX_SAFE_INTEGER;
  return exact ? Number(difference) : Number.NaN;
}
