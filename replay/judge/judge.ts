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
import { ChangeLog } from './change-log.ts';
import { compile, type Program, type Step } from './compile.ts';
import { Tally } from './coverage.ts';
import { abandon, apply } from './effects.ts';
import { Findings } from './findings.ts';
import { Givers, StackFunctions } from './functions.ts';
import { withGoexit } from './goexit.ts';
import { absent, allows, metNeeds } from './guards.ts';
import { brokenBy } from './invariants.ts';
import { Lane } from './lane.ts';
import { CREATES, ROOTED } from './lane-table.ts';
import { Moment } from './moment.ts';
import { RowWatch } from './rows.ts';
import { Scene } from './scene.ts';
import { adoptGoroutine, adoptProc, goroutineStatus, procStatus } from './status.ts';
import { boundsIn, untimely } from './times.ts';
import { NO_SLOT, World } from './world.ts';

/** Told of what concerns the whole program: the facts for other layers are made of these. */
export interface Observer {
  single(machine: 'gc' | 'stw', state: number, time: number, moment: Moment): void;
  gomaxprocs(n: number, time: number): void;
}

/** String ids below this are looked up in a column; reasons are among the first strings of a generation. */
const COLUMN = 1024;
/** In place of a slot. */
const NOT_CHOSEN = -2;

/** What the loops read of a generation. */
interface Views {
  readonly event: Uint32Array;
  readonly kind: Uint8Array;
  readonly time: Float64Array;
}

export interface JudgeOptions {
  /** The release is the one that ran, not the nearest that is modelled. */
  readonly exact?: boolean;
  /** Another than the release's only where the judge itself is tested. */
  readonly model?: Model | undefined;
  /** False: `changes` stay empty, for whom no timeline is drawn. */
  readonly keepsChanges?: boolean;
}

export class Judge {
  readonly world = new World();
  readonly tally: Tally;
  readonly findings: Findings;
  /** Changes of state. */
  readonly changes: Readonly<Record<'goroutines' | 'procs' | 'threads' | 'gc' | 'stw', ChangeLog>>;
  /** Events judged, of all generations. */
  events = 0;
  generations = 0;
  /** Events that the lane took. */
  inLane = 0;
  readonly #program: Program;
  readonly #invariants: Invariants;
  /** By event type. */
  readonly #givers: (Givers | undefined)[] = [];
  readonly #functions: StackFunctions;
  readonly #observer: Observer;
  readonly #rows = new RowWatch();
  readonly #exact: boolean;
  readonly #without: InvariantName | undefined;
  readonly #moment = new Moment();
  /** Interned texts of this generation's strings, by string id; -1 for those that nobody asked for. */
  readonly #strings = new Int32Array(COLUMN);
  /** The slots that the event's steps are about; NOT_CHOSEN for a step that its reason does not select. */
  readonly #slots = new Int32Array(8);
  /** By batch of the generation: the slot of its M, NO_SLOT for those that no event came from yet. */
  #threads = new Int32Array(0);
  readonly #lane: Lane;
  /** Rows of this generation whose times are only suspicious. */
  #suspected: ReadonlyMap<number, InvariantName> = new Map();
  #ordered: OrderedGeneration | undefined;

  constructor(release: Release, observer: Observer, options: JudgeOptions = {}) {
    const { exact = true, model = wholeModelOf(release), keepsChanges = true } = options;
    this.#exact = exact;
    const { rows, invariants, givers, wakers } = model;
    this.#without = model.without;
    this.tally = new Tally(rows);
    this.#program = compile(rows, (text) => this.tally.intern(text));
    this.#observer = observer;
    this.#invariants = invariants;
    this.world.forever = this.tally.intern('forever');
    this.world.preempted = this.tally.intern('preempted');
    for (const event of ['GoBlock', 'GoStop', 'STWBegin'] as const)
      this.#givers[EV[event]] = new Givers(givers[event], (text) => this.tally.intern(text));
    this.#givers[EV.GoUnblock] = new Givers(wakers, (text) => this.tally.intern(text));
    this.#functions = new StackFunctions(this.#givers.filter((each) => each !== undefined));
    this.findings = new Findings(new Scene(this.world, release, this.tally, this.#moment, this.#functions));
    const moved = (): void => this.world.look();
    this.changes = {
      goroutines: new ChangeLog('goroutine', moved),
      procs: new ChangeLog('P', moved),
      threads: new ChangeLog('M', moved),
      gc: new ChangeLog('gc', moved),
      stw: new ChangeLog('stw', moved),
    };
    this.world.told = (m, state) =>
      this.changes.threads.add(this.world.threads.serial[m] as number, state, this.#moment.time);
    this.#lane = new Lane({
      program: this.#program,
      givers: this.#givers,
      functions: this.#functions,
      world: this.world,
      tally: this.tally,
      changes: Object.values(this.changes),
      keepsChanges,
    });
  }

  judge(ordered: OrderedGeneration): void {
    const { generation } = ordered;
    const count = judgeable(ordered);
    const moment = this.#moment;
    const { world } = this;
    const forcedAt = new Map(ordered.forced.map((entry) => [entry.position, entry]));
    this.#ordered = ordered;
    this.#strings.fill(-1);
    this.#threads = new Int32Array(generation.batches.length).fill(NO_SLOT);
    this.#lane.settle(ordered);
    if (generation.afterGap) world.forget();
    moment.first = this.generations === 0 || generation.afterGap;
    moment.enter(generation);
    this.#functions.enter(generation);
    Object.assign(world, boundsIn(generation, this.#invariants));
    const { certain: flagged, suspected } = untimely(world, generation);
    this.#suspected = suspected;
    for (const row of withGoexit(generation)) flagged.set(row, 'stackWithoutGoexit');
    for (const [row, name] of this.#rows.see(generation)) flagged.set(row, name);
    for (const rows of [flagged, suspected])
      for (const [row, name] of rows) if (name === this.#without) rows.delete(row);
    // Cut off, it lacks what some Ms did last: what is one for all of them accuses nobody.
    moment.skewed = generation.partial;
    this.#lane.enter(ordered, absent(moment));
    if (forcedAt.size > 0 || flagged.size > 0 || suspected.size > 0) this.#slowly(count, forcedAt, flagged);
    else this.#quickly(count);
    moment.skewed = false;
    this.#lane.leave();
    this.events += count;
    this.generations++;
  }

  /** A history with events out of turn: each is asked everything. */
  #slowly(
    count: number,
    forcedAt: ReadonlyMap<number, Forced>,
    flagged: ReadonlyMap<number, InvariantName>,
  ): void {
    const moment = this.#moment;
    const { forced, generation } = this.#ordered as OrderedGeneration;
    // Where an M's clock is wrong, so is the order of what it shares with others.
    const untimed = this.#suspected.size > 0 || [...flagged.values()].some(isOfTime);
    const from = untimed || generation.partial ? 0 : count;
    const skewedFrom = forced.reduce((least, { since }) => Math.min(least, since), from);
    let views = this.#views();
    for (let position = 0; position < count; position++) {
      if (views.event.length === 0) views = this.#views();
      this.#locate(views, position);
      moment.skewed = position >= skewedFrom;
      this.#step(position, forcedAt.get(position), flagged.get(moment.event));
    }
  }

  /** Nearly every event goes through the lane; what it leaves is stepped through here. */
  #quickly(count: number): void {
    const { findings } = this;
    let views = this.#views();
    for (let position = 0; position < count; position++) {
      // Behind a finding more is asked of each event.
      if (findings.count === 0) {
        const from = position;
        position = this.#lane.run(position, count, this.events);
        this.inLane += position - from;
      }
      if (position >= count) return;
      if (views.event.length === 0) views = this.#views();
      this.#locate(views, position);
      this.#step(position);
    }
  }

  /** The columns that the loops read. They become empty when the kernel's memory grows. */
  #views(): Views {
    const { event, generation } = this.#ordered as OrderedGeneration;
    const { kind, time } = generation.columns;
    this.#moment.look();
    return { event, kind, time };
  }

  #locate({ event, kind, time }: Views, position: number): void {
    const moment = this.#moment;
    const { threads } = this.world;
    const row = event[position] as number;
    moment.event = row;
    moment.kind = kind[row] as number;
    moment.time = time[row] as number;
    // Behind this the views may be empty: an M that was not named yet gets a slot.
    const m = this.#threadOf(row);
    moment.m = m;
    moment.thread = threads.id[m] as number;
    moment.p = threads.p[m] as number;
    moment.g = threads.g[m] as number;
  }

  /** The slot of the M that wrote a row. */
  #threadOf(row: number): number {
    const { generation } = this.#ordered as OrderedGeneration;
    const batch = generation.batchIndex(row);
    const known = this.#threads[batch] as number;
    if (known !== NO_SLOT) return known;
    const id = generation.batches[batch]?.m ?? -1;
    const m = this.world.thread(id);
    this.#threads[batch] = m;
    // What the runtime writes without an M is not the lane's.
    if (id !== -1) this.#lane.tellThread(batch, m);
    return m;
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
    const suspected = this.#suspected.get(moment.event);
    if (suspected !== undefined) this.findings.suspect(suspected, steps[0] as Step);
    if (kind === EV.GoStatus || kind === EV.GoStatusStack || kind === EV.ProcStatus) {
      if (flagged !== undefined) this.findings.violate(flagged, steps[0] as Step);
      if (kind === EV.ProcStatus) this.#procStatus(steps[0] as Step);
      else this.#goroutineStatus(steps[0] as Step);
    } else {
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
      else broken ??= this.#certainly(step, slot);
    }
    if (chosen === 0) this.#noneChosen(steps);
    if (broken !== undefined) this.findings.violate(broken, steps[0] as Step);
    // One clock that is wrong shows at many events.
    if (broken !== undefined && isOfTime(broken)) world.tolerance = Number.POSITIVE_INFINITY;
    if (forced !== undefined && this.findings.count === before && this.#without !== 'sequence')
      this.findings.misnumbered(steps[0] as Step, forced);
    if (before > 0 && this.findings.count === before) this.findings.fits(steps);
  }

  /** The same, but for what is only suspicious: that is noted, once in a generation for all that one clock does. */
  #certainly(step: Step, slot: number): InvariantName | undefined {
    const { world } = this;
    const broken = this.#broken(step, slot);
    if (broken === undefined || !isOfTime(broken) || world.tolerance >= world.apart) return broken;
    world.tolerance = world.apart;
    const certain = this.#broken(step, slot);
    if (certain === undefined) this.findings.suspect(broken, step);
    return certain;
  }

  #broken(step: Step, slot: number): InvariantName | undefined {
    const moment = this.#moment;
    const broken = brokenBy(this.world, step, moment, slot, (text) => this.tally.name(text));
    if (broken !== undefined) return broken === this.#without ? undefined : broken;
    if (step.facet === 'wait' && !this.#endsWait(slot))
      return this.#without === 'wakerEndsWait' ? undefined : 'wakerEndsWait';
    if (step.reasons === undefined) return undefined;
    if (!this.#fits(1, this.#reasonId()) && this.#without !== 'reasonFitsStack') return 'reasonFitsStack';
    return this.#isRooted(slot) || this.#without === 'stackFromStart' ? undefined : 'stackFromStart';
  }

  /** Whether the function on top of the stack that an argument names gives a reason. */
  #fits(stack: number, reason: number): boolean {
    const { kind } = this.#moment;
    const givers = this.#givers[kind];
    return givers === undefined || this.#functions.fits(givers, this.#moment.arg(stack), reason);
  }

  #isRooted(slot: number): boolean {
    if (this.#moment.kind !== ROOTED || slot === NO_SLOT || this.#reasonId() === this.world.preempted)
      return true;
    return this.#functions.isRooted(this.#moment.arg(1), this.world.goroutines.begun[slot] as number);
  }

  /** Nothing is asked of who waits for an unknown reason. */
  #endsWait(slot: number): boolean {
    const wait = slot === NO_SLOT ? 0 : (this.world.goroutines.wait[slot] as number);
    return wait === 0 || this.#fits(2, wait);
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
    if (acted !== slot && CREATES.has(this.#moment.kind))
      this.world.goroutines.begun[acted] = this.#functions.begun(this.#moment.arg(1));
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
    this.#lane.tellString(id, interned);
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
    this.changes.goroutines.add(goroutines.serial[slot] as number, claimed, moment.time);
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
    this.changes.procs.add(procs.serial[slot] as number, claimed, moment.time);
  }

  #tell(step: Step, slot: number): void {
    const { time } = this.#moment;
    const { goroutines, procs } = this.world;
    if (step.machine === 'goroutine') {
      if (slot !== NO_SLOT) this.changes.goroutines.add(goroutines.serial[slot] as number, step.to, time);
    } else if (step.machine === 'P') {
      if (slot !== NO_SLOT) this.changes.procs.add(procs.serial[slot] as number, step.to, time);
      else if (step.effect === 'set GOMAXPROCS') this.#observer.gomaxprocs(this.world.gomaxprocs, time);
    } else if (step.machine === 'gc' || step.machine === 'stw') {
      if (step.to < 0) return;
      this.changes[step.machine].add(0, step.to, time);
      this.#observer.single(step.machine, step.to, time, this.#moment);
    }
  }
}

const isOfTime = (name: InvariantName): boolean => name.startsWith('time');

/**
 * How many events of a generation can be judged. One that was cut off lacks
 * events of some Ms: from the first event that waits for those, nothing follows.
 */
function judgeable({ generation, count, forced }: OrderedGeneration): number {
  return generation.partial ? (forced[0]?.position ?? count) : count;
}
