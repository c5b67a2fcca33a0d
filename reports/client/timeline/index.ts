import type { Lane, Timeline } from '../../../replay/index.ts';
import { button, h, scrollable, table } from '../dom.ts';
import { duration, instant, shown } from '../text.ts';
import { readColours, stateClass } from './colours.ts';
import { AXIS, paint, ROW, type Scene, toTime, toX } from './paint.ts';
import { firstAfter, pan, type Range, spanAt, spanCount, timeByState, zoom } from './range.ts';

/**
 * The lanes of a recording, to zoom and pan by wheel, drag, buttons or keys.
 * The canvas is one stop of the keyboard; what is selected is said in a line
 * below it, and the same facts stand in a table.
 */
export function timelineView(timeline: Timeline, marks: readonly number[], focus?: number): HTMLElement {
  const lanes = ordered(timeline.lanes);
  const whole: Range = { start: timeline.start, end: Math.max(timeline.end, timeline.start + 1) };
  const canvas = h('canvas', {
    tabindex: 0,
    role: 'application',
    'aria-label': `Timeline of ${lanes.length} lanes`,
    'aria-describedby': 'timeline-keys timeline-said',
  });
  const said = h('p', { id: 'timeline-said', class: 'readout', role: 'status' }, 'Nothing selected.');
  const state: State = {
    canvas,
    said,
    whole,
    scene: {
      lanes,
      marks,
      range: focus === undefined ? { ...whole } : zoom(whole, 0.02, focus, whole),
      colours: readColours(document.body),
    },
    width: 0,
    resolution: timeline.resolution,
    height: AXIS + lanes.length * ROW,
  };
  listen(state);
  return h(
    'div',
    { class: 'timeline' },
    controls(state),
    h('div', { class: 'lanes' }, labels(lanes), h('div', { class: 'canvas' }, canvas)),
    said,
    legend(lanes),
    h('p', { id: 'timeline-keys', class: 'hint' }, KEYS),
    h(
      'p',
      { class: 'hint' },
      `Spans shorter than ${duration(timeline.resolution)} were merged with their neighbours.`,
    ),
    asTable(lanes),
  );
}

const KEYS =
  'Keys: left and right go from span to span, up and down from lane to lane, plus and minus zoom, Shift with left and right pans, 0 shows everything. Drag pans; Ctrl with the wheel zooms.';

interface State {
  canvas: HTMLCanvasElement;
  said: HTMLElement;
  whole: Range;
  scene: Scene;
  /** CSS pixels. */
  width: number;
  height: number;
  /** Nanoseconds by which a span's ends may be off: shorter spans were merged. */
  resolution: number;
}

const KINDS: Lane['kind'][] = ['gc', 'stw', 'P', 'goroutine'];

function ordered(lanes: readonly Lane[]): Lane[] {
  return [...lanes].sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}

function labels(lanes: readonly Lane[]): HTMLElement {
  return h(
    'ol',
    { class: 'labels', 'aria-label': 'Lanes' },
    ...lanes.map((lane) =>
      h(
        'li',
        { class: lane.why === 'diverges' ? 'diverges' : undefined, title: shown(lane.label).slice(0, 300) },
        lane.label,
      ),
    ),
  );
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

function listen(state: State): void {
  const { canvas } = state;
  new ResizeObserver(() => resize(state)).observe(canvas);
  canvas.addEventListener('keydown', (event) => onKey(state, event));
  canvas.addEventListener('wheel', (event) => onWheel(state, event), { passive: false });
  canvas.addEventListener('pointerdown', (event) => onPress(state, event));
  canvas.addEventListener('pointermove', (event) => onHover(state, event));
  canvas.addEventListener('pointerleave', () => {
    canvas.title = '';
  });
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
  state.width = state.canvas.parentElement?.clientWidth ?? 0;
  state.canvas.style.height = `${state.height}px`;
  state.canvas.width = Math.round(state.width * ratio);
  state.canvas.height = Math.round(state.height * ratio);
  state.canvas.getContext('2d')?.setTransform(ratio, 0, 0, ratio, 0, 0);
  repaint(state);
}

function repaint(state: State): void {
  const context = state.canvas.getContext('2d');
  if (context) paint(context, state.width, state.height, state.scene);
}

function look(state: State, range: Range): void {
  state.scene.range = range;
  repaint(state);
}

function panView(state: State, share: number): void {
  const { start, end } = state.scene.range;
  look(state, pan(state.scene.range, (end - start) * share, state.whole));
}

function onKey(state: State, event: KeyboardEvent): void {
  const act = actionOf(state, event);
  if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act();
}

function actionOf(state: State, { key, shiftKey }: KeyboardEvent): (() => void) | undefined {
  const { range, selected } = state.scene;
  const lane = state.scene.lanes[selected?.lane ?? 0];
  const span = lane && selected && spanAt(lane, selected.span);
  const at = span ? (span.start + span.end) / 2 : (range.start + range.end) / 2;
  const actions: Record<string, () => void> = {
    ArrowLeft: () => (shiftKey ? panView(state, -0.2) : step(state, -1)),
    ArrowRight: () => (shiftKey ? panView(state, 0.2) : step(state, 1)),
    ArrowUp: () => changeLane(state, -1),
    ArrowDown: () => changeLane(state, 1),
    Home: () => select(state, selected?.lane ?? 0, 0),
    End: () => select(state, selected?.lane ?? 0, lane ? spanCount(lane) - 1 : 0),
    '+': () => look(state, zoom(range, 0.5, at, state.whole)),
    '=': () => look(state, zoom(range, 0.5, at, state.whole)),
    '-': () => look(state, zoom(range, 2, at, state.whole)),
    '0': () => look(state, { ...state.whole }),
  };
  return actions[key];
}

function step(state: State, by: number): void {
  const { selected, range, lanes } = state.scene;
  const lane = lanes[selected?.lane ?? 0];
  if (!lane) return;
  select(state, selected?.lane ?? 0, selected ? selected.span + by : firstAfter(lane, range.start));
}

/** The span of the other lane at the same time, so that up and down compare. */
function changeLane(state: State, by: number): void {
  const { selected, range, lanes } = state.scene;
  const next = Math.min(Math.max((selected?.lane ?? -1) + by, 0), lanes.length - 1);
  const from = selected && lanes[selected.lane] && spanAt(lanes[selected.lane] as Lane, selected.span);
  const lane = lanes[next];
  if (lane) select(state, next, firstAfter(lane, from ? from.start : range.start));
}

function select(state: State, row: number, wanted: number): void {
  const lane = state.scene.lanes[row];
  if (!lane) return;
  const count = spanCount(lane);
  const span = Math.min(Math.max(wanted, 0), count - 1);
  state.scene.selected = count > 0 ? { lane: row, span } : undefined;
  state.said.textContent =
    count > 0 ? describe(lane, span, state.resolution) : shown(`${lane.label}: no span`);
  const found = spanAt(lane, span);
  if (found) follow(state, found.start, found.end);
  repaint(state);
}

/** Pans so that the selected span is in view. */
function follow(state: State, start: number, end: number): void {
  const { range } = state.scene;
  if (end >= range.start && start <= range.end) return;
  const length = range.end - range.start;
  state.scene.range = pan(range, (start + end) / 2 - range.start - length / 2, state.whole);
}

function describe(lane: Lane, i: number, resolution: number): string {
  const span = spanAt(lane, i);
  if (!span) return '';
  const when = `from ${instant(span.start)} to ${instant(span.end)}, give or take ${duration(resolution)}`;
  return shown(`${lane.label}: ${span.state} for ${duration(span.end - span.start)}, ${when}`);
}

/** The wheel alone scrolls the page, as everywhere else. */
function onWheel(state: State, event: WheelEvent): void {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  const at = toTime(event.offsetX, state.scene.range, state.width);
  look(state, zoom(state.scene.range, event.deltaY > 0 ? 1.25 : 0.8, at, state.whole));
}

function onPress(state: State, press: PointerEvent): void {
  const { canvas } = state;
  const from = { ...state.scene.range };
  let moved = false;
  canvas.setPointerCapture(press.pointerId);
  const onMove = (event: PointerEvent) => {
    const x = event.clientX - press.clientX;
    moved ||= Math.abs(x) > 3;
    if (moved) look(state, pan(from, (-x / Math.max(1, state.width)) * (from.end - from.start), state.whole));
  };
  const onEnd = () => {
    canvas.removeEventListener('pointermove', onMove);
    const found = spanUnder(state, press);
    if (!moved && found) select(state, found.row, found.span);
  };
  canvas.addEventListener('pointermove', onMove);
  canvas.addEventListener('pointerup', onEnd, { once: true });
  canvas.addEventListener('pointercancel', onEnd, { once: true });
}

function onHover(state: State, event: PointerEvent): void {
  const found = spanUnder(state, event);
  const lane = found && state.scene.lanes[found.row];
  state.canvas.title = lane ? describe(lane, found.span, state.resolution) : '';
}

/** Within two pixels: short spans are drawn wider than they are. */
function spanUnder(state: State, event: PointerEvent): { row: number; span: number } | undefined {
  const row = Math.floor((event.offsetY - AXIS) / ROW);
  const lane = state.scene.lanes[row];
  if (!lane) return undefined;
  const { range } = state.scene;
  const span = firstAfter(lane, toTime(event.offsetX - 2, range, state.width));
  const found = spanAt(lane, span);
  return found && toX(found.start, range, state.width) <= event.offsetX + 2 ? { row, span } : undefined;
}

function legend(lanes: readonly Lane[]): HTMLElement {
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

function asTable(lanes: readonly Lane[]): HTMLElement {
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
