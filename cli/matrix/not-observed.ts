/** What a cell cannot say, whatever its verdict: a sentence each, the same for all cells that have it in common. */
import { canRecord } from '../../collector/index.ts';
import type { Replay } from '../../replay/result.ts';
import { plural } from '../../replay/words.ts';
import type { PlannedCell } from './plan.ts';

export function notObservedIn({ go, layers }: PlannedCell, replay: Replay): string[] {
  const unseen = replay.coverage.rows.filter(({ observable }) => !observable).length;
  return [
    ...(canRecord(go, 'trace')
      ? []
      : [
          'before Go 1.22 a program can be given no trace, so only what the runtime prints is judged, and its own stderr lies between those lines',
        ]),
    ...(layers.includes('probe')
      ? []
      : ['package runtime was not probed: status words, stacks, the ends of threads are not seen']),
    ...(replay.os === undefined && layers.includes('os')
      ? ['its process was not watched: threads, memory and times are not held against what the system saw']
      : []),
    ...(replay.emulated ? ['emulated: nothing follows about the memory model, and little from timing'] : []),
    ...(canRecord(go, 'trace') && layers.includes('text') && replay.text === undefined
      ? ['nothing of the text layer was read']
      : []),
    ...(unseen === 0 ? [] : [`${plural(unseen, 'row')} of the model cannot be seen in these layers`]),
  ];
}
