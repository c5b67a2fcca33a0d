/** Arithmetic on measured pairs. */

/** One figure from several runs. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return { median: (low + high) / 2, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

/** Two programs measured one right after the other, so that a busy machine slows both. */
export interface Pair<T> {
  readonly ours: T;
  readonly theirs: T;
}

/** How many times as much theirs is as ours, pair by pair. */
export function ratiosOf<T>(pairs: readonly Pair<T>[], figure: (one: T) => number): Spread {
  return spreadOf(pairs.map(({ ours, theirs }) => figure(theirs) / figure(ours)));
}

/**
 * Runs both sides so many times in turns. The side that begins changes from pair to pair, since what runs second
 * may find the machine warmer, or hotter.
 */
export async function interleave<T>(
  pairs: number,
  ours: () => Promise<T>,
  theirs: () => Promise<T>,
): Promise<Pair<T>[]> {
  const measured: Pair<T>[] = [];
  for (let n = 0; n < pairs; n++) {
    if (n % 2 === 0) {
      const first = await ours();
      measured.push({ ours: first, theirs: await theirs() });
    } else {
      const first = await theirs();
      measured.push({ ours: await ours(), theirs: first });
    }
  }
  return measured;
}
