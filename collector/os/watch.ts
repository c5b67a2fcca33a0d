/**
 * Watches a process from outside, by /proc, while it runs: threads, memory, processor time.
 * What it costs is held below a hundredth of one core, and what it writes below OS_MAX_BYTES.
 */
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { headLine, OS_MAX_BYTES } from './lines.ts';

/** Between two samples. A thread that lives for less may not be seen. */
const INTERVAL_MS = 50;
/** The first samples come sooner: a short program has ended before the second would be taken otherwise. */
const FIRST_MS = [0, 1, 2, 5, 10, 20];
/** After so many samples they become half as many: hours fit too. */
const UNTIL_SLOWER = 4096;
/** A sample may take that part of the time between two: the quickest of the last few, since a busy machine makes any of them long. */
const SHARE = 100;
const LAST = 4;
/** Threads of a hang that are told by state. */
const MOST_STATES = 1024;
/** /proc counts processor time in hundredths of a second on every architecture that Gotwin runs. */
const TICK_MS = 10;

/** Nothing to ask is as good as no answer: the program runs all the same. */
export interface Watch {
  /** The time is up and the first signal comes next. */
  hang(): void;
  /** The end was seen; no line is written after that. */
  ended(code: number | null, signal: string | null): void;
  close(): void;
}

export interface WatchRequest {
  readonly pid: number;
  /** The time before the process was started. */
  readonly startNs: bigint;
  readonly isTraced: boolean;
  /** Where the lines go. */
  readonly file: string;
}

/** Why there is nothing of this layer in a recording: a part of a sentence. */
export interface Unwatched {
  readonly why: string;
}

/** Whatever keeps us from watching a program does not keep it from running; the recording says it. */
export function watch(request: WatchRequest): Watch | Unwatched {
  const why = unseen();
  if (why !== undefined) return { why };
  try {
    return new ProcWatch(request);
  } catch (error) {
    return { why: (error as Error).message };
  }
}

/** Why /proc does not tell of our processes; undefined where it does. */
function unseen(): string | undefined {
  if (process.platform !== 'linux') return `only Linux tells of them, and this is ${process.platform}`;
  try {
    return readlinkSync('/proc/self') === String(process.pid) ? undefined : '/proc tells of other processes';
  } catch {
    return 'there is no /proc';
  }
}

class ProcWatch implements Watch {
  readonly #proc: string;
  #fd: number | undefined;
  #room = OS_MAX_BYTES;
  #timer: NodeJS.Timeout | undefined;
  #samples = 0;
  #intervalMs = INTERVAL_MS;
  #threads = new Set<string>();
  #isFull = false;
  #tookMs: readonly number[] = [];

  constructor({ pid, startNs, isTraced, file }: WatchRequest) {
    this.#proc = `/proc/${pid}`;
    mkdirSync(dirname(file), { recursive: true });
    this.#fd = openSync(file, 'w');
    this.#write(headLine({ pid, intervalMs: INTERVAL_MS, startNs, isTraced }));
    this.#sample();
  }

  hang(): void {
    const states = this.#list()
      .slice(0, MOST_STATES)
      .flatMap((tid) => {
        const [state] = statOf(`${this.#proc}/task/${tid}/stat`) ?? [];
        return state === undefined ? [] : [` ${tid}:${state}`];
      });
    this.#write(`hang ${process.hrtime.bigint()}${states.join('')}\n`);
  }

  ended(code: number | null, signal: string | null): void {
    this.#write(`exit ${process.hrtime.bigint()} ${code ?? '-'} ${signal ?? '-'}\n`);
    this.close();
  }

  close(): void {
    clearTimeout(this.#timer);
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #next(): void {
    if (this.#samples > 0 && this.#samples % UNTIL_SLOWER === 0) this.#intervalMs *= 2;
    const wait = FIRST_MS[this.#samples] ?? this.#intervalMs;
    const cost = this.#tookMs.length < LAST ? 0 : Math.min(...this.#tookMs) * SHARE;
    this.#timer = setTimeout(() => this.#sample(), Math.max(wait, cost));
    this.#timer.unref();
  }

  #sample(): void {
    this.#samples++;
    const from = process.hrtime.bigint();
    // Before and after the threads are listed: while one ends, a listing may leave out others.
    const stat = statOf(`${this.#proc}/stat`);
    const listed = new Set(this.#list());
    const status = textOf(`${this.#proc}/status`);
    const took = process.hrtime.bigint() - from;
    this.#tookMs = [...this.#tookMs.slice(1 - LAST), Number(took) / 1e6];
    const line = stat === undefined ? undefined : this.#sampleLine(from, took, stat, listed, status);
    if (line !== undefined) this.#write(line);
    if (this.#fd !== undefined && !this.#isFull) this.#next();
  }

  /** Undefined for a process that has ended, and has no memory any more. */
  #sampleLine(
    from: bigint,
    took: bigint,
    stat: readonly string[],
    listed: Set<string>,
    status: string,
  ): string | undefined {
    const figure = (name: string) => new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1];
    const [after, rss, peak] = [figure('Threads'), figure('VmRSS'), figure('VmHWM')];
    if (after === undefined || rss === undefined || peak === undefined) return undefined;
    const known = this.#threads;
    const came = [...listed].filter((tid) => !known.has(tid)).map((tid) => ` +${tid}`);
    const went = [...known].filter((tid) => !listed.has(tid)).map((tid) => ` -${tid}`);
    this.#threads = listed;
    const [user, system, before] = [STAT.user, STAT.system, STAT.threads].map((at) => Number(stat[at]));
    const figures = [from, took, before, after, rss, peak, user! * TICK_MS, system! * TICK_MS];
    return `at ${figures.join(' ')}${came.join('')}${went.join('')}\n`;
  }

  #list(): string[] {
    try {
      return readdirSync(`${this.#proc}/task`);
    } catch {
      return [];
    }
  }

  #write(line: string): void {
    if (this.#fd === undefined) return;
    this.#room -= line.length;
    try {
      // The last words are short, and there is always room for them.
      if (this.#room >= 0 || /^(hang|exit) /.test(line)) writeSync(this.#fd, line);
      else if (!this.#isFull) this.#stop();
    } catch {
      this.close();
    }
  }

  /** No more samples; the end is still told. */
  #stop(): void {
    this.#isFull = true;
    writeSync(this.#fd!, `full ${process.hrtime.bigint()}\n`);
  }
}

/** Fields of /proc/PID/stat behind the name, from the state on (proc(5) numbers them from 3). */
const STAT = { user: 11, system: 12, threads: 17 } as const;

/** The name stands in parentheses, and may hold blanks and parentheses of its own. */
function statOf(file: string): string[] | undefined {
  const text = textOf(file);
  return text === '' ? undefined : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
