/** How a run ended of which the text alone is judged: as its release is known to make it end, or otherwise. */
import { canRecord, minorNumber } from '../../collector/index.ts';
import type { Replay } from '../../replay/result.ts';
import type { PlannedCell } from './plan.ts';

export interface Ending {
  readonly asKnown: boolean;
  readonly why: string;
}

/** Undefined for a release whose trace is modelled: then the verdict says more. */
export function endingOf(
  { target, go, setting }: PlannedCell,
  { exit, why: judged }: Pick<Replay, 'exit' | 'why'>,
): Ending | undefined {
  if (canRecord(go, 'trace')) return undefined;
  const hangs = target.fixture?.manifest.hangs;
  // What a release interrupts since, it interrupts only where that was not switched off.
  const isOff = Number(setting.godebug?.asyncpreemptoff ?? 0) !== 0;
  const shouldHang = hangs !== undefined && (isOff || minorNumber(go) <= minorNumber(hangs.until));
  const asKnown = shouldHang ? exit.startsWith('time limit') : exit === 'exit 0';
  const known = shouldHang ? `it hangs here: ${hangs.why}` : 'it ends here by itself';
  const did = `it ended: ${exit || 'nobody saw how'}`;
  const why = asKnown ? `${did}, as is known (${known})` : `${did}, though it is known that ${known}`;
  return { asKnown, why: `${judged}; ${why}` };
}
