import type { Timeline } from '../../../replay/index.ts';
import { button, h } from '../dom.ts';
import { shown } from '../text.ts';
import { readColours } from './colours.ts';
import { countsAsTable, countsLabel, countsOf } from './counts.ts';
import { filterField } from './filter.ts';
import { listenTo } from './input.ts';
import { look, NOTHING, panView, repaint, type State } from './look.ts';
import { ROW, topOf } from './paint.ts';
import { type DrawnLane, type Range, zoom } from './range.ts';
import { inOrder, type Zoom } from './windows.ts';
import { asTable, legend, merging } from './words.ts';

/** What of a timeline is shown how. */
export interface TimelineWishes {
  /** Times of divergences. */
  readonly marks: readonly number[];
  /** The time to begin at; the whole where there is none. */
  readonly focus: number | undefined;
  /** What the timeline merged; undefined where the page does not have it. */
  readonly zoom: Zoom | undefined;
}

/**
 * The lanes of a recording, to zoom and pan by wheel, drag, buttons or keys.
 * The canvas is one stop of the keyboard; what is selected is said in a line
 * below it, and the same facts stand in a table.
 */
export function timelineView(timeline: Timeline, wishes: TimelineWishes): HTMLElement {
  const state = stateOf(timeline, wishes);
  const { canvas, labels, said, left, lanes } = state;
  fillLabels(state);
  listenTo(state);
  keepDrawn(state);
  if (wishes.focus !== undefined) look(state, zoom(state.whole, 0.02, wishes.focus, state.whole));
  const refilter = () => {
    fillLabels(state);
    resize(state);
  };
  return h(
    'div',
    { class: 'timeline' },
    controls(state),
    filterField(state, refilter),
    h('div', { class: 'lanes' }, labels, h('div', { class: 'canvas' }, canvas)),
    said,
    left,
    legend(lanes),
    h('p', { id: 'timeline-keys', class: 'hint' }, KEYS),
    asTable(lanes),
    state.scene.counts && countsAsTable(state.scene.counts),
  );
}

const KEYS =
  'Keys: left and right go from span to span, up and down from lane to lane, plus and minus zoom, Shift with left and right pans, 0 shows everything. Drag pans; Ctrl with the wheel zooms.';

function stateOf(timeline: Timeline, { marks, zoom: zoomable }: TimelineWishes): State {
  const lanes = inOrder(timeline.lanes);
  const whole: Range = { start: timeline.start, end: Math.max(timeline.end, timeline.start + 1) };
  const attributes = { role: 'application', 'aria-describedby': 'timeline-keys timeline-said' };
  const { resolution } = timeline;
  return {
    canvas: h('canvas', { tabindex: 0, 'aria-label': `Timeline of ${lanes.length} lanes`, ...attributes }),
    labels: h('ol', { class: 'labels', 'aria-label': 'Lanes' }),
    said: h('p', { id: 'timeline-said', class: 'readout', role: 'status' }, NOTHING),
    left: h('p', { id: 'timeline-left', class: 'hint' }, merging(resolution, zoomable !== undefined)),
    whole,
    scene: {
      lanes,
      counts: countsOf(timeline),
      marks,
      range: { ...whole },
      colours: readColours(document.body),
    },
    coarse: lanes,
    lanes,
    filter: () => true,
    zoom: zoomable,
    places: [],
    width: 0,
    height: 0,
    resolution,
  };
}

function fillLabels({ labels, scene: { lanes, counts } }: State): void {
  const label = (lane: DrawnLane) =>
    h(
      'li',
      { class: lane.why === 'diverges' ? 'diverges' : undefined, title: shown(lane.label).slice(0, 300) },
      lane.label,
    );
  labels.replaceChildren(...(counts ? [countsLabel(counts)] : []), ...lanes.map(label));
}

function controls(state: State): HTMLElement {
  const middle = () => (state.scene.range.start + state.scene.range.end) / 2;
  const zoomBy = (factor: number) => () =>
    look(state, zoom(state.scene.range, factor, middle(), state.whole));
  const panBy = (share: number) => () => panView(state, share);
  return h(
    'div',
    { class: 'controls', role: 'group', 'aria-label': 'Timeline view' },
    button('−', zoomBy(2), { 'aria-label': 'Zoom out' }),
    button('+', zoomBy(0.5), { 'aria-label': 'Zoom in' }),
    button('←', panBy(-0.5), { 'aria-label': 'Pan left' }),
    button('→', panBy(0.5), { 'aria-label': 'Pan right' }),
    button('Show everything', () => look(state, { ...state.whole })),
  );
}

/** Draws anew whenever the place for it or its colours change. */
function keepDrawn(state: State): void {
  const { canvas } = state;
  new ResizeObserver(() => resize(state)).observe(canvas);
  const recolour = () => {
    // A page that was left keeps its listeners; its canvas stands nowhere any more.
    if (!canvas.isConnected) return;
    state.scene.colours = readColours(document.body);
    repaint(state);
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour);
  addEventListener('themechange', recolour);
}

function resize(state: State): void {
  const ratio = devicePixelRatio || 1;
  state.height = topOf(state.scene) + state.scene.lanes.length * ROW;
  state.width = state.canvas.parentElement?.clientWidth ?? 0;
  state.canvas.style.height = `${state.height}px`;
  state.canvas.width = Math.round(state.width * ratio);
  state.canvas.height = Math.round(state.height * ratio);
  state.canvas.getContext('2d')?.setTransform(ratio, 0, 0, ratio, 0, 0);
  repaint(state);
}
