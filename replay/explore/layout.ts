/**
 * The state of a world as bytes, and views of it that read like the runtime's
 * own structs: `gp.status`, `mp.p`, `pp.stackcache`. There is one state in hand at
 * a time; the views stay where they are while states are loaded beneath them, so
 * that stepping a world makes no objects.
 */

/** Anything of which there may be several: `id` counts from 0 and is its place, not its identity (`symmetry.ts`). */
export interface Thing {
  readonly id: number;
}

export interface Scalar {
  readonly holds: 'number' | 'flag';
  /** What its values are called, where they have names. */
  readonly names?: readonly string[];
  /** It is a place in a program, which a story tells in words. */
  readonly isPlace?: boolean;
}

export interface Reference {
  readonly holds: 'reference';
  readonly to: () => readonly Thing[];
}

export type Field = Scalar | Reference;

/** The field that a member of a struct needs: numbers from 0 to 255, flags, and pointers that may be nil. */
type FieldFor<V> = [V] extends [number | boolean] ? Scalar : Reference;
export type FieldsOf<T> = { readonly [K in Exclude<keyof T, 'id'>]-?: FieldFor<T[K]> };

export const isReference = (field: Field): field is Reference => field.holds === 'reference';

export const number = (): Scalar => ({ holds: 'number' });
export const place = (): Scalar => ({ holds: 'number', isPlace: true });
export const flag = (): Scalar => ({ holds: 'flag' });
export const oneOf = (names: readonly string[]): Scalar => ({ holds: 'number', names });
/** A pointer; the function, since structs point at each other. */
export const pointer = (to: () => readonly Thing[]): Reference => ({ holds: 'reference', to });

/** One kind of thing: `count` blocks of `stride` bytes from `base` on. */
export interface Kind {
  readonly name: string;
  readonly things: readonly Thing[];
  readonly base: number;
  readonly stride: number;
  readonly fields: ReadonlyMap<string, { readonly offset: number; readonly field: Field }>;
  /** Whether its things can be told apart by what is in them alone. */
  readonly alike: boolean;
}

/** A state is one byte a field; no world needs more. */
const MAX_BYTES = 252;

export class Layout {
  readonly bytes = new Uint8Array(MAX_BYTES + 4);
  readonly kinds: Kind[] = [];
  #used = 0;

  /** Words of four bytes that a state takes. */
  get words(): number {
    return (this.#used + 3) >> 2;
  }

  /** The state in hand as words. */
  get view(): Uint32Array {
    return new Uint32Array(this.bytes.buffer, 0, this.words);
  }

  /** Things that are alike: which is which makes no difference. */
  many<T extends Thing>(name: string, count: number, fields: FieldsOf<T>): readonly T[] {
    return this.#add<T>(name, count, fields, count > 1);
  }

  /** Things that are not: each has a part of its own to play. */
  each<T extends Thing>(name: string, count: number, fields: FieldsOf<T>): readonly T[] {
    return this.#add<T>(name, count, fields, false);
  }

  /** What there is one of. */
  one<T extends object>(name: string, fields: FieldsOf<T>): T {
    return this.#add<T & Thing>(name, 1, fields as FieldsOf<T & Thing>, false)[0] as T;
  }

  /** Where a field of a kind lies within each block. */
  offset(kind: Kind, field: string): number {
    const found = kind.fields.get(field);
    if (found === undefined) throw new RangeError(`${kind.name} has no field ${field}`);
    return found.offset;
  }

  kindOf(things: readonly Thing[]): Kind {
    const kind = this.kinds.find((each) => each.things === things);
    if (kind === undefined) throw new RangeError('the world has no such things');
    return kind;
  }

  #add<T extends Thing>(name: string, count: number, fields: FieldsOf<T>, alike: boolean): readonly T[] {
    // Pointers last: blocks are compared from their first byte on, and what they hold tells more than where they point.
    const all = Object.entries<Field>(fields as Record<string, Field>);
    const ordered = [
      ...all.filter(([, field]) => !isReference(field)),
      ...all.filter(([, field]) => isReference(field)),
    ];
    const placed = new Map(ordered.map(([key, field], offset) => [key, { offset, field }]));
    const View = viewOf(this.bytes, placed);
    const base = this.#used;
    const stride = ordered.length;
    this.#used += count * stride;
    if (this.#used > MAX_BYTES) throw new RangeError(`a state of more than ${MAX_BYTES} bytes`);
    const things = Array.from({ length: count }, (_, id) => new View(id, base + id * stride));
    this.kinds.push({ name, things, base, stride, fields: placed, alike });
    return things as unknown as readonly T[];
  }
}

/** A class whose properties are the fields, at their place in the bytes. */
function viewOf(bytes: Uint8Array, fields: Kind['fields']) {
  class View implements Thing {
    readonly id: number;
    readonly base: number;
    constructor(id: number, base: number) {
      this.id = id;
      this.base = base;
    }
  }
  for (const [name, { offset, field }] of fields)
    Object.defineProperty(View.prototype, name, accessorOf(bytes, offset, field));
  return View;
}

function accessorOf(bytes: Uint8Array, offset: number, field: Field): PropertyDescriptor {
  if (field.holds === 'number')
    return {
      get(this: { base: number }) {
        return bytes[this.base + offset];
      },
      set(this: { base: number }, value: number) {
        bytes[this.base + offset] = value;
      },
    };
  if (field.holds === 'flag')
    return {
      get(this: { base: number }) {
        return bytes[this.base + offset] !== 0;
      },
      set(this: { base: number }, value: boolean) {
        bytes[this.base + offset] = value ? 1 : 0;
      },
    };
  const { to } = field as Reference;
  return {
    get(this: { base: number }) {
      const id = bytes[this.base + offset] as number;
      return id === 0 ? undefined : to()[id - 1];
    },
    set(this: { base: number }, value: Thing | undefined) {
      bytes[this.base + offset] = value === undefined ? 0 : value.id + 1;
    },
  };
}
