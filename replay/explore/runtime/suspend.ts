/** Taking hold of a goroutine by its scan bit, moving its stack meanwhile, and letting go: how the collector does it today. */
import { SCAN, WORD, wordNamed } from '../../probe/words.ts';
import { fn, type Item, type Label, label, step, wait } from '../program.ts';
import type { World } from '../world.ts';
import { inHand, type SchedG, type SchedM, type Scheduler } from './scheduler.ts';
import { holds } from './status-word.ts';

export interface SuspendM extends SchedM {
  /** The status that was read. */
  s: number;
  /** suspendG found the goroutine preempted, and claimed it. */
  stopped: boolean;
}

export interface MovedG extends SchedG {
  /** Its stack is being copied. */
  moving: boolean;
}

const PREEMPTED = wordNamed('preempted');

/** Waits until the goroutine can be held, and holds it; a running one is asked to stop. */
export function suspendG<M extends SuspendM>({ status }: Scheduler<M>, dead: Label): Item<M>[] {
  const [read, scan, running] = [label(), label(), label()];
  return fn<M>(
    'preempt.go',
    'suspendG',
    read,
    wait(
      'switch s := readgstatus(gp); s {',
      (m) => {
        const { status: s, preemptStop } = inHand(m);
        return s < SCAN && s !== WORD.copystack && !(s === WORD.running && preemptStop);
      },
      (m) => {
        m.s = inHand(m).status;
        if (m.s === WORD.dead) return dead;
        return m.s === WORD.running ? running : m.s === PREEMPTED ? undefined : scan;
      },
    ),
    status.try(
      'if !casGFromPreempted(gp, _Gpreempted, _Gwaiting) {',
      inHand,
      () => PREEMPTED,
      () => WORD.waiting,
      read,
    ),
    step('stopped = true', (m) => {
      m.stopped = true;
      m.s = WORD.waiting;
      return scan;
    }),
    running,
    status.try(
      'if !castogscanstatus(gp, _Grunning, _Gscanrunning) {',
      inHand,
      () => WORD.running,
      () => WORD.running | SCAN,
      read,
    ),
    step('gp.preemptStop = true', (m) => {
      inHand(m).preemptStop = true;
    }),
    status.cas(
      'casfrom_Gscanstatus(gp, _Gscanrunning, _Grunning)',
      inHand,
      () => WORD.running | SCAN,
      () => WORD.running,
      () => read,
    ),
    scan,
    status.try(
      'if !castogscanstatus(gp, s, s|_Gscan) {',
      inHand,
      (m) => m.s,
      (m) => m.s | SCAN,
      read,
    ),
    step('gp.preemptStop = false', (m) => {
      inHand(m).preemptStop = false;
    }),
  );
}

/** Lets go, and readies what was stopped. */
export function resumeG<M extends SuspendM>(scheduler: Scheduler<M>, after: (m: M) => Label): Item<M>[] {
  const done = (m: M): Label => {
    m.s = 0;
    m.stopped = false;
    return after(m);
  };
  return fn<M>(
    'preempt.go',
    'resumeG',
    scheduler.status.cas(
      'casfrom_Gscanstatus(gp, s, s&^_Gscan)',
      inHand,
      (m) => m.s | SCAN,
      (m) => m.s,
      (m) => (m.stopped ? undefined : done(m)),
    ),
    scheduler.ready(done),
  );
}

export class StackMover<M extends SchedM> {
  readonly #world: World<M>;
  readonly #rows;

  constructor(world: World<M>) {
    this.#world = world;
    this.#rows = {
      shrink: world.rules.row('stack/shrink-owned'),
      copy: world.rules.row('stack/copy-owned'),
      grow: world.rules.row('stack/grow'),
    };
  }

  /** The collector makes a stack smaller that is hardly used. */
  shrinkstack(): Item<M>[] {
    return [
      fn(
        'stack.go',
        'shrinkstack',
        step<M>('if s := readgstatus(gp); s&_Gscan == 0 {', (m) =>
          this.#owned(this.#rows.shrink, m, 'shrinkstack'),
        ),
      ),
      this.copystack(),
    ];
  }

  copystack(): Item<M>[] {
    return fn(
      'stack.go',
      'copystack',
      step<M>('new := stackalloc(uint32(newsize))', (m) => {
        this.#owned(this.#rows.copy, m, 'copystackbegin');
        (inHand(m) as MovedG).moving = true;
      }),
      step<M>('gp.stack = new', (m) => {
        this.#world.rules.tell('copystackend', m, { g: inHand(m) });
        (inHand(m) as MovedG).moving = false;
      }),
    );
  }

  /** A goroutine finds its own stack too small. */
  newstack({ status }: Scheduler<M>, after: () => Label): Item<M>[] {
    return fn(
      'stack.go',
      'newstack',
      status.casgstatus('casgstatus(gp, _Grunning, _Gcopystack)', inHand, (m) =>
        this.#owned(this.#rows.grow, m, 'newstack'),
      ),
      this.copystack(),
      status.casgstatus('casgstatus(gp, _Gcopystack, _Grunning)', inHand, after),
    );
  }

  #owned(row: number, m: M, kind: 'shrinkstack' | 'copystackbegin' | 'newstack'): void {
    const { rules } = this.#world;
    const gp = inHand(m);
    rules.ask(row, holds(m, gp), () => 'this thread neither runs it nor set its scan bit');
    rules.tell(kind, m, { g: gp });
  }
}
