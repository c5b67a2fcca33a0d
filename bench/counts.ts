/** Whether both readers read the same: a fast reader that skips events is no fast reader. */

/** What `gotwin events --format none --json` prints. */
export interface OurCounts {
  readonly events: number;
  readonly generations: number;
  readonly kinds: Readonly<Record<string, number>>;
}

/** What the peer prints. */
export interface TheirCounts {
  /** Without Sync events, which no thread wrote and we make none of. */
  readonly events: number;
  readonly syncs: number;
}

/**
 * Events that Go's reader makes of one of the trace. A switch between goroutines is one event to us; Go's reader
 * makes a goroutine ready, stops or ends the running one, and starts the other.
 */
const MANY: Readonly<Record<string, number>> = { GoSwitch: 3, GoSwitchDestroy: 3 };
/** Go's reader adds that the P was taken, if there still was one. */
const ONE_OR_TWO = ['GoDestroySyscall'];

/** How the two counts differ, or undefined when they are of the same events. */
export function disagreement(ours: OurCounts, theirs: TheirCounts): string | undefined {
  const kinds = Object.entries(ours.kinds);
  const least = kinds.reduce((sum, [kind, n]) => sum + n * (MANY[kind] ?? 1), 0);
  const most = ONE_OR_TWO.reduce((sum, kind) => sum + (ours.kinds[kind] ?? 0), least);
  if (theirs.events >= least && theirs.events <= most) return undefined;
  const expected = least === most ? `${least}` : `${least} to ${most}`;
  return `we read ${ours.events} events, of which Go's reader should make ${expected}; it made ${theirs.events}`;
}
