/**
 * When is marking done? Each P has grey objects of its own, so gcMarkDone asks every P in turn to give them away,
 * and when none had any, stops the world. A P that was asked early may have greyed an object since, by a write barrier:
 * the world must be looked at again once it stands still, and started again if there is work left.
 */
import { WORD } from '../../probe/words.ts';
import type { History } from '../history.ts';
import { flag, number, pointer, type Thing } from '../layout.ts';
import { code, either, fn, type Item, label, pick, step, wait } from '../program.ts';
import { type Law, TODAY } from '../rules.ts';
import { type G, StatusWord, statusFields } from '../runtime/status-word.ts';
import {
  type Sched,
  type StoppableM,
  schedFields,
  stoppableFields,
  WorldStop,
} from '../runtime/world-stop.ts';
import { threadFields, World } from '../world.ts';

interface P extends Thing {
  /** Grey objects in its work buffer and its write barrier buffer. */
  grey: number;
  /** The ragged barrier was here. */
  asked: boolean;
}

interface M extends StoppableM {
  curg: G | undefined;
  p: P | undefined;
}

interface Heap {
  /** Objects that a write may still grey. */
  white: number;
  /** Grey objects that anybody may take. */
  work: number;
  black: number;
  flushed: boolean;
  isDone: boolean;
}

const OBJECTS = 3;

function markWorld({
  law,
  looksAgain,
  mutators = 2,
}: {
  law: Law;
  looksAgain: boolean;
  mutators?: number;
}): World<M> {
  const world = new World<M>(law);
  const { layout } = world;
  const gs: readonly G[] = layout.many<G>(
    'G',
    1,
    statusFields(() => ms),
  );
  const ps: readonly P[] = layout.many<P>('P', mutators, { grey: number(), asked: flag() });
  const ms: readonly M[] = layout.many<M>('M', mutators + 1, {
    ...threadFields(),
    ...stoppableFields(),
    curg: pointer(() => gs),
    p: pointer(() => ps),
  });
  const sched = layout.one<Sched>(
    'sched',
    schedFields(() => ms),
  );
  const heap = layout.one<Heap>('heap', {
    white: number(),
    work: number(),
    black: number(),
    flushed: flag(),
    isDone: flag(),
  });
  world.threads = ms;
  const status = new StatusWord<M>(world, () => gs);
  const stop = new WorldStop<M>(world, sched);
  const curg = (m: M): G => m.curg as G;
  const own = (m: M): P => m.p as P;

  const [work, writes, marks, rests] = [label(), label(), label(), label()];
  const mutator: Item<M>[] = [
    work,
    code<M>('main.work', either('writes a pointer, marks, or calls', writes, marks, rests)),
    writes,
    code<M>(
      'gcWriteBarrier',
      step('shade(ptr)', (m) => {
        if (heap.white > 0 && !heap.isDone) {
          heap.white--;
          own(m).grey++;
        }
        return work;
      }),
    ),
    marks,
    fn<M>(
      'mgcmark.go',
      'gcDrain',
      step('if b = gcw.tryGetObj(); b == 0 {', (m) => {
        if (own(m).grey > 0) own(m).grey--;
        else if (heap.work > 0) heap.work--;
        else return work;
        heap.black++;
        return work;
      }),
    ),
    rests,
    fn<M>(
      'proc.go',
      'findRunnable',
      step('if sched.gcwaiting.Load() {', () => (sched.gcwaiting ? undefined : work)),
    ),
    stop.gcstopm(work),
  ];

  const [top, askNext, quiet, ended] = [label(), label(), label(), label()];
  const gcMarkDone: Item<M>[] = [
    top,
    fn<M>(
      'mgc.go',
      'gcMarkDone',
      wait(
        'if !(gcphase == _GCmark && gcIsMarkDone()) {',
        () => heap.work === 0,
        () => {
          heap.flushed = false;
          for (const pp of ps) pp.asked = false;
        },
      ),
      askNext,
      // Each P at a moment of its own: the ragged barrier.
      pick<M, P>(
        'forEachP(waitReasonGCMarkTermination, func(pp *p) {',
        ps,
        (_, pp) => !pp.asked,
        (_, pp) => {
          pp.asked = true;
          if (pp.grey > 0) heap.flushed = true;
          heap.work += pp.grey;
          pp.grey = 0;
          if (!ps.every(({ asked }) => asked)) return askNext;
          return undefined;
        },
      ),
      step('if gcMarkDoneFlushed != 0 {', () => (heap.flushed ? top : undefined)),
    ),
    fn<M>(
      'proc.go',
      'stopTheWorldWithSema',
      status.cas(
        'casGToWaitingForSuspendG(getg().m.curg, _Grunning, waitReasonStoppingTheWorld)',
        curg,
        () => WORD.running,
        () => WORD.waiting,
      ),
    ),
    stop.stop(mutators),
    fn<M>(
      'proc.go',
      'stopTheWorldWithSema',
      status.cas(
        'casgstatus(getg().m.curg, _Gwaiting, _Grunning)',
        curg,
        () => WORD.waiting,
        () => WORD.running,
      ),
    ),
    looksAgain
      ? [
          fn<M>(
            'mgc.go',
            'gcMarkDone',
            step<M>('if !p.gcw.empty() {', () => (ps.some(({ grey }) => grey > 0) ? undefined : quiet)),
          ),
          stop.start(() => top),
        ]
      : [],
    quiet,
    fn<M>(
      'mgc.go',
      'gcMarkDone',
      step('gcMarkTermination(stw)', () => {
        heap.isDone = true;
      }),
    ),
    stop.start(() => ended),
    ended,
    fn<M>(
      'mgc.go',
      'gcMarkTermination',
      step('setGCPhase(_GCoff)', () => {
        Object.assign(heap, { white: OBJECTS, work: 0, black: 0, isDone: false });
        for (const pp of ps) pp.grey = 0;
        return top;
      }),
    ),
  ];
  world.start(mutator, ...ms.slice(0, mutators));
  world.start(gcMarkDone, ms[mutators] as M);
  world.begin(() => {
    heap.white = OBJECTS;
    for (const [n, pp] of ps.entries()) (ms[n] as M).p = pp;
    const collector = ms[mutators] as M;
    collector.curg = gs[0];
    const gp = gs[0] as G;
    gp.status = WORD.running;
    gp.m = collector;
  });
  world.alwaysHolds(
    'when marking is said to be done no object is grey',
    () => !heap.isDone || sched.stoppedBy === undefined || ps.every(({ grey }) => grey === 0),
  );
  world.sometimesHolds('a P greys an object after it was asked', () =>
    ps.some(({ asked, grey }) => asked && grey > 0),
  );
  return world;
}

export const markTermination: History = {
  name: 'mark-termination',
  summary:
    'a P that was asked for its grey objects and had none greyed another before the world stopped: it was freed while it was in use',
  issues: [27993],
  variants: [
    {
      name: 'broken',
      text: 'marking is done when the ragged barrier found nothing',
      finds: 'always',
      today: false,
      world: () => markWorld({ law: TODAY, looksAgain: false }),
    },
    {
      name: 'mended',
      text: 'with the world stopped every P is looked at again, and marking goes on if one has work',
      today: true,
      world: () => markWorld({ law: TODAY, looksAgain: true }),
    },
  ],
};
