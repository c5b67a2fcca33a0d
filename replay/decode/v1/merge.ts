/**
 * One history out of what the Ps wrote. A P's own events are in order; of the
 * events that stand first, those may come next whose goroutine is in the state
 * that they need, and of these the earliest does. Go's reader does the same
 * (internal/trace/internal/tracev1/order.go), up to ties.
 */
import { NONE_WORD, WIDE_WORD } from '../columns.ts';
import { GC_SLOT } from './raw.ts';
import type { Scan } from './scan.ts';
import { type Role, V1, V1_SPECS, V1_TYPES } from './specs.ts';

const DEAD = 0;
const RUNNABLE = 1;
const RUNNING = 2;
const WAITING = 3;
/** No state is needed. */
const ANY = 255;

/** How an event's number is held against its goroutine's. */
const NO_NUMBER = 0;
const FROM_ARGUMENT = 1;
const ZERO = 2;
const ONE = 3;

/** What each role needs, how it checks the number, what it makes of the state, and by how much it counts on. */
const ROLES: Readonly<Record<Role, readonly [need: number, check: number, next: number, count: number]>> = {
  free: [ANY, NO_NUMBER, ANY, 0],
  create: [DEAD, ZERO, RUNNABLE, 1],
  found: [RUNNABLE, ONE, WAITING, 1],
  start: [RUNNABLE, FROM_ARGUMENT, RUNNING, 1],
  startLocal: [RUNNABLE, NO_NUMBER, RUNNING, 1],
  block: [RUNNING, NO_NUMBER, WAITING, 0],
  yield: [RUNNING, NO_NUMBER, RUNNABLE, 0],
  ready: [WAITING, FROM_ARGUMENT, RUNNABLE, 1],
  readyLocal: [WAITING, NO_NUMBER, RUNNABLE, 1],
  collect: [DEAD, FROM_ARGUMENT, DEAD, 1],
};

const NEED = new Uint8Array(V1_TYPES).fill(ANY);
const CHECK = new Uint8Array(V1_TYPES);
const NEXT = new Uint8Array(V1_TYPES);
const COUNT = new Uint8Array(V1_TYPES);
/** Where among the arguments the number stands. */
const NUMBER_AT = new Uint8Array(V1_TYPES);
for (const { type, role, args } of V1_SPECS) {
  [NEED[type], CHECK[type], NEXT[type], COUNT[type]] = ROLES[role];
  if (CHECK[type] === FROM_ARGUMENT) NUMBER_AT[type] = args.indexOf('seq');
}

export interface History {
  /** Rows in the order of the history; the array may be longer than `count`. */
  readonly order: Uint32Array;
  readonly count: number;
  /** What nothing makes ready, if anything. */
  readonly stuck: Stuck | undefined;
  /** Whether no clock disagrees with this order. */
  readonly monotone: boolean;
}

/** Events that have no place: each waits for one that is not there, or stands behind such a one. */
export interface Stuck {
  /** File offset of the first one in the file, and its type. */
  readonly offset: number;
  readonly type: number;
  /** Bytes of all of them. */
  readonly bytes: number;
}

const NEVER = Number.POSITIVE_INFINITY;

export function merge(scan: Scan): History {
  const merger = new Merger(scan);
  merger.run();
  const { order, count } = merger;
  const monotone = isMonotone(order, count, scan.events.ticks);
  const settled = monotone ? settleExits(scan, order, count) : order;
  return { order: settled, count, stuck: merger.stuck(), monotone };
}

class Merger {
  readonly order: Uint32Array;
  count = 0;
  readonly #scan: Scan;
  /** By proc; the last one is nobody's: the CPU samples, by time. */
  readonly #streams: readonly Stream[];
  /** Ticks of each stream's first event: NEVER when it waits or has ended. */
  readonly #heads: Float64Array;
  /** The slot that a stream waits for, -1 when it does not. */
  readonly #waits: Int32Array;
  #waiting = 0;
  readonly #status: Uint8Array;
  readonly #number: Float64Array;

  constructor(scan: Scan) {
    this.#scan = scan;
    this.order = new Uint32Array(scan.events.count);
    this.#streams = streamsOf(scan);
    this.#heads = new Float64Array(this.#streams.length).fill(NEVER);
    this.#waits = new Int32Array(this.#streams.length).fill(-1);
    this.#status = new Uint8Array(scan.goroutines.count);
    this.#number = new Float64Array(scan.goroutines.count);
  }

  run(): void {
    const heads = this.#heads;
    const { ticks } = this.#scan.events;
    for (const [i, stream] of this.#streams.entries()) if (stream.next()) heads[i] = ticks[stream.row]!;
    for (;;) {
      let least = -1;
      let first = NEVER;
      let second = NEVER;
      for (let i = 0; i < heads.length; i++) {
        const head = heads[i]!;
        if (head < first) {
          second = first;
          first = head;
          least = i;
        } else if (head < second) second = head;
      }
      if (least < 0) return;
      this.#follow(least, second);
    }
  }

  /** Takes events of one stream as long as no other's is earlier. */
  #follow(i: number, until: number): void {
    const stream = this.#streams[i]!;
    const { kind, ticks, about } = this.#scan.events;
    const status = this.#status;
    const number = this.#number;
    let { row } = stream;
    do {
      const type = kind[row]!;
      if (NEED[type] === ANY) {
        this.order[this.count++] = row;
      } else {
        const slot = type === V1.GCStart ? GC_SLOT : about[row]!;
        if (status[slot] !== NEED[type] || !this.#fits(type, row, number[slot]!)) {
          this.#heads[i] = NEVER;
          this.#waits[i] = slot;
          this.#waiting++;
          return;
        }
        this.order[this.count++] = row;
        status[slot] = NEXT[type]!;
        number[slot] = number[slot]! + COUNT[type]!;
        if (this.#waiting > 0 && this.#wake(slot)) {
          this.#heads[i] = stream.next() ? ticks[stream.row]! : NEVER;
          return;
        }
      }
      if (!stream.next()) {
        this.#heads[i] = NEVER;
        return;
      }
      row = stream.row;
    } while (ticks[row]! <= until);
    this.#heads[i] = ticks[row]!;
  }

  #fits(type: number, row: number, number: number): boolean {
    const check = CHECK[type]!;
    if (check === NO_NUMBER) return true;
    if (check !== FROM_ARGUMENT) return number === check - ZERO;
    const { args, argStart, wide } = this.#scan.events;
    const index = argStart[row]! + NUMBER_AT[type]!;
    const word = args[index]!;
    if (word < NONE_WORD) return word === number;
    return word === WIDE_WORD && Number(wide.get(index)) === number;
  }

  /** Lets the streams try again that waited for this goroutine; false if there were none. */
  #wake(slot: number): boolean {
    let any = false;
    for (let i = 0; i < this.#waits.length; i++) {
      if (this.#waits[i] !== slot) continue;
      this.#waits[i] = -1;
      this.#waiting--;
      this.#heads[i] = this.#scan.events.ticks[this.#streams[i]!.row]!;
      any = true;
    }
    return any;
  }

  stuck(): Stuck | undefined {
    if (this.#waiting === 0) return undefined;
    const { batch, place, kind } = this.#scan.events;
    const { batches } = this.#scan;
    const rows = this.#streams.filter((_, i) => this.#waits[i]! >= 0).map(({ row }) => row);
    const offsetOf = (row: number): number => batches[batch[row]!]!.data + place[row]!;
    let bytes = 0;
    for (const row of rows) {
      const { proc } = batches[batch[row]!]!;
      bytes += batches[batch[row]!]!.end - offsetOf(row);
      for (const later of batches.slice(batch[row]! + 1)) {
        if (later.proc === proc && later.last > later.first) bytes += later.end - later.offset;
      }
    }
    const first = rows.reduce((a, b) => (b < a ? b : a));
    return { offset: offsetOf(first), type: kind[first]!, bytes };
  }
}

/** The rows of one P, one after the other. */
class Stream {
  row = -1;
  #end = 0;
  #run = 0;
  readonly #rows: Uint32Array | undefined;
  readonly #firsts: readonly number[];
  readonly #lasts: readonly number[];

  /** Either runs of rows, or the rows one by one. */
  constructor(firsts: readonly number[], lasts: readonly number[], rows?: Uint32Array) {
    this.#firsts = firsts;
    this.#lasts = lasts;
    this.#rows = rows;
  }

  /** False at the end. */
  next(): boolean {
    if (this.#rows !== undefined) {
      if (this.#run === this.#rows.length) return false;
      this.row = this.#rows[this.#run++]!;
      return true;
    }
    if (++this.row < this.#end) return true;
    if (this.#run === this.#firsts.length) return false;
    this.row = this.#firsts[this.#run]!;
    this.#end = this.#lasts[this.#run++]!;
    return true;
  }
}

function streamsOf(scan: Scan): Stream[] {
  const firsts: number[][] = scan.procs.map(() => []);
  const lasts: number[][] = scan.procs.map(() => []);
  const samples: number[] = [];
  const { kind, ticks } = scan.events;
  for (const { proc, first, last, samples: sampled } of scan.batches) {
    let from = first;
    for (let row = first; sampled && row < last; row++) {
      if (kind[row] !== V1.CPUSample) continue;
      samples.push(row);
      run(proc, from, row);
      from = row + 1;
    }
    run(proc, from, last);
  }
  function run(proc: number, from: number, to: number): void {
    if (from === to) return;
    firsts[proc]!.push(from);
    lasts[proc]!.push(to);
  }
  samples.sort((a, b) => ticks[a]! - ticks[b]!);
  const streams = firsts.map((each, proc) => new Stream(each, lasts[proc]!));
  return [...streams, new Stream([], [], Uint32Array.from(samples))];
}

function isMonotone(order: Uint32Array, count: number, ticks: Float64Array): boolean {
  for (let i = 1; i < count; i++) if (ticks[order[i]!]! < ticks[order[i - 1]!]!) return false;
  return true;
}

/**
 * A long syscall's end is written when its goroutine has a P again, with the
 * time at which it really ended: there its place is, once all else is in order.
 */
function settleExits(scan: Scan, order: Uint32Array, count: number): Uint32Array {
  const { kind, ticks, g, args, argStart } = scan.events;
  const blocked = new Float64Array(scan.goroutines.count).fill(Number.NaN);
  const moved: number[] = [];
  for (let i = 0; i < count; i++) {
    const row = order[i]!;
    const type = kind[row]!;
    if (type === V1.GoSysBlock || type === V1.GoInSyscall) blocked[g[row]!] = ticks[row]!;
    if (type !== V1.GoSysExit && type !== V1.GoSysExitLocal) continue;
    const ended = scan.exits[args[argStart[row + 1]! - 1]!]!;
    // An end before its beginning is a clock's doing: then the event stays where it is.
    if (!(ended >= blocked[g[row]!]!)) continue;
    ticks[row] = ended;
    moved.push(i);
  }
  return moved.length === 0 ? order : stableSorted(order, count, ticks, moved);
}

/** As a stable sort by time would leave it, when all but the positions in `moved` are sorted. */
function stableSorted(order: Uint32Array, count: number, ticks: Float64Array, moved: number[]): Uint32Array {
  const sorted = new Uint32Array(count);
  const byTime = [...moved].sort((a, b) => ticks[order[a]!]! - ticks[order[b]!]! || a - b);
  let out = 0;
  let next = 0;
  let skip = 0;
  for (let i = 0; i < count; i++) {
    if (i === moved[skip]) {
      skip++;
      continue;
    }
    const time = ticks[order[i]!]!;
    for (; next < byTime.length; next++) {
      const position = byTime[next]!;
      const when = ticks[order[position]!]!;
      if (when > time || (when === time && position > i)) break;
      sorted[out++] = order[position]!;
    }
    sorted[out++] = order[i]!;
  }
  for (; next < byTime.length; next++) sorted[out++] = order[byTime[next]!]!;
  return sorted;
}
