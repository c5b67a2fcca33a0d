/**
 * sysmon takes the P of a thread that stays in a system call (retake), while the thread may come back at any
 * moment and go into another. From Go 1.26 whoever takes a P holds the goroutine's scan bit; and having it, must look
 * again: between reading which goroutine that thread runs and holding it, the goroutine may have gone elsewhere.
 */
import { SCAN, WORD, wordNamed } from '../../probe/words.ts';
import type { History } from '../history.ts';
import { flag, oneOf, pointer, type Thing } from '../layout.ts';
import type { Thread } from '../program.ts';
import { any, code, either, fn, type Item, idle, label, pick, step } from '../program.ts';
import { type Law, TODAY } from '../rules.ts';
import { type G as StatusG, StatusWord, statusFields } from '../runtime/status-word.ts';
import { threadFields, World } from '../world.ts';

interface G extends StatusG {
  queued: boolean;
}

interface P extends Thing {
  status: number;
  m: M | undefined;
}

interface M extends Thread {
  curg: G | undefined;
  p: P | undefined;
  oldp: P | undefined;
  /** It runs a goroutine's own code, which needs a P. */
  inUserCode: boolean;
  /** What setBlockOnExitSyscall has in its registers. */
  pp: P | undefined;
  mp: M | undefined;
  gp: G | undefined;
}

const SYSCALL = wordNamed('syscall');
const P_STATUS = ['_Pidle', '_Prunning'];
const [IDLE, RUNNING] = [0, 1];

interface Settings {
  readonly law: Law;
  /** Having the scan bit, it looks whether that thread still runs the goroutine, with that P. */
  readonly looksAgain: boolean;
  readonly goroutines?: number;
}

function syscallWorld({ law, looksAgain, goroutines = 2 }: Settings): World<M> {
  const world = new World<M>(law);
  const { layout, rules } = world;
  const gs: readonly G[] = layout.many<G>('G', goroutines, { ...statusFields(() => ms), queued: flag() });
  const ps: readonly P[] = layout.many<P>('P', 2, { status: oneOf(P_STATUS), m: pointer(() => ms) });
  const ms: readonly M[] = layout.many<M>('M', 3, {
    ...threadFields(),
    inUserCode: flag(),
    curg: pointer(() => gs),
    p: pointer(() => ps),
    oldp: pointer(() => ps),
    pp: pointer(() => ps),
    mp: pointer(() => ms),
    gp: pointer(() => gs),
  });
  world.threads = ms;
  const status = new StatusWord<M>(world, () => gs);
  const row = {
    chain: rules.row('p/chain'),
    wire: rules.row('p/wire'),
    release: rules.row('p/release'),
    execute: rules.row('schedule/execute'),
  };
  const curg = (m: M): G => m.curg as G;

  const wirep = (m: M, pp: P): void => {
    rules.ask(row.wire, pp.m === undefined && m.p === undefined, () => 'somebody holds it');
    rules.allow(row.chain);
    pp.m = m;
    m.p = pp;
    pp.status = RUNNING;
    rules.tell('wirep', m, { a: pp, b: m });
    rules.tell('pstatus', m, { a: pp, b: P_RUNNING });
  };
  const releasep = (m: M, from: M, pp: P): void => {
    rules.ask(row.release, pp.m === from, () => 'another thread holds it');
    rules.allow(row.chain);
    rules.tell('pstatus', m, { a: pp, b: P_IDLE });
    rules.tell('releasep', m, { a: pp, b: from });
    pp.m = undefined;
    from.p = undefined;
    pp.status = IDLE;
  };
  const idleP = (_: M, pp: P): boolean => pp.status === IDLE && pp.m === undefined;

  const [top, choose, run, work, calls, yields, noP] = [
    label(),
    label(),
    label(),
    label(),
    label(),
    label(),
    label(),
  ];
  const thread: Item<M>[] = [
    top,
    fn<M>(
      'proc.go',
      'acquirepNoTrace',
      pick<M, P>('wirep(pp)', ps, (_, pp) => idleP(_, pp) && gs.some(({ queued }) => queued), wirep),
    ),
    choose,
    any(
      fn<M>(
        'proc.go',
        'schedule',
        pick<M, G>(
          'gp, inheritTime, tryWakeP := findRunnable()',
          gs,
          (_, gp) => gp.queued,
          (m, gp) => {
            m.curg = gp;
            gp.queued = false;
            rules.ask(row.execute, gp.status === WORD.runnable, () => 'it is not runnable');
            rules.tell('execute', m, { g: gp, a: 7 });
            return run;
          },
        ),
      ),
      fn<M>(
        'proc.go',
        'findRunnable',
        idle<M>(
          'releasep()',
          () => gs.every(({ queued }) => !queued),
          (m) => {
            if (m.p !== undefined) releasep(m, m, m.p);
            return top;
          },
        ),
      ),
    ),
    run,
    fn<M>(
      'proc.go',
      'execute',
      status.casgstatus('casgstatus(gp, _Grunnable, _Grunning)', curg, (m) => {
        m.inUserCode = true;
      }),
    ),
    work,
    code<M>('main.work', either('a system call, or something else', calls, yields)),
    yields,
    fn<M>(
      'proc.go',
      'goschedImpl',
      status.casgstatus('casgstatus(gp, _Grunning, _Grunnable)', curg, (m) => {
        m.inUserCode = false;
      }),
      step('globrunqput(gp)', (m) => {
        curg(m).queued = true;
        m.curg = undefined;
        return choose;
      }),
    ),
    calls,
    fn<M>(
      'proc.go',
      'reentersyscall',
      step('gp.m.oldp.set(pp)', (m) => {
        m.oldp = m.p;
        m.inUserCode = false;
      }),
      status.casgstatus('casgstatus(gp, _Grunning, _Gsyscall)', curg),
    ),
    fn<M>(
      'proc.go',
      'exitsyscall',
      status.casgstatus('casgstatus(gp, _Gsyscall, _Grunning)', curg),
      step('pp := gp.m.p.ptr()', (m) => {
        if (m.p === undefined) return undefined;
        m.oldp = undefined;
        m.inUserCode = true;
        return work;
      }),
    ),
    any(
      fn<M>(
        'proc.go',
        'exitsyscallTryGetP',
        pick<M, P>('pp, _ := pidleget(0)', ps, idleP, (m, pp) => {
          m.oldp = undefined;
          wirep(m, pp);
          m.inUserCode = true;
          return work;
        }),
      ),
      fn<M>(
        'proc.go',
        'exitsyscallTryGetP',
        idle<M>(
          'return nil',
          (m) => !ps.some((pp) => idleP(m, pp)),
          () => noP,
        ),
      ),
    ),
    noP,
    fn<M>(
      'proc.go',
      'exitsyscallNoP',
      status.casgstatus('casgstatus(gp, _Grunning, _Grunnable)', curg),
      step('globrunqput(gp)', (m) => {
        curg(m).queued = true;
        m.curg = undefined;
        m.oldp = undefined;
        return top;
      }),
    ),
  ];

  const [again, gone, held] = [label(), label(), label()];
  const forget = (m: M) => {
    m.pp = undefined;
    m.mp = undefined;
    m.gp = undefined;
    return again;
  };
  const retake: Item<M>[] = [
    again,
    fn<M>(
      'proc.go',
      'setBlockOnExitSyscall',
      pick<M, P>(
        'if pp.status != _Prunning {',
        ps,
        (_, pp) => pp.status === RUNNING,
        (m, pp) => {
          m.pp = pp;
        },
      ),
      step('mp := pp.m.ptr()', (m) => {
        m.mp = m.pp?.m;
        return m.mp === undefined ? gone : undefined;
      }),
      step('gp := mp.curg', (m) => {
        m.gp = m.mp?.curg;
        return m.gp === undefined ? gone : undefined;
      }),
      step('if status != _Gsyscall && status != _Gdeadextra {', (m) =>
        ((m.gp as G).status & (SCAN - 1)) === SYSCALL ? undefined : gone,
      ),
      status.try(
        'if !castogscanstatus(gp, status, status|_Gscan) {',
        (m) => m.gp as G,
        () => SYSCALL,
        () => SYSCALL | SCAN,
        gone,
      ),
      looksAgain
        ? [
            step<M>('if gp.m != mp || gp.m.p.ptr() != pp {', (m) =>
              m.gp?.m === m.mp && m.mp?.p === m.pp ? held : undefined,
            ),
            status.cas(
              'casfrom_Gscanstatus(gp, status|_Gscan, status)',
              (m) => m.gp as G,
              () => SYSCALL | SCAN,
              () => SYSCALL,
              () => gone,
            ),
          ]
        : [],
    ),
    held,
    fn<M>(
      'proc.go',
      '(syscallingThread) releaseP',
      step('s.pp.m = 0', (m) => {
        releasep(m, m.mp as M, m.pp as P);
      }),
    ),
    fn<M>(
      'proc.go',
      '(syscallingThread) resume',
      status.cas(
        'casfrom_Gscanstatus(s.gp, s.status|_Gscan, s.status)',
        (m) => m.gp as G,
        () => SYSCALL | SCAN,
        () => SYSCALL,
      ),
    ),
    gone,
    fn<M>('proc.go', 'retake', step('incidlelocked(1)', forget)),
  ];
  const [first, second, sysmon] = ms as readonly [M, M, M];
  world.start(thread, first, second);
  world.start(retake, sysmon);
  world.begin(() => {
    for (const gp of gs) {
      gp.status = WORD.runnable;
      gp.queued = true;
    }
  });
  world.alwaysHolds('who runs the code of a goroutine holds a P', () =>
    ms.every((m) => !m.inUserCode || m.p !== undefined),
  );
  world.alwaysHolds('a P and its thread know each other', () =>
    ps.every((pp) => pp.m === undefined || pp.m.p === pp),
  );
  world.sometimesHolds('a thread comes back from a system call and finds its P taken', () =>
    ms.some((m) => m.curg?.status === WORD.running && m.oldp !== undefined && m.p === undefined),
  );
  return world;
}

/** The two words of a `pstatus` record: from above, to below; only these two occur here. */
const P_RUNNING = 1;
const P_IDLE = 0x1_0000_0000;

export const retake: History = {
  name: 'retake',
  summary:
    'sysmon takes the P of a thread in a system call, which may come back, and its goroutine go elsewhere, while sysmon makes up its mind',
  issues: [],
  variants: [
    {
      name: 'broken',
      text: 'without a second look: the P is taken from a thread that runs another goroutine by now',
      finds: 'always',
      today: false,
      world: () => syscallWorld({ law: TODAY, looksAgain: false }),
    },
    {
      name: 'mended',
      text: 'Go 1.26: having the scan bit, it looks whether that thread still runs the goroutine with that P',
      today: true,
      world: () => syscallWorld({ law: TODAY, looksAgain: true }),
    },
  ],
};
