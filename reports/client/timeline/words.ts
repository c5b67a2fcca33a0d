import { h, scrollable, table } from '../dom.ts';
import { duration, instant, shown } from '../text.ts';
import { stateClass } from './colours.ts';
import { type DrawnLane, spanAt, spanCount, timeByState } from './range.ts';

/** A span as the line below the timeline says it; `resolution` is what its ends may be off by, in ns. */
export function describe(lane: DrawnLane, i: number, resolution: number): string {
  const span = spanAt(lane, i);
  if (!span) return '';
  const off = resolution > 0 ? `, give or take ${duration(resolution)}` : '';
  const when = `from ${instant(span.start)} to ${instant(span.end)}${off}`;
  return shown(`${lane.label}: ${span.state} for ${duration(span.end - span.start)}, ${when}`);
}

/** What the view leaves out. */
export function merging(resolution: number, zoomable: boolean): string {
  if (resolution === 0) return 'Every change of state in view is there.';
  const merged = `Spans shorter than ${duration(resolution)} are merged with their neighbours`;
  return zoomable ? `${merged}: zoom in to see them.` : `${merged}.`;
}

export function legend(lanes: readonly DrawnLane[]): HTMLElement {
  const entries = new Map<string, string>();
  for (const lane of lanes) {
    for (const [state] of timeByState(lane)) {
      const className = stateClass(lane.kind, state);
      if (lane.kind === 'stw' && className !== 'state-stopped') continue;
      const text = lane.kind === 'stw' ? 'world stopped' : (state.split(' (')[0] ?? state);
      if (entries.size < 24) entries.set(`${className} ${text}`, text);
    }
  }
  return h(
    'ul',
    { class: 'legend', 'aria-label': 'Colours' },
    ...[...entries].map(([key, text]) =>
      h('li', {}, h('span', { class: `swatch ${key.split(' ')[0]}`, 'aria-hidden': 'true' }), text),
    ),
  );
}

export function asTable(lanes: readonly DrawnLane[]): HTMLElement {
  const rows = lanes.map((lane) => [
    lane.label,
    lane.why,
    spanCount(lane).toLocaleString('en-US'),
    timeByState(lane)
      .map(([state, ns]) => `${state} ${duration(ns)}`)
      .join(', ') || '–',
  ]);
  return h(
    'details',
    {},
    h('summary', {}, 'The timeline as a table'),
    scrollable(
      'Timeline as a table',
      table(
        'Time in each state by lane',
        ['Lane', 'Chosen because', 'Spans', 'Time in each state'],
        rows,
        [2],
      ),
    ),
  );
}
