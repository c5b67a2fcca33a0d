/** The model of each release, as the one before it and what is different. */
import { annotations, annotations123 } from './annotations.ts';
import { gc, gc123, gc125 } from './gc.ts';
import { goroutine, goroutine123, goroutine124, goroutine125, goroutine126 } from './goroutine.ts';
import { proc, proc123, proc125, proc126 } from './proc.ts';
import { applyDelta, type Delta, RELEASES, type Release, type Row } from './row.ts';

const DELTAS: Record<Exclude<Release, 'go1.22'>, readonly Delta[]> = {
  'go1.23': [goroutine123, proc123, gc123, annotations123],
  'go1.24': [goroutine124],
  'go1.25': [goroutine125, proc125, gc125],
  'go1.26': [goroutine126, proc126],
};

const models = new Map<Release, readonly Row[]>();

/** The rows that hold for a release. */
export function modelOf(release: Release): readonly Row[] {
  let rows = models.get(release);
  if (rows === undefined) {
    rows = build(release);
    models.set(release, rows);
  }
  return rows;
}

function build(release: Release): readonly Row[] {
  if (release === 'go1.22') return [...goroutine, ...proc, ...gc, ...annotations];
  const before = RELEASES[RELEASES.indexOf(release) - 1] ?? 'go1.22';
  return DELTAS[release].reduce<readonly Row[]>(applyDelta, modelOf(before));
}

export interface Judged {
  readonly release: Release;
  /** False where another release ran, and this is the nearest that is modelled. */
  readonly exact: boolean;
}

/**
 * The release whose model judges a trace. `version` is the toolchain's where it
 * is known (`go1.24.9`, `go1.27-devel_0a1b2c3`), `format` the trace header's (22,
 * 23, 25, 26). A bare trace that says 23 may be 1.23 or 1.24: the later one,
 * which allows more.
 */
export function releaseOf(version: string, format: number): Judged {
  const said = /\bgo1\.(\d+)/.exec(version)?.[1];
  const minor = said === undefined ? (format === 23 ? 24 : format) : Number(said);
  const named = RELEASES.find((release) => release === `go1.${minor}`);
  const nearest = minor < 22 ? RELEASES[0] : 'go1.26';
  // A tree under development is no release, whatever it calls itself.
  return { release: named ?? nearest, exact: named !== undefined && !/\bdevel\b|-devel_/.test(version) };
}

/** What a release writes in a trace's header, or undefined for one that is not modelled. */
export function formatOf(version: string): number | undefined {
  const { release, exact } = releaseOf(version, 0);
  if (!exact) return undefined;
  return release === 'go1.24' ? 23 : Number(release.slice('go1.'.length));
}
