import type { Replay } from '../replay/index.ts';

/**
 * The release that a toolchain belongs to, without its patch level: `go1.26` for `go1.26.8`.
 * Text that is no Go version (a tree of one's own) stays as it is.
 */
export function releaseOf(go: string): string {
  return /^go\d+\.\d+/.exec(go)?.[0] ?? go;
}

/** The same of a replay; what a tree of the user's own shows, its release need not. */
export function releaseRun({ go, tree }: Pick<Replay, 'go' | 'tree'>): string {
  return tree === undefined ? releaseOf(go) : `${releaseOf(go)} (own tree)`;
}

/** Go versions oldest first, numbers as numbers: go1.9 stands before go1.10. */
export function compareVersions(a: string, b: string): number {
  const left = numbersIn(a);
  const right = numbersIn(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? -1) - (right[i] ?? -1);
    if (difference !== 0) return difference;
  }
  return compareText(a, b);
}

/** By UTF-16 code unit, so that every machine and locale gives the same order. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The order in which people look for recordings: program, release, architecture, then file. */
export function compareReplays(a: Replay, b: Replay): number {
  return (
    compareText(a.program, b.program) ||
    compareVersions(a.go, b.go) ||
    Number(a.emulated) - Number(b.emulated) ||
    compareText(a.arch, b.arch) ||
    compareText(a.file, b.file)
  );
}

function numbersIn(version: string): number[] {
  return (version.match(/\d+/g) ?? []).map(Number);
}
