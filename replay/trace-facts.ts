/**
 * What the execution trace says that another layer saw too: collections and
 * GOMAXPROCS. The text layer is checked against these.
 */
import { EV } from './decode/index.ts';
import type { Observer } from './judge/index.ts';
import { STATES } from './model/index.ts';

export interface GcCycle {
  /** Times in ns since the trace's base; NaN where the trace began or ended inside the cycle. */
  readonly beginNs: number;
  endNs: number;
}

export interface TraceFacts {
  readonly startNs: number;
  readonly endNs: number;
  readonly gcCycles: readonly GcCycle[];
  readonly gomaxprocs: readonly { readonly timeNs: number; readonly n: number }[];
}

const MARKING = STATES.gc.indexOf('marking');

export class FactsRecorder implements Observer {
  readonly #cycles: GcCycle[] = [];
  readonly #gomaxprocs: { timeNs: number; n: number }[] = [];

  single(machine: 'gc' | 'stw', state: number, time: number, moment: { kind: number }): void {
    if (machine !== 'gc' || moment.kind === EV.GCActive) return;
    const last = this.#cycles.at(-1);
    if (state === MARKING) this.#cycles.push({ beginNs: time, endNs: Number.NaN });
    else if (last !== undefined && Number.isNaN(last.endNs)) last.endNs = time;
    else this.#cycles.push({ beginNs: Number.NaN, endNs: time });
  }

  gomaxprocs(n: number, time: number): void {
    this.#gomaxprocs.push({ timeNs: time, n });
  }

  facts(startNs: number, endNs: number): TraceFacts {
    return { startNs, endNs, gcCycles: this.#cycles, gomaxprocs: this.#gomaxprocs };
  }
}
