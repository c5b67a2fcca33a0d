import { look, panView, resolutionAt, type State } from './look.ts';
import { ROW, topOf, toTime, toX } from './paint.ts';
import { firstAfter, pan, spanAt, spanCount, zoom } from './range.ts';
import { changeLane, select, step } from './select.ts';
import { describe } from './words.ts';

/** Keys, wheel and pointer of the canvas. */
export function listenTo(state: State): void {
  const { canvas } = state;
  canvas.addEventListener('keydown', (event) => onKey(state, event));
  canvas.addEventListener('wheel', (event) => onWheel(state, event), { passive: false });
  canvas.addEventListener('pointerdown', (event) => onPress(state, event));
  canvas.addEventListener('pointermove', (event) => onHover(state, event));
  canvas.addEventListener('pointerleave', () => {
    canvas.title = '';
  });
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
  state.canvas.title = lane
    ? describe(lane, found.span, resolutionAt(state, lane, spanAt(lane, found.span)?.start ?? 0))
    : '';
}

/** Within two pixels: short spans are drawn wider than they are. */
function spanUnder(state: State, event: PointerEvent): { row: number; span: number } | undefined {
  const row = Math.floor((event.offsetY - topOf(state.scene)) / ROW);
  const lane = state.scene.lanes[row];
  if (!lane) return undefined;
  const { range } = state.scene;
  const span = firstAfter(lane, toTime(event.offsetX - 2, range, state.width));
  const found = spanAt(lane, span);
  return found && toX(found.start, range, state.width) <= event.offsetX + 2 ? { row, span } : undefined;
}
