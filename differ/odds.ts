/** How surely two sets of runs differ: exact tests, which need no assumption about how counts are spread. */

/**
 * Fisher's exact test, two-sided: how likely a table at least as uneven is, were both sides the same.
 * `k` of `n` runs showed something on one side, `l` of `m` on the other. From 0 to 1; 1 says nothing.
 */
export function fisher(k: number, n: number, l: number, m: number): number {
  const shown = k + l;
  const least = Math.max(0, shown - m);
  const most = Math.min(shown, n);
  const weight = (x: number) => logChoose(n, x) + logChoose(m, shown - x) - logChoose(n + m, shown);
  const limit = weight(k) + 1e-9;
  let sum = 0;
  for (let x = least; x <= most; x++) if (weight(x) <= limit) sum += Math.exp(weight(x));
  return Math.min(1, sum);
}

/**
 * How likely it is that n and m numbers, were both alike, lie so that every one of the one side is below every one of the other.
 * Nothing that n and m runs show is less likely than that.
 */
export function separation(n: number, m: number): number {
  return Math.min(1, 2 * Math.exp(-logChoose(n + m, n)));
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** Of 0, 1, 2, …; grows as it is asked. */
const logFactorials = [0];

function logFactorial(n: number): number {
  for (let i = logFactorials.length; i <= n; i++) logFactorials.push(logFactorials[i - 1]! + Math.log(i));
  return logFactorials[n]!;
}
