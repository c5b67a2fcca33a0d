import type { Replay, Verdict } from '../replay/index.ts';
import { joinVerdicts, VERDICTS } from '../replay/index.ts';

/** What many replays say together. */
export interface Summary {
  /** The verdict that asks most of the reader; `inconclusive` when there is no replay at all. */
  verdict: Verdict;
  recordings: number;
  /** Recordings by verdict; every verdict is a key. */
  verdicts: Record<Verdict, number>;
  events: number;
  /** Records of the runtime's own probes that were judged. */
  records: number;
  /** Divergences before grouping. */
  divergences: number;
  /** Different signatures among them. */
  findings: number;
  lost: { bytes: number; events: number };
}

/** Joins the verdicts of many replays and adds up their totals; the order of `replays` does not matter. */
export function summarise(replays: readonly Replay[]): Summary {
  const signatures = replays.flatMap((replay) => replay.divergences.map((each) => each.signature));
  return {
    verdict: joinVerdicts(replays.map((replay) => replay.verdict)),
    recordings: replays.length,
    verdicts: countVerdicts(replays),
    events: total(replays, (replay) => replay.events),
    records: total(replays, ({ probe }) => probe?.records ?? 0),
    divergences: signatures.length,
    findings: new Set(signatures).size,
    lost: {
      bytes: total(replays, (replay) => replay.lost.bytes),
      events: total(replays, (replay) => replay.lost.events),
    },
  };
}

function countVerdicts(replays: readonly Replay[]): Record<Verdict, number> {
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  for (const replay of replays) counts[replay.verdict]++;
  return counts;
}

function total(replays: readonly Replay[], of: (replay: Replay) => number): number {
  return replays.reduce((sum, replay) => sum + of(replay), 0);
}
