/**
 * shrinkstack against the netpoller. In 2014 the collector shrank stacks while the world was
 * stopped: nobody ran, so nobody could change a goroutine's status between reading and changing
 * it. But stopping the world does not stop sysmon, which polls the network and makes goroutines
 * runnable; casgstatus then waited for a status that nobody would bring back.
 */
import type { FineRow } from '../../model/index.ts';
import { SCAN, WORD } from '../../probe/words.ts';
import type { History } from '../history.ts';
import { flag, oneOf, pointer } from '../layout.ts';
import { code, either, fn, type Item, type Label, label, pick, step } from '../program.ts';
import { type Law, TODAY } from '../rules.ts';
import { netpollblock, netpoller, netpollwoken, type PollG, pollField, RG } from '../runtime/netpoll.ts';
import { inHand, Scheduler, schedGFields } from '../runtime/scheduler.ts';
import { STATUS_NAMES, StatusWord } from '../runtime/status-word.ts';
import { type MovedG, resumeG, StackMover, type SuspendM, suspendG } from '../runtime/suspend.ts';
import { type Sched, schedFields, stoppableFields, WorldStop } from '../runtime/world-stop.ts';
import { threadFields, World } from '../world.ts';

interface G extends PollG, MovedG {
  /** The collector was here in this cycle. */
  scanned: boolean;
}

interface M extends SuspendM {
  gp: G | undefined;
}

const COPYSTACK = WORD.copystack;

/** Rows of 2014: a stack was copied under a status of its own, by whoever had stopped the world. */
const ROWS_2014: readonly FineRow[] = ['waiting', 'runnable'].flatMap((word) => [
  {
    id: `2014/copystack-${word}`,
    family: 'status word',
    from: [word],
    to: 'copystack',
    by: ['shrinkstack', 'casgcopystack'],
    text: `the collector copies the stack of a goroutine that is ${word} while the world is stopped`,
    cite: [],
  },
  {
    id: `2014/copied-${word}`,
    family: 'status word',
    from: ['copystack'],
    to: word,
    by: ['shrinkstack'],
    text: `a goroutine whose stack was copied is ${word} again`,
    cite: [],
  },
]);

const LAW_2014: Law = {
  release: 'go1.26',
  add: ROWS_2014,
  lift: {
    'status/own-thread': 'the collector changed the status of goroutines that ran nowhere',
    'status/wait': 'who found another status waited, for whatever it was',
    'schedule/netpoll': 'the netpoller could come upon a stack that was being copied, and waited',
  },
};

/** What follows when one goroutine was looked at. */
type After = (m: M) => Label;

/** Go before the commit: the status is read, then changed. */
function shrinkstackBefore(status: StatusWord<M>, after: After): Item<M>[] {
  return code<M>(
    'shrinkstack',
    step('oldstatus = readgstatus(gp) &^ _Gscan', (m) => {
      m.s = inHand(m).status;
    }),
    status.cas(
      'casgstatus(gp, oldstatus, _Gcopystack)',
      inHand,
      (m) => m.s,
      () => COPYSTACK,
    ),
    copyAndRestore(status, after),
  );
}

/** The commit: it may be waiting or runnable, whichever it is at the moment of the swap. */
function shrinkstackAfter(status: StatusWord<M>, after: After): Item<M>[] {
  const again = label();
  return [
    code<M>(
      'casgcopystack',
      again,
      step('oldstatus := readgstatus(gp) &^ _Gscan', (m) => {
        m.s = inHand(m).status;
      }),
      status.try(
        'if cas(&gp.atomicstatus, oldstatus, _Gcopystack) {',
        inHand,
        (m) => m.s,
        () => COPYSTACK,
        again,
      ),
    ),
    code<M>('shrinkstack', copyAndRestore(status, after)),
  ];
}

function copyAndRestore(status: StatusWord<M>, after: After): Item<M>[] {
  return [
    step('copystack(gp, newsize)', (m) => {
      (inHand(m) as G).moving = true;
    }),
    status.cas(
      'casgstatus(gp, _Gcopystack, oldstatus)',
      inHand,
      () => COPYSTACK,
      (m) => m.s,
      (m) => {
        (inHand(m) as G).moving = false;
        m.s = 0;
        return after(m);
      },
    ),
  ];
}

/** What lets go of the goroutine there is no function of Go's; that alone is not the fault. */
const LAW_UNOWNED: Law = {
  release: 'go1.26',
  add: [
    {
      id: 'fault/copystack-unowned',
      family: 'status word',
      from: ['scan waiting'],
      to: 'waiting',
      by: ['gotwin_copystack'],
      text: 'the fault lets go of the goroutine before it copies its stack',
      cite: [],
    },
  ],
};

/** `--fault copystack-unowned`: today's collector, which lets go of the goroutine and changes its status as in 2014. */
function shrinkstackUnowned({ status }: Scheduler<M>, mover: StackMover<M>): Item<M>[] {
  const owned = label();
  return [
    code<M>(
      'gotwin_copystack',
      step('if readgstatus(gp) != _Gscanwaiting {', (m) => (m.s === WORD.waiting ? undefined : owned)),
      status.cas(
        'casfrom_Gscanstatus(gp, _Gscanwaiting, _Gwaiting)',
        inHand,
        () => WORD.waiting | SCAN,
        () => WORD.waiting,
      ),
      step('usleep(DELAY_US)', () => undefined),
      status.casgstatus('casgstatus(gp, _Gwaiting, _Gcopystack)', inHand),
    ),
    owned,
    mover.copystack(),
  ];
}

interface Parts {
  readonly gs: readonly G[];
  readonly stop: WorldStop<M>;
  readonly scheduler: Scheduler<M>;
  readonly mover: StackMover<M>;
}
type Collector = (parts: Parts) => Item<M>[];

interface Settings {
  readonly law: Law;
  readonly collector: Collector;
  /** casgstatus throws when it waits for Gwaiting and finds Grunnable. */
  readonly throws?: boolean;
  /** Goroutines grow their stacks, and stop where they are asked to. */
  readonly suspendable?: boolean;
  readonly goroutines?: number;
}

/** Goroutines that wait for the network, two threads that run them, a collector, sysmon. */
function copystackWorld({
  law,
  collector,
  throws = true,
  suspendable = false,
  goroutines = 2,
}: Settings): World<M> {
  const world = new World<M>(law);
  const { layout } = world;
  const gs: readonly G[] = layout.many<G>('G', goroutines, {
    ...schedGFields(() => ms),
    ...pollField(),
    scanned: flag(),
    moving: flag(),
  });
  const ms: readonly M[] = layout.many<M>('M', 4, {
    ...threadFields(),
    ...stoppableFields(),
    gp: pointer(() => gs),
    s: oneOf(STATUS_NAMES),
    stopped: flag(),
  });
  const sched = layout.one<Sched>(
    'sched',
    schedFields(() => ms),
  );
  world.threads = ms;

  const stop = new WorldStop<M>(world, sched);
  const status = new StatusWord<M>(world, () => gs, throws);
  const scheduler = new Scheduler<M>({ world, gs, sched, stop, status });
  const mover = new StackMover<M>(world);
  const [first, second, third, fourth] = ms as [M, M, M, M];
  world.start(
    scheduler.loop((top) => serve(scheduler, top, suspendable ? mover : undefined)),
    first,
    second,
  );
  world.start(collector({ gs, stop, scheduler, mover }), third);
  world.start(netpoller(scheduler, gs), fourth);
  world.begin(() => {
    for (const gp of gs) {
      gp.status = WORD.runnable;
      gp.queued = true;
    }
  });
  world.alwaysHolds('nobody runs on a stack that is being moved', () =>
    gs.every((gp) => !gp.moving || gp.status !== WORD.running),
  );
  world.sometimesHolds('a stack is moved while its goroutine waits for the network', () =>
    gs.some((gp) => gp.moving && gp.rg === RG.gp),
  );
  world.sometimesHolds('the netpoller wakes a goroutine whose stack is being moved', () =>
    gs.some((gp) => gp.moving && gp.rg === RG.pdReady),
  );
  return world;
}

/** A goroutine that serves a connection: it reads, calls, and is preempted where it calls. */
function serve(scheduler: Scheduler<M>, top: Label, mover: StackMover<M> | undefined): Item<M>[] {
  const [work, block, yields, stops, grows] = [label(), label(), label(), label(), label()];
  return [
    netpollwoken(),
    work,
    code<M>('main.serve', either('conn.Read, or a call', block, yields, ...(mover ? [stops, grows] : []))),
    block,
    netpollblock(scheduler, top, work),
    yields,
    scheduler.gosched(top),
    ...(mover === undefined
      ? []
      : [
          stops,
          fn<M>(
            'stack.go',
            'newstack',
            step('if gp.preemptStop {', (m) => (inHand(m).preemptStop ? undefined : work)),
          ),
          scheduler.preemptPark(top),
          grows,
          mover.newstack(scheduler, () => work),
        ]),
  ];
}

/** 2014: the whole collection with the world stopped. */
function stoppedCollector(shrink: (status: StatusWord<M>, after: After) => Item<M>[]): Collector {
  return ({ gs, stop, scheduler }) => {
    const [again, next, done] = [label(), label(), label()];
    return [
      again,
      stop.stop(2),
      next,
      code<M>('gc', eachGoroutine('for _, gp := range allgs {', gs)),
      shrink(scheduler.status, afterEach(gs, next, done)),
      done,
      stop.start(() => again),
    ];
  };
}

/** Today: goroutines run meanwhile, and who is looked at is held by its scan bit. */
function concurrentCollector(shrink: (parts: Parts) => Item<M>[]): Collector {
  return (parts) => {
    const { gs, scheduler } = parts;
    const next = label();
    return [
      next,
      fn<M>('mgcmark.go', 'markroot', eachGoroutine('gp := work.stackRoots[i-work.baseStacks]', gs)),
      suspendG(scheduler, next),
      shrink(parts),
      resumeG(scheduler, afterEach(gs, next, next)),
    ];
  };
}

function eachGoroutine(statement: string, gs: readonly G[]): Item<M> {
  return pick<M, G>(
    statement,
    gs,
    (_, gp) => !gp.scanned,
    (m, gp) => {
      m.gp = gp;
      gp.scanned = true;
    },
  );
}

/** On with the next goroutine; when all were looked at, with what comes then. */
function afterEach(gs: readonly G[], next: Label, done: Label): After {
  return (m) => {
    m.gp = undefined;
    if (gs.some((gp) => !gp.scanned)) return next;
    for (const gp of gs) gp.scanned = false;
    return done;
  };
}

export const copystack: History = {
  name: 'copystack',
  summary:
    'shrinkstack read the status of a goroutine, then changed it; in between, the netpoller made it runnable, which a stopped world does not keep it from',
  commit: '2b62e1eaec',
  issues: [9186],
  variants: [
    {
      name: 'broken',
      text: 'Go before the commit: casgstatus waits for a status that never comes back',
      finds: 'wedge',
      fault: 'copystack-stw',
      today: false,
      world: () =>
        copystackWorld({ law: LAW_2014, throws: false, collector: stoppedCollector(shrinkstackBefore) }),
    },
    {
      name: 'thrown',
      text: 'the same, with the throw that casgstatus got later: it says what it would wait for',
      finds: 'throw',
      fault: 'copystack-stw',
      today: false,
      world: () => copystackWorld({ law: LAW_2014, collector: stoppedCollector(shrinkstackBefore) }),
    },
    {
      name: 'mended',
      text: 'the commit: casgcopystack takes the goroutine as it is, waiting or runnable',
      today: false,
      world: () => copystackWorld({ law: LAW_2014, collector: stoppedCollector(shrinkstackAfter) }),
    },
    {
      name: 'unowned',
      text: "the seeded fault: today's collector lets go of the scan bit, and changes the status as in 2014",
      finds: 'status/copystack',
      fault: 'copystack-unowned',
      today: true,
      world: () =>
        copystackWorld({
          law: LAW_UNOWNED,
          suspendable: true,
          collector: concurrentCollector(({ scheduler, mover }) => shrinkstackUnowned(scheduler, mover)),
        }),
    },
    {
      name: 'scan-bit',
      text: 'Go 1.26: who holds the scan bit owns status and stack; everybody else waits for it to be cleared',
      today: true,
      world: () =>
        copystackWorld({
          law: TODAY,
          suspendable: true,
          collector: concurrentCollector(({ mover }) => mover.shrinkstack()),
        }),
    },
    {
      name: 'scan-bit-3',
      text: 'the same with three goroutines',
      today: true,
      isLarge: true,
      world: () =>
        copystackWorld({
          law: TODAY,
          suspendable: true,
          goroutines: 3,
          collector: concurrentCollector(({ mover }) => mover.shrinkstack()),
        }),
    },
  ],
};
