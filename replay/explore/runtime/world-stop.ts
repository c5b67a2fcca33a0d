/** Stopping the world: whoever runs a goroutine comes to rest in gcstopm; the netpoller and sysmon, which have no P, do not. */
import { type FieldsOf, flag, number, pointer } from '../layout.ts';
import { fn, type Item, idle, type Label, step, type Thread, wait } from '../program.ts';
import type { World } from '../world.ts';

export interface Sched {
  gcwaiting: boolean;
  stopwait: number;
  stoppedBy: Thread | undefined;
}

export function schedFields(ms: () => readonly Thread[]): FieldsOf<Sched> {
  return { gcwaiting: flag(), stopwait: number(), stoppedBy: pointer(ms) };
}

export interface StoppableM extends Thread {
  /** It sleeps in stopm. */
  parked: boolean;
}

export const stoppableFields = () => ({ parked: flag() });

export class WorldStop<M extends StoppableM> {
  readonly #world: World<M>;
  readonly #sched: Sched;
  readonly #rows;

  constructor(world: World<M>, sched: Sched) {
    this.#world = world;
    this.#sched = sched;
    this.#rows = {
      stop: world.rules.row('world/stop'),
      start: world.rules.row('world/start'),
      wire: world.rules.row('world/wire'),
      execute: world.rules.row('world/execute'),
    };
  }

  /** Asks everybody to stop, and waits until `procs` of them did. */
  stop(procs: number): Item<M>[] {
    const sched = this.#sched;
    const { rules } = this.#world;
    return fn(
      'proc.go',
      'stopTheWorldWithSema',
      step('sched.gcwaiting.Store(true)', () => {
        sched.gcwaiting = true;
        sched.stopwait = procs;
      }),
      wait(
        'if sched.stopwait != 0 {',
        () => sched.stopwait === 0,
        (m) => {
          rules.ask(this.#rows.stop, sched.stoppedBy === undefined, () => 'the world was stopped already');
          rules.tell('stw', m, {});
          sched.stoppedBy = m;
        },
      ),
    );
  }

  start(after?: () => Label): Item<M>[] {
    const sched = this.#sched;
    const { rules } = this.#world;
    return fn(
      'proc.go',
      'startTheWorldWithSema',
      step('sched.gcwaiting.Store(false)', (m) => {
        rules.ask(this.#rows.start, sched.stoppedBy === m, () => 'another thread stopped it');
        // Nobody else got a P or ran a goroutine meanwhile.
        rules.allow(this.#rows.wire);
        rules.allow(this.#rows.execute);
        rules.tell('startworld', m, {});
        sched.gcwaiting = false;
        sched.stoppedBy = undefined;
        for (const mp of this.#world.threads) mp.parked = false;
        return after?.();
      }),
    );
  }

  /** What a thread between two goroutines does when the world is to stop. */
  gcstopm(top: Label): Item<M>[] {
    const sched = this.#sched;
    return fn(
      'proc.go',
      'gcstopm',
      step('sched.stopwait--', (m) => {
        sched.stopwait--;
        m.parked = true;
      }),
      idle(
        'stopm()',
        (m) => !m.parked,
        () => top,
      ),
    );
  }

  /** A thread begins to run a goroutine. */
  executes(m: M): void {
    const { stoppedBy } = this.#sched;
    if (stoppedBy !== undefined)
      this.#world.rules.ask(
        this.#rows.execute,
        stoppedBy === m,
        () => 'the world is stopped, by another thread',
      );
  }
}
