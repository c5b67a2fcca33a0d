/** What the samples of a run come to, as figures: shown, and judged by nobody. */

import type { Replay } from '../result.ts';
import { plural } from '../words.ts';
import type { System } from './read.ts';

type Summary = NonNullable<Replay['os']>;

export function systemSummary({ samples, came, went, hang }: System, emulated: boolean): Summary {
  const last = samples.at(-1);
  const figures = {
    samples: samples.length,
    threads: { most: most(samples, ({ after }) => after), last: last?.after ?? 0, came, went },
    memoryKiB: { peak: most(samples, ({ peakKiB }) => peakKiB), last: last?.rssKiB ?? 0 },
    cpuMs: { user: last?.userMs ?? 0, system: last?.systemMs ?? 0 },
    ...(hang === undefined ? {} : { hang: statesOf(hang) }),
  };
  return { ...figures, text: textOf(figures, emulated) };
}

function most<T>(list: readonly T[], figure: (each: T) => number): number {
  return list.reduce((highest, each) => Math.max(highest, figure(each)), 0);
}

/** Threads by state, as proc(5) has them. */
function statesOf(states: readonly string[]): NonNullable<Summary['hang']> {
  const running = states.filter((state) => state === 'R').length;
  return { running, waiting: states.length - running };
}

function textOf(
  { samples, threads, memoryKiB, cpuMs, hang }: Omit<Summary, 'text'>,
  emulated: boolean,
): string {
  if (samples === 0) return 'the program had ended before its threads could be counted';
  const own = emulated ? ", the emulator's own among them" : '';
  const hung =
    hang === undefined
      ? ''
      : `; when its time was up ${plural(hang.running, 'thread')} ran and ${hang.waiting} waited`;
  return (
    `${plural(threads.most, 'thread')} at most, ${threads.came} in all, ${threads.last} at the last look${own}; ` +
    `${(memoryKiB.peak / 1024).toFixed(1)} MiB of memory at most; ${cpuMs.user + cpuMs.system} ms of processor time` +
    `${hung} (${plural(samples, 'sample')})`
  );
}
