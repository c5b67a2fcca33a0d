/** The events of a v1 trace as they stand in the file, in columns: what is ordered and then converted. */

/** A batch: what one P wrote until its buffer was full. It ends where the next begins. */
export interface V1Batch {
  /** The P, -1 for what was written without one. */
  readonly p: number;
  /** Index of that P in the order of appearance. */
  readonly proc: number;
  /** Ticks since the first batch of the file. */
  readonly ticks: number;
  /** File offsets: of its first byte, of its data, and after its data. */
  readonly offset: number;
  readonly data: number;
  end: number;
  /** Its rows are `[first, last)` of the columns. */
  readonly first: number;
  last: number;
  /** Whether CPU samples are among them. */
  samples: boolean;
}

/** Slots of goroutines that are none: the collector's own sequence, and "no goroutine". */
export const GC_SLOT = 0;
export const NO_G_SLOT = 1;
const FIRST_SLOT = 2;
/** Ids below this are looked up in an array; goroutine ids count up from 1. */
const DENSE_LIMIT = 1 << 22;

/** Goroutines by slot, so that what follows reads typed arrays. */
export class Goroutines {
  readonly #dense: Uint32Array[] = [];
  readonly #sparse = new Map<number, number>();
  ids = new Float64Array(1024);
  count = FIRST_SLOT;

  constructor() {
    this.ids.fill(-1, 0, FIRST_SLOT);
  }

  /** The slot of a goroutine's id, made when there is none. */
  slot(id: number): number {
    if (id < DENSE_LIMIT) {
      if (id === 0) return NO_G_SLOT;
      let page = this.#dense[id >> 12];
      if (page === undefined) {
        page = new Uint32Array(1 << 12);
        this.#dense[id >> 12] = page;
      }
      const known = page[id & 4095]!;
      if (known !== 0) return known;
      const made = this.#make(id);
      page[id & 4095] = made;
      return made;
    }
    let slot = this.#sparse.get(id);
    if (slot === undefined) {
      slot = this.#make(id);
      this.#sparse.set(id, slot);
    }
    return slot;
  }

  #make(id: number): number {
    if (this.count === this.ids.length) this.ids = enlarged(this.ids, this.count * 2);
    this.ids[this.count] = id;
    return this.count++;
  }
}

/** One row an event, in the order of the file. The arrays may be longer than `count`. */
export class RawEvents {
  count = 0;
  kind: Uint8Array;
  /** Ticks since the first batch of the file; for a CPU sample, its own time. */
  ticks: Float64Array;
  batch: Uint32Array;
  /** Bytes from the start of the batch's data to the event. */
  place: Uint16Array;
  /** Slot of the goroutine whose event it is. */
  g: Uint32Array;
  /** Slot of the goroutine that it is about: another one where it creates or readies one. */
  about: Uint32Array;
  argStart: Uint32Array;
  /** As in EventColumns: values below 2^32 - 2, NONE_WORD or WIDE_WORD. */
  args: Uint32Array;
  argCount = 0;
  readonly wide = new Map<number, bigint>();

  constructor(events: number) {
    const size = Math.max(Math.ceil(events), 64);
    this.kind = new Uint8Array(size);
    this.ticks = new Float64Array(size);
    this.batch = new Uint32Array(size);
    this.place = new Uint16Array(size);
    this.g = new Uint32Array(size);
    this.about = new Uint32Array(size);
    this.argStart = new Uint32Array(size + 1);
    this.args = new Uint32Array(size * 2);
  }

  /** Makes room for half as many rows again. */
  growRows(): void {
    const size = Math.ceil(this.kind.length * 1.5);
    this.kind = enlarged(this.kind, size);
    this.ticks = enlarged(this.ticks, size);
    this.batch = enlarged(this.batch, size);
    this.place = enlarged(this.place, size);
    this.g = enlarged(this.g, size);
    this.about = enlarged(this.about, size);
    this.argStart = enlarged(this.argStart, size + 1);
  }

  growArgs(): void {
    this.args = enlarged(this.args, this.args.length * 1.5);
  }
}

export function enlarged<T extends Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array>(
  old: T,
  size: number,
): T {
  const larger = new (old.constructor as new (n: number) => T)(Math.ceil(size));
  larger.set(old);
  return larger;
}
