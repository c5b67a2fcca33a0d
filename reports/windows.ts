/** The windows into which a page's timelines can be zoomed: packed, as elements that its script reads when it shows them. */
import type { Replay, Timeline, TimelineWindow, TimelineWindows } from '../replay/index.ts';

/** By the timeline that they belong to: what is said of a replay may change, that stays the same. */
export type Windows = Map<Timeline, TimelineWindows>;

/** Packed bytes in one page, at most; base64 makes a third more of them. */
const MOST_BYTES = 24 << 20;

/** For each replay the windows that have room in a page: the wide ones of all recordings before the narrow ones of any. */
export function keptWindows(
  replays: readonly Replay[],
  windows: ReadonlyMap<Timeline, TimelineWindows> = new Map(),
): (TimelineWindows | undefined)[] {
  const given = replays.map(({ timeline }) => windows.get(timeline));
  const all = replays.flatMap(({ timeline }) => (windows.get(timeline)?.windows ?? []).map(partOf(timeline)));
  const kept = new Set<TimelineWindow>();
  let bytes = 0;
  for (const { window } of all.sort((a, b) => b.part - a.part)) {
    bytes += window.bytes.length;
    if (bytes > MOST_BYTES) break;
    kept.add(window);
  }
  return given.map((each) => each && { ...each, windows: each.windows.filter((window) => kept.has(window)) });
}

/** How much of its recording a window shows. */
function partOf({ start, end }: Timeline) {
  return (window: TimelineWindow) => ({
    window,
    part: (window.end - window.start) / Math.max(1, end - start),
  });
}

/** Script elements whose type is not run: a browser keeps their text as it is, and makes nothing of it. */
export function windowElements(zoomable: TimelineWindows | undefined, recording: number): string[] {
  return (zoomable?.windows ?? []).map(
    ({ bytes }, place) =>
      `<script type="text/plain" id="window-${recording}-${place}">${Buffer.from(bytes).toString('base64')}</script>`,
  );
}
