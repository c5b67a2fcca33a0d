/**
 * The stack cache of a P, edited by a goroutine on its own stack. No lock guards the cache: whoever
 * runs on the P has it. But a goroutine may be preempted at any call, and go on with another P
 * while it holds the cache of the first; and a call may find the stack too small, and growing it
 * takes a stack out of the cache that is being edited. The system stack knows neither.
 */
import type { History } from '../history.ts';
import { pointer } from '../layout.ts';
import { code, either, fn, type Item, type Label, label, step } from '../program.ts';
import { type Law, TODAY } from '../rules.ts';
import {
  gpOf,
  makeRunnable,
  preempt,
  type ResumedG,
  type ResumingM,
  resumedGFields,
  runGoroutines,
} from '../runtime/goroutine-thread.ts';
import {
  type CacheG,
  type CacheM,
  type CacheP,
  isOn,
  type Pool,
  type Stack,
  StackCache,
} from '../runtime/stack-cache.ts';
import { holds, StatusWord } from '../runtime/status-word.ts';
import { threadFields, World } from '../world.ts';

interface G extends ResumedG, CacheG {
  stack: Stack | undefined;
}

interface M extends ResumingM, CacheM {
  gp: G | undefined;
}

/** Before the commit nobody asked which stack the cache was edited on. */
const LAW_2016: Law = {
  release: 'go1.26',
  lift: {
    'stack/system-stack': 'stackfree was called from user stacks',
    'stackcache/refill': 'and so were those that edit the cache',
    'stackcache/release': 'and so were those that edit the cache',
  },
};

interface Settings {
  readonly law: Law;
  readonly onG0: boolean;
  /** What may happen where a function is called on a user stack. */
  readonly mayPreempt?: boolean;
  readonly mayGrow?: boolean;
  readonly threads?: number;
}

/** Goroutines that take and free stacks for others, on threads that have a P each. */
function stackWorld({ law, onG0, mayPreempt = false, mayGrow = false, threads = 2 }: Settings): World<M> {
  const world = new World<M>(law);
  const { layout } = world;
  const stacks: readonly Stack[] = layout.many<Stack>('stack', threads === 1 ? 6 : 3 * threads, {
    next: pointer(() => stacks),
    owner: pointer(() => gs),
  });
  const ps: readonly CacheP[] = layout.many<CacheP>('P', threads, { stackcache: pointer(() => stacks) });
  const gs: readonly G[] = layout.many<G>('G', threads, {
    ...resumedGFields(() => ms),
    c: pointer(() => ps),
    x: pointer(() => stacks),
    y: pointer(() => stacks),
    spare: pointer(() => stacks),
    stack: pointer(() => stacks),
  });
  const ms: readonly M[] = layout.many<M>('M', threads, {
    ...threadFields(),
    gp: pointer(() => gs),
    p: pointer(() => ps),
  });
  const pool = layout.one<Pool>('pool', { free: pointer(() => stacks) });
  world.threads = ms;

  const status = new StatusWord<M>(world, () => gs);
  const [top, work] = [label(), label()];
  const prologue = (_: string, on: Label): Item<M>[] => {
    if (onG0 || !(mayPreempt || mayGrow)) return [];
    const [preempted, grows] = [label(), label()];
    return [
      code<M>(
        'morestack',
        either(
          'is there room on this stack?',
          on,
          ...(mayPreempt ? [preempted] : []),
          ...(mayGrow ? [grows] : []),
        ),
      ),
      preempted,
      preempt(status, on, top),
      grows,
      grow(on),
    ];
  };
  const cache: StackCache<M> = new StackCache<M>(world, pool, onG0, prologue);
  const grow = growth(world, cache);
  world.start(
    [runGoroutines(status, gs, top, work), work, useStacks(cache, work, top, status, grow, mayGrow || onG0)],
    ...ms,
  );
  world.begin(() => {
    makeRunnable(gs);
    for (const [n, stack] of stacks.entries()) {
      if (n < gs.length) {
        stack.owner = gs[n];
        (gs[n] as G).stack = stack;
      } else {
        stack.next = pool.free;
        pool.free = stack;
      }
    }
    for (const [n, m] of ms.entries()) m.p = ps[n];
  });
  world.alwaysHolds('a stack that nobody has is in the pool or in one cache', () =>
    noneLost(stacks, ps, gs, pool),
  );
  world.sometimesHolds('both goroutines are in the middle of it at once', () =>
    gs.every((gp) => gp.c !== undefined),
  );
  return world;
}

/** A goroutine takes a stack for another, and frees it again. */
function useStacks(
  cache: StackCache<M>,
  work: Label,
  top: Label,
  status: StatusWord<M>,
  grow: (on: Label) => Item<M>[],
  mayGrow: boolean,
): Item<M>[] {
  const [on, yields, grows, free] = [label(), label(), label(), label()];
  return [
    code<M>(
      'main.work',
      either('goes on, lets another run, or runs short of stack', on, yields, ...(mayGrow ? [grows] : [])),
    ),
    yields,
    preempt(status, on, top),
    grows,
    grow(on),
    on,
    code<M>(
      'main.work',
      step('a goroutine begins, or one ended', (m) => ((m.gp as G).spare === undefined ? undefined : free)),
    ),
    cache.stackalloc(work),
    free,
    cache.stackfree(work),
  ];
}

/** newstack, which works on g0: it takes a stack out of the cache at hand, and puts the old one into it. */
function growth(world: World<M>, cache: StackCache<M>) {
  const { rules } = world;
  const row = {
    grow: rules.row('stack/grow'),
    copyOwned: rules.row('stack/copy-owned'),
    copy: rules.row('stack/copy'),
    inUse: rules.row('stack/free-in-use'),
  };
  return (on: Label): Item<M>[] =>
    fn<M>(
      'stack.go',
      'newstack',
      step('copystack(gp, newsize)', (m) => {
        const gp = gpOf(m) as G;
        const old = gp.stack as Stack;
        rules.ask(row.grow, holds(m, gp), () => 'it does not run here');
        rules.tell('newstack', m, { g: gp });
        rules.ask(row.copyOwned, holds(m, gp), () => 'it does not run here');
        rules.ask(row.copy, old.owner === gp, () => 'the old stack is not its own');
        rules.tell('copystackbegin', m, { g: gp, a: old });
        const taken = cache.takeAtOnce(m, m.p as CacheP);
        // The pool is empty: for this small world, it finds that there was room.
        if (taken === undefined) return on;
        rules.tell('copystackend', m, { g: gp, a: taken });
        gp.stack = taken;
        rules.ask(row.inUse, gp.stack !== old, () => 'it still runs on it');
        cache.putAtOnce(m, m.p as CacheP, old);
        return on;
      }),
    );
}

/** Told only while nobody is in the middle of something. */
function noneLost(stacks: readonly Stack[], ps: readonly CacheP[], gs: readonly G[], pool: Pool): boolean {
  for (let i = 0; i < gs.length; i++) if ((gs[i] as G).c !== undefined) return true;
  for (let i = 0; i < stacks.length; i++) {
    const stack = stacks[i] as Stack;
    let places = stack.owner === undefined ? 0 : 1;
    if (isOn(pool.free, stack)) places++;
    for (let p = 0; p < ps.length; p++) if (isOn((ps[p] as CacheP).stackcache, stack)) places++;
    if (places !== 1) return false;
  }
  return true;
}

export const systemstack: History = {
  name: 'systemstack',
  summary:
    'stackfree ran on a user stack: the goroutine could lose the P whose stack cache it was editing, and its stack could grow by that cache',
  commit: '6a86dbe75f',
  issues: [15853],
  variants: [
    {
      name: 'broken',
      text: 'on a user stack, with preemption at every call: two goroutines edit the cache of one P',
      finds: 'stack/alloc',
      fault: 'stackcache-preempted',
      today: false,
      world: () => stackWorld({ law: LAW_2016, onG0: false, mayPreempt: true }),
    },
    {
      name: 'grown',
      text: 'on a user stack that grows in the middle: what growth put into the cache is lost',
      finds: 'always',
      fault: 'stackfree-user-stack',
      today: false,
      world: () => stackWorld({ law: LAW_2016, onG0: false, mayGrow: true, threads: 1 }),
    },
    {
      name: 'user-stack',
      text: "the same by today's rows: refused where the cache is first changed",
      finds: 'stackcache/refill',
      today: true,
      world: () => stackWorld({ law: TODAY, onG0: false, mayPreempt: true }),
    },
    {
      name: 'mended',
      text: 'on the system stack: nothing preempts it, and it does not grow',
      today: true,
      world: () => stackWorld({ law: TODAY, onG0: true }),
    },
  ],
};
