/**
 * One history out of what the Ps wrote. A P's own events are in order; of the
 * events that stand first, those may come next whose goroutine is in the state
 * that they need, and of these the earliest does. Go's reader does the same
 * (internal/trace/internal/tracev1/order.go), up to ties.
 */
import { NONE_WORD, WIDE_WORD } from '../columns.ts';
import { GC_SLOT, type V1Batch } from './raw.ts';
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

/** `whole`: no event is missing. */
export function merge(scan: Scan, whole: boolean): History {
  const merger = new Merger(scan);
  merger.run();
  const call = whole ? undefined : rollCall(scan, merger.order.subarray(0, merger.count));
  const order = call?.certain ?? merger.order;
  const count = call?.certain.length ?? merger.count;
  const monotone = isMonotone(order, count, scan.events.ticks);
  const settled = monotone ? settleExits(scan, order, count) : order;
  return { order: settled, count, stuck: call?.stuck ?? merger.stuck(), monotone };
}

class Merger {
  readonly order: Uint32Array;
  count = 0;
  readonly #scan: Scan;
  /** By proc; the last one is nobody's: the CPU samples, by time. */
  readonly #streams: readonly Stream[];
  /** Ticks of each stream's first event. */
  readonly #heads: Float64Array;
  /** A heap of the streams that neither wait nor have ended, by those ticks. */
  readonly #heap: Int32Array;
  #size = 0;
  /** Streams that wait, by the slot that they wait for. */
  readonly #waiting = new Map<number, number[]>();
  readonly #status: Uint8Array;
  readonly #number: Float64Array;

  constructor(scan: Scan) {
    this.#scan = scan;
    this.order = new Uint32Array(scan.events.count);
    this.#streams = streamsOf(scan);
    this.#heads = new Float64Array(this.#streams.length);
    this.#heap = new Int32Array(this.#streams.length);
    this.#status = new Uint8Array(scan.goroutines.count);
    this.#number = new Float64Array(scan.goroutines.count);
  }

  run(): void {
    const { ticks } = this.#scan.events;
    for (const [i, stream] of this.#streams.entries()) if (stream.next()) this.#push(i, ticks[stream.row]!);
    while (this.#size > 0) {
      const least = this.#pop();
      this.#follow(least, this.#size > 0 ? this.#heads[this.#heap[0]!]! : NEVER);
    }
  }

  #push(stream: number, ticks: number): void {
    const heap = this.#heap;
    const heads = this.#heads;
    heads[stream] = ticks;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heads[heap[parent]!]! <= ticks) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = stream;
  }

  /** The stream whose first event is the earliest of those that do not wait. */
  #pop(): number {
    const heap = this.#heap;
    const heads = this.#heads;
    const least = heap[0]!;
    const size = --this.#size;
    const last = heap[size]!;
    const ticks = heads[last]!;
    let at = 0;
    for (let child = 1; child < size; child = at * 2 + 1) {
      if (child + 1 < size && heads[heap[child + 1]!]! < heads[heap[child]!]!) child++;
      if (heads[heap[child]!]! >= ticks) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return least;
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
          this.#heads[i] = ticks[row]!;
          this.#wait(i, slot);
          return;
        }
        this.order[this.count++] = row;
        status[slot] = NEXT[type]!;
        number[slot] = number[slot]! + COUNT[type]!;
        if (this.#waiting.size > 0 && this.#wake(slot)) {
          if (stream.next()) this.#push(i, ticks[stream.row]!);
          return;
        }
      }
      if (!stream.next()) return;
      row = stream.row;
    } while (ticks[row]! <= until);
    this.#push(i, ticks[row]!);
  }

  #wait(stream: number, slot: number): void {
    const others = this.#waiting.get(slot);
    if (others === undefined) this.#waiting.set(slot, [stream]);
    else others.push(stream);
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
    const streams = this.#waiting.get(slot);
    if (streams === undefined) return false;
    this.#waiting.delete(slot);
    for (const stream of streams) this.#push(stream, this.#heads[stream]!);
    return true;
  }

  stuck(): Stuck | undefined {
    if (this.#waiting.size === 0) return undefined;
    const { batch, place, kind } = this.#scan.events;
    const { batches, procs } = this.#scan;
    const offsetOf = (row: number): number => batches[batch[row]!]!.data + place[row]!;
    /** By proc: the batch in which its first such event stands. */
    const from = new Float64Array(procs.length).fill(NEVER);
    let first = NEVER;
    let bytes = 0;
    for (const stream of [...this.#waiting.values()].flat()) {
      const { row } = this.#streams[stream]!;
      first = Math.min(first, row);
      from[stream] = batch[row]!;
      bytes += batches[batch[row]!]!.end - offsetOf(row);
    }
    for (const [index, { proc, offset, end, first, last }] of batches.entries()) {
      if (index > from[proc]! && last > first) bytes += end - offset;
    }
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

/**
 * A trace begins with a roll call of the goroutines, on one P while all others
 * stand still, and Gomaxprocs ends it. Where that is missing, what other Ps did
 * could be part of it or come after it: so nothing of them stays. Undefined
 * where nothing is in doubt.
 */
function rollCall(scan: Scan, rows: Uint32Array): { certain: Uint32Array; stuck: Stuck } | undefined {
  const { kind, batch, place } = scan.events;
  const batchOf = (row: number): V1Batch => scan.batches[batch[row]!]!;
  const call = rows.find((row) => kind[row] === V1.GoCreate);
  if (call === undefined) return undefined;
  const { proc } = batchOf(call);
  if (rows.some((row) => kind[row] === V1.Gomaxprocs && batchOf(row).proc === proc)) return undefined;
  const certain = rows.filter((row) => batchOf(row).proc === proc);
  const others = scan.batches.filter((each) => each.proc !== proc && each.last > each.first);
  const first = others[0]?.first;
  if (first === undefined) return undefined;
  const bytes = others.reduce((sum, { offset, end }) => sum + end - offset, 0);
  return { certain, stuck: { offset: batchOf(first).data + place[first]!, type: kind[first]!, bytes } };
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
