/** The scheduler: a thread takes a runnable goroutine, runs it until it yields, parks or is preempted, and takes the next. */
import type { FineRow } from '../../model/index.ts';
import { SCAN, WORD, wordName, wordNamed } from '../../probe/words.ts';
import { type FieldsOf, flag } from '../layout.ts';
import { any, fn, type Item, idle, type Label, label, pick, step, type Thread } from '../program.ts';
import type { World } from '../world.ts';
import { type G, StatusWord, statusFields } from './status-word.ts';
import type { Sched, StoppableM, WorldStop } from './world-stop.ts';

export interface SchedG extends G {
  /** It is on a run queue. */
  queued: boolean;
  /** Somebody asked it to stop at its next safe point. */
  preemptStop: boolean;
}

export interface SchedM extends StoppableM {
  /** The goroutine in hand: the one that it runs, or works on. */
  gp: SchedG | undefined;
}

export function schedGFields(ms: () => readonly Thread[]): FieldsOf<SchedG> {
  return { ...statusFields(ms), queued: flag(), preemptStop: flag() };
}

const PREEMPTED = wordNamed('preempted');

export interface Parts<M extends SchedM> {
  readonly world: World<M>;
  readonly gs: readonly SchedG[];
  readonly sched: Sched;
  readonly stop: WorldStop<M>;
  readonly status?: StatusWord<M>;
}

export class Scheduler<M extends SchedM> {
  readonly status: StatusWord<M>;
  readonly #parts: Parts<M>;
  readonly #rows;

  constructor(parts: Parts<M>) {
    const { rules } = parts.world;
    this.status = parts.status ?? new StatusWord<M>(parts.world, () => parts.gs);
    this.#parts = parts;
    this.#rows = {
      ready: rules.row('schedule/ready'),
      execute: rules.row('schedule/execute'),
      netpoll: rules.row('schedule/netpoll'),
    };
  }

  /** What a thread does all its life; `body` is what its goroutines do, and goes on at `top` when one has left the thread. */
  loop(body: (top: Label) => Item<M>[]): Item<M>[] {
    const { gs, sched, stop } = this.#parts;
    const [top, run] = [label(), label()];
    return [
      top,
      any(
        fn(
          'proc.go',
          'schedule',
          pick<M, SchedG>(
            'gp, inheritTime, tryWakeP := findRunnable()',
            gs,
            (_, gp) => gp.queued && !sched.gcwaiting,
            (m, gp) => {
              m.gp = gp;
              gp.queued = false;
              this.#executes(m, gp);
              return run;
            },
          ),
        ),
        fn(
          'proc.go',
          'findRunnable',
          idle<M>(
            'if sched.gcwaiting.Load() {',
            () => sched.gcwaiting,
            () => undefined,
          ),
        ),
      ),
      stop.gcstopm(top),
      run,
      fn('proc.go', 'execute', this.status.casgstatus('casgstatus(gp, _Grunnable, _Grunning)', inHand)),
      body(top),
    ];
  }

  /** The goroutine gives its thread to another. */
  gosched(top: Label): Item<M>[] {
    return fn(
      'proc.go',
      'goschedImpl',
      this.status.casgstatus('casgstatus(gp, _Grunning, _Grunnable)', inHand),
      step('globrunqput(gp)', (m) => {
        inHand(m).queued = true;
        m.gp = undefined;
        return top;
      }),
    );
  }

  /** A goroutine that was told to stop does so, and belongs to who claims it. */
  preemptPark(top: Label): Item<M>[] {
    const { status } = this;
    return fn(
      'proc.go',
      'preemptPark',
      status.cas(
        'casGToPreemptScan(gp, _Grunning, _Gscan|_Gpreempted)',
        inHand,
        () => WORD.running,
        () => PREEMPTED | SCAN,
      ),
      status.cas(
        'casfrom_Gscanstatus(gp, _Gscan|_Gpreempted, _Gpreempted)',
        inHand,
        () => PREEMPTED | SCAN,
        () => PREEMPTED,
        (m) => {
          m.gp = undefined;
          return top;
        },
      ),
    );
  }

  /** Somebody makes the goroutine in hand runnable again. */
  ready(after?: (m: M) => Label | undefined): Item<M>[] {
    return fn(
      'proc.go',
      'ready',
      step('if status&^_Gscan != _Gwaiting {', (m) => {
        const { rules } = this.#parts.world;
        this.#expect(this.#rows.ready, inHand(m));
        rules.tell('ready', m, { g: inHand(m) });
      }),
      this.status.casgstatus('casgstatus(gp, _Gwaiting, _Grunnable)', inHand),
      step('runqput(mp.p.ptr(), gp, next)', (m) => {
        inHand(m).queued = true;
        return after?.(m);
      }),
    );
  }

  /** The netpoller hands out a goroutine. */
  polled(m: M, gp: SchedG): void {
    const { rules } = this.#parts.world;
    this.#expect(this.#rows.netpoll, gp);
    rules.tell('netpollready', m, { g: gp });
  }

  /** `execute(gp)` is called. */
  #executes(m: M, gp: SchedG): void {
    this.#parts.stop.executes(m);
    this.#expect(this.#rows.execute, gp);
    this.#parts.world.rules.tell('execute', m, { g: gp });
  }

  /** The goroutine is in a status of the row, scan bit or not. */
  #expect(row: number, gp: SchedG): void {
    const { rules } = this.#parts.world;
    const { from } = rules.rows[row] as FineRow;
    const found = wordName(gp.status & (SCAN - 1));
    rules.ask(row, from?.includes(found) ?? false, () => `it is ${found}`);
  }
}

export function inHand(m: SchedM): SchedG {
  return m.gp as SchedG;
}
