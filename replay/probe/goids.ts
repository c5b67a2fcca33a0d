/** Which goroutine each g is: it is used by one after another, so that depends on the record that is being read. */
import { Addressed, FIRST_COLUMNS, grow } from './address-table.ts';
import { KIND } from './kinds.ts';
import { type CurrentRecord, wide } from './record.ts';

/** Kinds of which `a` is the goroutine's id. */
const NAMING: readonly number[] = [KIND.gnew, KIND.execute, KIND.goexit0, KIND.gdestroy, KIND.gfput];

export function namesGoroutine(kind: number): boolean {
  return NAMING.includes(kind);
}

export class Goids extends Addressed {
  #goid = new Float64Array(FIRST_COLUMNS);

  /** Takes note of what the record says, and says in it whose it is; -1 where nobody said so yet. */
  name(record: CurrentRecord): void {
    const { kind, gpLo, gpHi, aLo, aHi } = record;
    const g = namesGoroutine(kind) ? this.keys.add(gpLo, gpHi) : this.keys.find(gpLo, gpHi);
    if (g >= 0 && namesGoroutine(kind)) this.#goid[g] = wide(aLo, aHi);
    record.goid = g < 0 ? -1 : this.#goid[g] || -1;
  }

  protected override grown(capacity: number): void {
    this.#goid = grow(this.#goid, capacity);
  }
}
