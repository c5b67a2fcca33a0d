/**
 * Goexit called goexit. goexit is the stub that a goroutine returns to when its function is done, so
 * every traceback takes it for the end of the stack. Called from Goexit it lies in the middle: what is above
 * was never looked at, and a stack barrier that the collector had put there was left over.
 */
import { SCAN, WORD } from '../../probe/words.ts';
import type { History } from '../history.ts';
import { flag, number, oneOf, pointer } from '../layout.ts';
import { code, either, fn, type Item, type Label, label, step, wait } from '../program.ts';
import { type Law, TODAY } from '../rules.ts';
import {
  gpOf,
  preempt,
  type ResumedG,
  type ResumingM,
  resumedGFields,
  runGoroutines,
} from '../runtime/goroutine-thread.ts';
import { holds, StatusWord } from '../runtime/status-word.ts';
import { threadFields, World } from '../world.ts';

interface G extends ResumedG {
  /** Frames of its own below the stub that it began at. */
  depth: number;
  /** The frame whose return address the collector replaced, counted from the outermost; 0 for none. */
  barrier: number;
  /** What lies on top of them. */
  top: number;
  /** Its stack is large. */
  isLarge: boolean;
  /** Asked to stop at its next call. */
  preempt: boolean;
  /** goexit1 was called. */
  exiting: boolean;
}

interface M extends ResumingM {
  gp: G | undefined;
}

interface Gc {
  phase: number;
  gcwaiting: boolean;
}

const TOP = { user: 0, Goexit: 1, goexit: 2 } as const;
const PHASE = { _GCoff: 0, _GCmark: 1, _GCmarktermination: 2 } as const;
/** Frames that a goroutine gets to, where a barrier is put, and up to which a stack is worth shrinking. */
const DEEPEST = 3;
const BARRIER_AT = 2;
const SHALLOW = 2;

interface Settings {
  readonly law: Law;
  /** Goexit calls the stub. */
  readonly stub: boolean;
}

/** One goroutine after the other, on one thread, and a collector that puts barriers on its stack and shrinks it. */
function exitWorld({ law, stub }: Settings): World<M> {
  const world = new World<M>(law);
  const { layout, rules } = world;
  const gs: readonly G[] = layout.many<G>('G', 1, {
    ...resumedGFields(() => ms),
    depth: number(),
    barrier: number(),
    top: oneOf(Object.keys(TOP)),
    isLarge: flag(),
    preempt: flag(),
    exiting: flag(),
  });
  const ms: readonly M[] = layout.each<M>('M', 2, { ...threadFields(), gp: pointer(() => gs) });
  const gc = layout.one<Gc>('gc', { phase: oneOf(Object.keys(PHASE)), gcwaiting: flag() });
  world.threads = ms;
  const [gp] = gs as readonly [G];
  const [thread, collector] = ms as readonly [M, M];
  const status = new StatusWord<M>(world, () => gs);
  const row = {
    made: rules.row('schedule/new'),
    stub: rules.row('exit/stub'),
    goexit1: rules.row('exit/goexit1'),
    goexit0: rules.row('exit/goexit0'),
    destroy: rules.row('exit/destroy'),
    put: rules.row('exit/put'),
    shrink: rules.row('stack/shrink-owned'),
    copy: rules.row('stack/copy-owned'),
  };

  const [make, again, top, work, calls, returns, leaves, exit] = [0, 0, 0, 0, 0, 0, 0, 0].map(() =>
    label(),
  ) as [Label, Label, Label, Label, Label, Label, Label, Label];
  /** A call checks the stack first: there the goroutine is preempted, if it was asked to stop. */
  const prologue = (on: Label): Item<M>[] => {
    const entered = label();
    return [
      fn<M>(
        'stack.go',
        'newstack',
        step('preempt := stackguard0 == stackPreempt', (m) => ((gpOf(m) as G).preempt ? undefined : on)),
      ),
      preempt(status, on, top),
      entered,
    ];
  };
  const exits = (caller: 'goexit' | 'Goexit') => (m: M) => {
    const g = gpOf(m) as G;
    const isOutermost = g.depth === 0;
    if (caller === 'goexit')
      rules.ask(row.stub, isOutermost, () => `goexit is called ${g.depth} frames deep`);
    else rules.allow(row.goexit1);
    rules.tell('goexit1', m, { g, by: caller, b: isOutermost ? 32 : 4096, stack: 3 });
    g.exiting = true;
  };

  world.start(
    [
      make,
      fn<M>(
        'proc.go',
        'newproc1',
        step('newg := gfget(pp)', (m) => {
          m.gp = gp;
          return gp.status === WORD.dead ? again : undefined;
        }),
        status.casgstatus('casgstatus(newg, _Gidle, _Gdead)', gpOf),
        again,
        step('newg.goid = pp.goidcache', (m) => {
          rules.ask(row.made, gp.status === WORD.dead, () => 'it is not dead');
          rules.tell('gnew', m, { g: gp, a: 7 });
        }),
        status.cas(
          'casgstatus(newg, _Gdead, status)',
          gpOf,
          () => WORD.dead,
          () => WORD.runnable,
          (m) => {
            gp.depth = 1;
            gp.top = TOP.user;
            gp.queued = true;
            m.gp = undefined;
          },
        ),
      ),
      runGoroutines(status, gs, top, work, () => !gc.gcwaiting),
      work,
      code<M>('main.f', either('calls, returns, or is done', calls, returns, leaves)),
      calls,
      code<M>(
        'main.f',
        step('calls itself', (m) => {
          const g = gpOf(m) as G;
          if (g.depth < DEEPEST) g.depth++;
          if (g.depth > SHALLOW) g.isLarge = true;
        }),
      ),
      prologue(work),
      returns,
      code<M>(
        'main.f',
        step('returns', (m) => {
          const g = gpOf(m) as G;
          g.depth--;
          // The barrier is the return address: who comes by takes it away.
          if (g.depth < g.barrier) g.barrier = 0;
          return g.depth === 0 ? undefined : work;
        }),
      ),
      fn<M>(
        'asm_amd64.s',
        'goexit',
        step('CALL runtime·goexit1(SB)', (m) => {
          exits('goexit')(m);
          return exit;
        }),
      ),
      leaves,
      stub
        ? [
            code<M>(
              'Goexit',
              step('goexit()', (m) => {
                (gpOf(m) as G).top = TOP.goexit;
              }),
            ),
            fn<M>('asm_amd64.s', 'goexit', step('CALL runtime·goexit1(SB)', exits('goexit'))),
          ]
        : fn<M>(
            'panic.go',
            'Goexit',
            step('goexit1()', (m) => {
              (gpOf(m) as G).top = TOP.Goexit;
              exits('Goexit')(m);
            }),
          ),
      prologue(exit),
      exit,
      fn<M>(
        'proc.go',
        'goexit1',
        step('mcall(goexit0)', (m) => {
          const g = gpOf(m) as G;
          rules.ask(row.goexit0, g.exiting && g.m === m, () => 'it did not come through goexit1');
          rules.tell('goexit0', m, { g, a: 7 });
        }),
      ),
      fn<M>(
        'proc.go',
        'goexit0',
        step('gdestroy(gp)', (m) => {
          rules.ask(row.destroy, gpOf(m).m === m, () => 'it runs elsewhere');
          rules.tell('gdestroy', m, { g: gpOf(m), a: 7 });
        }),
      ),
      fn<M>(
        'proc.go',
        'gdestroy',
        status.casgstatus('casgstatus(gp, _Grunning, _Gdead)', gpOf),
        step('gfput(pp, gp)', (m) => {
          const g = gpOf(m) as G;
          rules.ask(row.put, g.status === WORD.dead, () => 'it is not dead');
          rules.tell('gfput', m, { g, a: 7 });
          Object.assign(g, {
            depth: 0,
            barrier: 0,
            top: TOP.user,
            isLarge: false,
            preempt: false,
            exiting: false,
          });
          m.gp = undefined;
          return make;
        }),
      ),
    ],
    thread,
  );

  const [cycle, mark, off] = [label(), label(), label()];
  /** Holds the goroutine when it is at rest, does something to its stack, and lets go. */
  const held = (look: Item<M>, skip: Label): Item<M>[] => [
    wait(
      'for readgstatus(gp) == _Grunning {',
      () => gp.status === WORD.runnable || gp.status === WORD.dead || gp.status === 0,
      (m) => {
        m.gp = gp;
        return gp.status === WORD.runnable ? undefined : skip;
      },
    ),
    fn<M>(
      'preempt.go',
      'suspendG',
      status.try(
        'if !castogscanstatus(gp, s, s|_Gscan) {',
        gpOf,
        () => WORD.runnable,
        () => WORD.runnable | SCAN,
        skip,
      ),
    ),
    look,
    fn<M>(
      'preempt.go',
      'resumeG',
      status.cas(
        'casfrom_Gscanstatus(gp, s, s&^_Gscan)',
        gpOf,
        () => WORD.runnable | SCAN,
        () => WORD.runnable,
      ),
    ),
  ];
  world.start(
    [
      cycle,
      code<M>(
        'gcStart',
        step('setGCPhase(_GCmark)', () => {
          gc.phase = PHASE._GCmark;
          gp.preempt = true;
        }),
        held(
          step('gcInstallStackBarriers(gp)', () => {
            if (gp.depth > BARRIER_AT) gp.barrier = BARRIER_AT;
          }),
          mark,
        ),
        mark,
        step('gp.preempt = false', () => {
          gp.preempt = false;
        }),
        step('setGCPhase(_GCmarktermination)', () => {
          gc.phase = PHASE._GCmarktermination;
          gc.gcwaiting = true;
          gp.preempt = true;
        }),
        held(
          step('shrinkstack(gp)', (m) => {
            if (!gp.isLarge || gp.depth > SHALLOW) return;
            rules.ask(row.shrink, holds(m, gp), () => 'nobody holds it');
            rules.tell('shrinkstack', m, { g: gp });
            rules.ask(row.copy, holds(m, gp), () => 'nobody holds it');
            rules.tell('copystackbegin', m, { g: gp });
            // gentraceback goes up to the first goexit, and counts the barriers that it comes by.
            if (gp.top === TOP.goexit && gp.barrier > 0)
              world.throw('gentraceback: traceback has leftover stack barriers');
            gp.isLarge = false;
            rules.tell('copystackend', m, { g: gp });
          }),
          off,
        ),
        off,
        step('setGCPhase(_GCoff)', (m) => {
          gc.phase = PHASE._GCoff;
          gc.gcwaiting = false;
          gp.preempt = false;
          gp.barrier = 0;
          m.gp = undefined;
          return cycle;
        }),
      ),
    ],
    collector,
  );
  world.sometimesHolds(
    'a goroutine is preempted on its way out, with a barrier above it',
    () => gp.exiting && gp.status === WORD.runnable && gp.barrier > 0,
  );
  return world;
}

const LAW_2016: Law = {
  release: 'go1.26',
  lift: { 'exit/stub': 'Goexit called the stub that ends a stack, and nobody minded' },
};

export const goexit: History = {
  name: 'goexit',
  summary:
    'Goexit called goexit, the stub at which every traceback ends: what lay above it was never seen, and a stack barrier was left over',
  commit: 'ad731887a7',
  issues: [],
  variants: [
    {
      name: 'broken',
      text: 'the six steps of the commit: barrier, unwinding, Goexit to goexit, mark termination, preemption at the prologue of goexit1, shrinking',
      finds: 'throw',
      fault: 'goexit-stub',
      today: false,
      world: () => exitWorld({ law: LAW_2016, stub: true }),
    },
    {
      name: 'stub',
      text: "the same by today's rows, as the seeded fault goexit-stub shows it: refused where it begins",
      finds: 'exit/stub',
      fault: 'goexit-stub',
      today: true,
      world: () => exitWorld({ law: TODAY, stub: true }),
    },
    {
      name: 'mended',
      text: 'Goexit calls goexit1: a traceback comes by every frame, and by the barrier',
      today: true,
      world: () => exitWorld({ law: TODAY, stub: false }),
    },
  ],
};
