/**
 * The judge: runs an ordered history through the model's rows and notes each
 * place where real Go did what no row allows.
 *
 * The order of work at each event: find what it touches, ask every row that is
 * about it, note what is refused, then do it anyway (effects.ts says why).
 */
import { EV } from '../decode/index.ts';
import { type InvariantName, modelOf, type Release } from '../model/index.ts';
import type { Forced, OrderedGeneration } from '../order/index.ts';
import { compile, type Program, type Step } from './compile.ts';
import { Tally } from './coverage.ts';
import { abandon, apply } from './effects.ts';
import { Findings } from './findings.ts';
import { allows } from './guards.ts';
import { brokenBy } from './invariants.ts';
import { Moment } from './moment.ts';
import { Scene } from './scene.ts';
import { adoptGoroutine, adoptProc, goroutineStatus, procStatus } from './status.ts';
import { NO_SLOT, World } from './world.ts';

/** Told of every change of state: the timeline and the facts for other layers are made of these. */
export interface Observer {
  goroutine?(id: number, state: number, time: number): void;
  proc?(id: number, state: number, time: number): void;
  single?(machine: 'gc' | 'stw', state: number, time: number, moment: Moment): void;
  gomaxprocs?(n: number, time: number): void;
}

export class Judge {
  readonly world = new World();
  readonly tally: Tally;
  readonly findings: Findings;
  /** Events judged, of all generations. */
  events = 0;
  generations = 0;
  readonly #program: Program;
  readonly #observer: Observer;
  readonly #exact: boolean;
  readonly #moment = new Moment();
  /** Interned texts of this generation's strings, by string id. */
  #strings = new Map<number, number>();
  #ordered: OrderedGeneration | undefined;

  /** `exact`: the release is the one that ran, not the nearest that is modelled. */
  constructor(release: Release, observer: Observer = {}, exact = true) {
    this.#exact = exact;
    const rows = modelOf(release);
    this.#program = compile(rows);
    this.#observer = observer;
    this.tally = new Tally(rows);
    this.findings = new Findings(new Scene(this.world, release, this.tally, this.#moment));
  }

  judge(ordered: OrderedGeneration): void {
    const { generation } = ordered;
    const count = judgeable(ordered);
    const { kind, time } = generation.columns;
    const moment = this.#moment;
    const forcedAt = new Map(ordered.forced.map((entry) => [entry.position, entry]));
    this.#ordered = ordered;
    this.#strings = new Map();
    moment.generation = generation;
    moment.first = this.generations === 0 || generation.afterGap;
    if (generation.afterGap) this.world.forget();
    moment.m = NO_SLOT;
    const skewedFrom = ordered.forced.reduce((least, { since }) => Math.min(least, since), count);
    for (let position = 0; position < count; position++) {
      const event = ordered.event[position] as number;
      moment.event = event;
      moment.skewed = position >= skewedFrom;
      moment.kind = kind[event] as number;
      moment.time = time[event] as number;
      moment.index = this.events + position;
      this.world.now = moment.index;
      this.#locate(moment, generation.m(event));
      this.#step(moment, position, forcedAt.size === 0 ? undefined : forcedAt.get(position));
    }
    this.events += count;
    this.generations++;
  }

  #locate(moment: Moment, thread: number): void {
    const { threads } = this.world;
    if (thread !== moment.thread || moment.m === NO_SLOT) {
      moment.thread = thread;
      moment.m = this.world.thread(thread);
    }
    moment.p = threads.p[moment.m] as number;
    moment.g = threads.g[moment.m] as number;
  }

  #step(moment: Moment, position: number, forced: Forced | undefined): void {
    const steps = this.#program[moment.kind];
    if (steps === undefined) return;
    this.findings.at(this.#ordered as OrderedGeneration, position, forced);
    if (moment.kind === EV.GoStatus || moment.kind === EV.GoStatusStack)
      this.#goroutineStatus(steps[0] as Step);
    else if (moment.kind === EV.ProcStatus) this.#procStatus(steps[0] as Step);
    else this.#take(steps, forced);
  }

  #take(steps: readonly Step[], forced: Forced | undefined): void {
    const moment = this.#moment;
    const { world } = this;
    const before = this.findings.count;
    let chosen = 0;
    let broken: InvariantName | undefined;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step;
      if (step.reasons !== undefined && !step.reasons.has(this.#reason())) continue;
      chosen++;
      const slot = moment.subject(world, step.subject);
      if (!allows(world, step, moment, slot)) this.findings.refuse(step, slot);
      else broken ??= brokenBy(world, step, moment, slot);
    }
    if (chosen === 0 && this.#knowsReason()) this.findings.violate('vocabulary', steps[0] as Step);
    if (broken !== undefined) this.findings.violate(broken, steps[0] as Step);
    if (forced !== undefined && this.findings.count === before)
      this.findings.misnumbered(steps[0] as Step, forced);
    if (before > 0 && this.findings.count === before) this.findings.fits(steps);
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step;
      if (step.reasons === undefined || chosen === 0 || step.reasons.has(this.#reason())) this.#do(step);
    }
    if (moment.kind === EV.GoDestroySyscall) abandon(world, moment);
  }

  #do(step: Step): void {
    const moment = this.#moment;
    const { world, tally } = this;
    const slot = moment.subject(world, step.subject);
    tally.count(step.index);
    if (step.facet !== undefined) this.#countFacet(step, slot);
    const id = slot === NO_SLOT ? -1 : this.#idOf(step, slot);
    apply(world, step, moment, slot);
    this.#tell(step, id === -1 ? moment.arg(0) : id);
  }

  #idOf(step: Step, slot: number): number {
    return (
      step.machine === 'P' || step.machine === 'sweep'
        ? this.world.procs.id[slot]
        : this.world.goroutines.id[slot]
    ) as number;
  }

  /** The reason or kind in the event's first argument, as an interned number. */
  #reasonId(): number {
    const id = this.#moment.arg(0);
    let interned = this.#strings.get(id);
    if (interned === undefined) {
      interned = this.tally.intern(this.#moment.string(0));
      this.#strings.set(id, interned);
    }
    return interned;
  }

  #reason(): string {
    return this.tally.name(this.#reasonId());
  }

  /** A trace that was cut off may lack the string; a release that we do not model may have a new one. */
  #knowsReason(): boolean {
    const { generation } = this.#moment;
    return this.#exact && (generation?.strings.has(this.#moment.arg(0)) ?? false);
  }

  #countFacet(step: Step, slot: number): void {
    const { goroutines } = this.world;
    if (step.facet === 'wait') {
      this.tally.countFacet(step.index, slot === NO_SLOT ? 0 : (goroutines.wait[slot] as number));
      return;
    }
    const reason = this.#reasonId();
    this.tally.countFacet(step.index, reason);
    if (step.facet === 'reason' && slot !== NO_SLOT) goroutines.wait[slot] = reason;
    if (step.facet === 'kind') this.world.stw.kind = reason;
  }

  #goroutineStatus(step: Step): void {
    const moment = this.#moment;
    const { claimed, known } = goroutineStatus(this.world, moment);
    this.tally.count(step.index);
    if (claimed !== known || claimed < 0) this.findings.contradict(step, claimed, known);
    if (claimed < 0) return;
    adoptGoroutine(this.world, moment, claimed);
    this.findings.trust(this.world.goroutines, this.world.goroutines.find(moment.arg(0)));
    this.#observer.goroutine?.(moment.arg(0), claimed, moment.time);
  }

  #procStatus(step: Step): void {
    const moment = this.#moment;
    const { claimed, known } = procStatus(this.world, moment);
    this.tally.count(step.index);
    if (claimed !== known || claimed < 0) this.findings.contradict(step, claimed, known);
    if (claimed < 0) return;
    adoptProc(this.world, moment, claimed);
    this.findings.trust(this.world.procs, this.world.procs.find(moment.arg(0)));
    this.#observer.proc?.(moment.arg(0), claimed, moment.time);
  }

  #tell(step: Step, id: number): void {
    const { time } = this.#moment;
    if (step.machine === 'goroutine') this.#observer.goroutine?.(id, step.to, time);
    else if (step.machine === 'gc' || step.machine === 'stw') {
      if (step.to >= 0) this.#observer.single?.(step.machine, step.to, time, this.#moment);
    } else if (step.machine === 'P') {
      if (step.to >= 0) this.#observer.proc?.(id, step.to, time);
      else this.#observer.gomaxprocs?.(this.world.gomaxprocs, time);
    }
  }
}

/**
 * How many events of a generation can be judged. One that was cut off lacks
 * events of some Ms: from the first event that waits for those, nothing follows.
 */
function judgeable({ generation, count, forced }: OrderedGeneration): number {
  return generation.partial ? (forced[0]?.position ?? count) : count;
}
