/** Lines to what they say together: a schedtrace snapshot, a GC cycle, a goroutine of a dump. */
import type { Line } from './lines.ts';
import type { Decimal } from './template.ts';

export interface PState {
  readonly line: Line;
  readonly id: number;
  readonly status: number;
  readonly schedtick: number;
  readonly syscalltick: number;
  /** Id of the M that holds it, -1 for none. */
  readonly m: number;
  readonly runqsize: number;
}

export interface MState {
  readonly line: Line;
  readonly id: number;
  /** Ids, -1 for none. */
  readonly p: number;
  readonly curg: number;
  readonly lockedg: number;
}

export interface GState {
  readonly line: Line;
  readonly id: number;
  readonly status: number;
  readonly reason: string;
  /** Ids of Ms, -1 for none. */
  readonly m: number;
  readonly lockedm: number;
}

/** What the header says; all but spinningthreads and needspinning is guarded by sched.lock, which schedtrace holds. */
export interface Header {
  /** Milliseconds since the process's first snapshot, which says 0. */
  readonly atMs: number;
  readonly gomaxprocs: number;
  readonly idleprocs: number;
  readonly threads: number;
  readonly spinningthreads: number;
  readonly needspinning: number;
  readonly idlethreads: number;
  readonly runqueue: number;
}

/** What scheddetail adds to the header. */
export interface Detail {
  readonly gcwaiting: boolean;
  readonly nmidlelocked: number;
  /** Ps that have yet to stop; 0x7fffffff in a process that is dying. */
  readonly stopwait: number;
  readonly sysmonwait: boolean;
}

export interface Snapshot extends Header {
  readonly kind: 'snapshot';
  /** From 0, in the order of the text. */
  readonly index: number;
  readonly line: Line;
  /** Present under scheddetail=1; without it, ps, ms and gs are empty. */
  readonly detail?: Detail;
  /** Lengths of the Ps' run queues; only without scheddetail. */
  readonly queues: readonly number[];
  /** The Ps' schedticks; only without scheddetail, from Go 1.25 on. */
  readonly ticks: readonly number[];
  readonly ps: readonly PState[];
  readonly ms: readonly MState[];
  readonly gs: readonly GState[];
  /** Lines that were not read stand in it: what it lacks says nothing. */
  readonly damaged: boolean;
  /** False for the last of a text: the process may have ended while it was printed. */
  readonly ended: boolean;
  /** Number of the last GC cycle reported before its header, 0 for none. */
  readonly gcBefore: number;
  /** Cycles reported between its first and its last line, so while schedtrace held sched.lock. */
  readonly gcInside: readonly GcLine[];
}

export interface GcLine {
  readonly kind: 'gc';
  readonly line: Line;
  /** memstats.numgc, from 1. */
  readonly n: number;
  /** Start of sweep termination, seconds since the runtime's start, cut off after milliseconds. */
  readonly atSeconds: number;
  /** Share of CPU time spent in GC since the start. */
  readonly percent: number;
  /** Milliseconds: sweep termination (world stopped), concurrent mark, mark termination (world stopped). */
  readonly clock: readonly [Decimal, Decimal, Decimal];
  /** CPU milliseconds: sweep termination, assists, dedicated and fractional workers, idle workers, mark termination. */
  readonly cpu: readonly [Decimal, Decimal, Decimal, Decimal, Decimal];
  /** MB (2^20 bytes), cut off: live heap at the start, live heap at mark termination, marked heap. */
  readonly heap: readonly [number, number, number];
  readonly goal: number;
  readonly stacks: number;
  readonly globals: number;
  /** GOMAXPROCS when the cycle began. */
  readonly procs: number;
  /** The cycle was asked for: runtime.GC, debug.FreeOSMemory and the like. */
  readonly forced: boolean;
  /** Lines not read between the gctrace line before and this one. */
  readonly unreadBefore: number;
}

/** A goroutine's header in a dump. */
export interface DumpHeader {
  readonly kind: 'goroutine';
  readonly line: Line;
  readonly id: number;
  /** What stands between the brackets. */
  readonly state: string;
}

export type TextItem = Snapshot | GcLine | DumpHeader;

type Open = { -readonly [K in keyof Snapshot]: Snapshot[K] } & {
  ps: PState[];
  ms: MState[];
  gs: GState[];
  gcInside: GcLine[];
};

/** Characters of a message: a panic may print whatever the program likes. */
const MAX_DIED = 200;

/** Takes lines in order. A snapshot comes out when the next begins, or at the end; the rest at once. */
export class Assembler {
  #open: Open | undefined;
  #snapshots = 0;
  #gc = 0;
  /** Cycles since the snapshot's last line: inside of it only if another of its lines follows. */
  #gcSinceMember: GcLine[] = [];
  #unread = 0;
  #unreadSinceGc = 0;
  /** A message of a process that dies was seen: from here on several threads may print at once. */
  dying = false;
  /** The first such message that says why. */
  died: string | undefined;

  /** Lines that fit no descriptor, so far. */
  get unread(): number {
    return this.#unread;
  }

  next(line: Line): TextItem[] {
    switch (line.kind) {
      case 'sched':
      case 'schedDetail':
        return this.#header(line);
      case 'P':
        return this.#member(
          (open) => open.ms.length + open.gs.length === 0 && open.ps.push(pState(line)) > 0,
        );
      case 'M':
        return this.#member((open) => open.gs.length === 0 && open.ms.push(mState(line)) > 0);
      case 'G':
        return this.#member((open) => open.gs.push(gState(line)) > 0);
      case 'gc':
        return [this.#cycle(line)];
      case 'goroutine':
        return [
          { kind: 'goroutine', line, id: line.values.id as number, state: line.values.state as string },
        ];
      case 'unread':
        this.#damage();
        return [];
      case 'fatal':
      case 'panic':
        this.died ??= `${line.kind === 'fatal' ? 'fatal error' : 'panic'}: ${line.values.message}`.slice(
          0,
          MAX_DIED,
        );
        this.dying = true;
        return [];
      case 'signal':
      case 'signalName':
        this.dying = true;
        return [];
      default:
        return [];
    }
  }

  end(): TextItem[] {
    const last = this.#open;
    this.#open = undefined;
    return last === undefined ? [] : [{ ...last, ended: false }];
  }

  #header(line: Line): TextItem[] {
    const closed = this.#open;
    this.#gcSinceMember = [];
    this.#open = {
      ...headerOf(line),
      index: this.#snapshots++,
      gcBefore: this.#gc,
      damaged: false,
      ended: true,
    };
    return closed === undefined ? [] : [closed];
  }

  /** A P, M or G line where none may stand counts as damage: the line before it was lost. */
  #member(put: (open: Open) => boolean): TextItem[] {
    if (this.#open === undefined || this.#open.detail === undefined || !put(this.#open)) this.#damage();
    this.#open?.gcInside.push(...this.#gcSinceMember.splice(0));
    return [];
  }

  #cycle(line: Line): GcLine {
    const gc = gcLine(line, this.#unreadSinceGc);
    this.#unreadSinceGc = 0;
    this.#gc = gc.n;
    if (this.#open !== undefined) this.#gcSinceMember.push(gc);
    return gc;
  }

  #damage(): void {
    this.#unread++;
    this.#unreadSinceGc++;
    if (this.#open !== undefined) this.#open.damaged = true;
  }
}

function headerOf(line: Line): Omit<Open, 'index' | 'gcBefore' | 'damaged' | 'ended'> {
  const v = line.values as Record<string, number>;
  const { gcwaiting, nmidlelocked, stopwait, sysmonwait, queues, ticks } = line.values;
  const detail = { gcwaiting, nmidlelocked, stopwait, sysmonwait } as unknown as Detail;
  return {
    kind: 'snapshot',
    line,
    atMs: v.atMs as number,
    gomaxprocs: v.gomaxprocs as number,
    idleprocs: v.idleprocs as number,
    threads: v.threads as number,
    spinningthreads: v.spinningthreads as number,
    // Not there before Go 1.20.
    needspinning: v.needspinning ?? 0,
    idlethreads: v.idlethreads as number,
    runqueue: v.runqueue as number,
    ...(line.kind === 'schedDetail' ? { detail } : {}),
    queues: (queues as number[] | undefined) ?? [],
    ticks: (ticks as number[] | undefined) ?? [],
    ps: [],
    ms: [],
    gs: [],
    gcInside: [],
  };
}

function pState(line: Line): PState {
  const { id, status, schedtick, syscalltick, m, runqsize } = line.values as Record<string, number>;
  return { line, id, status, schedtick, syscalltick, m, runqsize } as PState;
}

function mState(line: Line): MState {
  const { id, p, curg, lockedg } = line.values as Record<string, number>;
  return { line, id, p, curg, lockedg } as MState;
}

function gState(line: Line): GState {
  const { id, status, reason, m, lockedm } = line.values;
  return { line, id, status, reason, m, lockedm } as GState;
}

function gcLine(line: Line, unreadBefore: number): GcLine {
  const v = line.values;
  const whole = (name: string): number => v[name] as number;
  const part = (name: string): Decimal => v[name] as Decimal;
  return {
    kind: 'gc',
    line,
    n: whole('n'),
    atSeconds: part('at').value,
    percent: whole('percent'),
    clock: [part('c0'), part('c1'), part('c2')],
    cpu: [part('u0'), part('u1'), part('u2'), part('u3'), part('u4')],
    heap: [whole('heapStart'), whole('heapEnd'), whole('heapMarked')],
    goal: whole('goal'),
    // NaN where the release did not print it, before Go 1.18.
    stacks: whole('stacks') ?? Number.NaN,
    globals: whole('globals') ?? Number.NaN,
    procs: whole('procs'),
    forced: v.forced === true,
    unreadBefore,
  };
}
