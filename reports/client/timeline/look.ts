import { shown } from '../text.ts';
import { paint, type Scene } from './paint.ts';
import { type DrawnLane, firstAfter, pan, type Range, spanAt } from './range.ts';
import type { Place, Zoom } from './windows.ts';
import { describe, merging } from './words.ts';

/** What a timeline shows just now, and where. */
export interface State {
  readonly canvas: HTMLCanvasElement;
  readonly labels: HTMLElement;
  /** What is selected. */
  readonly said: HTMLElement;
  /** What is left out. */
  readonly left: HTMLElement;
  readonly whole: Range;
  readonly scene: Scene;
  /** As coarse as the page has it without unpacking anything. */
  readonly coarse: readonly DrawnLane[];
  /** All of them, of which the scene has those that pass the filter. */
  lanes: readonly DrawnLane[];
  filter: (lane: DrawnLane) => boolean;
  readonly zoom: Zoom | undefined;
  /** The windows that are shown in place of coarse spans. */
  places: readonly Place[];
  /** CSS pixels. */
  width: number;
  height: number;
  /** Nanoseconds by which a coarse span's ends may be off: shorter spans were merged. */
  readonly resolution: number;
}

export function repaint(state: State): void {
  const context = state.canvas.getContext('2d');
  if (context) paint(context, state.width, state.height, state.scene);
}

export function look(state: State, range: Range): void {
  state.scene.range = range;
  refine(state);
  repaint(state);
}

export function panView(state: State, share: number): void {
  const { start, end } = state.scene.range;
  look(state, pan(state.scene.range, (end - start) * share, state.whole));
}

/** Shows the windows that fit the view; where they are yet to be unpacked, as soon as they are. */
function refine(state: State): void {
  const { zoom } = state;
  const places = placesFor(state);
  if (zoom === undefined || isSame(places, state.places)) return;
  if (places.every((place) => zoom.isUnpacked(place))) {
    show(state, places);
    return;
  }
  zoom.unpack(places).then(() => {
    // The view may have moved on meanwhile.
    if (!isSame(places, placesFor(state))) return;
    show(state, places);
    repaint(state);
  });
}

/** None for the whole, so that a page opens without unpacking anything. */
function placesFor({ zoom, scene: { range }, whole }: State): Place[] {
  const isWhole = range.start <= whole.start && range.end >= whole.end;
  return isWhole ? [] : (zoom?.wanted(range) ?? []);
}

function isSame(a: readonly Place[], b: readonly Place[]): boolean {
  return a.length === b.length && a.every((place, i) => place === b[i]);
}

function show(state: State, places: readonly Place[]): void {
  state.places = places;
  state.lanes = state.zoom && places.length > 0 ? state.zoom.lanes(places) : state.coarse;
  applyFilter(state);
}

/** The scene's lanes anew; what is selected stays selected, if it is still there, however its lane is cut now. */
export function applyFilter(state: State): void {
  const { scene } = state;
  const before = scene.selected;
  const label = before && scene.lanes[before.lane]?.label;
  scene.lanes = state.lanes.filter(state.filter);
  state.left.textContent = merging(worst(state), state.zoom !== undefined);
  const row = scene.lanes.findIndex((lane) => lane.label === label);
  const lane = scene.lanes[row];
  if (before) choose(state, row, lane ? firstAfter(lane, before.time) : 0, before.time);
}

function worst({ places, resolution }: State): number {
  return places.length === 0 ? resolution : Math.max(...places.map((place) => place.resolution));
}

/** Nanoseconds by which the ends of a lane's span at this time may be off. */
export function resolutionAt({ places, zoom, resolution }: State, lane: DrawnLane, time: number): number {
  if (!zoom?.isAbout(lane)) return resolution;
  return places.find((place) => place.start <= time && time < place.end)?.resolution ?? resolution;
}

/** Selects a span, and says so. `time` is what the selection keeps when its lane is cut otherwise. */
export function choose(state: State, row: number, span: number, time?: number): void {
  const lane = state.scene.lanes[row];
  if (lane === undefined) {
    state.scene.selected = undefined;
    state.said.textContent = NOTHING;
    return;
  }
  // A lane without a span is a place, too: from it the keys lead on to the next.
  const found = spanAt(lane, span);
  const { start, end } = found ?? state.scene.range;
  state.scene.selected = { lane: row, span, time: time ?? (start + end) / 2 };
  state.said.textContent = found
    ? describe(lane, span, resolutionAt(state, lane, start))
    : shown(`${lane.label}: no span`);
}

export const NOTHING = 'Nothing selected.';
