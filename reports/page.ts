import type { Finding } from '../differ/index.ts';
import { findings, type Summary, summarise } from '../differ/index.ts';
import type { Replay, TimelineWindow, TimelineWindows } from '../replay/index.ts';
import { type Cell, type PageCell, toPageCells } from './cells.ts';

/** Everything the page's script reads, as JSON in the page. */
export interface PageData {
  title: string;
  /** The command that makes the report again; empty where unknown. */
  command: string;
  summary: Summary;
  recordings: PageRecording[];
  /** Of the matrix, where the report is of one; else one for each recording. */
  cells: PageCell[];
  findings: PageFinding[];
}

export interface PageRecording {
  /** Names the recording in addresses; unique in the page. */
  slug: string;
  replay: Replay;
  /** Families drawn as state graphs, each in the template `graph-<recording>-<place>`. */
  graphs: string[];
  /** What the timeline merged; absent where the replay did not come with it. */
  zoom?: PageZoom;
}

/** Windows of the timeline, each packed in the element `window-<recording>-<place>`; replay/timeline-windows.ts has the form. */
export interface PageZoom {
  lanes: readonly number[];
  windows: Omit<TimelineWindow, 'bytes'>[];
}

/** A finding whose witnesses are given as places in the page. */
export interface PageFinding extends Omit<Finding, 'seen' | 'example'> {
  seen: { recording: number; divergence: number; count: number }[];
}

/** `replays` in the order in which the page shows them; `graphs` are the families drawn for each, `zoomable` its windows. */
export function toPageData(
  replays: readonly Replay[],
  { graphs, zoomable }: { graphs: readonly string[][]; zoomable: readonly (TimelineWindows | undefined)[] },
  {
    title = 'Gotwin report',
    command = '',
    cells,
  }: { title?: string; command?: string; cells?: readonly Cell[] | undefined },
): PageData {
  const slugs = slugsOf(replays);
  return {
    title,
    command,
    summary: summarise(replays),
    recordings: replays.map((replay, i) => ({
      slug: slugs[i] ?? '',
      replay,
      graphs: graphs[i] ?? [],
      ...(zoomable[i] && { zoom: { lanes: zoomable[i].lanes, windows: zoomable[i].windows.map(placeOf) } }),
    })),
    cells: toPageCells(cells, replays),
    findings: findings(replays).map((finding) => toPageFinding(finding, replays)),
  };
}

function placeOf({ bytes: _, ...place }: TimelineWindow): Omit<TimelineWindow, 'bytes'> {
  return place;
}

function toPageFinding(finding: Finding, replays: readonly Replay[]): PageFinding {
  const { seen: _, example: __, ...rest } = finding;
  const seen = replays.flatMap((replay, recording) => {
    const divergence = replay.divergences.findIndex((each) => each.signature === finding.signature);
    if (divergence === -1) return [];
    const count = replay.divergences.filter((each) => each.signature === finding.signature).length;
    return [{ recording, divergence, count }];
  });
  return { ...rest, seen };
}

/** The file's name without its folders; a number is added only where two recordings share it. */
function slugsOf(replays: readonly Replay[]): string[] {
  const taken = new Set<string>();
  return replays.map(({ file }) => {
    const name = (file.split(/[/\\]/).pop() ?? file)
      .replace(/\.gotwin$/, '')
      .replace(/[^\w.-]+/g, '-')
      .slice(0, 80);
    const base = name || 'recording';
    let slug = base;
    for (let n = 2; taken.has(slug); n++) slug = `${base}-${n}`;
    taken.add(slug);
    return slug;
  });
}
