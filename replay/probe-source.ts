/** What a recording has of a probed package runtime, as its judge reads it. */
import { type Manifest, PROBE_FUNCTIONS_ENTRY, PROBE_RECORDS_ENTRY } from '../collector/index.ts';
import type { Evidence } from './evidence.ts';
import { releaseOf } from './model/index.ts';
import type { ProbeSource } from './probe/index.ts';

/** Undefined where package runtime was not probed, or where there is no model of `go`, the release that is to judge. */
export function probeSourceOf(evidence: Evidence, go: string, signal?: AbortSignal): ProbeSource | undefined {
  const { manifest } = evidence;
  if (manifest === undefined || !evidence.has(PROBE_RECORDS_ENTRY)) return undefined;
  const { release, exact } = releaseOf(go, 0);
  if (!exact) return undefined;
  return {
    records: () => evidence.read(PROBE_RECORDS_ENTRY),
    functions: evidence.has(PROBE_FUNCTIONS_ENTRY) ? () => evidence.read(PROBE_FUNCTIONS_ENTRY) : undefined,
    release,
    hungMs: hungFor(manifest),
    signal,
  };
}

/** How long a program ran that had to be ended; undefined where it ended as it should, or by itself. */
function hungFor({ exit, durationMs }: Manifest): number | undefined {
  const hung = exit.reason === 'time-limit' || (exit.reason === 'stopped' && exit.ladder.length > 1);
  return hung ? durationMs : undefined;
}
