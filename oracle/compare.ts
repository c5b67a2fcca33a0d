/**
 * Holds two listings of one trace against each other, event for event.
 *
 * Times must agree at every place. What stands there must too, except where
 * several Ms wrote events of the same time: their order follows the shape of
 * the reader's heap. Such events are told by the times handed out, each one
 * nanosecond after the one before. Within such a run every M must have written
 * the same events in the same order.
 */

/** Where two listings part. */
export interface Mismatch {
  /** Counted from 1. */
  readonly position: number;
  readonly why: string;
  readonly ours: string;
  readonly theirs: string;
}

/** Events of a run that are still without their like. */
interface Run {
  readonly start: number;
  /** Time of its first event; each later one stands a nanosecond behind. */
  readonly time: bigint;
  readonly ours: string[];
  readonly theirs: string[];
  /** How often each event is in ours more than in theirs; none is 0. */
  readonly surplus: Map<string, number>;
}

/** More events of one time than any trace has, so that a listing gone astray is not kept whole. */
const LONGEST_RUN = 10_000;

export class Comparison {
  /** Events that were found equal. */
  events = 0;
  /** Of these, how many stood in another order among equal times. */
  ties = 0;
  #run: Run | undefined;

  /** Takes the next event of both listings; answers once they part. */
  add(ours: string, theirs: string): Mismatch | undefined {
    this.events++;
    if (this.#run === undefined && ours === theirs) return undefined;
    const [time, what] = split(ours);
    const [theirTime, theirWhat] = split(theirs);
    if (time !== theirTime) return this.#part('the times differ', ours, theirs);
    const run = this.#run;
    if (run === undefined) {
      this.#run = { start: this.events, ours: [], theirs: [], surplus: new Map(), time: BigInt(time) };
    } else if (run.ours.length > LONGEST_RUN || BigInt(time) !== run.time + BigInt(run.ours.length)) {
      return this.#unmatched(run);
    }
    return this.#extend(this.#run!, what, theirWhat);
  }

  /** Both listings have ended, ours with a rest or theirs, or neither. */
  end(ours: string | undefined, theirs: string | undefined): Mismatch | undefined {
    if (this.#run !== undefined) return this.#unmatched(this.#run);
    if (ours === undefined && theirs === undefined) return undefined;
    this.events++;
    return this.#part('one of the two goes on', ours ?? '(the end)', theirs ?? '(the end)');
  }

  #extend(run: Run, ours: string, theirs: string): Mismatch | undefined {
    run.ours.push(ours);
    run.theirs.push(theirs);
    count(run.surplus, ours, 1);
    count(run.surplus, theirs, -1);
    if (run.surplus.size > 0) return undefined;
    this.#run = undefined;
    const wrong = run.ours.findIndex((_, i) => !sameOrder(run, i));
    if (wrong >= 0) return this.#at(run, wrong, 'one M’s events are in another order');
    this.ties += run.ours.length;
    return undefined;
  }

  /** The first event of the run that the other listing does not have in it. */
  #unmatched(run: Run): Mismatch {
    const wrong = run.ours.findIndex((what) => (run.surplus.get(what) ?? 0) > 0);
    return this.#at(run, Math.max(wrong, 0), 'the events differ');
  }

  #at(run: Run, index: number, why: string): Mismatch {
    const time = run.time + BigInt(index);
    return {
      position: run.start + index,
      why,
      ours: `${time} ${run.ours[index]}`,
      theirs: `${time} ${run.theirs[index]}`,
    };
  }

  #part(why: string, ours: string, theirs: string): Mismatch {
    if (this.#run !== undefined) return this.#unmatched(this.#run);
    return { position: this.events, why, ours, theirs };
  }
}

function split(line: string): [time: string, what: string] {
  const space = line.indexOf(' ');
  return [line.slice(0, space), line.slice(space + 1)];
}

function count(surplus: Map<string, number>, what: string, by: number): void {
  const now = (surplus.get(what) ?? 0) + by;
  if (now === 0) surplus.delete(what);
  else surplus.set(what, now);
}

const WRITER = /^(\w+) m=(-?\d+) /;
/** Statuses are shown with the M that they tell of, which need not be the one that wrote them. */
const STATUS = / (\w+)->\1 /;

/** CPU samples have no M’s order. */
function writerOf(what: string): string | undefined {
  const [, kind, m] = WRITER.exec(what) ?? [];
  return kind === 'StackSample' || m === '-1' || STATUS.test(what) ? undefined : m;
}

/** Whether the M that wrote ours at `index` wrote as many events before it in both. */
function sameOrder(run: Run, index: number): boolean {
  const what = run.ours[index]!;
  const writer = writerOf(what);
  if (writer === undefined) return true;
  const rank = run.ours.slice(0, index).filter((other) => writerOf(other) === writer).length;
  return run.theirs.filter((other) => writerOf(other) === writer)[rank] === what;
}
