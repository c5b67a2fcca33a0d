/** Gathers, while the trace is judged, what the text layer is held against. */
import { EV } from './decode/index.ts';
import { functionsOf, type Moment, type Observer } from './judge/index.ts';
import { STATES } from './model/index.ts';
import { isForcedStack, type TraceFacts, type TraceGcCycle } from './text/index.ts';

const MARKING = STATES.gc.indexOf('marking');

type Cycle = { -readonly [K in keyof TraceGcCycle]: TraceGcCycle[K] };

export class FactsRecorder implements Observer {
  readonly #cycles: Cycle[] = [];
  readonly #gomaxprocs: { timeNs: number; n: number }[] = [];

  single(machine: 'gc' | 'stw', state: number, time: number, moment: Moment): void {
    if (machine !== 'gc' || moment.kind === EV.GCActive) return;
    if (state === MARKING) this.#begin(time, moment);
    else this.#end(time);
  }

  gomaxprocs(n: number, time: number): void {
    this.#gomaxprocs.push({ timeNs: time, n });
  }

  facts(startNs: number, endNs: number, damaged: boolean): TraceFacts {
    return { startNs, endNs, damaged, gcCycles: this.#cycles, gomaxprocs: this.#gomaxprocs };
  }

  #begin(beginNs: number, moment: Moment): void {
    const stack = functionsOf(moment);
    const forced = stack.length === 0 ? undefined : isForcedStack(stack);
    this.#cycles.push({ index: this.#cycles.length, beginNs, endNs: undefined, forced });
  }

  #end(endNs: number): void {
    const last = this.#cycles.at(-1);
    if (last !== undefined && last.endNs === undefined) last.endNs = endNs;
    else this.#cycles.push({ index: this.#cycles.length, beginNs: undefined, endNs, forced: undefined });
  }
}
