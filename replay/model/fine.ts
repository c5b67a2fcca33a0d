/** The fine model of each release, as the one before it and what is different. */
import { exits } from './exits.ts';
import type { FineDelta, FineRow } from './fine-row.ts';
import { pOwnership } from './p-ownership.ts';
import { applyDelta, RELEASES, type Release } from './row.ts';
import { scanBit, scanBit126 } from './scan-bit.ts';
import { scheduling, scheduling123, scheduling124 } from './scheduling.ts';
import { stackCache } from './stack-cache.ts';
import { stacks } from './stacks.ts';
import { statusWord, statusWord123, statusWord126 } from './status-word.ts';
import { stoppedWorld } from './stopped-world.ts';
import { threads } from './threads.ts';

const FIRST = [
  ...statusWord,
  ...scanBit,
  ...stacks,
  ...stackCache,
  ...exits,
  ...threads,
  ...pOwnership,
  ...scheduling,
  ...stoppedWorld,
];

const DELTAS: Record<Exclude<Release, 'go1.22'>, readonly FineDelta[]> = {
  'go1.23': [statusWord123, scheduling123],
  'go1.24': [scheduling124],
  'go1.25': [],
  'go1.26': [statusWord126, scanBit126],
};

/** The rows of the fine model that hold for a release. */
export function fineModelOf(release: Release): readonly FineRow[] {
  const later = RELEASES.slice(1, RELEASES.indexOf(release) + 1) as Exclude<Release, 'go1.22'>[];
  return later.flatMap((each) => DELTAS[each]).reduce<readonly FineRow[]>(applyDelta, FIRST);
}
