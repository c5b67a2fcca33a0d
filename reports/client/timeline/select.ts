/** Going from span to span, and from lane to lane. */
import { choose, look, repaint, type State } from './look.ts';
import { type DrawnLane, firstAfter, pan, spanAt, spanCount } from './range.ts';

export function step(state: State, by: number): void {
  const { selected, range, lanes } = state.scene;
  const lane = lanes[selected?.lane ?? 0];
  if (!lane) return;
  select(state, selected?.lane ?? 0, selected ? selected.span + by : firstAfter(lane, range.start));
}

/** The span of the other lane at the same time, so that up and down compare. */
export function changeLane(state: State, by: number): void {
  const { selected, range, lanes } = state.scene;
  const next = Math.min(Math.max((selected?.lane ?? -1) + by, 0), lanes.length - 1);
  const from = selected && lanes[selected.lane] && spanAt(lanes[selected.lane] as DrawnLane, selected.span);
  const lane = lanes[next];
  if (lane) select(state, next, firstAfter(lane, from?.start ?? selected?.time ?? range.start));
}

export function select(state: State, row: number, wanted: number): void {
  const lane = state.scene.lanes[row];
  if (!lane) return;
  const span = Math.min(Math.max(wanted, 0), spanCount(lane) - 1);
  choose(state, row, span);
  const found = spanAt(lane, span);
  if (found) follow(state, found.start, found.end);
  repaint(state);
}

/** Pans so that the selected span is in view. */
function follow(state: State, start: number, end: number): void {
  const { range } = state.scene;
  if (end >= range.start && start <= range.end) return;
  const length = range.end - range.start;
  look(state, pan(range, (start + end) / 2 - range.start - length / 2, state.whole));
}
