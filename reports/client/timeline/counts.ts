import type { Timeline } from '../../../replay/index.ts';
import { h, scrollable, table } from '../dom.ts';
import { instant, number } from '../text.ts';

/** How many goroutines were in which state, as it is drawn. */
export interface Counts {
  readonly start: number;
  /** Length of a part, ns. */
  readonly step: number;
  readonly parts: number;
  /** The states that are drawn, the lowest first, and by part how many there were on average. */
  readonly stacked: readonly { readonly state: string; readonly means: readonly number[] }[];
  /** All states, drawn or not. */
  readonly all: Counts['stacked'];
  /** The highest that what is drawn comes to. */
  readonly most: number;
}

/** Those that wait are many, and would leave no room for the others; they stand in the table. */
const NOT_DRAWN = 'waiting';

export function countsOf({ start, counts }: Timeline): Counts | undefined {
  if (counts === undefined) return undefined;
  const all = counts.states.map((state, i) => ({ state, means: counts.means[i] ?? [] }));
  const parts = Math.max(0, ...all.map(({ means }) => means.length));
  const stacked = all.filter(({ state }) => state !== NOT_DRAWN);
  let most = 0;
  for (let part = 0; part < parts; part++)
    most = Math.max(
      most,
      stacked.reduce((sum, { means }) => sum + (means[part] ?? 0), 0),
    );
  return { start, step: counts.step, parts, stacked, all, most };
}

/** Beside the chart: what it shows, and its height in goroutines. */
export function countsLabel({ stacked, most }: Counts): HTMLElement {
  return h(
    'li',
    { class: 'counts', title: `How many goroutines: ${stacked.map(({ state }) => state).join(', ')}` },
    h('span', {}, 'Counts'),
    h('span', { class: 'hint' }, `not waiting, ${number(most)} at most`),
  );
}

export function countsAsTable({ start, step, parts, all }: Counts): HTMLElement {
  const rows = Array.from({ length: parts }, (_, part) => [
    instant(start + part * step),
    ...all.map(({ means }) => number(means[part] ?? 0)),
  ]);
  const heads = ['From', ...all.map(({ state }) => state)];
  const numeric = all.map((_, i) => i + 1);
  return h(
    'details',
    {},
    h('summary', {}, 'How many goroutines, as a table'),
    scrollable(
      'How many goroutines',
      table('Goroutines by state over time, on average', heads, rows, numeric),
    ),
  );
}
