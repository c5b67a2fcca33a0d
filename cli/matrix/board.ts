/** What runs, what is left, and how long that takes: moving on a terminal, otherwise a line for each cell that is done. */
import { printable } from '../paint.ts';
import { canMove } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { workOff } from './cores.ts';

/** A piece of work among others that run at the same time. */
export interface Piece {
  readonly title: string;
  /** What it is thought to take beside the others, in any unit. */
  readonly cost: number;
  /** Resolves to how it ended, and whether it had to be done at all. */
  work(note: (text: string) => void): Promise<{ outcome: string; again: boolean }>;
}

/** Pieces that must have been done before a guess is worth a word. */
const FEWEST = 3;

export class Tally {
  readonly #pieces: readonly Piece[];
  /** Titles of what runs, and what it is at. */
  readonly running = new Map<string, string>();
  done = 0;
  #cost = 0;
  /** Done in this call, since what was there before took no time. */
  #worked = { pieces: 0, cost: 0 };

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  ended(piece: Piece, again: boolean): void {
    this.done++;
    this.#cost += piece.cost;
    if (again) this.#worked = { pieces: this.#worked.pieces + 1, cost: this.#worked.cost + piece.cost };
  }

  /** `37 of 104 cells, about 9 min left`: by what those that are done took, not by what they were thought to take. */
  headline(elapsedMs: number): string {
    const total = this.#pieces.length;
    const left = this.#pieces.reduce((sum, { cost }) => sum + cost, 0) - this.#cost;
    const { pieces, cost } = this.#worked;
    const guess =
      pieces < FEWEST || cost === 0 || this.done === total
        ? ''
        : `, ${timeText((elapsedMs * left) / cost)} left`;
    return `${this.done} of ${total} cells${guess}`;
  }
}

/** Never finer than what is known. */
export function timeText(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 1) return 'less than a minute';
  if (minutes < 90) return `about ${Math.round(minutes)} min`;
  return `about ${Math.round(minutes / 60)} h`;
}

/** Works off the pieces, so many at once. What one throws ends all. */
export async function runPool(
  pieces: readonly Piece[],
  atOnce: number,
  terminal: Terminal,
  quiet: boolean,
): Promise<void> {
  const tally = new Tally(pieces);
  const began = performance.now();
  const headline = () => tally.headline(performance.now() - began);
  if (quiet) return await work(pieces, atOnce, tally, () => undefined);
  if (!canMove(terminal))
    return await work(pieces, atOnce, tally, (said) => {
      if (said !== undefined) void terminal.err.line(`[${headline()}] ${printable(said)}`);
    });
  await onTerminal(terminal, async (show) => {
    const tell = () =>
      show(
        headline(),
        [...tally.running].map(([title, at]) => `${title}: ${at}`),
      );
    const clock = setInterval(tell, 1000);
    try {
      await work(pieces, atOnce, tally, tell);
    } finally {
      clearInterval(clock);
    }
  });
}

/** `changed` is told what a piece came to, when it is one that ended. */
async function work(
  pieces: readonly Piece[],
  atOnce: number,
  tally: Tally,
  changed: (ended?: string) => void,
): Promise<void> {
  await workOff(pieces, atOnce, async (piece) => {
    const note = (text: string) => {
      tally.running.set(piece.title, text);
      changed();
    };
    note('begins');
    const { outcome, again } = await piece.work(note);
    tally.running.delete(piece.title);
    tally.ended(piece, again);
    changed(`${piece.title}: ${outcome}${again ? '' : ' (of before)'}`);
  });
}

type Show = (headline: string, running: readonly string[]) => void;

/** listr2 as in progress.ts: one task, whose title is the headline and whose output is what runs. */
async function onTerminal({ err, paintErr }: Terminal, body: (show: Show) => Promise<void>): Promise<void> {
  if (paintErr.good('') === '') process.env.NO_COLOR = '1';
  const { Listr, ListrLogger, ProcessOutput } = await import('listr2');
  const logger = new ListrLogger({ processOutput: new ProcessOutput(err.stream, err.stream) });
  const task = {
    title: 'cells',
    task: async (_: unknown, shown: { title: string; output: string }) => {
      await body((headline, running) => {
        shown.title = headline;
        shown.output = running.map(printable).join(' | ');
      });
    },
  };
  await new Listr([task], {
    renderer: 'default',
    rendererOptions: { logger },
    fallbackRenderer: 'default',
    fallbackRendererOptions: { logger },
    registerSignalListeners: false,
  }).run();
}
