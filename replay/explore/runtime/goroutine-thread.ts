/** A thread that runs goroutines which may be preempted in the middle of what they do, and go on elsewhere. */
import { WORD } from '../../probe/words.ts';
import { flag, place } from '../layout.ts';
import { fn, type Item, Label, pick, step, type Thread } from '../program.ts';
import { type G, type StatusWord, statusFields } from './status-word.ts';

export interface ResumedG extends G {
  queued: boolean;
  /** Where it goes on: gp.sched.pc. */
  sched: number;
}

export interface ResumingM extends Thread {
  gp: ResumedG | undefined;
}

export function resumedGFields(ms: () => readonly Thread[]) {
  return { ...statusFields(ms), queued: flag(), sched: place() };
}

/** The place that a goroutine was preempted at, as somewhere to go to. */
const there = new Label();

/** Takes a goroutine and goes on where it was; `first` for one that has not run yet. */
export function runGoroutines<M extends ResumingM>(
  status: StatusWord<M>,
  gs: readonly ResumedG[],
  top: Label,
  first: Label,
  mayRun: () => boolean = () => true,
): Item<M>[] {
  return [
    top,
    fn(
      'proc.go',
      'schedule',
      pick<M, ResumedG>(
        'gp, inheritTime, tryWakeP := findRunnable()',
        gs,
        (_, gp) => gp.queued && mayRun(),
        (m, gp) => {
          m.gp = gp;
          gp.queued = false;
        },
      ),
    ),
    fn(
      'proc.go',
      'execute',
      status.casgstatus('casgstatus(gp, _Grunnable, _Grunning)', gpOf),
      step('gogo(&gp.sched)', (m) => {
        there.pc = gpOf(m).sched === 0 ? first.pc : gpOf(m).sched;
        gpOf(m).sched = 0;
        return there;
      }),
    ),
  ];
}

/** The goroutine is preempted, and will go on at `on`. */
export function preempt<M extends ResumingM>(status: StatusWord<M>, on: Label, top: Label): Item<M>[] {
  return fn(
    'proc.go',
    'goschedImpl',
    status.casgstatus('casgstatus(gp, _Grunning, _Grunnable)', gpOf, (m) => {
      gpOf(m).sched = on.pc;
    }),
    step('globrunqput(gp)', (m) => {
      gpOf(m).queued = true;
      m.gp = undefined;
      return top;
    }),
  );
}

export function makeRunnable(gs: readonly ResumedG[]): void {
  for (const gp of gs) {
    gp.status = WORD.runnable;
    gp.queued = true;
  }
}

export const gpOf = (m: ResumingM): ResumedG => m.gp as ResumedG;
