/**
 * How a thread ends (Go 1.10). A thread cannot free the stack that it runs on, so it leaves its M on a
 * list, sched.freem, with a flag that says whether it still needs the stack; whoever makes the next M walks
 * the list and reaps those that are done. Meanwhile others walk allm without a lock.
 */
import { FREE_WAIT, THREAD_STATES } from '../../model/index.ts';
import type { History } from '../history.ts';
import { flag, number, oneOf, pointer, type Thing } from '../layout.ts';
import { code, fn, type Item, idle, type Label, label, pick, step, type Thread, wait } from '../program.ts';
import { type Law, TODAY } from '../rules.ts';
import { threadFields, World } from '../world.ts';

interface Stack extends Thing {
  isUsed: boolean;
}

/** An M: the thread, and the struct that others hold in their hands. */
interface M extends Thread {
  state: number;
  freeWait: number;
  alllink: M | undefined;
  freelink: M | undefined;
  g0stack: Stack | undefined;
  /** Its thread goes through instructions that need a stack. */
  onStack: boolean;
  /** It was done before the walk of the list that now goes on. */
  isDue: boolean;
  /** It was on allm when the walk of allm began, and has been since. */
  isThere: boolean;
  isSeen: boolean;
  /** What a thread has in its registers: an M that it looks at, the list that it makes, the M that it made. */
  at: M | undefined;
  list: M | undefined;
}

interface Sched {
  lock: boolean;
  allm: M | undefined;
  freem: M | undefined;
  /** Ms that were missed by who walked allm. */
  missed: number;
}

const STATE = Object.fromEntries(THREAD_STATES.map((name, index) => [name, index])) as Record<
  (typeof THREAD_STATES)[number],
  number
>;
const FREE = Object.fromEntries(FREE_WAIT.map((name, index) => [name, index])) as Record<
  (typeof FREE_WAIT)[number],
  number
>;

interface Settings {
  readonly law: Law;
  /** The flag is heeded: an M whose thread still needs its stack is kept. */
  readonly waits?: boolean;
  /** allocm walks the list at all. */
  readonly reaps?: boolean;
  /** sched.freem is linked through alllink, as if that were free once the M is off allm. */
  readonly oneLink?: boolean;
  /** The system made the stack of each thread, and takes it back. */
  readonly osStack?: boolean;
}

/** A thread that makes threads, two that are made and end at once, and one that counts them all without a lock. */
function threadWorld({
  law,
  waits = true,
  reaps = true,
  oneLink = false,
  osStack = false,
}: Settings): World<M> {
  const world = new World<M>(law);
  const { layout, rules } = world;
  const stacks: readonly Stack[] = layout.many<Stack>('stack', 2, { isUsed: flag() });
  const ms: readonly M[] = layout.many<M>('M', 4, {
    ...threadFields(),
    state: oneOf(THREAD_STATES),
    freeWait: oneOf(FREE_WAIT),
    onStack: flag(),
    isDue: flag(),
    isThere: flag(),
    isSeen: flag(),
    alllink: pointer(() => ms),
    freelink: pointer(() => ms),
    g0stack: pointer(() => stacks),
    at: pointer(() => ms),
    list: pointer(() => ms),
  });
  const sched = layout.one<Sched>('sched', {
    lock: flag(),
    allm: pointer(() => ms),
    freem: pointer(() => ms),
    missed: number(),
  });
  world.threads = ms;
  const [maker, walker] = [ms[0], ms[1]] as [M, M];

  const link: 'alllink' | 'freelink' = oneLink ? 'alllink' : 'freelink';
  const row = {
    make: rules.row('thread/make'),
    start: rules.row('thread/start'),
    exit: rules.row('thread/exit'),
    list: rules.row('thread/list'),
    done: rules.row('thread/done'),
    reap: rules.row('thread/reap'),
    keep: rules.row('thread/keep'),
    inTheEnd: rules.row('thread/reaped-in-the-end'),
    g0: rules.row('thread/g0-stack'),
  };

  /** Takes an M through a row. */
  const becomes = (mp: M, index: number): void => {
    const { from, to } = rules.rows[index]!;
    const now = THREAD_STATES[mp.state] as string;
    rules.ask(index, from?.includes(now) ?? false, () => `its thread is ${now}`);
    mp.state = STATE[to as keyof typeof STATE];
  };
  const lock = (): Item<M> =>
    wait(
      'lock(&sched.lock)',
      () => !sched.lock,
      () => {
        sched.lock = true;
      },
    );
  const at = (m: M): M => m.at as M;
  const toFreem = (statement: string): Item<M> =>
    step(statement, (m) => {
      m[link] = sched.freem;
    });

  /** The life of a thread that is made to end. */
  const life = world.programs.add<M>(
    fn<M>(
      'proc.go',
      'mstart1',
      step('gp.sched.g = guintptr(unsafe.Pointer(gp))', (m) => {
        becomes(m, row.start);
        m.onStack = true;
        rules.tell('mstart', m, { a: m, ...(m.g0stack === undefined ? {} : { b: m.g0stack }) });
      }),
    ),
    fn<M>(
      'proc.go',
      'mexit',
      step('mp := getg().m', (m) => {
        becomes(m, row.exit);
        rules.tell('mexit', m, { a: m });
      }),
      lock(),
      step('*pprev = mp.alllink', (m) => {
        unlink(sched, m);
        m.isThere = false;
      }),
      step('mp.freeWait.Store(freeMWait)', (m) => {
        m.freeWait = FREE.freeMWait;
      }),
      oneLink ? code<M>('mexit', toFreem('mp.alllink = sched.freem')) : toFreem('mp.freelink = sched.freem'),
      step('sched.freem = mp', (m) => {
        sched.freem = m;
        becomes(m, row.list);
        rules.tell('freemadd', m, { a: m, ...(m.g0stack === undefined ? {} : { b: m.g0stack }) });
      }),
      step('unlock(&sched.lock)', () => {
        sched.lock = false;
      }),
    ),
    osStack
      ? fn<M>(
          'proc.go',
          'mexit',
          step('mp.freeWait.Store(freeMRef)', (m) => {
            becomes(m, row.done);
            m.freeWait = FREE.freeMRef;
            rules.tell('exitthread', m, { a: m, b: FREE.freeMRef });
          }),
          step('return', () => undefined),
        )
      : fn<M>(
          'sys_linux_amd64.s',
          'exitThread',
          step('MOVL $0, (AX)', (m) => {
            becomes(m, row.done);
            m.onStack = false;
            m.freeWait = FREE.freeMStack;
            rules.tell('exitthread', m, { a: m, b: FREE.freeMStack });
          }),
        ),
    code<M>(
      'the system',
      step('the thread is gone', (m) => {
        m.onStack = false;
      }),
    ),
  );

  /** allocm, again and again; first it reaps those that are done. */
  const [again, walk, walked, kept] = [label(), label(), label(), label()];
  const reaping: Item<M>[] = fn<M>(
    'proc.go',
    'allocm',
    step('if sched.freem != nil {', () => (sched.freem === undefined ? walked : undefined)),
    lock(),
    step('for freem := sched.freem; freem != nil; {', (m) => {
      m.at = sched.freem;
    }),
    walk,
    step('wait := freem.freeWait.Load()', (m) => {
      if (m.at === undefined) return kept;
      const { freeWait } = m.at;
      if (!waits || freeWait !== FREE.freeMWait) return reap;
      rules.allow(row.keep);
      rules.tell('reapkeep', m, { a: m.at, b: freeWait });
      return undefined;
    }),
    step('newList = freem', (m) => {
      at(m).isDue = false;
      const next = at(m)[link];
      at(m)[link] = m.list;
      m.list = m.at;
      m.at = next;
      return walk;
    }),
  );
  const reap: Label = label();
  const reaped: Item<M>[] = [
    reap,
    fn<M>(
      'proc.go',
      'allocm',
      step('stackfree(freem.g0.stack)', (m) => {
        const mp = at(m);
        rules.tell('reap', m, { a: mp, b: mp.freeWait });
        becomes(mp, row.reap);
        const stack = mp.g0stack;
        if (stack !== undefined) {
          rules.ask(row.g0, mp.state === STATE.reaped, () => 'its M was not reaped');
          rules.tell('stackfree', m, { a: stack, stack: 1 });
          stack.isUsed = false;
        }
        mp.g0stack = undefined;
        mp.isDue = false;
      }),
      step('freem = freem.freelink', (m) => {
        const mp = at(m);
        m.at = mp[link];
        mp[link] = undefined;
        return walk;
      }),
      kept,
      step('sched.freem = newList', (m) => {
        sched.freem = m.list;
        m.list = undefined;
      }),
      step('unlock(&sched.lock)', () => {
        sched.lock = false;
      }),
    ),
  ];
  const making: Item<M>[] = [
    fn<M>(
      'proc.go',
      'allocm',
      pick<M, M>(
        'mp := &new(mPadded).m',
        ms,
        // Memory that somebody points at is not given out again.
        (_, mp) =>
          (mp.state === STATE.unknown || mp.state === STATE.reaped) &&
          mp.pc === 0 &&
          ms.every((m) => m.at !== mp && m.alllink !== mp),
        (m, mp) => {
          m.at = mp;
          mp.alllink = undefined;
          mp.freeWait = FREE.freeMStack;
        },
      ),
    ),
    fn<M>(
      'proc.go',
      'mcommoninit',
      step('mp.alllink = allm', (m) => {
        at(m).alllink = sched.allm;
      }),
      step('atomicstorep(unsafe.Pointer(&allm), unsafe.Pointer(mp))', (m) => {
        sched.allm = at(m);
        becomes(at(m), row.make);
        rules.tell('allocm', m, { a: at(m), b: at(m) });
        const due = ms.find((mp) => mp.isDue);
        rules.ask(row.inTheEnd, due === undefined, () => 'an M that was done was neither reaped nor kept');
      }),
    ),
    fn<M>(
      'proc.go',
      'allocm',
      osStack
        ? step('mp.g0 = malg(-1)', (m) => start(m))
        : pick<M, Stack>(
            'mp.g0 = malg(16384 * sys.StackGuardMultiplier)',
            stacks,
            (_, stack) => !stack.isUsed,
            (m, stack) => {
              rules.tell('stackalloc', m, { a: stack, stack: 1 });
              stack.isUsed = true;
              at(m).g0stack = stack;
              return start(m);
            },
          ),
    ),
  ];
  const start = (m: M): Label => {
    at(m).pc = life.pc;
    m.at = undefined;
    return again;
  };

  world.start(
    [
      again,
      fn<M>(
        'proc.go',
        'allocm',
        step('allocmLock.rlock()', (m) => {
          rules.tell('allocmbegin', m, {});
          for (const mp of ms) mp.isDue = mp.state === STATE.exited;
        }),
      ),
      reaps ? [reaping, reaped] : [],
      walked,
      making,
    ],
    maker,
  );
  const counting = world.start(countThreads(ms, sched), walker);
  world.begin(() => {
    maker.state = STATE.started;
    walker.state = STATE.started;
  });
  world.alwaysHolds('the stack that a thread runs on is its own', () =>
    ms.every((m) => !m.onStack || osStack || (m.g0stack?.isUsed ?? false)),
  );
  world.alwaysHolds('who walks allm sees every thread that is there all along', () => sched.missed === 0);
  world.sometimesHolds('a thread is reaped', () => ms.some((m) => m.state === STATE.reaped));
  if (!osStack)
    world.sometimesHolds('somebody walks by an M that is off the list', () =>
      ms.some((m) => m.pc >= counting.pc && m.at?.state === STATE.exited),
    );
  return world;
}

/** NumCgoCall: it goes along allm, and nobody waits for it. */
function countThreads(ms: readonly M[], sched: Sched): Item<M>[] {
  const [again, next, done] = [label(), label(), label()];
  const look = (m: M): Label => {
    if (m.at === undefined) return done;
    m.at.isSeen = true;
    return next;
  };
  return [
    again,
    fn<M>(
      'debug.go',
      'NumCgoCall',
      idle(
        'for mp := (*m)(atomic.Loadp(unsafe.Pointer(&allm))); mp != nil; mp = mp.alllink {',
        () => sched.allm !== undefined,
        (m) => {
          for (let mp = sched.allm; mp !== undefined; mp = mp.alllink) mp.isThere = true;
          m.at = sched.allm;
          return look(m);
        },
      ),
      next,
      step('n += int64(mp.ncgocall)', (m) => {
        m.at = m.at?.alllink;
        return look(m);
      }),
      done,
      step('return n', () => {
        sched.missed = ms.some((mp) => mp.isThere && !mp.isSeen) ? 1 : 0;
        for (const mp of ms) {
          mp.isThere = false;
          mp.isSeen = false;
        }
        return again;
      }),
    ),
  ];
}

/** Takes an M off allm, wherever it is on it. */
function unlink(sched: Sched, mp: M): void {
  if (sched.allm === mp) sched.allm = mp.alllink;
  else
    for (let at = sched.allm; at !== undefined; at = at.alllink)
      if (at.alllink === mp) at.alllink = mp.alllink;
}

const WITHOUT_FLAG: Law = {
  release: 'go1.26',
  lift: {
    'thread/reap': 'nobody said when a thread is off its stack',
    'thread/done': 'a thread may be reaped before it says so',
  },
};

export const threadExit: History = {
  name: 'thread-exit',
  summary:
    'a thread cannot free the stack that it runs on: it leaves that to whoever makes the next thread, and says when it is off',
  commit: 'eff2b2620d',
  issues: [14592, 20395],
  variants: [
    {
      name: 'broken',
      text: 'reaped at sight: the stack is freed under a thread that still runs on it',
      finds: 'always',
      fault: 'freem-early',
      today: false,
      world: () => threadWorld({ law: WITHOUT_FLAG, waits: false }),
    },
    {
      name: 'early',
      text: "the same by today's rows, as the seeded fault freem-early shows it",
      finds: 'thread/reap',
      fault: 'freem-early',
      today: true,
      world: () => threadWorld({ law: TODAY, waits: false }),
    },
    {
      name: 'never',
      text: 'nobody walks the list: threads that are done are never reaped, as with the seeded fault freem-leak',
      finds: 'thread/reaped-in-the-end',
      fault: 'freem-leak',
      today: true,
      world: () => threadWorld({ law: TODAY, reaps: false }),
    },
    {
      name: 'one-link',
      text: 'the list is linked through alllink: who walks allm meanwhile strays onto it, and misses threads',
      finds: 'always',
      today: false,
      world: () => threadWorld({ law: TODAY, oneLink: true }),
    },
    {
      name: 'mended',
      text: 'the flag is heeded: an M is reaped when its thread is off its stack, and kept until then',
      today: true,
      world: () => threadWorld({ law: TODAY }),
    },
    {
      name: 'os-stack',
      text: 'the system owns the stacks: the M is reaped when its thread says so, and no stack is freed',
      today: true,
      world: () => threadWorld({ law: TODAY, osStack: true }),
    },
  ],
};
