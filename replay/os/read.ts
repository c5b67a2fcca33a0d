/** What the system said of a process, in columns: few enough to be held, however long it ran. */
import { type OsSample, osLines } from '../../collector/index.ts';

/** Threads that the samples named, one after the other; a program that makes more is not followed further. */
const MOST_THREADS = 1 << 20;

export interface System {
  /** Nanotime before the process was started; after its end, where that was seen. */
  readonly startNs: number;
  readonly endNs: number | undefined;
  /** False where the program wrote its trace itself: then it may be of another process. */
  readonly isTraced: boolean;
  readonly samples: readonly OsSample[];
  /** Samples that certainly list every thread there was: the kernel counted as many before and after. */
  readonly whole: readonly WholeSample[];
  /** By thread: the indices among the whole samples at which it came and went, in turns. */
  readonly seen: ReadonlyMap<number, readonly number[]>;
  /** Threads that came, and that went while the process was there. */
  readonly came: number;
  readonly went: number;
  /** States of the threads when the time was up, if it was. */
  readonly hang: readonly string[] | undefined;
  /** False where a line is not as the collector writes it: then its figures are shown, and accuse nobody. */
  readonly isSound: boolean;
}

/** What there is of the layer. */
export interface SystemLayer {
  /** Undefined where not even the first line is there. */
  readonly system: System | undefined;
  /** What of the entry was not sound, or is missing. */
  readonly notes: readonly string[];
}

export interface WholeSample {
  readonly from: number;
  readonly to: number;
}

/** Throws the signal's reason. */
export async function readSystem(
  chunks: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<SystemLayer> {
  const notes: string[] = [];
  const reading = new Reading();
  let isFull = false;
  for await (const line of osLines(chunks, (what) => notes.push(`os/samples: ${what}`))) {
    signal?.throwIfAborted();
    if (line.kind === 'head') reading.begin(line.head);
    else if (line.kind === 'sample') reading.sample(line.sample);
    else if (line.kind === 'hang') reading.hang = line.states;
    else if (line.kind === 'exit') reading.endNs = line.timeNs;
    else isFull = true;
  }
  const system = reading.system(notes.length === 0);
  if (system === undefined && notes.length === 0) notes.push('os/samples: it has no first line');
  if (isFull) notes.push('os/samples: there was no room for all samples');
  return { system, notes };
}

class Reading {
  endNs: number | undefined;
  hang: readonly string[] | undefined;
  #head: { startNs: number; isTraced: boolean } | undefined;
  readonly #samples: OsSample[] = [];
  readonly #whole: WholeSample[] = [];
  /** Threads of the last sample. */
  readonly #now = new Set<number>();
  /** Threads of the last whole sample. */
  readonly #wholeNow = new Set<number>();
  /** Those that came or went since then. */
  readonly #moved = new Set<number>();
  readonly #seen = new Map<number, number[]>();
  #came = 0;
  #went = 0;

  begin(head: { startNs: number; isTraced: boolean }): void {
    this.#head = head;
  }

  sample(sample: OsSample): void {
    this.#samples.push(sample);
    for (const tid of sample.came) this.#now.add(tid);
    for (const tid of sample.went) this.#now.delete(tid);
    // Not all of them each time: a hostile file may have many threads, and many samples.
    for (const tid of [...sample.came, ...sample.went]) this.#moved.add(tid);
    this.#came += sample.came.length;
    this.#went += sample.went.length;
    if (sample.before !== this.#now.size || sample.after !== this.#now.size) return;
    const index = this.#whole.length;
    this.#whole.push({ from: sample.from, to: sample.to });
    for (const tid of this.#moved) if (this.#now.has(tid) !== this.#wholeNow.has(tid)) this.#turn(tid, index);
    this.#moved.clear();
  }

  system(isSound: boolean): System | undefined {
    if (this.#head === undefined) return undefined;
    return {
      ...this.#head,
      endNs: this.endNs,
      samples: this.#samples,
      whole: this.#whole,
      seen: this.#seen,
      came: this.#came,
      went: this.#went,
      hang: this.hang,
      isSound,
    };
  }

  #turn(tid: number, index: number): void {
    const turns = this.#seen.get(tid);
    if (turns !== undefined) turns.push(index);
    else if (this.#seen.size < MOST_THREADS) this.#seen.set(tid, [index]);
    if (!this.#wholeNow.delete(tid)) this.#wholeNow.add(tid);
  }
}
