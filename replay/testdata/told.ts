/** Changes of state as the judge keeps them, told by a test. */
import { ChangeLog } from '../judge/index.ts';
import { Kernel } from '../kernel/index.ts';
import type { Timeline } from '../result.ts';
import { type History, timelineOf } from '../timeline.ts';

/** Everything is numbered as Go does it. */
const numbers = Float64Array.from({ length: 32 }, (_, n) => n);

const nothing = (): void => undefined;

/** Of goroutines, Ps and Ms 0 to 31, the collector and the world. */
export class Told {
  readonly goroutines = new ChangeLog('goroutine', nothing);
  readonly procs = new ChangeLog('P', nothing);
  readonly threads = new ChangeLog('M', nothing);
  readonly gc = new ChangeLog('gc', nothing);
  readonly stw = new ChangeLog('stw', nothing);

  constructor() {
    const kernel = new Kernel();
    for (const log of [this.goroutines, this.procs, this.threads, this.gc, this.stw]) log.liveIn(kernel);
  }

  goroutine(id: number, state: number, at: number): void {
    this.goroutines.add(id, state, at);
  }

  history(end: number): History {
    const { gc, stw } = this;
    const goroutines = { ids: numbers, changes: this.goroutines };
    const procs = { ids: numbers, changes: this.procs };
    const threads = { ids: numbers, changes: this.threads };
    return { start: 0, end, goroutines, procs, threads, gc, stw };
  }

  timeline(end: number, wanted: readonly number[] = []): Timeline {
    return timelineOf(this.history(end), new Set(wanted));
  }
}
