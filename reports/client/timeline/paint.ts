import type { Lane } from '../../../replay/index.ts';
import { duration } from '../text.ts';
import type { Counts } from './counts.ts';
import { type DrawnLane, firstAfter, type Range, type Span, spanAt, spanCount, ticks } from './range.ts';

/** Pixels. The list of labels beside the canvas has rows of the same height (style.css, --row). */
export const ROW = 22;
const AXIS = 24;
/** Rows that the counts take (style.css has them again). */
const COUNTS_ROWS = 4;

export interface Scene {
  lanes: readonly DrawnLane[];
  /** Drawn above the lanes, where there are any. */
  counts: Counts | undefined;
  range: Range;
  /** Times of divergences. */
  marks: readonly number[];
  /** `time` lies in the span, and finds it again in lanes that are cut otherwise. */
  selected?: { lane: number; span: number; time: number } | undefined;
  colours: Colours;
}

/** Colours as the canvas needs them, already resolved for light or dark. */
export interface Colours {
  text: string;
  line: string;
  mark: string;
  stw: string;
  state: (kind: Lane['kind'], state: string) => string;
}

/** How much of its row a span fills: the states can be told apart without colour. */
function heightOf(kind: Lane['kind'], state: string): number {
  if (kind === 'stw' && state === 'running') return 0.08;
  return HEIGHTS[state.split(/[ (]/)[0] ?? ''] ?? 0.6;
}

const HEIGHTS: Record<string, number> = {
  running: 0.8,
  runnable: 0.45,
  syscall: 0.6,
  waiting: 0.12,
  idle: 0.12,
  holding: 0.8,
  without: 0.12,
  off: 0.08,
  dead: 0.04,
  undetermined: 0.04,
};

export function paint(context: CanvasRenderingContext2D, width: number, height: number, scene: Scene): void {
  context.clearRect(0, 0, width, height);
  paintAxis(context, width, height, scene);
  paintStops(context, width, height, scene);
  if (scene.counts) paintCounts(context, width, AXIS, scene.counts, scene);
  scene.lanes.forEach((lane, row) => {
    paintLane(context, width, topOf(scene) + row * ROW, lane, scene);
  });
  paintMarks(context, width, height, scene);
  paintSelected(context, width, scene);
}

/** Where the lanes begin. */
export function topOf({ counts }: Pick<Scene, 'counts'>): number {
  return AXIS + (counts ? COUNTS_ROWS * ROW : 0);
}

/** One on top of the other, in the order of the states that are stacked. */
function paintCounts(
  context: CanvasRenderingContext2D,
  width: number,
  top: number,
  counts: Counts,
  { range, colours }: Scene,
): void {
  const bottom = top + COUNTS_ROWS * ROW - 6;
  const scale = (COUNTS_ROWS * ROW - 14) / Math.max(1, counts.most);
  const below = new Float64Array(counts.parts);
  for (const { state, means } of counts.stacked) {
    context.fillStyle = colours.state('goroutine', state);
    for (let part = 0; part < counts.parts; part++) {
      const at = (n: number) => Math.round(toX(counts.start + n * counts.step, range, width));
      const [left, right] = [Math.max(0, at(part)), Math.min(width, at(part + 1))];
      const height = (means[part] ?? 0) * scale;
      if (right > left)
        context.fillRect(left, bottom - (below[part] as number) - height, right - left, height);
      below[part] = (below[part] as number) + height;
    }
  }
}

export function toX(time: number, { start, end }: Range, width: number): number {
  return ((time - start) / Math.max(1, end - start)) * width;
}

export function toTime(x: number, { start, end }: Range, width: number): number {
  return start + (x / Math.max(1, width)) * (end - start);
}

function paintAxis(context: CanvasRenderingContext2D, width: number, height: number, scene: Scene): void {
  context.font = '11px system-ui, sans-serif';
  context.textBaseline = 'middle';
  for (const time of ticks(scene.range, width / 110)) {
    const x = Math.round(toX(time, scene.range, width)) + 0.5;
    context.strokeStyle = scene.colours.line;
    context.beginPath();
    context.moveTo(x, AXIS - 5);
    context.lineTo(x, height);
    context.stroke();
    const label = duration(time, 9);
    const room = Math.min(x + 4, width - context.measureText(label).width - 2);
    context.fillStyle = scene.colours.text;
    context.fillText(label, room, AXIS / 2 - 2);
  }
}

/** A stopped world concerns every lane, so its bands go behind all of them once they are wide enough to see. */
function paintStops(context: CanvasRenderingContext2D, width: number, height: number, scene: Scene): void {
  context.fillStyle = scene.colours.stw;
  for (const lane of scene.lanes.filter((each) => each.kind === 'stw')) {
    eachBar(lane, scene.range, width, (span, x, wide) => {
      if (span.state === 'stopped' && wide >= 3) context.fillRect(x, AXIS, wide, height - AXIS);
    });
  }
}

function paintLane(
  context: CanvasRenderingContext2D,
  width: number,
  top: number,
  lane: DrawnLane,
  scene: Scene,
): void {
  eachBar(lane, scene.range, width, (span, x, wide) => {
    const height = Math.max(1, Math.round(ROW * heightOf(lane.kind, span.state)));
    context.fillStyle = scene.colours.state(lane.kind, span.state);
    context.fillRect(x, top + Math.round((ROW - height) / 2), wide, height);
  });
}

/** Bars are at least a pixel wide; of those that would fall on the same pixel, one is drawn. */
function eachBar(
  lane: DrawnLane,
  range: Range,
  width: number,
  draw: (span: Span, x: number, width: number) => void,
): void {
  let drawn = -1;
  for (let i = firstAfter(lane, range.start); i < spanCount(lane); i++) {
    const span = spanAt(lane, i) as Span;
    if (span.start > range.end) return;
    const left = Math.max(0, toX(span.start, range, width));
    const right = Math.min(width, Math.max(left + 1, toX(span.end, range, width)));
    if (Math.floor(right) <= drawn) continue;
    draw(span, left, right - left);
    drawn = Math.floor(right);
  }
}

function paintMarks(context: CanvasRenderingContext2D, width: number, height: number, scene: Scene): void {
  context.strokeStyle = scene.colours.mark;
  context.fillStyle = scene.colours.mark;
  context.lineWidth = 1.5;
  for (const mark of scene.marks) {
    const x = toX(mark, scene.range, width);
    if (x < 0 || x > width) continue;
    context.beginPath();
    context.moveTo(x, AXIS - 8);
    context.lineTo(x, height);
    context.stroke();
    context.beginPath();
    context.moveTo(x - 5, AXIS - 9);
    context.lineTo(x + 5, AXIS - 9);
    context.lineTo(x, AXIS - 2);
    context.fill();
  }
  context.lineWidth = 1;
}

function paintSelected(context: CanvasRenderingContext2D, width: number, scene: Scene): void {
  const lane = scene.lanes[scene.selected?.lane ?? -1];
  const span = lane && spanAt(lane, scene.selected?.span ?? -1);
  if (!span || !scene.selected) return;
  const left = Math.max(1, toX(span.start, scene.range, width));
  const right = Math.min(width - 1, Math.max(left + 2, toX(span.end, scene.range, width)));
  context.strokeStyle = scene.colours.text;
  context.lineWidth = 2;
  context.strokeRect(left - 1, topOf(scene) + scene.selected.lane * ROW + 1, right - left + 2, ROW - 2);
  context.lineWidth = 1;
}
