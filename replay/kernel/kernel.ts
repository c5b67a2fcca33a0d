/**
 * The three loops that see every event of a trace, reading it, putting it in
 * order and judging it, as WebAssembly: assembly/ is their source. They run three to five times
 * faster than the same loops in JavaScript did, since typed arrays check what
 * linear memory need not.
 *
 * Addresses are what the exports of a kernel deal in, and they stay inside of
 * this folder and the classes that drive it: `ColumnBuilder` (decode), `Orderer`
 * (order), `Lane` and `World` (judge).
 */
import { CapacityError } from './capacity.ts';
import { MODULE } from './module.ts';

type Address = WebAssembly.Global;

/** What assembly/index.ts exports; the comments stand there. */
export interface KernelExports extends WebAssembly.Exports {
  readonly memory: WebAssembly.Memory;

  readonly count: Address;
  readonly words: Address;
  readonly kind: Address;
  readonly time: Address;
  readonly place: Address;
  readonly argStart: Address;
  readonly args: Address;
  readonly wides: Address;
  readonly wideIndex: Address;
  readonly wideValue: Address;
  clear(events: number): void;
  reserve(events: number, words: number): void;
  setCounts(events: number, words: number): void;
  addWide(index: number, value: bigint): void;

  readonly input: Address;
  readonly argCounts: Address;
  readEvents(size: number, start: number, nsPerTick: number): number;
  readonly suspect: Address;
  clearSuspect(): void;
  readSamples(size: number, base: number, nsPerTick: number): number;

  readonly references: Address;
  reserveFlags(strings: number, stacks: number): number;
  unnamed(row: number): number;

  readonly waits: Address;
  readonly states: Address;
  readonly event: Address;
  readonly p: Address;
  readonly g: Address;
  readonly emitted: Address;
  readonly position: Address;
  readonly last: Address;
  readonly stopped: Address;
  reserveHistory(events: number): void;
  reserveOrdering(events: number): void;
  reserveSamples(count: number): number;
  forgetAll(): void;
  begin(sync: number, doubt: number): void;
  addBatch(m: number, first: number, last: number): void;
  setDoubt(position: number): void;
  run(): number;
  pass(): void;
  force(m: number): void;

  readonly token: Address;
  reserveToken(size: number): number;
  saveState(): number;
  loadState(size: number): void;

  readonly causeM: Address;
  cause(m: number, rows: number): number;
  argSlot(proc: boolean, row: number, n: number): number;
  statusOf(proc: boolean, slot: number): number;
  seqOf(proc: boolean, slot: number): number;
  idOf(proc: boolean, slot: number): number;
  gcNumber(): number;
  threads(): number;
  threadSlot(m: number): number;
  held(proc: boolean, m: number): number;
  headRow(m: number): number;
  isPending(m: number, row: number): number;
  waiters(): number;
  firstWaiter(): number;
  waiterAfter(m: number): number;
  waitsSince(m: number): number;

  readonly steps: Address;
  readonly selections: Address;
  readonly gives: Address;
  readonly strings: Address;
  readonly counts: Address;
  readonly facetCounts: Address;
  readonly firstRows: Address;
  readonly batchThreads: Address;
  reserveBatches(batches: number, rows: number): void;
  indexBatches(rows: number): void;
  /** `classes`: a byte for each table of givers. */
  tellStack(stack: number, classes: number, outermost: number, begun: number): void;
  forgetStacks(): void;
  enter(absent: number, tolerance: number, forever: number, preempted: number): void;
  runLane(from: number, end: number, before: number, stopper: number): number;

  readonly asked: Address;
  beginRows(): void;
  seeRows(from: number, to: number, runs: number): number;
  endRows(): void;
  keptRows(which: number): number;
  keptCount(which: number): number;

  readonly moves: Address;
  readonly procsRunning: Address;
  setProcsRunning(n: number): void;
  slotsBlock(kind: number): number;
  slotsRoom(kind: number): number;
  slotsUsed(kind: number): number;
  slotsSeen(kind: number): number;
  slotsIds(kind: number): number;
  slotsNamed(kind: number): number;
  findSlot(kind: number, id: number): number;
  addSlot(kind: number, id: number, state: number, setBy: number): number;
  removeSlot(kind: number, slot: number): void;
  forgetSlots(kind: number): void;
  isTaskOpen(id: number): number;
  setTask(id: number, isOpen: number): void;
  forgetTasks(): void;
  addChange(log: number, serial: number, state: number, time: number): number;
  openChanges(log: number): void;
  keepNoChanges(): void;
  changesCount(log: number): number;
  changesPiece(log: number, n: number): number;
  changesPerSerial(log: number, serials: number): number;
  changesTogether(log: number, serials: number, start: number, end: number, parts: number): number;
  changesHeld(log: number, lines: number, count: number, start: number, end: number, width: number): number;
  allocate(bytes: number): number;
  free(address: number): void;
}

/** Why `run` comes back; see order.ts. */
export const RUN = Object.freeze({ done: 0, stuck: 1, past: 2, atOnce: 3, doubt: 4 });

function full(): never {
  throw new CapacityError();
}

/** The exports that may need more memory, and so detach every view of it. */
export const ALLOCATING = [
  'clear',
  'reserve',
  'addWide',
  'readEvents',
  'readSamples',
  'reserveFlags',
  'reserveHistory',
  'reserveSamples',
  'addBatch',
  'run',
  'pass',
  'force',
  'argSlot',
  'seeRows',
  'reserveBatches',
  'runLane',
  'addSlot',
  'openChanges',
  'changesPerSerial',
  'changesTogether',
  'changesHeld',
  'allocate',
] as const;

/** The allocator traps where the machine refuses memory; nothing else in the kernel is unreachable. */
function guarded<A extends readonly unknown[], R>(call: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    try {
      return call(...args);
    } catch (error) {
      const refused = error instanceof WebAssembly.RuntimeError && error.message.includes('unreachable');
      throw refused ? new CapacityError() : error;
    }
  };
}

function guardedExports(exports: KernelExports): KernelExports {
  const calls = ALLOCATING.map((name) => [name, guarded(exports[name] as (...args: unknown[]) => unknown)]);
  return { ...exports, ...Object.fromEntries(calls) };
}

let compiled: WebAssembly.Module | undefined;

function compile(): WebAssembly.Module {
  const text = atob(MODULE);
  return new WebAssembly.Module(Uint8Array.from(text, (char) => char.charCodeAt(0)));
}

/** The kernel's code, for another thread's `adoptCode`. */
export function kernelCode(): WebAssembly.Module {
  compiled ??= compile();
  return compiled;
}

/** Spares this thread the compiling: all kernels made from now on are of this code. */
export function adoptCode(code: WebAssembly.Module): void {
  compiled = code;
}

/** One instance, with a memory of its own: it reads one trace, or orders one, or both. */
export class Kernel {
  readonly exports: KernelExports;
  /** A reader has its columns there. */
  reads = false;
  /** The orderer whose state it holds. */
  owner: object | undefined;

  constructor() {
    // Tables hash with it, so that no trace can be made to collide.
    const seed = Math.trunc(Math.random() * 2 ** 31) * 2 + 1;
    const { exports } = new WebAssembly.Instance(kernelCode(), { env: { seed, full } });
    this.exports = guardedExports(exports as KernelExports);
  }

  /** The memory as it is now: growing it detaches every view made before. */
  get buffer(): ArrayBuffer {
    return this.exports.memory.buffer;
  }

  /** Room for a history, and for its ordering without the views being detached, where the machine allows it. */
  reserve(events: number): void {
    this.exports.reserveHistory(events);
    try {
      this.exports.reserveOrdering(events);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    }
  }

  // WebAssembly's numbers of 32 bits come out signed, and half of all addresses negative.

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.buffer, address >>> 0, length);
  }

  shorts(address: number, length: number): Uint16Array {
    return new Uint16Array(this.buffer, address >>> 0, length);
  }

  words(address: number, length: number): Uint32Array {
    return new Uint32Array(this.buffer, address >>> 0, length);
  }

  ints(address: number, length: number): Int32Array {
    return new Int32Array(this.buffer, address >>> 0, length);
  }

  doubles(address: number, length: number): Float64Array {
    return new Float64Array(this.buffer, address >>> 0, length);
  }

  bigints(address: number, length: number): BigUint64Array {
    return new BigUint64Array(this.buffer, address >>> 0, length);
  }
}
