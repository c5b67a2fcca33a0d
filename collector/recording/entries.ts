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

/** What the system said of the program's threads and memory (collector/os/lines.ts). */
export const OS_SAMPLES_ENTRY = 'os/samples';

/** More than any recording has; a container with more is not one of ours. */
export const MAX_ENTRIES = 4096;

/** Every entry, as `docs/recording.md` describes it. */
export const ENTRIES: readonly { readonly name: string; readonly holds: string }[] = [
  { name: MANIFEST_ENTRY, holds: 'what was run, on what, how it ended, what was lost (below)' },
  { name: TRACE_ENTRY, holds: 'the execution trace, byte for byte as Go wrote it' },
  {
    name: RUNTIME_ENTRY,
    holds: 'what came out of file descriptor 2: GODEBUG lines, goroutine dumps, `println`',
  },
  { name: PROBE_RECORDS_ENTRY, holds: 'what the probe in package runtime wrote ([probe.md](probe.md))' },
  { name: PROBE_FUNCTIONS_ENTRY, holds: "the program's functions by address" },
  { name: PROBE_SITES_ENTRY, holds: 'where the probes are' },
  { name: OS_SAMPLES_ENTRY, holds: "the process's threads, memory and processor time, sampled (below)" },
  { name: STDERR_ENTRY, holds: 'what the program wrote to `os.Stderr`' },
  { name: STDOUT_ENTRY, holds: 'what it wrote to `os.Stdout`' },
  { name: BUILD_ENTRY, holds: "the build's command and what it said" },
];

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
