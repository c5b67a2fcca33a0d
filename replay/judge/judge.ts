/**
 * The judge: runs an ordered history through the model's rows and notes each
 * place where real Go did what no row allows.
 *
 * The order of work at each event: find what it touches, ask every row that is
 * about it, note what is refused, then do it anyway (effects.ts says why).
 */
import { EV } from '../decode/index.ts';
import {
  type InvariantName,
  type Invariants,
  type Model,
  type Release,
  wholeModelOf,
} from '../model/index.ts';
import type { Forced, OrderedGeneration } from '../order/index.ts';
import { compile, NEED, type Program, type Step } from './compile.ts';
import { Tally } from './coverage.ts';
import { abandon, apply } from './effects.ts';
import { Findings } from './findings.ts';
import { Givers } from './givers.ts';
import { allows, metNeeds } from './guards.ts';
import { brokenBy, STOPPED } from './invariants.ts';
import { BIND, compileLanes, FACET, type Lanes, NO_ROW, UNBIND } from './lane.ts';
import { Moment } from './moment.ts';
import { Scene } from './scene.ts';
import { adoptGoroutine, adoptProc, goroutineStatus, procStatus } from './status.ts';
import { toleranceIn, untimely } from './times.ts';
import { GOROUTINE, NO_SLOT, PROC, World } from './world.ts';

/** Told of every change of state: the timeline and the facts for other layers are made of these. */
export interface Observer {
  /** `serial`: the place in `ids` of what it is about. */
  goroutine(serial: number, state: number, time: number): void;
  proc(serial: number, state: number, time: number): void;
  single(machine: 'gc' | 'stw', state: number, time: number, moment: Moment): void;
  gomaxprocs(n: number, time: number): void;
}

/** String ids below this are looked up in a column; reasons are among the first strings of a generation. */
const COLUMN = 1024;
/** In place of a slot. */
const NOT_CHOSEN = -2;

export class Judge {
  readonly world = new World();
  readonly tally: Tally;
  readonly findings: Findings;
  /** Events judged, of all generations. */
  events = 0;
  generations = 0;
  readonly #program: Program;
  readonly #lanes: Lanes;
  readonly #invariants: Invariants;
  /** By event type. */
  readonly #givers: (Givers | undefined)[] = [];
  readonly #observer: Observer;
  readonly #exact: boolean;
  readonly #without: InvariantName | undefined;
  readonly #moment = new Moment();
  /** Interned texts of this generation's strings, by string id; -1 for those that nobody asked for. */
  readonly #strings = new Int32Array(COLUMN);
  /** The slots that the event's steps are about; NOT_CHOSEN for a step that its reason does not select. */
  readonly #slots = new Int32Array(8);
  #ordered: OrderedGeneration | undefined;

  /**
   * `exact`: the release is the one that ran, not the nearest that is modelled.
   * `model` is another than the release's only where the judge itself is tested.
   */
  constructor(release: Release, observer: Observer, exact = true, model: Model = wholeModelOf(release)) {
    this.#exact = exact;
    const { rows, invariants, givers } = model;
    this.#without = model.without;
    this.tally = new Tally(rows);
    this.#program = compile(rows, (text) => this.tally.intern(text));
    this.#lanes = compileLanes(this.#program, GOROUTINE.dead);
    this.#observer = observer;
    this.#invariants = invariants;
    this.world.forever = this.tally.intern('forever');
    const { GoBlock, GoStop } = givers;
    this.#givers[EV.GoBlock] = new Givers(GoBlock, (text) => this.tally.intern(text));
    this.#givers[EV.GoStop] = new Givers(GoStop, (text) => this.tally.intern(text));
    this.findings = new Findings(new Scene(this.world, release, this.tally, this.#moment));
  }

  judge(ordered: OrderedGeneration): void {
    const { generation } = ordered;
    const count = judgeable(ordered);
    const moment = this.#moment;
    const { world } = this;
    const forcedAt = new Map(ordered.forced.map((entry) => [entry.position, entry]));
    this.#ordered = ordered;
    this.#strings.fill(-1);
    if (generation.afterGap) world.forget();
    moment.first = this.generations === 0 || generation.afterGap;
    moment.enter(generation);
    for (const givers of this.#givers) givers?.enter(generation);
    world.tolerance = toleranceIn(generation, this.#invariants);
    const flagged = untimely(world, generation);
    for (const [row, name] of flagged) if (name === this.#without) flagged.delete(row);
    // Cut off, it lacks what some Ms did last: what is one for all of them accuses nobody.
    moment.skewed = generation.partial;
    if (forcedAt.size > 0 || flagged.size > 0) this.#slowly(ordered, count, forcedAt, flagged);
    else this.#quickly(ordered, count);
    moment.skewed = false;
    this.events += count;
    this.generations++;
  }

  /** A history with events out of turn: each is asked everything. */
  #slowly(
    ordered: OrderedGeneration,
    count: number,
    forcedAt: ReadonlyMap<number, Forced>,
    flagged: ReadonlyMap<number, InvariantName>,
  ): void {
    const moment = this.#moment;
    const { event, generation } = ordered;
    const { kind, time } = generation.columns;
    // Where an M's clock is wrong, so is the order of what it shares with others.
    const from = flagged.size > 0 || generation.partial ? 0 : count;
    const skewedFrom = ordered.forced.reduce((least, { since }) => Math.min(least, since), from);
    for (let position = 0; position < count; position++) {
      const row = event[position] as number;
      moment.skewed = position >= skewedFrom;
      this.#locate(row, this.world.thread(generation.m(row)));
      moment.kind = kind[row] as number;
      moment.time = time[row] as number;
      this.#step(position, forcedAt.get(position), flagged.get(row));
    }
  }

  #locate(row: number, m: number): void {
    const moment = this.#moment;
    const { threads } = this.world;
    moment.event = row;
    moment.m = m;
    moment.thread = threads.id[m] as number;
    moment.p = threads.p[m] as number;
    moment.g = threads.g[m] as number;
  }

  /**
   * The loop that nearly every event goes through. What is of the common shape
   * and fits is done here, without a call; all else is the general way's, which
   * says the same (`#step`).
   */
  #quickly(ordered: OrderedGeneration, count: number): void {
    const { event, generation } = ordered;
    const { columns, batches } = generation;
    const { kind, time, args, argStart } = columns;
    const moment = this.#moment;
    const { world, tally } = this;
    const { goroutines, procs, threads, stw } = world;
    const { open, named, from, to, needs, binds, facet, reasons, row: rows } = this.#lanes;
    const { procRow, procFrom, procTo } = this.#lanes;
    const { counts } = tally;
    const strings = this.#strings;
    const givers = this.#givers;
    const { forever } = world;
    const threadOf = new Int32Array(batches.length).fill(NO_SLOT);
    const first = this.events;
    for (let position = 0; position < count; position++) {
      const row = event[position] as number;
      const type = kind[row] as number;
      const inBatch = generation.batchIndex(row);
      let m = threadOf[inBatch] as number;
      if (m < 0) {
        m = world.thread(batches[inBatch]?.m ?? -1);
        threadOf[inBatch] = m;
      }
      if (open[type] === 1 && this.findings.count === 0 && stw.state !== STOPPED && threads.id[m] !== -1) {
        const p = threads.p[m] as number;
        const running = threads.g[m] as number;
        const at = argStart[row] as number;
        const g = named[type] === 1 ? goroutines.find(args[at] as number) : running;
        let met = NEED.M | (p < 0 ? NEED.noP : NEED.P) | (running < 0 ? NEED.noG : NEED.G);
        if (running < 0 || goroutines.state[running] === GOROUTINE.running) met |= NEED['G running'];
        if (p < 0 || procs.state[p] !== PROC.syscall) met |= NEED['P left'];
        const asked = facet[type] as number;
        let reason = 0;
        const selects = reasons[type];
        if (selects !== undefined) {
          const id = args[at] as number;
          reason = id < COLUMN ? (strings[id] as number) : -1;
        }
        if (
          g >= 0 &&
          ((1 << (goroutines.state[g] as number)) & (from[type] as number)) !== 0 &&
          ((needs[type] as number) & ~met) === 0 &&
          reason >= 0 &&
          (selects === undefined ||
            (selects[reason] === 1 && givers[type]?.fits(args[at + 1] as number, reason) !== false)) &&
          (asked !== FACET.wait || goroutines.wait[g] !== forever) &&
          (goroutines.since[g] as number) <= (time[row] as number) + world.tolerance &&
          (procRow[type] === NO_ROW ||
            (p >= 0 && ((1 << (procs.state[p] as number)) & (procFrom[type] as number)) !== 0))
        ) {
          const index = first + position;
          const now = time[row] as number;
          const changed = rows[type] as number;
          counts[changed] = (counts[changed] as number) + 1;
          if (asked === FACET.reason) {
            goroutines.wait[g] = reason;
            tally.countFacet(changed, reason);
          } else if (asked === FACET.wait) tally.countFacet(changed, goroutines.wait[g] as number);
          if (binds[type] === BIND) {
            threads.g[m] = g;
            goroutines.m[g] = m;
            threads.setBy[m] = index;
          } else if (binds[type] === UNBIND) {
            threads.g[m] = NO_SLOT;
            goroutines.m[g] = NO_SLOT;
            threads.setBy[m] = index;
          }
          goroutines.state[g] = to[type] as number;
          goroutines.setBy[g] = index;
          goroutines.since[g] = now;
          this.#observer.goroutine(goroutines.serial[g] as number, to[type] as number, now);
          const alsoProc = procRow[type] as number;
          if (alsoProc !== NO_ROW) {
            counts[alsoProc] = (counts[alsoProc] as number) + 1;
            world.setProc(p, procTo[type] as number, index);
            procs.since[p] = now;
            this.#observer.proc(procs.serial[p] as number, procTo[type] as number, now);
          }
          continue;
        }
      }
      this.#locate(row, m);
      moment.kind = type;
      moment.time = time[row] as number;
      this.#step(position);
    }
  }

  /** `flagged`: what the event's time breaks. */
  #step(position: number, forced?: Forced, flagged?: InvariantName): void {
    const moment = this.#moment;
    const { kind } = moment;
    const steps = this.#program[kind];
    if (steps === undefined) return;
    moment.index = this.events + position;
    this.world.now = moment.index;
    this.findings.at(this.#ordered as OrderedGeneration, position, forced);
    if (kind === EV.GoStatus || kind === EV.GoStatusStack) this.#goroutineStatus(steps[0] as Step);
    else if (kind === EV.ProcStatus) this.#procStatus(steps[0] as Step);
    else {
      const fits = this.#choose(steps);
      if (!fits || forced !== undefined || flagged !== undefined || this.findings.count > 0)
        this.#object(steps, forced, flagged);
      this.#take(steps);
      if (kind === EV.GoDestroySyscall) abandon(this.world, this.#moment);
    }
  }

  /** Finds what each step is about; false unless all of them may be taken. */
  #choose(steps: readonly Step[]): boolean {
    const { world } = this;
    const moment = this.#moment;
    const met = metNeeds(world, moment);
    let fits = true;
    let chosen = 0;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step;
      if (step.reasons !== undefined && step.reasons[this.#reasonId()] !== 1) {
        this.#slots[i] = NOT_CHOSEN;
        continue;
      }
      chosen++;
      const slot = moment.subject(world, step.subject);
      this.#slots[i] = slot;
      if (!allows(world, step, moment, slot, met) || this.#broken(step, slot) !== undefined) fits = false;
    }
    return fits && chosen > 0;
  }

  /** Notes what is wrong with the event, or that it is right where something was wrong before. */
  #object(steps: readonly Step[], forced: Forced | undefined, flagged: InvariantName | undefined): void {
    const moment = this.#moment;
    const { world } = this;
    const before = this.findings.count;
    const met = metNeeds(world, moment);
    let chosen = 0;
    let broken = flagged;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step;
      const slot = this.#slots[i] as number;
      if (slot === NOT_CHOSEN) continue;
      chosen++;
      if (!allows(world, step, moment, slot, met)) this.findings.refuse(step, slot);
      else broken ??= this.#broken(step, slot);
    }
    if (chosen === 0) this.#noneChosen(steps);
    if (broken !== undefined) this.findings.violate(broken, steps[0] as Step);
    // One clock that is wrong shows at many events.
    if (broken?.startsWith('time')) world.tolerance = Number.POSITIVE_INFINITY;
    if (forced !== undefined && this.findings.count === before && this.#without !== 'sequence')
      this.findings.misnumbered(steps[0] as Step, forced);
    if (before > 0 && this.findings.count === before) this.findings.fits(steps);
  }

  #broken(step: Step, slot: number): InvariantName | undefined {
    const moment = this.#moment;
    const broken = brokenBy(this.world, step, moment, slot, (text) => this.tally.name(text));
    if (broken !== undefined) return broken === this.#without ? undefined : broken;
    if (step.reasons === undefined || this.#without === 'reasonFitsStack') return undefined;
    const fits = this.#givers[moment.kind]?.fits(moment.arg(1), this.#reasonId()) ?? true;
    return fits ? undefined : 'reasonFitsStack';
  }

  /** A reason that selects no row: the step is taken all the same. */
  #noneChosen(steps: readonly Step[]): void {
    if (this.#knowsReason() && this.#without !== 'vocabulary')
      this.findings.violate('vocabulary', steps[0] as Step);
    for (let i = 0; i < steps.length; i++)
      this.#slots[i] = this.#moment.subject(this.world, (steps[i] as Step).subject);
  }

  #take(steps: readonly Step[]): void {
    for (let i = 0; i < steps.length; i++)
      if (this.#slots[i] !== NOT_CHOSEN) this.#do(steps[i] as Step, this.#slots[i] as number);
  }

  #do(step: Step, slot: number): void {
    this.tally.count(step.index);
    if (step.facet !== undefined) this.#countFacet(step, slot);
    const acted = apply(this.world, step, this.#moment, slot);
    this.#tell(step, acted);
  }

  /** The reason or kind in the event's first argument, as an interned number. */
  #reasonId(): number {
    const id = this.#moment.arg(0);
    const known = id >= 0 && id < COLUMN ? (this.#strings[id] as number) : -1;
    return known >= 0 ? known : this.#intern(id);
  }

  #intern(id: number): number {
    const interned = this.tally.intern(this.#moment.string(0));
    if (id >= 0 && id < COLUMN) this.#strings[id] = interned;
    return interned;
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
    const { goroutines } = this.world;
    const { claimed, known } = goroutineStatus(this.world, moment);
    this.tally.count(step.index);
    if (claimed !== known || claimed < 0) this.findings.contradict(step, claimed, known);
    if (claimed < 0) return;
    adoptGoroutine(this.world, moment, claimed);
    const slot = goroutines.find(moment.arg(0));
    this.findings.trust(goroutines, slot);
    this.#observer.goroutine(goroutines.serial[slot] as number, claimed, moment.time);
  }

  #procStatus(step: Step): void {
    const moment = this.#moment;
    const { procs } = this.world;
    const { claimed, known } = procStatus(this.world, moment);
    this.tally.count(step.index);
    if (claimed !== known || claimed < 0) this.findings.contradict(step, claimed, known);
    if (claimed < 0) return;
    adoptProc(this.world, moment, claimed);
    const slot = procs.find(moment.arg(0));
    this.findings.trust(procs, slot);
    this.#observer.proc(procs.serial[slot] as number, claimed, moment.time);
  }

  #tell(step: Step, slot: number): void {
    const { time } = this.#moment;
    const { goroutines, procs } = this.world;
    if (step.machine === 'goroutine') {
      if (slot !== NO_SLOT) this.#observer.goroutine(goroutines.serial[slot] as number, step.to, time);
    } else if (step.machine === 'P') {
      if (slot !== NO_SLOT) this.#observer.proc(procs.serial[slot] as number, step.to, time);
      else if (step.effect === 'set GOMAXPROCS') this.#observer.gomaxprocs(this.world.gomaxprocs, time);
    } else if (step.machine === 'gc' || step.machine === 'stw') {
      if (step.to >= 0) this.#observer.single(step.machine, step.to, time, this.#moment);
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
