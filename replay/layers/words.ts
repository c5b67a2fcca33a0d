/** What happened, in words: the same for both layers. */

import { STW_REASONS } from '../model/index.ts';
import { GC, PROC, SUBJECT, WORLD } from './ledger.ts';
import { STATE, STATE_NAMES } from './states.ts';

const PROC_WORDS = { [PROC.starts]: 'starts', [PROC.stops]: 'stops', [PROC.isTaken]: 'is taken' };
const GC_WORDS = { [GC.begins]: 'begins', [GC.ends]: 'ends' };

/** `waiting`; for a P `starts`, for the world `stops (GOMAXPROCS)`. */
export function whatText(kind: number, what: number, figure = 0): string {
  switch (kind) {
    case SUBJECT.goroutine:
      return what === STATE.none ? 'ended' : (STATE_NAMES[what] ?? '?');
    case SUBJECT.proc:
      return PROC_WORDS[what as keyof typeof PROC_WORDS] ?? '?';
    case SUBJECT.gc:
      return GC_WORDS[what as keyof typeof GC_WORDS] ?? '?';
    case SUBJECT.procs:
      return figure === 0 ? 'a number of Ps' : `${figure} P`;
    default:
      return worldText(what, figure);
  }
}

function worldText(what: number, figure: number): string {
  if (what === WORLD.starts) return 'starts';
  return figure === 0 ? 'stops' : `stops (${STW_REASONS[figure - 1] ?? figure})`;
}
