/** The names that a recording's entries have, and what each is evidence for. */
import type { EvidenceLayer } from './manifest.ts';

export const MANIFEST_ENTRY = 'manifest.pb';
/** The execution trace, byte for byte as Go wrote it. */
export const TRACE_ENTRY = 'trace';
/** What came out of file descriptor 2: GODEBUG lines, dumps, println. */
export const RUNTIME_ENTRY = 'runtime.txt';
/** What the program wrote to os.Stderr. */
export const STDERR_ENTRY = 'stderr.txt';
export const STDOUT_ENTRY = 'stdout.txt';
/** The build's commands and what they said. */
export const BUILD_ENTRY = 'build.txt';
/** What the probe in package runtime wrote: the header page, then its records (collector/probe/layout.ts). */
export const PROBE_RECORDS_ENTRY = 'probe/records';
/** Where the program's functions begin, by address: a line each, hex and name. */
export const PROBE_FUNCTIONS_ENTRY = 'probe/functions';
/** Where the instrumenter put its probes. */
export const PROBE_SITES_ENTRY = 'probe/sites.json';

/** More than any recording has; a container with more is not one of ours. */
export const MAX_ENTRIES = 4096;

const LAYERS: readonly [RegExp, EvidenceLayer][] = [
  [/^trace$/, 'trace'],
  [/^runtime\.txt$/, 'text'],
  [/^probe\//, 'probe'],
  [/^link\//, 'link'],
  [/^os\//, 'os'],
];

/** The layer that an entry belongs to; undefined for what is kept for people only. */
export function layerOf(name: string): EvidenceLayer | undefined {
  return LAYERS.find(([pattern]) => pattern.test(name))?.[1];
}

/**
 * Whether a name can be an entry's: relative, at most one folder deep, nothing
 * that a file system could take for another place. Anything else in a container
 * means that Gotwin did not write it.
 */
export function isEntryName(name: string): boolean {
  return name.length <= 128 && /^([a-z][a-z0-9_-]*\/)?[a-z0-9][a-z0-9_-]*(\.[a-z0-9_-]+)*$/i.test(name);
}
