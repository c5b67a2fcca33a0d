/** Releases as their minor number, and the spans of releases in which a statement holds. */

/** The oldest and the newest release whose GODEBUG text this folder knows, as minor numbers. */
const OLDEST = 9;
const NEWEST = 26;

/** A span of releases; an absent end is open. Both ends are part of it. */
export interface Span {
  readonly since?: number;
  readonly until?: number;
}

export function holdsIn(span: Span, minor: number): boolean {
  return minor >= (span.since ?? 0) && minor <= (span.until ?? Number.POSITIVE_INFINITY);
}

/** `go1.26.8` to 26. A release outside of those known is read as the nearest known one. */
export function minorOf(go: string): number {
  const minor = Number(/\bgo1\.(\d+)/.exec(go)?.[1] ?? Number.NaN);
  return Number.isNaN(minor) ? NEWEST : Math.min(Math.max(minor, OLDEST), NEWEST);
}
