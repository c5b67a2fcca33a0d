/** Go's versions: how users write them, and which ones Gotwin knows to be good. */
import { ToolchainError } from '../errors.ts';

export interface GoVersion {
  /** `1.22`. */
  readonly minor: string;
  /** `go1.22.12`; undefined where only the release was named. */
  readonly exact: string | undefined;
}

/** The patch level to fetch for a release of which none is installed: recorded and replayed by our tests. */
export const KNOWN_GOOD: Readonly<Record<string, string>> = {
  '1.22': 'go1.22.12',
  '1.23': 'go1.23.12',
  '1.24': 'go1.24.9',
  '1.25': 'go1.25.4',
  '1.26': 'go1.26.8',
};

/** The last patch levels of releases of before, whose programs can be given no trace: exit, hang and text are recorded. */
export const TEXT_ONLY: Readonly<Record<string, string>> = {
  '1.9': 'go1.9.7',
  '1.10': 'go1.10.8',
  '1.11': 'go1.11.13',
  '1.13': 'go1.13.15',
  '1.16': 'go1.16.15',
  '1.18': 'go1.18.10',
  '1.20': 'go1.20.14',
  '1.21': 'go1.21.13',
};

/** Releases whose programs are not recorded, but linked for the linker's stack check. */
export const LINKED_ONLY: Readonly<Record<string, string>> = { '1.9': 'go1.9.7' };

/** The first release whose programs can be given a trace that Gotwin reads. */
const OLDEST = 22;

/**
 * Reads `1.22`, `1.25.4`, `go1.26.8` or `1.27rc1`; of those that are linked only, where that will do.
 * Throws ToolchainError `bad-version` or `unknown-version`.
 */
export function parseGoVersion(text: string, toLink = false): GoVersion {
  const match = /^(?:go)?1\.(\d{1,3})(\.\d+|(?:rc|beta)\d+)?$/.exec(text.trim());
  if (match === null) {
    throw new ToolchainError('bad-version', `${JSON.stringify(text)} is not a Go version`, {
      wanted: text,
      known: Object.keys(KNOWN_GOOD),
      advice: `Write 1.26 or 1.26.8. Known: ${knownReleases()}.`,
    });
  }
  const minor = `1.${match[1]}`;
  const known = Number(match[1]) >= OLDEST || minor in (toLink ? LINKED_ONLY : TEXT_ONLY);
  if (!known) throw tooOld(text, minor);
  return { minor, exact: match[2] === undefined ? undefined : `go${minor}${match[2]}` };
}

/** 26 of `go1.26.8`, `1.26` and `devel go1.26-0a1b2c3`; NaN for what names no release. */
export function minorNumber(version: string): number {
  return Number(/^(?:devel )?(?:go)?1\.(\d+)/.exec(version)?.[1] ?? Number.NaN);
}

/** Whether it is a tree between two releases: `devel go1.26-0a1b2c3 Mon …` up to Go 1.25, then `go1.27-devel_0a1b2c3 Mon …`. */
export function isDevel(version: string): boolean {
  return /^devel\b|-devel_/.test(version);
}

/** `1.26` of `go1.26.8`. */
export function minorOf(version: string): string {
  return `1.${minorNumber(version)}`;
}

/** The patch level that stands for a release: `1.26.8` for `1.26`. Throws ToolchainError `unknown-version`. */
export function patchOf(release: string): string {
  const { minor, exact = KNOWN_GOOD[minor] ?? TEXT_ONLY[minor] } = parseGoVersion(release);
  if (exact === undefined) throw noPatchLevel(release, minor);
  return exact.slice(2);
}

/** Whether programs of a release can be given what records the layer. */
export function canRecord(version: string, layer: 'trace' | 'text' | 'probe'): boolean {
  return layer === 'text' || !(minorNumber(version) < OLDEST);
}

/** Older first; a release candidate comes before its release. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [sortKey(a), sortKey(b)];
  return left[0]! - right[0]! || left[1]! - right[1]!;
}

export function knownReleases(): string {
  return Object.keys(KNOWN_GOOD).join(', ');
}

function sortKey(version: string): number[] {
  const match = /^go1\.(\d+)(?:\.(\d+)|(rc|beta)(\d+))?/.exec(version);
  if (match === null) return [-1, 0];
  const candidate = match[3] === undefined ? 0 : Number(match[4]) - (match[3] === 'rc' ? 1000 : 2000);
  return [Number(match[1]), Number(match[2] ?? 0) + candidate];
}

function noPatchLevel(text: string, minor: string): ToolchainError {
  return new ToolchainError('unknown-version', `Gotwin knows no patch level of Go ${minor}`, {
    wanted: text,
    known: Object.keys(KNOWN_GOOD),
    advice: `Write one: ${minor}.1. Known: ${knownReleases()}.`,
  });
}

function tooOld(text: string, minor: string): ToolchainError {
  return new ToolchainError(
    'unknown-version',
    `Gotwin cannot record Go ${minor}, only 1.${OLDEST} and later, and of some before the text`,
    {
      wanted: text,
      known: Object.keys(KNOWN_GOOD),
      advice: `Choose one of ${knownReleases()}.`,
    },
  );
}
