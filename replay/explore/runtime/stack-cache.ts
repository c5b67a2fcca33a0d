/** The stack cache of a P and the pool behind it: stackalloc and stackfree as they are, to be run on one stack or another. */
import type { Thing } from '../layout.ts';
import { fn, type Item, type Label, label, step, type Thread, wait } from '../program.ts';
import type { World } from '../world.ts';

export interface Stack extends Thing {
  /** In a list of free stacks. */
  next: Stack | undefined;
  owner: CacheG | undefined;
}

export interface CacheP extends Thing {
  stackcache: Stack | undefined;
}

/** What is in a goroutine's registers while it is in stackalloc or stackfree, wherever it goes on. */
export interface CacheG extends Thing {
  c: CacheP | undefined;
  x: Stack | undefined;
  /** The stack in the hands of stackcacherelease. */
  y: Stack | undefined;
  /** A stack that it took, for a goroutine that it makes. */
  spare: Stack | undefined;
}

export interface CacheM extends Thread {
  gp: CacheG | undefined;
  p: CacheP | undefined;
}

export interface Pool {
  free: Stack | undefined;
}

/** Stacks that the cache of a P holds before some go back to the pool. */
const CACHE_SIZE = 2;
/** Flags of a record: which stack it was written on. */
const ON = { system: 1, user: 3 } as const;

/** A call that checks the stack first: there a goroutine may be preempted, or its stack moved, unless it is on g0. */
export type Prologue<M extends Thread> = (of: string, on: Label) => Item<M>[];

export class StackCache<M extends CacheM> {
  readonly #world: World<M>;
  readonly #pool: Pool;
  readonly #onG0: boolean;
  readonly #prologue: Prologue<M>;
  readonly #rows;

  constructor(world: World<M>, pool: Pool, onG0: boolean, prologue: Prologue<M>) {
    const { rules } = world;
    this.#world = world;
    this.#pool = pool;
    this.#onG0 = onG0;
    this.#prologue = prologue;
    this.#rows = {
      alloc: rules.row('stack/alloc'),
      free: rules.row('stack/free'),
      size: rules.row('stack/size'),
      system: rules.row('stack/system-stack'),
      refill: rules.row('stackcache/refill'),
      release: rules.row('stackcache/release'),
    };
  }

  /** Takes a stack out of the cache of the P that is at hand when it begins. */
  stackalloc(after: Label): Item<M>[] {
    const [refill, take] = [label(), label()];
    return [
      fn<M>(
        'stack.go',
        'stackalloc',
        step('c := thisg.m.p.ptr().mcache', (m) => {
          g(m).c = m.p;
        }),
        step('x = c.stackcache[order].list', (m) => {
          g(m).x = c(m).stackcache;
          return g(m).x === undefined ? undefined : take;
        }),
      ),
      this.#prologue('stackcacherefill', refill),
      refill,
      fn<M>(
        'stack.go',
        'stackcacherefill',
        wait(
          'c.stackcache[order].list = list',
          () => this.#pool.free !== undefined,
          (m) => {
            this.#onSystemStack(m, this.#rows.refill, 'stackcacherefill');
            this.refill(c(m));
          },
        ),
      ),
      fn<M>(
        'stack.go',
        'stackalloc',
        step('x = c.stackcache[order].list', (m) => {
          g(m).x = c(m).stackcache;
        }),
        take,
        step('c.stackcache[order].list = x.ptr().next', (m) => {
          c(m).stackcache = x(m).next;
        }),
        step('return stack{uintptr(v), uintptr(v) + uintptr(n)}', (m) => {
          this.#given(m, x(m));
          g(m).spare = x(m);
          g(m).x = undefined;
          g(m).c = undefined;
          return after;
        }),
      ),
    ];
  }

  /** Puts a stack back into the cache of the P that is at hand when it begins. */
  stackfree(after: Label): Item<M>[] {
    const [release, put] = [label(), label()];
    return [
      fn<M>(
        'stack.go',
        'stackfree',
        step('c := gp.m.p.ptr().mcache', (m) => {
          this.#taken(m, g(m).spare as Stack);
          g(m).x = g(m).spare;
          g(m).spare = undefined;
          g(m).c = m.p;
        }),
        step('if c.stackcache[order].size >= _StackCacheSize {', (m) =>
          lengthOf(c(m).stackcache) >= CACHE_SIZE ? undefined : put,
        ),
      ),
      this.#prologue('stackcacherelease', release),
      release,
      fn<M>(
        'stack.go',
        'stackcacherelease',
        step('x := c.stackcache[order].list', (m) => {
          this.#onSystemStack(m, this.#rows.release, 'stackcacherelease');
          g(m).y = c(m).stackcache;
        }),
        step('stackpoolfree(x, order)', (m) => {
          const freed = g(m).y;
          g(m).y = freed?.next;
          if (freed !== undefined) push(this.#pool, freed);
        }),
        step('c.stackcache[order].list = x', (m) => {
          c(m).stackcache = g(m).y;
          g(m).y = undefined;
        }),
      ),
      put,
      fn<M>(
        'stack.go',
        'stackfree',
        step('x.ptr().next = c.stackcache[order].list', (m) => {
          x(m).next = c(m).stackcache;
        }),
        step('c.stackcache[order].list = x', (m) => {
          c(m).stackcache = x(m);
          g(m).x = undefined;
          g(m).c = undefined;
          return after;
        }),
      ),
    ];
  }

  /** What stackcacherefill does to a cache, at once. */
  refill(cache: CacheP): void {
    let list: Stack | undefined;
    for (let n = 0; n < CACHE_SIZE && this.#pool.free !== undefined; n++) {
      const taken = this.#pool.free;
      this.#pool.free = taken.next;
      taken.next = list;
      list = taken;
    }
    cache.stackcache = list;
  }

  /** stackalloc on g0, at once: what newstack does in the middle of something else. */
  takeAtOnce(m: M, cache: CacheP): Stack | undefined {
    if (cache.stackcache === undefined) this.refill(cache);
    const taken = cache.stackcache;
    if (taken === undefined) return undefined;
    cache.stackcache = taken.next;
    this.#given(m, taken, true);
    return taken;
  }

  /** stackfree on g0, at once. */
  putAtOnce(m: M, cache: CacheP, stack: Stack): void {
    this.#taken(m, stack, true);
    stack.next = cache.stackcache;
    cache.stackcache = stack;
  }

  #given(m: M, stack: Stack, isOnG0 = this.#onG0): void {
    const { rules } = this.#world;
    rules.ask(this.#rows.system, isOnG0, () => 'stackalloc runs on a user stack');
    rules.allow(this.#rows.size);
    rules.ask(this.#rows.alloc, stack.owner === undefined, () => 'that stack is in use');
    rules.tell('stackalloc', m, { g: g(m), a: stack, stack: isOnG0 ? ON.system : ON.user });
    stack.owner = g(m);
    stack.next = undefined;
  }

  #taken(m: M, stack: Stack, isOnG0 = this.#onG0): void {
    const { rules } = this.#world;
    rules.ask(this.#rows.system, isOnG0, () => 'stackfree runs on a user stack');
    rules.allow(this.#rows.size);
    rules.ask(this.#rows.free, stack.owner !== undefined, () => 'that stack is free');
    rules.tell('stackfree', m, { g: g(m), a: stack, stack: isOnG0 ? ON.system : ON.user });
    stack.owner = undefined;
  }

  #onSystemStack(m: M, row: number, kind: 'stackcacherefill' | 'stackcacherelease'): void {
    const { rules } = this.#world;
    rules.ask(row, this.#onG0, () => `${kind} runs on a user stack`);
    rules.tell(kind, m, { stack: this.#onG0 ? ON.system : ON.user });
  }
}

const g = (m: CacheM): CacheG => m.gp as CacheG;
const c = (m: CacheM): CacheP => g(m).c as CacheP;
const x = (m: CacheM): Stack => g(m).x as Stack;

function push(list: Pool, stack: Stack): void {
  stack.next = list.free;
  list.free = stack;
}

/** A list that was broken may have no end. */
const LONGEST = 16;

function lengthOf(first: Stack | undefined): number {
  let length = 0;
  for (let at = first; at !== undefined && length < LONGEST; at = at.next) length++;
  return length;
}

export function isOn(list: Stack | undefined, stack: Stack): boolean {
  let length = 0;
  for (let at = list; at !== undefined && length < LONGEST; at = at.next, length++)
    if (at === stack) return true;
  return false;
}
