import type { Divergence, SliceStep } from '../../replay/index.ts';
import { h, svg } from './dom.ts';
import { frames, placeOf } from './parts.ts';
import { duration, id, instant, number, shown } from './text.ts';

/** Pixels between two lanes of the diagram, and from its edge to the first. */
const LANE = 18;
const EDGE = 12;

/**
 * The causal slice as an ordered list with a lane for each M beside it: a dot
 * where the event happened, an arrow from each event that it follows from.
 */
export function sliceView({ slice, at }: Divergence, wanted?: number): HTMLElement {
  if (slice.length === 0) return h('p', {}, 'No earlier event led to it.');
  const lanes = [...new Set(slice.map((step) => step.event.m))];
  const width = EDGE * 2 + (lanes.length - 1) * LANE;
  const drawing = svg('svg', { class: 'arrows', width, 'aria-hidden': 'true' });
  const items = slice.map((step) =>
    item(step, step.event.index === at.index, step.event.index === wanted, at.time),
  );
  const list = h('ol', { class: 'steps' }, ...items);
  const box = h('div', { class: 'slice' }, drawing, list);
  list.style.marginInlineStart = `${width}px`;
  new ResizeObserver(() => draw(drawing, slice, lanes, items)).observe(list);
  return h('div', {}, h('p', { class: 'hint' }, lanesText(lanes)), box);
}

function lanesText(lanes: readonly number[]): string {
  const names = lanes.map((m) => id('M', m)).join(', ');
  return `Oldest first. Lanes from left to right: ${names}. An arrow leads from an event to one that follows from it.`;
}

function item(step: SliceStep, isEnd: boolean, isWanted: boolean, end: number): HTMLElement {
  const { event, role, after } = step;
  const before = end - event.time;
  return h(
    'li',
    {
      id: `event-${event.index}`,
      tabindex: isWanted ? -1 : undefined,
      class: isEnd ? 'end' : isWanted ? 'wanted' : undefined,
    },
    h('p', { class: 'role' }, role),
    h('p', { class: 'event' }, h('code', {}, `${event.name} ${event.args}`)),
    h(
      'p',
      { class: 'hint' },
      `event ${number(event.index)} · ${placeOf(event)} · ${instant(event.time)}`,
      before > 0 ? ` · ${duration(before)} before` : '',
      after.length > 0 ? ` · after ${after.map(number).join(', ')}` : '',
    ),
    event.stack.length > 0 &&
      h(
        'details',
        {},
        h('summary', {}, `Stack: ${shown(event.stack[0]?.split(' ')[0] ?? '')}`),
        frames(event.stack),
      ),
  );
}

/** Again whenever the list's height changes: a stack was opened, the window is narrower. */
function draw(
  drawing: SVGElement,
  slice: readonly SliceStep[],
  lanes: readonly number[],
  items: readonly HTMLElement[],
): void {
  const top = drawing.getBoundingClientRect().top;
  const ys = items.map((each) => each.getBoundingClientRect().top - top + 20);
  const height = (items.at(-1)?.getBoundingClientRect().bottom ?? top) - top;
  drawing.setAttribute('height', String(Math.max(0, height)));
  const x = (i: number) => EDGE + lanes.indexOf(slice[i]?.event.m ?? -1) * LANE;
  const rails = lanes.map((_, i) => svg('path', { class: 'rail', d: `M${EDGE + i * LANE} 0V${height}` }));
  const arrows = slice.flatMap((step, i) =>
    step.after.flatMap((index) => {
      const from = slice.findIndex((each) => each.event.index === index);
      return from === -1 ? [] : [arrow(x(from), ys[from] ?? 0, x(i), ys[i] ?? 0, i - from > 1)];
    }),
  );
  const dots = slice.map((_, i) =>
    svg('circle', { class: i === slice.length - 1 ? 'dot end' : 'dot', cx: x(i), cy: ys[i] ?? 0, r: 4.5 }),
  );
  drawing.replaceChildren(...rails, ...arrows, ...dots);
}

/** An arrow along one lane that passes other events goes round them. */
function arrow(x1: number, y1: number, x2: number, y2: number, passes: boolean): SVGElement {
  const end = y2 - 6;
  const bend = passes && x1 === x2 ? 10 : 0;
  const middle = (y1 + end) / 2;
  const path = `M${x1} ${y1}C${x1 + bend} ${middle} ${x2 + bend} ${middle} ${x2} ${end}`;
  const head = `M${x2 - 3.5} ${end - 5}L${x2} ${end}L${x2 + 3.5} ${end - 5}`;
  return svg('g', { class: 'arrow' }, svg('path', { d: path }), svg('path', { d: head }));
}
