/**
 * Things that are alike are interchangeable: G1 waiting and G2 running is the same
 * state as G2 waiting and G1 running. Each state is brought to one form by sorting
 * the blocks of each kind, and pointing every pointer at where its thing went.
 *
 * Any order would be sound, since both states are the same up to names; sorting only
 * decides how many of them fall together. Kinds are sorted as they were declared, so
 * what is pointed at should be declared before what points.
 */
import { isReference, type Kind, type Layout } from './layout.ts';

interface Sorted {
  readonly kind: Kind;
  readonly count: number;
  /** Where in the state a pointer at this kind lies. */
  readonly pointers: readonly number[];
  readonly order: Uint8Array;
  /** By old place, + 1: the new place, + 1; nil stays nil. */
  readonly moved: Uint8Array;
  readonly blocks: Uint8Array;
}

export class Symmetry {
  readonly #bytes: Uint8Array;
  readonly #kinds: readonly Sorted[];

  constructor(layout: Layout) {
    this.#bytes = layout.bytes;
    this.#kinds = layout.kinds
      .filter(({ alike }) => alike)
      .map((kind) => ({
        kind,
        count: kind.things.length,
        pointers: pointersAt(layout, kind),
        order: new Uint8Array(kind.things.length),
        moved: new Uint8Array(kind.things.length + 1),
        blocks: new Uint8Array(kind.things.length * kind.stride),
      }));
  }

  /** Brings the state in hand to its one form; `heard` is told where the things of a kind went. */
  settle(heard?: (kind: Kind, order: Uint8Array) => void): void {
    for (let i = 0; i < this.#kinds.length; i++) {
      const sorted = this.#kinds[i] as Sorted;
      if (this.#sort(sorted)) {
        this.#move(sorted);
        heard?.(sorted.kind, sorted.order);
      }
    }
  }

  /** Works out the order; false where things stand in it already. */
  #sort({ kind, count, order }: Sorted): boolean {
    const { base, stride } = kind;
    let changed = false;
    for (let i = 0; i < count; i++) {
      let at = i;
      while (at > 0 && this.#less(base + i * stride, base + (order[at - 1] as number) * stride, stride)) {
        order[at] = order[at - 1] as number;
        at--;
      }
      order[at] = i;
      if (at !== i) changed = true;
    }
    return changed;
  }

  #less(a: number, b: number, stride: number): boolean {
    const bytes = this.#bytes;
    for (let i = 0; i < stride; i++) {
      const difference = (bytes[a + i] as number) - (bytes[b + i] as number);
      if (difference !== 0) return difference < 0;
    }
    return false;
  }

  #move({ kind, count, pointers, order, moved, blocks }: Sorted): void {
    const bytes = this.#bytes;
    const { base, stride } = kind;
    for (let i = 0; i < count * stride; i++) blocks[i] = bytes[base + i] as number;
    for (let to = 0; to < count; to++) {
      const from = order[to] as number;
      moved[from + 1] = to + 1;
      for (let i = 0; i < stride; i++) bytes[base + to * stride + i] = blocks[from * stride + i] as number;
    }
    for (let i = 0; i < pointers.length; i++) {
      const at = pointers[i] as number;
      bytes[at] = moved[bytes[at] as number] as number;
    }
  }
}

function pointersAt(layout: Layout, target: Kind): number[] {
  return layout.kinds.flatMap(({ fields, things, base, stride }) =>
    [...fields.values()]
      .filter(({ field }) => isReference(field) && field.to() === target.things)
      .flatMap(({ offset }) => things.map((_, id) => base + id * stride + offset)),
  );
}
