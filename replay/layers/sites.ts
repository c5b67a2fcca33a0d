/** What the function that asks for a change of status says about it, where the words alone say too little. */
import { AddressTable } from '../probe/address-table.ts';
import { type Functions, namesIn } from '../probe/functions.ts';

export const SITE = {
  other: 0,
  /** Goes to sleep: the trace has a GoBlock. */
  parks: 1,
  /** Hands over to a coroutine: the trace has a GoSwitch. */
  switches: 2,
  /** Left its syscall, found no P and becomes runnable. */
  findsNoP: 3,
} as const;

/**
 * Whatever else makes a running goroutine waiting (casGToWaiting, casGToWaitingForSuspendG) only lets
 * others scan its stack meanwhile: it goes on running where it is, and the trace says nothing.
 */
const FUNCTIONS: Readonly<Record<string, number>> = {
  park_m: SITE.parks,
  debugCallWrap: SITE.parks,
  debugCallWrap1: SITE.parks,
  debugCallWrap2: SITE.parks,
  coroswitch_m: SITE.switches,
  exitsyscallNoP: SITE.findsNoP,
};

export class Sites {
  readonly #functions: Functions;
  #site = new Uint8Array(1024);
  readonly #table = new AddressTable((capacity) => {
    const longer = new Uint8Array(capacity);
    longer.set(this.#site);
    this.#site = longer;
  });

  constructor(functions: Functions) {
    this.#functions = functions;
  }

  at(lo: number, hi: number): number {
    const known = this.#table.find(lo, hi);
    if (known >= 0) return this.#site[known] as number;
    const site = this.#look(lo, hi);
    const added = this.#table.add(lo, hi);
    if (added >= 0) this.#site[added] = site;
    return site;
  }

  #look(lo: number, hi: number): number {
    const part = namesIn(this.#functions.nameAt(lo, hi)).find((name) => Object.hasOwn(FUNCTIONS, name));
    return part === undefined ? SITE.other : (FUNCTIONS[part] as number);
  }
}
