/** The cells of a matrix as the page shows them: those that were judged, and those that were not, with the reason. */
import type { Replay } from '../replay/index.ts';

/** A cell of a matrix: a program on a release, an architecture and a setting. */
export interface Cell {
  readonly program: string;
  /** With patch level. */
  readonly go: string;
  readonly arch: string;
  /** Name of the setting; empty where there is none. */
  readonly setting: string;
  /** `judged`, or why there is no verdict in a word or two: `left out`, `failed`. */
  readonly state: string;
  /** Of a cell that was judged: one of those that the report is about. */
  readonly replay?: Replay | undefined;
  /** Why there is no verdict, in a sentence. */
  readonly why: string;
  /** What is not as it was in an earlier matrix; empty where nothing is, absent where there is no earlier one. */
  readonly news?: string | undefined;
}

/** A cell in the page's data: its recording is a place there. */
export interface PageCell extends Omit<Cell, 'replay'> {
  recording?: number;
}

/** `replays` in the page's order; without a matrix each is a cell of its own. */
export function toPageCells(cells: readonly Cell[] | undefined, replays: readonly Replay[]): PageCell[] {
  const places = new Map(replays.map((replay, place) => [replay, place]));
  return (cells ?? replays.map(ofReplay)).map(({ replay, ...cell }) => {
    const recording = replay && places.get(replay);
    return recording === undefined ? cell : { ...cell, recording };
  });
}

function ofReplay(replay: Replay): Cell {
  const { program, go, arch } = replay;
  return { program, go, arch, setting: '', state: 'judged', replay, why: '' };
}
