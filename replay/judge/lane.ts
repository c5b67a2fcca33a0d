/**
 * The lane: what most events are, judged by the kernel without coming back for each (kernel/assembly/lane.ts).
 * It stops at the first event that it is not open for, or that does not fit: that one goes the judge's
 * general way. It lets nothing through that the general way would not, and does the same.
 */
import { KernelColumns } from '../decode/kernel-columns.ts';
import { Kernel } from '../kernel/index.ts';
import type { OrderedGeneration } from '../order/index.ts';
import type { ChangeLog } from './change-log.ts';
import type { Program } from './compile.ts';
import type { Tally } from './coverage.ts';
import type { Givers, StackFunctions } from './functions.ts';
import { compileLane, type LaneTable } from './lane-table.ts';
import { CLASSES, REASONS, STRING_IDS, UNASKED } from './layout.ts';
import { NO_SLOT, STOPPED, type World } from './world.ts';

/** What the lane shares with the judge. */
export interface Around {
  readonly program: Program;
  /** By event type. */
  readonly givers: readonly (Givers | undefined)[];
  readonly functions: StackFunctions;
  readonly world: World;
  readonly tally: Tally;
  readonly changes: readonly ChangeLog[];
  readonly keepsChanges: boolean;
}

export class Lane {
  readonly #around: Around;
  readonly #table: LaneTable;
  readonly #givers: readonly Givers[];
  #kernel: Kernel | undefined;
  #open = false;
  /** By batch: its place among those that have rows, -1 where it has none. */
  #places = new Int32Array(0);

  constructor(around: Around) {
    const { program, givers, functions } = around;
    this.#around = around;
    this.#givers = functions.givers;
    this.#table = compileLane(program, (type) => {
      const of = givers[type];
      return of === undefined ? 0 : this.#givers.indexOf(of) + 1;
    });
    functions.tell = (stack, { classes, outermost, begun }) => {
      if (this.#open) this.#kernel?.exports.tellStack(stack, classes, outermost, begun);
    };
  }

  /** Before anything else is asked about a generation: where the world lives, if nowhere yet. */
  settle({ generation: { columns } }: OrderedGeneration): void {
    const { world, changes, keepsChanges } = this.#around;
    // What was read since may have made the memory grow.
    if (this.#kernel !== undefined) {
      world.look();
      return;
    }
    this.#kernel = columns instanceof KernelColumns ? columns.kernel : new Kernel();
    world.liveIn(this.#kernel);
    for (const log of changes) log.liveIn(this.#kernel);
    if (!keepsChanges) this.#kernel.exports.keepNoChanges();
    this.#tellRows(this.#kernel);
  }

  #tellRows(kernel: Kernel): void {
    const { steps, selections } = this.#table;
    kernel.bytes(kernel.exports.steps.value, steps.length).set(steps);
    selections.forEach((reasons, i) => {
      kernel.bytes(kernel.exports.selections.value + i * REASONS, REASONS).set(reasons);
    });
    this.#givers.forEach((each, i) => {
      each.classes.slice(0, CLASSES).forEach((reasons, k) => {
        kernel.bytes(kernel.exports.gives.value + (i * CLASSES + k) * REASONS, REASONS).set(reasons);
      });
    });
  }

  /**
   * Opens the lane to a generation whose columns and history lie where the world does. `absent` is the
   * state of a goroutine that nobody mentioned.
   */
  enter(ordered: OrderedGeneration, absent: number): void {
    const kernel = this.#kernel as Kernel;
    const { world } = this.#around;
    const { exports } = kernel;
    this.#open = lies(ordered, kernel);
    if (!this.#open) return;
    kernel.bytes(exports.strings.value, STRING_IDS).fill(UNASKED);
    exports.forgetStacks();
    exports.enter(absent, world.tolerance, world.forever, world.preempted);
    this.#tellBatches(ordered, kernel);
    world.look();
  }

  #tellBatches({ generation: { batches, count } }: OrderedGeneration, { exports }: Kernel): void {
    const kernel = this.#kernel as Kernel;
    const places = new Int32Array(batches.length).fill(NO_SLOT);
    const firsts: number[] = [];
    batches.forEach(({ first, last }, number) => {
      if (last <= first) return;
      places[number] = firsts.length;
      firsts.push(first);
    });
    exports.reserveBatches(firsts.length, count);
    kernel.words(exports.firstRows.value, firsts.length + 1).set([...firsts, count]);
    kernel.ints(exports.batchThreads.value, firsts.length).fill(NO_SLOT);
    exports.indexBatches(count);
    this.#places = places;
  }

  /** Takes events from a position on as long as they fit, and says where that ends. */
  run(from: number, end: number, before: number): number {
    if (!this.#open) return from;
    const { stw } = this.#around.world;
    // More is asked of the goroutine that has stopped the world.
    const stopper = stw.state === STOPPED ? stw.g : NO_SLOT;
    const position = (this.#kernel as Kernel).exports.runLane(from, end, before, stopper);
    this.#around.world.look();
    return position;
  }

  /** What it took counts as what the judge took. */
  leave(): void {
    if (!this.#open) return;
    const kernel = this.#kernel as Kernel;
    const { tally } = this.#around;
    const rows = kernel.words(kernel.exports.counts.value, tally.counts.length);
    rows.forEach((n, row) => {
      tally.count(row, n);
    });
    rows.fill(0);
    for (const row of this.#table.faceted) {
      const facets = kernel.words(kernel.exports.facetCounts.value + row * REASONS * 4, REASONS);
      facets.forEach((n, facet) => {
        if (n > 0) tally.countFacet(row, facet, n);
      });
      facets.fill(0);
    }
  }

  /** From now on it knows the text of a string, as an interned number. */
  tellString(id: number, interned: number): void {
    const isKept = this.#open && id >= 0 && id < STRING_IDS && interned < UNASKED;
    const kernel = this.#kernel as Kernel;
    if (isKept) kernel.bytes(kernel.exports.strings.value + id, 1)[0] = interned;
  }

  /** From now on it knows on which M a batch was written. */
  tellThread(batch: number, m: number): void {
    const place = this.#places[batch] ?? NO_SLOT;
    const kernel = this.#kernel as Kernel;
    if (this.#open && place >= 0) kernel.ints(kernel.exports.batchThreads.value + place * 4, 1)[0] = m;
  }
}

/** Whether all that the lane reads of a generation is in that kernel, and still is what is there. */
function lies({ generation, event }: OrderedGeneration, kernel: Kernel): boolean {
  const { columns, settled } = generation;
  const isRead = columns instanceof KernelColumns && columns.kernel === kernel && settled === undefined;
  const at = kernel.exports.event.value >>> 0;
  return isRead && event.buffer === kernel.buffer && event.byteOffset === at;
}
